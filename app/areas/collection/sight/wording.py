"""Periods, fields and rules in words."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.collection.forms.data_structure_analysis import StructureField
from app.areas.collection.registers import DataStructure
from app.areas.collection.sight.cycles import Period
from app.areas.organisation.registers import UpdateCycle
from app.engine.text import Text
from app.intake.rules import Rule


def period_title(cycle: UpdateCycle, period: Period) -> Text:
    """2026-11-28, 2026-11-23 至 11-29, 2026-11, 2026 年第 4 季度, 2026 年."""
    start, end = period.start, period.end
    match cycle:
        case UpdateCycle.DAY:
            return start.isoformat()
        case UpdateCycle.WEEK:
            return _("%(start)s 至 %(end)s", start=start.isoformat(), end=f"{end:%m-%d}")
        case UpdateCycle.MONTH:
            return f"{start:%Y-%m}"
        case UpdateCycle.QUARTER:
            return _("%(year)s 年第 %(quarter)s 季度", year=start.year, quarter=(start.month + 2) // 3)
        case _year:
            return _("%(year)s 年", year=start.year)


def rule_title(rule: str) -> Text:
    """A rule in words; its name where the application no longer knows it."""
    try:
        return Rule.of(rule).title
    except ValueError:
        return rule


def field_titles(session: Session, structure_ids: Iterable[int]) -> dict[str, str]:
    """The Chinese names of the structures' fields, by source name; of several with one name the last one's."""
    forms = select(DataStructure.made_by_id).where(DataStructure.id.in_(list(structure_ids)))
    parent = StructureField.parent_id  # type: ignore[attr-defined]
    rows = session.execute(
        select(StructureField.source_name, StructureField.title).where(parent.in_(forms)).order_by(StructureField.id)
    )
    return dict(rows.all())


def field_title(titles: dict[str, str], name: str) -> Text:
    """A field with its source name; 整行 for faults of whole rows."""
    if not name:
        return _("整行")
    title = titles.get(name)
    return f"{title}（{name}）" if title and title != name else name
