"""FormModel and Form: how one paper form is declared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy.orm import mapped_column

from app.engine.chain import Chain, Effect
from app.engine.declare import foreign_key
from app.engine.document import Document
from app.engine.positions import Position, TeamRole
from app.engine.text import Text


@dataclass(frozen=True)
class Group:
    """A captioned block of fields on the sheet; `article` is its basis in the procedure."""

    title: Text
    fields: tuple[Any, ...]
    article: str | None = None


@dataclass(frozen=True)
class Change:
    """A proposed change to a register: the form's fields that share a name with the register's are its new values.

    `kind` is the field that says what kind of change, `record` the reference to the row; `creating` are the kinds
    that make a new row and so name no record.
    """

    register: type[Any]
    kind: Any
    record: Any
    creating: tuple[Any, ...]


@dataclass(frozen=True, kw_only=True)
class Form:
    """What a form is, beside its fields.

    `code`: 附件 number ("2") or "S4". `makers`: positions that fill it in. `columns`: fields that its list shows
    after the number. `filters`: fields that its list filters by. `summary`: fields that make up its one-line
    summary and are searched. `copies`: its printed copies (联). `readers`: positions that read it without a part
    in its chain. `generated`: made by the system from another form, never keyed. `alone`: the procedure asks for no second
    signature on it. `print_layout`: a file of forms_templates that differs from
    the general one. `change`: the register change that it proposes.
    `effects`: what its completion causes, whichever step was the last. `handed_in`: what handing it in causes.
    `page`: the title and address of a page of its own that each document has beside, `{}` standing for its key.
    """

    code: str
    title: Text
    articles: tuple[str, ...]
    makers: tuple[Position, ...]
    chain: Chain
    columns: tuple[Any, ...]
    filters: tuple[Any, ...] = ()
    summary: tuple[Any, ...] = ()
    groups: tuple[Group, ...] = ()
    copies: tuple[Text, ...] = ()
    readers: tuple[Position, ...] = ()
    generated: bool = False
    alone: bool = False
    print_layout: str | None = None
    change: Change | None = None
    effects: tuple[Effect, ...] = ()
    handed_in: tuple[Effect, ...] = ()
    page: tuple[Text, str] | None = None


def prefix_of(code: str) -> str:
    """The numbering prefix of a form's code: "2" is FJ02 (附件 2), "S4" stays."""
    return f"FJ{int(code):02d}" if code.isdigit() else code


def share_unique_values(cls: type[Any]) -> None:
    """A document may have the unique value of the one that it corrects: operations see to it, not the database."""
    for value in vars(cls).values():
        column = getattr(value, "column", None)
        if column is not None and column.unique:
            column.unique, column.index = None, not column.info["declared"].sortable or None
            column.info["unique"] = True


class FormModel(Document):
    """Base of every form: a table of its own fields beside `document`."""

    __abstract__ = True
    __form__: ClassVar[Form]

    def team(self) -> Mapping[TeamRole, Sequence[Any]]:
        """项目组: the employees (rows of that register) of the project that the document is about, by their part in it."""
        return {}

    if not TYPE_CHECKING:

        def __init_subclass__(cls, **options):
            if "__form__" in cls.__dict__:
                share_unique_values(cls)
                cls.id = mapped_column(foreign_key("document"), primary_key=True, sort_order=-1)
                cls.__mapper_args__ = {
                    "polymorphic_identity": prefix_of(cls.__form__.code),
                    "inherit_condition": cls.id.column
                    == Document.__table__.c.id,  # its fields may refer to documents too
                }
            super().__init_subclass__(**options)
