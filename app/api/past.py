"""Registers as they were (历次变更): the versions of a row, and a register at the end of a past day."""

from datetime import date, datetime, time
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from app.api.errors import Refusal
from app.api.reading import Json
from app.documents.words import in_plain
from app.engine.fields import FieldSpec
from app.engine.spec import RegisterSpec
from app.engine.text import masked
from app.registers import telling, versions
from app.workflow.actor import Actor

MOST = 1000
"""Rows of a past register in one answer; `more` says that there are others."""

_TEXT: Json = {"type": "string"}
_NUMBER: Json = {"type": "string", "nullable": True}
_CHANGE: Json = {"type": "object", "properties": {"field": _TEXT, "old": _TEXT, "new": _TEXT}}
_SIGNED: Json = {"type": "object", "properties": {"step": _NUMBER, "name": _TEXT, "at": _TEXT}}
_VERSION: Json = {"type": "object", "properties": {
    "version": {"type": "integer"}, "at": _TEXT, "kind": {"type": "string", "enum": ["new", "changed", "deleted"]},
    "made_by": _NUMBER, "signed": {"type": "array", "items": _SIGNED}, "changes": {"type": "array", "items": _CHANGE},
}}
HISTORY: Json = {"type": "object", "properties": {"rows": {"type": "array", "items": _VERSION}}}
AS_OF: Json = {"type": "object", "properties": {
    "day": {"type": "string", "format": "date"}, "more": {"type": "boolean"},
    "rows": {"type": "array", "items": {"type": "object", "additionalProperties": _TEXT}},
}}


def history(session: Session, actor: Actor, spec: RegisterSpec, row_id: int, until: int | None = None) -> Json:
    """Every version of a row, the latest (or that of number `until`) first, with the form behind it and who signed that."""
    return {"rows": [version(one) for one in telling.tell(session, actor, spec, row_id, until)]}


def version(told: telling.Told) -> Json:
    """One version."""
    return {
        "version": told.version.number, "at": told.version.at.isoformat(), "kind": told.version.kind,
        "made_by": told.document.number if told.document else None,
        "signed": [{"step": one.step, "name": one.user_name, "at": one.at.isoformat()} for one in told.signed],
        "changes": [{"field": one.field.name, "old": one.old, "new": one.new} for one in told.changes],
    }


def asked_day() -> date:
    """The day that the request's argument `day` names; raises Refusal."""
    try:
        return date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        raise Refusal(400, _("day 应为日期，如 2026-05-01")) from None


def as_of(session: Session, actor: Actor, spec: RegisterSpec, day: date) -> Json:
    """The register as it stood at the end of a day, by key; values as they are keyed."""
    found = versions.as_of(session, spec, datetime.combine(day, time.max), MOST + 1)
    plain = in_plain(actor, spec)
    rows = [{one.name: value(one, row.values, plain) for one in spec.fields} for row in found[:MOST]]
    return {"day": day.isoformat(), "more": len(found) > MOST, "rows": rows}


def value(one: FieldSpec, values: dict[str, Any], plain: bool) -> str:
    """A value of a version, masked where the person does not see it whole."""
    text = str(values.get(one.name, ""))
    return masked(text) if one.sensitive and not plain else text
