"""Turns the words of a declaration into columns before SQLAlchemy maps the class."""

import re
from typing import Any, ClassVar, get_args

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, Relationship, mapped_column, relationship

from app.engine.base import Model
from app.engine.declare import Declared, foreign_key


class Declaring(Model):
    """Base of documents, lines and registers. `__init_subclass__` runs first and supplies what the words left open."""

    __abstract__ = True
    __rules__: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls, **options: Any) -> None:
        own = dict(cls.__dict__)
        if "__tablename__" in own:
            # Flask-AppBuilder's Model would hand the parent's constraints down and merge classes of one table name.
            arguments = own.get("__table_args__", ())
            refuse_second_table(own["__tablename__"])
            indexes = sort_indexes(own)
            cls.__table_args__ = (*arguments, *indexes)
            for name, value in own.items():
                if isinstance(value, Relationship) and "key" in value.info:
                    give_key(cls, name, value)
                elif isinstance(value, Relationship) and value.info.get("lines"):
                    give_parent(cls, name)
        super().__init_subclass__(**options)


def refuse_second_table(table: str) -> None:
    """Two classes with one table name would merge silently."""
    if table in Model.metadata.tables:
        raise TypeError(f"F001 table {table!r} is declared twice. Hint: slugs are table names, choose another.")


def sort_indexes(own: dict[str, Any]) -> list[Index]:
    """An index (column, id) for each sortable column, so that lists page by key in its order."""
    found = []
    for name, value in own.items():
        column = getattr(value, "column", None)
        declared = None if column is None else column.info.get("declared")
        if isinstance(declared, Declared) and declared.sortable:
            found.append(Index(f"ix_{own['__tablename__']}_{name}", name, "id"))
    return found


def optional(annotation: object) -> bool:
    """Whether an annotation `Mapped[X | None]` admits None; forward references are text."""
    return re.search(r"\bNone\b|Optional", str(annotation)) is not None


def give_key(cls: type[Any], name: str, relation: "Relationship[Any]") -> None:
    """The foreign key column `<name>_id` of a reference: its table from the annotation, nullable as that says."""
    annotation = cls.__annotations__[name]
    key, to = relation.info["key"], relation.info["to"]
    target = cls.__tablename__ if to == "self" else to or target_class(annotation).__tablename__
    key.column.nullable = optional(annotation)
    key.column.append_foreign_key(foreign_key(target))
    setattr(cls, f"{name}_id", key)


def target_class(annotation: Any) -> Any:
    """The class X of `Mapped[X]`, `Mapped[X | None]` or `Mapped[list[X]]`."""
    inner = get_args(annotation)[0]
    found = [one for one in (get_args(inner) or (inner,)) if one is not type(None)]
    return found[0]


def give_parent(cls: type[Any], name: str) -> None:
    """The key and the relation back from a line class to its form."""
    line = target_class(cls.__annotations__[name])
    key = mapped_column(foreign_key(cls.__tablename__), index=True, nullable=False)
    line.parent_id = key
    line.parent = relationship(lambda: cls, foreign_keys=lambda: [key.column], back_populates=name)
    cls.__dict__[name].info["parent"]["key"] = key


class Line(Declaring):
    """A row of a form's table of details (明细). Declare it above its form."""

    __abstract__ = True
    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-2)
    line_no: Mapped[int] = mapped_column(sort_order=-1)
