"""Versions of register rows: kept with each change, so that a register can be read as of any past moment.

The record (审计日志) names the digest of each: a version that was written past the application has none there.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from itertools import islice
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from app.audit.recording import seal_version, seal_versions
from app.audit.versions import BASELINE, Version, begun, sealed
from app.clock import now
from app.engine.document import Document
from app.engine.register import RegisterModel
from app.engine.spec import RegisterSpec
from app.registers.models import RegisterVersion

NEW, CHANGED, DELETED = "new", "changed", "deleted"
AT_ONCE = 1_000
BROUGHT = "brought"


def values_of(spec: RegisterSpec, row: RegisterModel) -> dict[str, str]:
    """The row as keyed text, by field."""
    return {one.name: one.key(row) for one in spec.fields}


def digest_of(version: Any) -> str:
    """SHA-256, in hexadecimal, over all that a version says but its moment: a RegisterVersion, or a row of its columns."""
    content = (
        version.register, version.row_id, version.number, version.key, version.kind, version.document_id, version.source,
        version.values,
    )
    return sha256(json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def named(version: Any) -> Version:
    """A version as the record names it."""
    return version.register, version.row_id, digest_of(version)


def known(session: Session, spec: RegisterSpec, row_id: int | None = None) -> bool:
    """Whether any version of the register, or of one row, was kept."""
    same = [RegisterVersion.register == spec.slug]
    if row_id is not None:
        same.append(RegisterVersion.row_id == row_id)
    return session.scalar(select(RegisterVersion.id).where(*same).limit(1)) is not None


def latest(session: Session, spec: RegisterSpec, row_id: int) -> RegisterVersion | None:
    """The row's last version; None where none was kept."""
    same = (RegisterVersion.register == spec.slug, RegisterVersion.row_id == row_id)
    return session.scalar(select(RegisterVersion).where(*same).order_by(RegisterVersion.number.desc()).limit(1))


def number_of(session: Session, spec: RegisterSpec, row_id: int) -> int:
    """The number of the row's last version; 0 where none was kept."""
    found = latest(session, spec, row_id)
    return found.number if found else 0


def keep(
    session: Session, spec: RegisterSpec, row: Any, kind: str, document: Document | None = None, source: str | None = None
) -> RegisterVersion:
    """Keeps the row as it now is; `source` names the import that made it so."""
    version = RegisterVersion(
        register=spec.slug, row_id=row.id, number=number_of(session, spec, row.id) + 1, key=spec.field(spec.key).key(row),
        kind=kind, at=now(), document_id=document.id if document else None, source=source,
        values=values_of(spec, row),
    )
    session.add(version)
    seal_version(session, row, named(version))
    return version


def keep_new(
    session: Session, spec: RegisterSpec, rows: Iterable[Any], source: str | None = None, kind: str = BROUGHT
) -> int:
    """Keeps the first version of rows that came by set-up or import; returns how many. `kind`: what the record calls it."""
    at, waiting, versions = now(), iter(rows), list[Version]()
    while some := [
        {
            "register": spec.slug, "row_id": row.id, "number": 1, "key": spec.field(spec.key).key(row), "kind": NEW,
            "at": at, "document_id": None, "source": source, "values": values_of(spec, row),
        }
        for row in islice(waiting, AT_ONCE)
    ]:
        session.execute(insert(RegisterVersion), some)
        versions += [named(RegisterVersion(**one)) for one in some]
    if versions or kind == BASELINE:
        seal_versions(session, kind, spec.resource, spec.slug, versions)
    return len(versions)


def keep_first(session: Session, spec: RegisterSpec, keys: Iterable[Any], source: str | None = None) -> int:
    """Keeps the first version of rows by their keys; returns how many. Registers that are loaded keep none."""
    if spec.loaded:
        return 0
    column, wanted = getattr(spec.model, spec.key), list(keys)
    chunks = (wanted[at : at + AT_ONCE] for at in range(0, len(wanted), AT_ONCE))
    return sum(
        keep_new(session, spec, session.scalars(select(spec.model).where(column.in_(chunk))), source) for chunk in chunks
    )


def baseline(session: Session, specs: Iterable[RegisterSpec]) -> int:
    """Begins the versions of registers, once each: keeps a first one of every row where none has any; returns how many.

    A register that has begun, empty or not, is left alone: what comes past the door later, the check shall tell of.
    Of one that has versions already (set-up's, or an earlier release's) the record learns those that it does not know.
    """
    done = begun(session)
    beginning = [spec for spec in specs if spec.slug not in done and not spec.loaded]
    known = set(session.scalars(select(RegisterVersion.register).distinct())) if beginning else set()
    told = sealed(session) if known else {}
    count = 0
    for spec in beginning:
        if spec.slug in known:
            new = [one for one in map(named, kept(session, spec)) if one[2] not in told.get(spec.slug, {}).get(one[1], ())]
            seal_versions(session, BASELINE, spec.resource, spec.slug, new)
        else:
            rows = session.scalars(select(spec.model).execution_options(yield_per=AT_ONCE))
            count += keep_new(session, spec, rows, kind=BASELINE)
    return count


def kept(session: Session, spec: RegisterSpec) -> Iterator[Any]:
    """Every version of a register as a row of its columns, by row and number; bounded memory."""
    columns = [column for column in RegisterVersion.__table__.columns if column.name != "id"]
    statement = select(*columns).where(RegisterVersion.register == spec.slug)
    ordered = statement.order_by(RegisterVersion.row_id, RegisterVersion.number)
    return iter(session.execute(ordered.execution_options(yield_per=AT_ONCE)))


def history(session: Session, spec: RegisterSpec, row_id: int, until: int | None = None) -> Sequence[RegisterVersion]:
    """Every version of a row, the latest (or that of number `until`) first, back to where it was new.

    SQLite gives the id of a role that is gone to the next one: what was before belongs to another.
    """
    same = [RegisterVersion.register == spec.slug, RegisterVersion.row_id == row_id]
    if until is not None:
        same.append(RegisterVersion.number <= until)
    found = session.scalars(select(RegisterVersion).where(*same).order_by(RegisterVersion.number.desc())).all()
    first = next((at for at, one in enumerate(found) if one.kind == NEW), len(found))
    return found[: first + 1]


def as_of(session: Session, spec: RegisterSpec, moment: datetime, most: int | None = None) -> Sequence[RegisterVersion]:
    """The register as it stood at a moment, by key; no more rows than `most`."""
    before = (RegisterVersion.register == spec.slug, RegisterVersion.at <= moment)
    last = select(RegisterVersion.row_id, func.max(RegisterVersion.number).label("number")).where(*before)
    last_one = last.group_by(RegisterVersion.row_id).subquery()
    same = (RegisterVersion.row_id == last_one.c.row_id) & (RegisterVersion.number == last_one.c.number)
    statement = select(RegisterVersion).join(last_one, same)
    there = (RegisterVersion.register == spec.slug, RegisterVersion.kind != DELETED)
    return session.scalars(statement.where(*there).order_by(RegisterVersion.key).limit(most)).all()
