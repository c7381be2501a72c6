"""统一社会信用代码 (unified social credit code), GB 32100-2015 with its amendment of 2016.

One character for the registering authority (A, N and Y are authorities too), one digit for the kind of body, six digits
for the region, nine characters of organisation code, one check character. I, O, S, V and Z are never used.
"""

import re
from operator import mul

from stdnum.cn import uscc

from app.standards.characters import (
    compact,
    require_characters,
    require_check_character,
    require_digits,
    require_length,
)

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH = 18

_WRITTEN = re.compile(rf"[{ALPHABET}][0-9]{{7}}[{ALPHABET}]{{10}}")
_VALUES = bytes(max(ALPHABET.find(chr(code)), 0) for code in range(256))
_WEIGHTS = (*(pow(3, place, 31) for place in range(LENGTH - 1)), 1)


def check_uscc(text: str) -> str:
    """The code in its normal form; StandardError if GB 32100 refuses it."""
    code = compact(text)
    require_length(code, LENGTH)
    require_stem(code)
    require_characters(code, ALPHABET, LENGTH, LENGTH)
    require_check_character(code, check_character(code[:-1]))
    return code


def is_plain_uscc(text: str) -> bool:
    """Whether a text is a sound code in its normal form already, told ten times as fast; False proves nothing.

    The weighted sum of all 18 characters, the check character with weight 1, is divisible by 31.
    """
    return _WRITTEN.fullmatch(text) is not None and sum(map(mul, text.encode().translate(_VALUES), _WEIGHTS)) % 31 == 0


def make_uscc(stem: str) -> str:
    """The code of 17 given characters: their check character appended."""
    stem = compact(stem)
    require_length(stem, LENGTH - 1)
    require_stem(stem)
    return stem + check_character(stem)


def require_stem(code: str) -> None:
    """Refuse what cannot stand in the first 17 positions."""
    require_characters(code, ALPHABET, 1, 1)
    require_digits(code, 2, 8)
    require_characters(code, ALPHABET, 9, LENGTH - 1)


def check_character(stem: str) -> str:
    """The check character of 17 characters: a weighted sum modulo 31."""
    return str(uscc.calc_check_digit(stem))
