"""Versions of register rows in the record: an entry names the digest of every version that its act has kept."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from flask import current_app
from sqlalchemy import column, select, table
from sqlalchemy.orm import Session

from app.audit.chain import COLUMNS, digest
from app.audit.models import AuditAction, AuditEntry

AT_ONCE = 1_000
VERSIONS = "versions"
"""Where an entry keeps what it tells of versions: {register: [[row, digest], …]}."""
BASELINE = "baseline"
"""The kind of the entry with which a register's versions begin: what is there by then came by set-up."""
TELLING = (AuditAction.REGISTER, AuditAction.PERMISSION)

Version = tuple[str, int, str]
"""Register, row, digest."""
Sealed = dict[str, dict[int, list[str]]]
"""The digests of each row's versions, in order, by register and row."""


def named(versions: Iterable[Version]) -> dict[str, dict[str, list[tuple[int, str]]]]:
    """The part of an entry's detail that names versions; none where there are none."""
    found: dict[str, list[tuple[int, str]]] = {}
    for register, row_id, value in versions:
        found.setdefault(register, []).append((row_id, value))
    return {VERSIONS: found} if found else {}


def sealed(session: Session) -> Sealed:
    """Every version that the record knows of. An entry that was not written under the key tells nothing."""
    found: Sealed = {}
    for detail in details(session):
        for register, versions in detail[VERSIONS].items():
            rows = found.setdefault(register, {})
            for row_id, value in versions:
                told = rows.setdefault(row_id, [])
                if value not in told:
                    told.append(value)
    return found


def begun(session: Session) -> set[str]:
    """The registers whose versions have begun."""
    return {register for detail in details(session) if detail.get("kind") == BASELINE for register in detail[VERSIONS]}


def details(session: Session) -> Iterator[dict[str, Any]]:
    """The details of entries that name versions, each proved by its own digest, in order; bounded memory."""
    key = str(current_app.config["AUDIT_KEY"]).encode()
    raw = table(AuditEntry.__tablename__, *(column(name) for name in (*COLUMNS, "previous", "digest")))
    telling = (raw.c.action.in_([one.value for one in TELLING]), raw.c.detail.contains(f'"{VERSIONS}": {{', autoescape=True))
    statement = select(raw).where(*telling).order_by(raw.c.id).execution_options(yield_per=AT_ONCE)
    for row in session.execute(statement).mappings():
        if digest(key, row["previous"], row) == row["digest"]:  # type: ignore[arg-type]
            detail = json.loads(row["detail"])
            if VERSIONS in detail:
                yield detail
