"""账实核对: register values that no form explains, also those that were written past the application.

A value is explained by the row's last version, and a version by the record: an act of the application has kept it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.audit.versions import sealed
from app.engine.catalogue import Catalogue
from app.engine.fields import FieldSpec
from app.engine.spec import RegisterSpec
from app.engine.text import Text, masked
from app.registers.accounts import ROLES, USERS, ToldField, apart, every
from app.registers.versions import AT_ONCE, DELETED, digest_of, kept
from app.security.models import PermissionView, Role, User


@dataclass(frozen=True)
class Unexplained:
    """A row, or a field of one, that is not as its last version has it."""

    register: Text
    key: str
    field: Text
    explained: str
    found: str


def reconcile(session: Session, catalogue: Catalogue) -> Iterator[Unexplained]:
    """Every difference between the registers and the versions that forms, imports and set-up have left; of loaded ones none."""
    told = sealed(session)
    for spec in every(catalogue):
        if not spec.loaded:
            yield from compare(session, spec, told.get(spec.slug, {}))


def compare(session: Session, spec: RegisterSpec, told: Mapping[int, list[str]]) -> Iterator[Unexplained]:
    """The differences of one register, row by row; `told`: the digests of each row's versions that the record has."""
    last: dict[int, Any] = {}
    for row_id, versions in groupby(kept(session, spec), lambda one: one.row_id):
        known = list(versions)
        last[row_id] = known[-1]
        yield from unrecorded(spec, known, told.get(row_id, []))
    for row_id in told.keys() - last.keys():
        yield Unexplained(spec.title, f"#{row_id}", _("整条记录"), str(_("审计日志中有登记")), str(_("登记版本已不存在")))
    for row, values in rows_of(session, spec):
        version = last.pop(row.id, None)
        key = spec.field(spec.key).key(row)
        if version is None:
            yield Unexplained(spec.title, key, _("整条记录"), "", str(_("没有形成它的单据")))
            continue
        for name, value in values.items():
            before = version.values.get(name, "")
            if before != value:
                one = spec.field(name)
                old, new = (masked(before), masked(value)) if one.sensitive else parts_in_words(one, before, value)
                yield Unexplained(spec.title, key, one.label, old, new)
    for version in last.values():
        if version.kind != DELETED:
            yield Unexplained(spec.title, version.key, _("整条记录"), str(_("登记在册")), "")


def rows_of(session: Session, spec: RegisterSpec) -> Iterator[tuple[Any, dict[str, str]]]:
    """Every row with its values as keyed text; what rows refer to is read for many of them at once."""
    statement = select(spec.model).options(*loading(spec)).execution_options(yield_per=AT_ONCE)
    for rows in session.scalars(statement).partitions():
        keys = [row.id for row in rows]
        many = {one.name: one.many(session, keys) for one in spec.fields if isinstance(one, ToldField) and one.many}
        for row in rows:
            yield row, {
                one.name: many[one.name].get(row.id, "") if one.name in many else one.key(row) for one in spec.fields
            }


def loading(spec: RegisterSpec) -> list[Any]:
    """How what the rows refer to comes along."""
    if spec is USERS:
        return [selectinload(User.roles)]
    if spec is ROLES:
        pair: Any = PermissionView
        return [selectinload(Role.permissions).options(joinedload(pair.permission), joinedload(pair.view_menu))]
    return [selectinload(getattr(spec.model, one.name)) for one in spec.fields if one.target]


def parts_in_words(one: FieldSpec, before: str, value: str) -> tuple[str, str]:
    """What differs between two values; permissions in words."""
    old, new = apart(one, before, value)
    return (one.codec.show(old), one.codec.show(new)) if isinstance(one, ToldField) and one.listed else (old, new)


def unrecorded(spec: RegisterSpec, known: list[Any], told: list[str]) -> Iterator[Unexplained]:
    """Versions of a row that the record does not have as they are, and those that it has and the register has not."""
    found = [digest_of(one) for one in known]
    for one, digest in zip(known, found, strict=True):
        if digest not in told:
            words = str(_("审计日志中没有这一版本"))
            yield Unexplained(spec.title, one.key, _("第 %(number)s 版", number=one.number), "", words)
    if missing := [one for one in told if one not in found]:
        words = str(_("审计日志中另有 %(count)s 个版本", count=len(missing)))
        yield Unexplained(spec.title, known[-1].key, _("历次变更"), words, str(_("登记版本已不存在")))
