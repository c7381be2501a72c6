"""工商注册号 (business registration number before the unified code), GS 15-2006.

Six digits of the registering authority, eight of sequence, one check digit by GB/T 17710 (ISO 7064) MOD 11,10.
The numbers of 13 digits given before 2007 have no check digit and are refused.
"""

from stdnum.iso7064 import mod_11_10

from app.standards.characters import compact, require_check_character, require_digits, require_length

LENGTH = 15


def check_registration_number(text: str) -> str:
    """The number in its normal form; StandardError if GS 15 refuses it."""
    number = compact(text)
    require_length(number, LENGTH)
    require_digits(number, 1, LENGTH)
    require_check_character(number, check_digit(number[:-1]))
    return number


def make_registration_number(stem: str) -> str:
    """The number of 14 given digits: their check digit appended."""
    stem = compact(stem)
    require_length(stem, LENGTH - 1)
    require_digits(stem, 1, LENGTH - 1)
    return stem + check_digit(stem)


def check_digit(stem: str) -> str:
    """The check digit of 14 digits, by MOD 11,10."""
    return str(mod_11_10.calc_check_digit(stem))
