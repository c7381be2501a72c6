"""Approve what you read: a decision holds for the version and digest that the person was shown, and for nothing else."""

import json
from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry
from app.documents.digest import intact
from app.engine.spec import FormSpec
from app.workflow.case import Case
from app.workflow.errors import Stale


@dataclass(frozen=True)
class Shown:
    """What the person was shown: the version and digest on the page or in the API's answer."""

    version: int
    digest: str


def compare(session: Session, case: Case, shown: Shown) -> None:
    """Refuses a decision on something else than what is there now; raises Stale, with what has changed."""
    document = case.document
    if shown.version != document.version:
        message = _(
            "单据已被他人更新（您看到的是第 %(shown)s 版，现为第 %(now)s 版），请刷新后再办理",
            shown=shown.version, now=document.version,
        )
        found = changes_since(session, document.id, shown.version)
        raise Stale(message, [(in_words(case.spec, name), *values) for name, values in found.items()], list(found))
    if shown.digest != document.digest or not intact(session, case.spec, document):
        raise Stale(_("单据内容与您看到的不一致，请刷新后核对"))


def changes_since(session: Session, document_id: int, version: int) -> dict[str, tuple[str, str]]:
    """What has changed after a version, by the record: (then, now) by the field's path."""
    later = (AuditEntry.document_id == document_id, AuditEntry.version > version)
    found: dict[str, tuple[str, str]] = {}
    for detail in session.scalars(select(AuditEntry.detail).where(*later).order_by(AuditEntry.id)):
        for name, (old, new) in json.loads(detail).get("changes", {}).items():
            found[name] = (found.get(name, (old, ""))[0], new)
    return {name: (old, new) for name, (old, new) in found.items() if old != new}


def in_words(spec: FormSpec, name: str) -> str:
    """A field's label; of lines with the row: 文件 第 2 行 记录数."""
    lines, _dot, column = name.partition(".")
    if not column:
        return next((str(one.label) for one in spec.fields if one.name == name), name)
    lines, _bracket, number = lines.partition("[")
    line = next((one for one in spec.lines if one.name == lines), None)
    if line is None:
        return name
    label = next((str(one.label) for one in line.fields if one.name == column), column)
    return str(_("%(line)s 第 %(number)s 行 %(column)s", line=line.label, number=number.rstrip("]"), column=label))
