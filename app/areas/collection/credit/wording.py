"""Facts in words: amounts, units, yes and no, and what a code means."""

from collections.abc import Iterable
from decimal import Decimal

from flask_babel import lazy_gettext as _
from sqlalchemy import inspect, select, tuple_
from sqlalchemy.orm import Session

from app.areas.collection.credit.reading import Told
from app.areas.collection.forms.data_structure_analysis import StructureField
from app.areas.products.registers import IndicatorType
from app.areas.system.registers import CodeValue
from app.engine.text import Text

YES, NO = _("是"), _("否")


def plainly(type: IndicatorType, value: str, unit: str | None = None) -> Text:
    """A value as people read it: ¥1,200.50, 3 月, 是."""
    match type:
        case IndicatorType.AMOUNT:
            return f"¥{Decimal(value):,.2f}"
        case IndicatorType.NUMBER:
            return f"{Decimal(value):,f} {unit or ''}".rstrip()
        case IndicatorType.YES_NO:
            return YES if value == "1" else NO
    return value


class Words:
    """Values in words; titles of codes are read once."""

    def __init__(self, session: Session, facts: Iterable[Told]) -> None:
        coded = [one for one in facts if one.fact.indicator.type is IndicatorType.CODE]
        self._titles = titles(session, coded) if coded else {}

    def __call__(self, one: Told) -> Text:
        """The fact's value; of a code the title, with the code."""
        fact = one.fact
        title = self._titles.get((one.structure.id, fact.indicator_id, fact.value))
        return f"{fact.value} {title}" if title else plainly(fact.indicator.type, fact.value, fact.indicator.unit)


def titles(session: Session, coded: Iterable[Told]) -> dict[tuple[int, int, str], str]:
    """Titles by structure, indicator and code, from the tables that the structures name."""
    known = list(coded)
    forms = {one.structure.made_by_id: one.structure.id for one in known if one.structure.made_by_id is not None}
    own = inspect(StructureField).columns
    tables = session.execute(
        select(own["parent_id"], own["indicator_id"], own["code_table_id"])
        .where(own["parent_id"].in_(forms), own["indicator_id"].in_({one.fact.indicator_id for one in known}),
               own["code_table_id"].is_not(None))
    ).all()
    by_field = {(forms[form], indicator): table for form, indicator, table in tables}
    pairs = {(table, one.fact.value) for one in known if (table := by_field.get((one.structure.id, one.fact.indicator_id)))}
    table_id = inspect(CodeValue).columns["table_id"]
    meanings = {
        (table, code): title
        for table, code, title in session.execute(
            select(table_id, CodeValue.code, CodeValue.title).where(tuple_(table_id, CodeValue.code).in_(pairs))
        )
    } if pairs else {}
    return {
        (one.structure.id, one.fact.indicator_id, one.fact.value): title
        for one in known
        if (title := meanings.get((by_field.get((one.structure.id, one.fact.indicator_id)), one.fact.value)))
    }
