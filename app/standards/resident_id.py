"""公民身份号码 (resident identity number), GB 11643-1999: region, birth date, sequence and check character.

The region is that of the first registration and never changes, so thousands of abolished county codes are in use: only
the province is checked. 81, 82 and 83 begin the residence permits of people from Hong Kong, Macao and Taiwan.
"""

from datetime import date
from string import digits

from stdnum.cn import ric
from stdnum.exceptions import InvalidComponent

from app.standards.characters import (
    compact,
    require_characters,
    require_check_character,
    require_digits,
    require_length,
)
from app.standards.errors import N_, StandardError

LENGTH = 18
EARLIEST = date(1850, 1, 1)
MALE, FEMALE = "1", "2"
PROVINCES = frozenset(
    str(province)
    for first, last in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 83))
    for province in range(first, last + 1)
)


def check_resident_id(text: str, today: date | None = None) -> str:
    """The number in its normal form; StandardError if GB 11643 refuses it."""
    number = compact(text)
    require_length(number, LENGTH)
    require_digits(number, 1, LENGTH - 1)
    require_characters(number, digits + "X", LENGTH, LENGTH)
    require_province(number)
    require_birth(number, today or date.today())
    require_check_character(number, check_character(number[:-1]))
    return number


def make_resident_id(region: str, birth: date, seq: int) -> str:
    """The number of a region, a birth date and a sequence from 0 to 999: odd for men, even for women."""
    stem = f"{region}{birth:%Y%m%d}{seq:03d}"
    require_length(stem, LENGTH - 1)
    require_digits(stem, 1, LENGTH - 1)
    return check_resident_id(stem + check_character(stem))


def birth_date(text: str) -> date:
    """The birth date in a valid number."""
    birth: date = ric.get_birth_date(check_resident_id(text))
    return birth


def sex(text: str) -> str:
    """The sex in a valid number, as a code of GB/T 2261.1: MALE or FEMALE."""
    return MALE if int(check_resident_id(text)[16]) % 2 else FEMALE


def check_character(stem: str) -> str:
    """The check character of 17 digits: a weighted sum modulo 11, X for 10."""
    return str(ric.calc_check_digit(stem + "0"))


def require_province(number: str) -> None:
    """Refuse a region outside the provinces of GB/T 2260."""
    if number[:2] not in PROVINCES:
        raise StandardError(N_("前两位“%(province)s”不是省级行政区划代码"), province=number[:2])


def require_birth(number: str, today: date) -> None:
    """Refuse a birth date that is not in the calendar, lies ahead or too far back."""
    try:
        birth: date = ric.get_birth_date(number)
    except InvalidComponent:
        raise StandardError(N_("第 7 至 14 位“%(birth)s”不是日期"), birth=number[6:14]) from None
    if birth > today:
        raise StandardError(N_("出生日期 %(birth)s 晚于今天"), birth=birth.isoformat())
    if birth < EARLIEST:
        raise StandardError(N_("出生日期 %(birth)s 过早"), birth=birth.isoformat())
