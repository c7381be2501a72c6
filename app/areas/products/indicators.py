"""Indicators added, changed and deleted: tried, changed in the development environment, imported into production (article 30)."""

from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.products.forms.indicator_maintenance_notice import (
    IndicatorAction,
    IndicatorChange,
    IndicatorMaintenanceNotice,
)
from app.areas.products.registers import INITIALS, Environment, Indicator, IndicatorStatus
from app.documents.guard import writing
from app.documents.values import Fault, Invalid
from app.engine.catalogue import catalogue
from app.engine.document import Document
from app.engine.text import Text
from app.registers.versions import CHANGED, DELETED, NEW, keep

CONTENT = ("code", "name", "type", "unit", "source_field", "rule")
COPIED = (*CONTENT, "status")
"""What both environments have the same."""


def indicator(session: Session, code: str, environment: Environment) -> Indicator | None:
    """The indicator of that code in an environment, deleted or not."""
    return session.scalar(select(Indicator).where(Indicator.full_code == INITIALS[environment] + code))


def change_in(session: Session, notice: IndicatorMaintenanceNotice, environment: Environment) -> None:
    """Does to an environment's indicators what the notice says; raises Invalid."""
    for line in notice.indicators:
        row = indicator(session, line.code, environment)
        if notice.action is IndicatorAction.CREATE:
            if row is not None:
                raise refused(_("%(code)s：%(where)s已有该代码的指标", code=line.code, where=environment.title))
            row = Indicator(full_code=INITIALS[environment] + line.code, environment=environment)
        elif row is None or row.status is IndicatorStatus.DELETED:
            raise refused(_("%(code)s：%(where)s没有该指标", code=line.code, where=environment.title))
        write(session, notice, row, **contents(notice.action, line))


def contents(action: IndicatorAction, line: IndicatorChange) -> dict[str, Any]:
    """What a line makes of its indicator; what it leaves empty stays."""
    if action is IndicatorAction.DELETE:
        return {"status": IndicatorStatus.DELETED}
    found = {name: getattr(line, name) for name in CONTENT}
    return {**{name: value for name, value in found.items() if value is not None}, "status": IndicatorStatus.ACTIVE}


def import_from_development(session: Session, notice: IndicatorMaintenanceNotice) -> None:
    """Production takes over the notice's indicators as the development environment has them; raises Invalid."""
    for line in notice.indicators:
        source = indicator(session, line.code, Environment.DEVELOPMENT)
        if source is None:
            raise refused(_("%(code)s：%(where)s没有该指标", code=line.code, where=Environment.DEVELOPMENT.title))
        row = indicator(session, line.code, Environment.PRODUCTION) or Indicator(
            full_code=INITIALS[Environment.PRODUCTION] + line.code, environment=Environment.PRODUCTION
        )
        write(session, notice, row, **{name: getattr(source, name) for name in COPIED})


def rehearse(session: Session, notice: IndicatorMaintenanceNotice) -> Text | None:
    """Tries the change in both environments and takes it back (试验副本); says what stands in its way."""
    savepoint = session.begin_nested()
    try:
        for environment in Environment:
            change_in(session, notice, environment)
    except Invalid as invalid:
        return invalid.faults[0].message
    finally:
        savepoint.rollback()
    return None


def write(session: Session, document: Document, row: Indicator, **values: Any) -> None:
    """Puts values into an indicator and keeps the version, with the form that made it so."""
    kind = NEW if row.id is None else CHANGED
    with writing(session), session.no_autoflush:
        for name, value in values.items():
            setattr(row, name, value)
        row.made_by_id = document.id
        session.add(row)
    kind = DELETED if row.status is IndicatorStatus.DELETED else kind
    keep(session, catalogue.register("indicators"), row, kind, document)


def refused(message: Text) -> Invalid:
    """The change of an indicator that cannot be."""
    return Invalid([Fault(("indicators",), _("维护指标"), message)])
