"""Words shown to people: lazy translations whose message ids are the procedure's own Chinese."""

import re
import unicodedata
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from flask_babel.speaklater import LazyString

    Text: TypeAlias = "LazyString | str"
else:
    Text = object

_INVISIBLE = re.compile("[\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\u00ad]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def msgid(text: Text) -> str:
    """The Chinese source of a lazy text, the same in every interface language: for stored names and stable keys."""
    return text if isinstance(text, str) else str(text._args[0])


def clean(text: str) -> str:
    """Text as a person meant it: no invisible or control characters, no blanks (ideographic ones too) at the ends."""
    if text.isprintable():  # the usual case, and cheap to see
        return text.strip()
    return _CONTROL.sub("", _INVISIBLE.sub("", text)).replace("\r\n", "\n").replace("\r", "\n").strip()


def half_width(text: str) -> str:
    """Codes and numbers typed in full width (１２３ＡＢ) as the half-width characters they stand for."""
    return clean(text) if text.isascii() else unicodedata.normalize("NFKC", clean(text))


def masked(text: str) -> str:
    """An identity number or account with only its ends shown: 4201**********1234."""
    return text if len(text) < 9 else f"{text[:4]}{'*' * (len(text) - 8)}{text[-4:]}"
