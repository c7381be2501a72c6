"""Codecs of numbers and of yes and no."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import ClassVar

from flask_babel import lazy_gettext as _

from app.engine.codecs.base import Codec, Refused, Resolver, Widget, text_of
from app.engine.text import half_width


@dataclass(frozen=True)
class IntegerCodec(Codec):
    """A whole number between `least` and `most`."""

    widget: ClassVar[Widget] = Widget.NUMBER
    excel_format: ClassVar[str] = "#,##0"
    json_type: ClassVar[str] = "integer"
    right: ClassVar[bool] = True
    width: int = 12
    least: int = 0
    most: int = 2**53

    def parse(self, raw: object, resolver: Resolver) -> int:
        number = decimal_of(raw)
        if number != number.to_integral_value():
            raise Refused(_("应为整数，现为“%(value)s”", value=raw))
        bounds(number, self.least, self.most)
        return int(number)

    def show(self, value: int) -> str:
        return f"{value:,}"

    def key(self, value: int) -> str:
        return str(value)

    def to_excel(self, value: int) -> int:
        return value

    def to_json(self, value: int) -> int:
        return value

    def example(self) -> str:
        return str(max(self.least, min(12, self.most)))


@dataclass(frozen=True)
class DecimalCodec(Codec):
    """A decimal number with `places` places; `unit` stands behind it, `prefix` (¥) before it."""

    widget: ClassVar[Widget] = Widget.NUMBER
    excel_format: ClassVar[str] = "#,##0.00"
    json_format: ClassVar[str | None] = "decimal"
    right: ClassVar[bool] = True
    width: int = 14
    places: int = 2
    least: Decimal = Decimal(0)
    most: Decimal = Decimal("9999999999999999.99")
    prefix: str = ""
    unit: str = ""

    def parse(self, raw: object, resolver: Resolver) -> Decimal:
        number = decimal_of(raw)
        bounds(number, self.least, self.most)
        exact = round(number, self.places)
        if exact != number:
            raise Refused(_("最多 %(places)s 位小数，现为“%(value)s”", places=self.places, value=raw))
        return exact

    def show(self, value: Decimal) -> str:
        sign, size = ("-", -value) if value < 0 else ("", value)
        return f"{sign}{self.prefix}{size:,.{self.places}f}{self.unit}"

    def key(self, value: Decimal) -> str:
        return f"{value:.{self.places}f}"

    def to_excel(self, value: Decimal) -> Decimal:
        return value

    def example(self) -> str:
        return f"{max(self.least, min(Decimal('1234.5'), self.most)):.{self.places}f}"


@dataclass(frozen=True)
class BoolCodec(Codec):
    """是 or 否."""

    widget: ClassVar[Widget] = Widget.TICK
    json_type: ClassVar[str] = "boolean"
    width: int = 6

    def parse(self, raw: object, resolver: Resolver) -> bool:
        if isinstance(raw, bool):
            return raw
        text = half_width(text_of(raw)).lower()
        if text in ("是", "1", "true", "y", "yes", "on", "√", "☑"):
            return True
        if text in ("否", "0", "false", "n", "no", "off", "×", "☐"):
            return False
        raise Refused(_("应为“是”或“否”，现为“%(value)s”", value=raw))

    def show(self, value: bool) -> str:
        return str(_("是")) if value else str(_("否"))

    def key(self, value: bool) -> str:
        return "1" if value else "0"

    def to_excel(self, value: bool) -> str:
        return "是" if value else "否"

    def to_json(self, value: bool) -> bool:
        return value

    def example(self) -> str:
        return "1"


def decimal_of(raw: object) -> Decimal:
    """A raw value as a decimal; thousands separators, full-width digits and a leading ¥ are taken."""
    if isinstance(raw, bool | date):
        raise Refused(_("应为数字，现为“%(value)s”", value=raw))
    if isinstance(raw, int | Decimal):
        return Decimal(raw)
    text = repr(raw) if isinstance(raw, float) else half_width(text_of(raw)).removeprefix("¥").replace(" ", "")
    if not re.fullmatch(r"[-+]?(\d+|\d{1,3}(,\d{3})+)?(\.\d+)?([eE][-+]?\d{1,2})?", text) or not re.search(r"\d", text):
        letter = re.search(r"[^\d,.+\-eE]", text)
        if letter:
            raise Refused(_("应为数字，含“%(letter)s”，现为“%(value)s”", letter=letter[0], value=raw))
        raise Refused(_("应为数字，现为“%(value)s”", value=raw))
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation:
        raise Refused(_("应为数字，现为“%(value)s”", value=raw)) from None


def bounds(number: Decimal, least: Decimal | int, most: Decimal | int) -> None:
    """Refuses a number outside [least, most]."""
    if number < least:
        raise Refused(_("不能小于 %(least)s，现为 %(value)s", least=least, value=number))
    if number > most:
        raise Refused(_("不能大于 %(most)s，现为 %(value)s", most=most, value=number))
