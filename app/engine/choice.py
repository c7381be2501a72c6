"""Enumerations with Chinese titles, stored by value."""

from collections.abc import Iterable
from enum import Enum
from typing import Any, Self

from sqlalchemy import Dialect, String
from sqlalchemy.types import TypeDecorator

from app.engine.text import Text, msgid


class Choice(Enum):
    """One of a few fixed values: `ONLINE = "online", _("联网采集")`. Stored and sent by value, shown and keyed by title."""

    title: Text

    def __new__(cls, value: str, title: Text) -> Self:
        member = object.__new__(cls)
        member._value_ = value
        member.title = title
        return member

    def __str__(self) -> str:
        return str(self.title)

    @classmethod
    def of(cls, value: "str | Choice") -> Self:
        """The member with that value; raises ValueError."""
        member = value if isinstance(value, Choice) else cls._value2member_map_.get(value)
        if not isinstance(member, cls):
            raise ValueError(f"{value!r} is no {cls.__name__}")
        return member

    @classmethod
    def find(cls, text: str) -> Self | None:
        """The member of that value or title (in either language), or None."""
        for member in cls:
            if text in (member.value, msgid(member.title), str(member.title)):
                return member
        return None


class ChoiceType(TypeDecorator[Choice]):
    """A Choice in a text column. Migrations print it as `sa.String`."""

    impl = String
    cache_ok = True

    def __init__(self, choice: type[Choice], length: int = 32) -> None:
        super().__init__(length)
        self.choice = choice

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else str(self.choice.of(value).value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Choice | None:
        return None if value is None else self.choice.of(value)


class ChoiceSetType(TypeDecorator[frozenset[Choice]]):
    """Several values of a Choice in a text column, separated by commas in the order of the Choice."""

    impl = String
    cache_ok = True

    def __init__(self, choice: type[Choice], length: int = 255) -> None:
        super().__init__(length)
        self.choice = choice

    def process_bind_param(self, value: Iterable[Any] | None, dialect: Dialect) -> str | None:
        if not value:
            return None
        chosen = {self.choice.of(one) for one in value}
        return ",".join(member.value for member in self.choice if member in chosen)

    def process_result_value(self, value: Any, dialect: Dialect) -> frozenset[Choice] | None:
        return None if value is None else frozenset(self.choice.of(one) for one in value.split(","))
