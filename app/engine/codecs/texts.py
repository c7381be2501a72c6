"""Codecs of text: lines, long text, codes."""

import re
from dataclasses import dataclass
from typing import ClassVar

from flask_babel import lazy_gettext as _

from app.engine.codecs.base import Codec, Refused, Resolver, Widget, text_of
from app.engine.text import Text, clean, half_width


@dataclass(frozen=True)
class TextCodec(Codec):
    """One line of free text of at most `max_length` characters."""

    max_length: int = 60
    min_length: int = 0

    def parse(self, raw: object, resolver: Resolver) -> str:
        text = clean(text_of(raw))
        if "\n" in text and self.widget is Widget.TEXT:
            raise Refused(_("不能换行"))
        if len(text) > self.max_length:
            raise Refused(_("最多 %(max)s 个字，现有 %(len)s 个", max=self.max_length, len=len(text)))
        if len(text) < self.min_length:
            raise Refused(_("至少 %(min)s 个字，现有 %(len)s 个", min=self.min_length, len=len(text)))
        return text

    @property
    def width(self) -> int:  # type: ignore[override]
        return min(max(self.max_length, 8), 40)


@dataclass(frozen=True)
class LongTextCodec(TextCodec):
    """Free text of several lines."""

    widget: ClassVar[Widget] = Widget.AREA
    max_length: int = 2000


@dataclass(frozen=True)
class CodeCodec(TextCodec):
    """A code or number of the bureau's or a partner's: half width, no blanks inside."""

    max_length: int = 30
    pattern: str | None = None
    upper: bool = False
    sample: str = "A001"

    def parse(self, raw: object, resolver: Resolver) -> str:
        text = half_width(text_of(raw))
        text = text.upper() if self.upper else text
        if re.search(r"\s", text):
            raise Refused(_("不能含空格"))
        text = super().parse(text, resolver)
        if self.pattern and not re.fullmatch(self.pattern, text):
            raise Refused(self.refusal)
        return text

    def example(self) -> str:
        return self.sample

    @property
    def refusal(self) -> Text:
        return _("格式不符，应如 %(sample)s", sample=self.sample)
