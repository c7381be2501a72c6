"""A proposed register change (变更): fixed and rehearsed when its form is handed in, entered by one, confirmed by another.

Only the confirmation changes the register. What the form says is taken as it stands; the base must not have moved.
"""

from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.documents.guard import writing
from app.documents.proposals import STATUS, cleared, describe_changes
from app.documents.values import Fault, Invalid
from app.engine.catalogue import catalogue
from app.engine.fields import ChangeSpec
from app.engine.spec import FormSpec, RegisterSpec
from app.registers import proposing, usage, versions
from app.workflow.actor import Actor
from app.workflow.errors import Denied

Extra = Callable[[Session, Any, Any, str], None]
"""What else a change of a register means: (session, document, row, kind)."""
_EXTRAS: dict[str, Extra] = {}


class NotYet(Denied):
    """The change builds on another form that is still under way: it cannot be tried before that is done."""


def also(register: str) -> Callable[[Extra], Extra]:
    """Registers what else a change of a register means; it runs before the row is written."""

    def mark(function: Extra) -> Extra:
        _EXTRAS[register] = function
        return function

    return mark


def propose(session: Session, actor: Actor, spec: FormSpec, document: Any) -> None:
    """Fixes what the form proposes, on the row as it is now, and rehearses it; raises Invalid, Denied."""
    change, register = parts(spec)
    row = getattr(document, change.record)
    proposing.refuse_second(session, register, row, document, spec.field(change.record))
    rehearse(session, spec, document)
    describe_changes(session, spec, document)
    kind = getattr(document, change.kind).value
    proposing.fix(session, document, register, row, kind, patch_of(spec, register, document, row))


def enter(session: Session, actor: Actor, spec: FormSpec, document: Any) -> None:
    """The system administrator enters the change, which stays pending (录入，待确认); raises Moved."""
    change, register = parts(spec)
    proposing.entered(session, actor, register, document, getattr(document, change.record))


def confirm(session: Session, actor: Actor, spec: FormSpec, document: Any) -> None:
    """Another person confirms: now the register changes, and the version is kept; raises Moved, Denied, Invalid."""
    change, register = parts(spec)
    before = getattr(document, change.record)
    proposed = proposing.to_confirm(session, actor, register, document, before)
    if patch_of(spec, register, document, before) != proposed.patch:
        raise Denied(_("变更内容与提出时固定的不一致，请退回制表人重新提交"))
    row = carry_out(session, spec, document)
    kind = {"create": versions.NEW, "delete": versions.DELETED}.get(proposed.kind, versions.CHANGED)
    versions.keep(session, register, row, kind, document)
    proposing.applied(session, proposed, row)


def carry_out(session: Session, spec: FormSpec, document: Any) -> Any:
    """Does to the register what the form says; returns the row. Raises Invalid with what stands in the way."""
    change, register = parts(spec)
    kind, row = getattr(document, change.kind).value, getattr(document, change.record)
    row = register.model() if row is None else row
    label = spec.field(change.record).label
    if kind == "delete" and (found := usage.uses(session, catalogue, row)):
        raise Invalid([Fault((change.record,), label, _("正在使用，不能删除：%(where)s", where=usage.in_words(found)))])
    try:
        with writing(session), session.no_autoflush:
            put(session, spec, register, document, row, kind)
            session.flush()
    except IntegrityError as error:
        raise Invalid([Fault((register.key,), register.field(register.key).label, _("与已有的登记重复，或缺少必填项"))]) from error
    return row


def put(session: Session, spec: FormSpec, register: RegisterSpec, document: Any, row: Any, kind: str) -> None:
    """Puts the form's values into the row."""
    if kind in STATUS:
        row.status = type(row.status)(STATUS[kind])
    else:
        for mine, its in shared_fields(spec, register):
            value = getattr(document, mine.attribute)
            if value is not None or kind == "create" or its.name in cleared(spec, document):
                setattr(row, its.attribute, value)
        if kind == "create" and "status" in {one.name for one in register.fields}:
            row.status = register.field("status").codec.choice("active")  # type: ignore[attr-defined]
    if extra := _EXTRAS.get(register.slug):
        extra(session, document, row, kind)
    row.made_by_id = document.id
    session.add(row)


def rehearse(session: Session, spec: FormSpec, document: Any) -> None:
    """Tries the change and takes it back, so that its maker sees at once what the confirmation would refuse."""
    savepoint = session.begin_nested()
    try:
        carry_out(session, spec, document)
    except NotYet:
        return
    finally:
        savepoint.rollback()


def patch_of(spec: FormSpec, register: RegisterSpec, document: Any, row: Any) -> dict[str, list[str]]:
    """{field: [old, new]} of every field that changes, as keyed text."""
    change, _register = parts(spec)
    kind = getattr(document, change.kind).value
    if kind in STATUS:
        return {"status": [register.field("status").key(row), STATUS[kind]]}
    found = {}
    for mine, its in shared_fields(spec, register):
        old, new = its.key(row) if row is not None else "", mine.key(document)
        if (new and new != old) or (old and its.name in cleared(spec, document)):
            found[its.name] = [old, new]
    return found


def shared_fields(spec: FormSpec, register: RegisterSpec) -> list[tuple[Any, Any]]:
    """The form's fields that propose values of the register's."""
    change, _register = parts(spec)
    by_name = {one.name: one for one in spec.fields}
    return [
        (by_name[its.name], its) for its in register.fields
        if its.name in by_name and its.name not in (change.kind, change.record)
    ]


def parts(spec: FormSpec) -> tuple[ChangeSpec, RegisterSpec]:
    """The form's proposal and the register that it is about."""
    assert spec.change is not None
    return spec.change, catalogue.register(spec.change.register)
