"""What the checks share: the normal form of a typed number, its length, its characters and its check character."""

import unicodedata
from string import digits

from stdnum.util import clean

from app.standards.errors import N_, StandardError


def compact(text: str) -> str:
    """The number without spaces, hyphens and invisible characters, in half-width characters and capitals."""
    shown = "".join(char for char in unicodedata.normalize("NFKC", text) if unicodedata.category(char) != "Cf")
    return "".join(clean(shown, "-").split()).upper()


def require_length(code: str, length: int) -> None:
    """Refuse a number of any other length."""
    if len(code) != length:
        raise StandardError(N_("应为 %(length)d 位，实为 %(actual)d 位"), length=length, actual=len(code))


def require_digits(code: str, first: int, last: int) -> None:
    """Refuse anything but digits from one position to another, both counted from 1 and included."""
    for position in range(first, last + 1):
        if (char := code[position - 1]) not in digits:
            raise StandardError(N_("第 %(position)d 位“%(char)s”应为数字"), position=position, char=char)


def require_characters(code: str, allowed: str, first: int, last: int) -> None:
    """Refuse characters that are not among the allowed ones, from one position to another."""
    for position in range(first, last + 1):
        if (char := code[position - 1]) not in allowed:
            raise StandardError(N_("第 %(position)d 位“%(char)s”不是合法字符"), position=position, char=char)


def require_check_character(code: str, expected: str) -> None:
    """Refuse a last character that does not follow from the others."""
    if code[-1] != expected:
        raise StandardError(N_("校验码不符：末位是“%(char)s”，应为“%(expected)s”"), char=code[-1], expected=expected)
