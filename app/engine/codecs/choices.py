"""Codecs of values that are chosen: enumerations, code tables, references."""

import re
from dataclasses import dataclass
from typing import ClassVar

from flask_babel import lazy_gettext as _

from app.engine.choice import Choice
from app.engine.codecs.base import Codec, Refused, Resolver, Target, Widget, text_of
from app.engine.text import clean, half_width


@dataclass(frozen=True)
class ChoiceCodec(Codec):
    """One member of a Choice, keyed by title or value."""

    choice: type[Choice]

    @property
    def widget(self) -> Widget:  # type: ignore[override]
        return Widget.RADIO if len(self.choice) <= 5 else Widget.SELECT

    def parse(self, raw: object, resolver: Resolver) -> Choice:
        text = half_width(text_of(raw))
        member = self.choice.find(text) or self.choice.find(clean(text_of(raw)))
        if member is None:
            allowed = "、".join(str(one.title) for one in self.choice)
            raise Refused(_("“%(value)s”不是可选项，可选：%(allowed)s", value=raw, allowed=allowed))
        return member

    def show(self, value: Choice) -> str:
        return str(value.title)

    def key(self, value: Choice) -> str:
        return str(value.value)

    def example(self) -> str:
        return str(next(iter(self.choice)).value)


@dataclass(frozen=True)
class ChoiceSetCodec(Codec):
    """Several members of a Choice, in text separated by 、 or a comma; in JSON a list."""

    widget: ClassVar[Widget] = Widget.TICKS
    json_type: ClassVar[str] = "array"
    choice: type[Choice]
    width: int = 24

    def parse(self, raw: object, resolver: Resolver) -> frozenset[Choice]:
        parts = raw if isinstance(raw, list | tuple | set | frozenset) else re.split("[、,，;；|]", text_of(raw))
        one = ChoiceCodec(self.choice)
        return frozenset(one.parse(part, resolver) for part in parts if clean(text_of(part)))

    def _ordered(self, value: frozenset[Choice]) -> list[Choice]:
        return [member for member in self.choice if member in value]

    def show(self, value: frozenset[Choice]) -> str:
        return "、".join(str(member.title) for member in self._ordered(value))

    def key(self, value: frozenset[Choice]) -> str:
        return ",".join(member.value for member in self._ordered(value))

    def to_json(self, value: frozenset[Choice]) -> list[str]:
        return [member.value for member in self._ordered(value)]

    def example(self) -> str:
        return str(next(iter(self.choice)).value)


@dataclass(frozen=True)
class CodeTableCodec(Codec):
    """A value of a code table (代码表), stored by code, chosen by typing code or title."""

    widget: ClassVar[Widget] = Widget.LOOKUP
    table: str
    sample: str
    max_length: int = 12
    width: int = 20

    def parse(self, raw: object, resolver: Resolver) -> str:
        return resolver.code(self.table, half_width(text_of(raw)))

    def example(self) -> str:
        return self.sample


@dataclass(frozen=True)
class ReferenceCodec(Codec):
    """A row of a register or another document, keyed by its code or number; the value is its id, shown by its name."""

    widget: ClassVar[Widget] = Widget.LOOKUP
    target: Target
    width: int = 24

    def parse(self, raw: object, resolver: Resolver) -> int:
        return resolver.find(self.target, clean(text_of(raw)))
