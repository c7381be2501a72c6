"""Where a register row is in use: what refers to it cannot lose it."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from sqlalchemy import Column, Table, func, select
from sqlalchemy.orm import Session

from app.areas.organisation.registers import AccountLink
from app.engine.base import Model
from app.engine.catalogue import Catalogue
from app.engine.register import RegisterModel
from app.engine.text import Text


@dataclass(frozen=True)
class Use:
    """So many rows of a form, its lines, a register or a table of the system refer to it."""

    where: str
    number: int


def uses(session: Session, catalogue: Catalogue, row: RegisterModel) -> list[Use]:
    """Everything that refers to a row, save the forms that have made it what it is."""
    table, titles = row.__table__, titles_of(catalogue)
    about = {(spec.slug, f"{spec.change.record}_id") for spec in catalogue.forms if spec.change}
    found: dict[str, int] = {}
    for other in Model.metadata.sorted_tables:
        for column in references(other, table):
            if (other.name, column.name) in about:
                continue
            counted = select(func.count()).select_from(other).where(column == row.id)
            if number := session.scalar(counted):
                title = titles.get(other.name, other.name)
                found[title] = found.get(title, 0) + number
    return [Use(title, number) for title, number in found.items()]


def references(table: Table, target: object) -> list[Column[int]]:
    """The columns of a table that refer to another."""
    return [column for column in table.columns for key in column.foreign_keys if key.column.table is target]


def titles_of(catalogue: Catalogue) -> dict[str, str]:
    """What people call the tables."""
    titles = {spec.model.__tablename__: str(spec.title) for spec in catalogue}
    titles[AccountLink.__tablename__] = str(_("用户"))
    titles |= {line.model.__tablename__: f"{spec.title} {line.label}" for spec in catalogue.forms for line in spec.lines}
    return titles


def in_words(found: list[Use]) -> Text:
    """数据采集文件登记表 3 处、协议 1 处."""
    return _("、").join(str(_("%(where)s %(number)s 处", where=one.where, number=one.number)) for one in found)
