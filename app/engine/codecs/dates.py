"""Codecs of days, moments and months."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import ClassVar

from flask_babel import lazy_gettext as _

from app.engine.codecs.base import Codec, Refused, Resolver, Widget, text_of
from app.engine.text import half_width


@dataclass(frozen=True)
class DateCodec(Codec):
    """A calendar day, 2026-11-23."""

    widget: ClassVar[Widget] = Widget.DATE
    excel_format: ClassVar[str] = "yyyy-mm-dd"
    json_format: ClassVar[str | None] = "date"
    width: int = 12

    def parse(self, raw: object, resolver: Resolver) -> date:
        if isinstance(raw, datetime):
            if raw.time() != time():
                raise Refused(_("应为日期，不含时间，现为“%(value)s”", value=raw))
            return raw.date()
        if isinstance(raw, date):
            return raw
        text = half_width(text_of(raw))
        if moment := _MOMENT.fullmatch(text):
            text = moment["day"] if not (moment["time"] or "").strip("0:. T") else text
        parts = day_parts(text)
        if parts is None:
            raise Refused(_("应为日期，如 2026-11-23，现为“%(value)s”", value=raw))
        try:
            return date(*parts)
        except ValueError:
            raise Refused(_("日期不存在：%(value)s", value=raw)) from None

    def show(self, value: date) -> str:
        return value.isoformat()

    def to_excel(self, value: date) -> date:
        return value

    def example(self) -> str:
        return "2026-11-23"


@dataclass(frozen=True)
class DateTimeCodec(Codec):
    """A moment in Asia/Shanghai to the minute, 2026-11-23 09:30; to the second where `seconds`."""

    widget: ClassVar[Widget] = Widget.DATETIME
    excel_format: ClassVar[str] = "yyyy-mm-dd hh:mm:ss"
    json_format: ClassVar[str | None] = "date-time"
    width: int = 18

    def parse(self, raw: object, resolver: Resolver) -> datetime:
        if isinstance(raw, datetime):
            return raw.replace(microsecond=0, tzinfo=None)
        if isinstance(raw, date):
            return datetime.combine(raw, time())
        text = half_width(text_of(raw))
        moment = _MOMENT.fullmatch(text)
        parts = day_parts(moment["day"] if moment else text)
        if parts is None:
            raise Refused(_("应为时间，如 2026-11-23 09:30，现为“%(value)s”", value=raw))
        clock = (moment["time"] or "0:00") if moment else "0:00"
        hour, minute, second = (*map(int, clock.split(".")[0].split(":")), 0)[:3]
        try:
            return datetime(*parts, hour, minute, second)
        except ValueError:
            raise Refused(_("时间不存在：%(value)s", value=raw)) from None

    def show(self, value: datetime) -> str:
        return value.strftime("%Y-%m-%d %H:%M:%S" if value.second else "%Y-%m-%d %H:%M")

    def to_excel(self, value: datetime) -> datetime:
        return value

    def example(self) -> str:
        return "2026-11-23 09:30"


@dataclass(frozen=True)
class MonthCodec(Codec):
    """A calendar month, 2026-11, kept as text."""

    widget: ClassVar[Widget] = Widget.MONTH
    width: int = 10

    def parse(self, raw: object, resolver: Resolver) -> str:
        if isinstance(raw, date):
            return f"{raw:%Y-%m}"
        found = re.fullmatch(r"(\d{4})[-/.年]?(\d{1,2})月?", half_width(text_of(raw)))
        if not found or not 1 <= int(found[2]) <= 12:
            raise Refused(_("应为月份，如 2026-11，现为“%(value)s”", value=raw))
        return f"{found[1]}-{int(found[2]):02d}"

    def example(self) -> str:
        return "2026-11"


def day_parts(text: str) -> tuple[int, int, int] | None:
    """Year, month and day of 2026-11-23, 2026/11/23, 2026.11.23, 2026年11月23日 or 20261123; None if it is none of them."""
    for notation in _DAYS:
        if found := notation.fullmatch(text):
            return int(found[1]), int(found[2]), int(found[3])
    return None


_DAYS = tuple(
    re.compile(notation)
    for notation in (
        r"(\d{4})-(\d{1,2})-(\d{1,2})",
        r"(\d{4})/(\d{1,2})/(\d{1,2})",
        r"(\d{4})\.(\d{1,2})\.(\d{1,2})",
        r"(\d{4})年(\d{1,2})月(\d{1,2})日",
        r"(\d{4})(\d{2})(\d{2})",
    )
)
_MOMENT = re.compile(r"(?P<day>\d{4}\D\d{1,2}\D\d{1,2}日?|\d{8})[ T]?(?P<time>\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?")
