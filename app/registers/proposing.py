"""The proposal behind a form (变更): fixed when it is handed in, on the row's version of that day; one at a time for each row."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import now
from app.documents.values import Fault, Invalid
from app.engine.document import Document, State
from app.engine.fields import FieldSpec
from app.engine.spec import RegisterSpec
from app.registers import versions
from app.registers.models import ProposedChange
from app.registers.wording import VersionWords
from app.workflow.actor import Actor
from app.workflow.errors import Denied, Moved

Patch = Mapping[str, Sequence[str]]
"""{field: [old, new]}"""
Finder = Callable[[Session, int], int | None]
"""From a row's id to the id of the document about it that is under way."""
_FINDERS: dict[str, Finder] = {}


def fix(session: Session, document: Document, register: RegisterSpec, row: Any, kind: str, patch: Patch) -> None:
    """Fixes what a form proposes, with the version that it builds on; what it proposed before is overwritten."""
    fixed = {
        "register": register.slug, "row_id": row.id if row is not None else None, "kind": kind,
        "base": versions.number_of(session, register, row.id) if row is not None else 0,
        "patch": {name: list(both) for name, both in patch.items()}, "proposed_at": now(),
    }
    before = session.get(ProposedChange, document.id)
    if before is None:
        session.add(ProposedChange(document_id=document.id, **fixed))
    else:
        for name, value in {**fixed, "entered_by_id": None, "entered_at": None}.items():
            setattr(before, name, value)


def refuse_second(session: Session, register: RegisterSpec, row: Any, document: Document, field: FieldSpec) -> None:
    """One change of a row at a time; raises Invalid with the number of the other."""
    if row is not None and (other := open_change(session, register, row.id, besides=document.id)):
        number = session.scalar(select(Document.number).where(Document.id == other.document_id))
        raise Invalid([Fault((field.name,), field.label, _("已有未办结的变更 %(number)s", number=number))])


def open_change(session: Session, register: RegisterSpec, row_id: int, besides: int | None = None) -> ProposedChange | None:
    """The change of a row that is under way; there is at most one."""
    statement = (
        select(ProposedChange).join(Document, Document.id == ProposedChange.document_id)
        .where(ProposedChange.register == register.slug, ProposedChange.row_id == row_id)
        .where(Document.state == State.PENDING, ProposedChange.applied_at.is_(None))
    )
    if besides is not None:
        statement = statement.where(ProposedChange.document_id != besides)
    return session.scalar(statement.limit(1))


def under_way(session: Session, register: RegisterSpec, row_id: int) -> int | None:
    """The id of the document about a row that is under way."""
    if found := open_change(session, register, row_id):
        return found.document_id
    finder = _FINDERS.get(register.slug)
    return finder(session, row_id) if finder else None


def finds_open(register: str) -> Callable[[Finder], Finder]:
    """Registers how to find the document about a row, where a form is about several rows at once."""

    def mark(function: Finder) -> Finder:
        _FINDERS[register] = function
        return function

    return mark


def entered(session: Session, actor: Actor, register: RegisterSpec, document: Document, row: Any) -> None:
    """Notes who has entered the change, which stays pending; raises Moved."""
    proposed = session.get_one(ProposedChange, document.id)
    compare(session, actor, register, proposed, row)
    proposed.entered_by_id, proposed.entered_at = actor.user_id, now()


def to_confirm(session: Session, actor: Actor, register: RegisterSpec, document: Document, row: Any) -> ProposedChange:
    """The change that is to take effect, entered and with its base as it was; raises Denied, Moved."""
    proposed = session.get_one(ProposedChange, document.id)
    if proposed.entered_by_id is None:
        raise Denied(_("变更尚未录入，不能确认"))
    compare(session, actor, register, proposed, row)
    return proposed


def compare(session: Session, actor: Actor, register: RegisterSpec, proposed: ProposedChange, row: Any) -> None:
    """Refuses a change whose row is no longer as it was proposed on, naming the fields; raises Moved.

    Any field that another form or import has changed since counts; of those that this one changes, also a value that
    was written past the application.
    """
    if proposed.row_id is None or row is None:
        return
    kept, is_now = versions.history(session, register, proposed.row_id), versions.values_of(register, row)
    known = next((one.values for one in kept if one.number == proposed.base), {})
    latest = kept[0].values if kept else {}
    base = {name: value for name, value in known.items() if latest.get(name) != value}
    base |= {name: old for name, (old, _new) in proposed.patch.items()}
    other = [one for one in register.fields if one.name in base and base[one.name] != is_now[one.name]]
    words = VersionWords(session, actor)
    words.learn(other, [base, is_now])
    refuse_moved({one.name: (str(one.label), *words.apart(one, base, is_now)) for one in other})


def refuse_moved(moved: Mapping[str, tuple[str, str, str]]) -> None:
    """Names what is no longer as it was proposed on: by path (field in words, then, now); raises Moved where there is any."""
    if moved:
        fields = _("、").join(label for label, _old, _new in moved.values())
        words = _("提出申请后登记已变动：%(fields)s。请退回制表人，重新提交即按现值提出", fields=fields)
        raise Moved(words, list(moved.values()), list(moved))


def applied(session: Session, proposed: ProposedChange, row: Any) -> None:
    """The change has taken effect."""
    proposed.row_id, proposed.applied_at = row.id, now()
