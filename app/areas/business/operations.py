"""Verbs of chapter 5 that other areas call: so far, target enterprises registered as their records are loaded (article 19)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from app.areas.business.registers import TargetEnterprise
from app.areas.organisation.registers import Status
from app.audit.entries import told
from app.audit.models import AuditAction
from app.audit.recording import record_many
from app.documents.guard import writing
from app.documents.numbers import take
from app.engine.catalogue import catalogue
from app.standards.errors import StandardError
from app.standards.organisation_code import check_organisation_code
from app.standards.tables import code_table
from app.workflow.actor import Actor

PREFIX = "QY"
AT_ONCE = 1_000
"""Enterprises of one call at most: databases limit the values of a statement."""


@dataclass(frozen=True)
class NewEnterprise:
    """An enterprise as records name it. `uscc` is valid; it tells region and organisation code (GB 32100)."""

    uscc: str
    name: str
    registration_no: str | None = None


def register_enterprises(
    session: Session, actor: Actor, wanted: Sequence[NewEnterprise], made_by_id: int | None
) -> dict[str, tuple[int, bool]]:
    """Registers those that the register does not have: (id, whether it is new) by USCC, AT_ONCE at most.

    In the caller's transaction; other writers of the register wait until it ends. `made_by_id`: the form that
    brought them.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(TargetEnterprise.__tablename__))))
    known = ids(session, [one.uscc for one in wanted])
    new = [one for one in wanted if one.uscc not in known]
    codes = dict(zip((one.uscc for one in new), next_codes(session, len(new)), strict=False))
    if new:
        table = TargetEnterprise.__table__
        session.execute(insert(table), [row(one, codes[one.uscc], made_by_id) for one in new])  # type: ignore[arg-type]
        note(session, actor, new, codes)
    made = ids(session, list(codes))
    return {**{uscc: (key, False) for uscc, key in known.items()}, **{uscc: (key, True) for uscc, key in made.items()}}


def ids(session: Session, usccs: Sequence[str]) -> dict[str, int]:
    """The ids of enterprises by USCC; of several the first."""
    found = select(TargetEnterprise.uscc, TargetEnterprise.id).where(TargetEnterprise.uscc.in_(usccs))
    return {str(uscc): key for uscc, key in session.execute(found.order_by(TargetEnterprise.id.desc())).all()}


def row(one: NewEnterprise, code: str, made_by_id: int | None) -> dict[str, object]:
    """The columns of a new enterprise; what no record told stays empty."""
    region = one.uscc[2:8]
    return {
        "code": code, "name": one.name, "uscc": one.uscc, "registration_no": one.registration_no,
        "organisation_code": organisation_code_of(one.uscc), "region": region if region in regions() else None, "status": Status.ACTIVE,
        "made_by_id": made_by_id,
    }


def organisation_code_of(uscc: str) -> str | None:
    """Characters 9 to 17 of a unified code (GB 32100), where they are an organisation code (GB 11714)."""
    try:
        return check_organisation_code(uscc[8:17])
    except StandardError:
        return None


def next_codes(session: Session, count: int) -> Iterator[str]:
    """Codes that no enterprise has yet, in order; gaps are no harm."""
    while count > 0:
        with writing(session):
            last = take(session, PREFIX, 0, count)
        codes = [f"{PREFIX}{number:08d}" for number in range(last - count + 1, last + 1)]
        taken = set(session.scalars(select(TargetEnterprise.code).where(TargetEnterprise.code.in_(codes))))
        yield from (code for code in codes if code not in taken)
        count = len(taken)


def note(session: Session, actor: Actor, new: Sequence[NewEnterprise], codes: dict[str, str]) -> None:
    """Records each new enterprise with what it holds."""
    resource = catalogue.register("target_enterprises").resource
    record_many(session, actor, AuditAction.REGISTER, resource, (
        {"record": codes[one.uscc], "detail": told({"kind": "new"}, {"name": ("", one.name), "uscc": ("", one.uscc)})}
        for one in new
    ))


@cache
def regions() -> frozenset[str]:
    """The codes of regions (GB/T 2260)."""
    return frozenset(one.code for one in code_table("region").rows)
