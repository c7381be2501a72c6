"""Codecs: one object a field type that reads, checks, shows and carries its values, for every channel alike.

A raw value comes from a screen (text), a workbook cell (text, number, date) or JSON; `parse` takes any of them and
returns the value or raises `Refused` with a message in the user's words. Empty values never reach a codec.
"""

from enum import StrEnum
from typing import Any, ClassVar, Protocol

from flask_babel import lazy_gettext as _

from app.engine.text import Text, clean


class Refused(ValueError):
    """A value that cannot be taken; `message` says in the user's language what is wrong."""

    def __init__(self, message: Text) -> None:
        super().__init__(message)
        self.message = message


class Widget(StrEnum):
    """How a field is keyed on screen."""

    TEXT = "text"
    AREA = "area"
    NUMBER = "number"
    DATE = "date"
    DATETIME = "datetime"
    MONTH = "month"
    TICK = "tick"
    RADIO = "radio"
    SELECT = "select"
    TICKS = "ticks"
    LOOKUP = "lookup"


class Resolver(Protocol):
    """Finds register rows, documents and code values by what people type; see `app.documents.resolver`."""

    def find(self, target: "Target", text: str) -> int: ...
    def code(self, table: str, text: str) -> str: ...
    def code_title(self, table: str, code: str) -> str: ...


class Target(Protocol):
    """What a reference points at: `slug` of a register or form, and the condition an eligible row meets."""

    @property
    def slug(self) -> str: ...


class Codec:
    """Text that is taken as it is; the other codecs override what differs."""

    widget: ClassVar[Widget] = Widget.TEXT
    excel_format: ClassVar[str] = "@"
    json_type: ClassVar[str] = "string"
    json_format: ClassVar[str | None] = None
    right: ClassVar[bool] = False
    worded: ClassVar[bool] = False
    """Whether a key does not speak for itself: answers of the API bring its words along."""
    width: int = 16
    """Usual width in Latin characters, for columns on screen, in workbooks and on paper."""
    max_length: int | None = None

    def parse(self, raw: object, resolver: Resolver) -> Any:
        """The value of `raw`; raises Refused."""
        return clean(text_of(raw))

    def show(self, value: Any) -> str:
        """The value as people read it, on screen and paper."""
        return str(value)

    def show_in(self, row: Any, value: Any) -> str:
        """The value as people read it in its row, where the others say what it means."""
        return self.show(value)

    def key(self, value: Any) -> str:
        """The value as text that `parse` takes back: in form inputs, JSON and the digest."""
        return self.show(value)

    def to_excel(self, value: Any) -> Any:
        """The value as a workbook cell that `parse` takes back."""
        return self.show(value)

    def to_json(self, value: Any) -> Any:
        """The value in JSON that `parse` takes back."""
        return self.key(value)

    def example(self) -> str:
        """A valid raw value: for templates, API documentation and conformance tests."""
        return "示例"

    @property
    def hint(self) -> Text | None:
        """What to key, in a few words, or None where the label says it."""
        return None


def text_of(raw: object) -> str:
    """A raw value as the text a person would see in its place."""
    if isinstance(raw, str):
        return raw
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 1e15:
        return str(int(raw))
    if isinstance(raw, float) and abs(raw) >= 1e15:
        raise Refused(_("数字过长，Excel 已将其舍入；请将单元格设为文本后重新录入"))
    if isinstance(raw, list | dict):
        raise Refused(_("应为单个值"))
    return str(raw)
