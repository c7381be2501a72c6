"""RegisterModel and Register: how a register (台账, 登记册) is declared. Forms change its rows, or imports that a second confirms."""

from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy.orm import Mapped, mapped_column

from app.engine.choice import Choice
from app.engine.declare import foreign_key
from app.engine.declaring import Declaring
from app.engine.positions import Position
from app.engine.text import Text

DELETED = "deleted"
"""The status of a row that stays only for the forms that tell of it."""


@dataclass(frozen=True, kw_only=True)
class Register:
    """What a register is, beside its columns.

    `key`: the unique column that references are typed by; `name`: the column that is shown for a row. `readers`:
    positions that see it (None: all staff). `columns`: those of its list. `usable`: values of `status` with which a
    row may be referred to by new documents (none: any). `amendable`: no form keeps it; an import changes rows, too.
    `loaded`: its rows come from loading data (article 19), many at once; no versions are kept of them.
    `imports`, `confirms`: who brings rows in, and who, as the second person, lets them in.
    """

    slug: str
    title: Text
    key: Any
    name: Any
    columns: tuple[Any, ...]
    filters: tuple[Any, ...] = ()
    articles: tuple[str, ...] = ()
    readers: tuple[Position, ...] | None = None
    forms: tuple[str, ...] = ()
    usable: tuple[Choice, ...] = ()
    amendable: bool = False
    loaded: bool = False
    imports: tuple[Position, ...] = (Position.SYSADMIN,)
    confirms: tuple[Position, ...] = (Position.SUPERVISOR_ADMIN,)


class RegisterModel(Declaring):
    """Base of every register: `made_by` is the document that last made the row what it is, if a form did."""

    __abstract__ = True
    __register__: ClassVar[Register]
    __shown_by__: ClassVar[str]

    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)
    made_by_id: Mapped[int | None] = mapped_column(foreign_key("document"), index=True, sort_order=10_001)

    def __init_subclass__(cls, **options: Any) -> None:
        if register := cls.__dict__.get("__register__"):
            cls.__shown_by__ = next(name for name, value in cls.__dict__.items() if value is register.name)
        super().__init_subclass__(**options)

    def __str__(self) -> str:
        return str(getattr(self, self.__shown_by__))
