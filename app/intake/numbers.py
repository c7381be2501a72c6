"""Integers, decimals and amounts in the notations of delivered files, to plain text: 1234.50."""

import re

MOST_DIGITS = 38
_NUMBER = re.compile(r"([+-]?)(\d+|\d{1,3}(?:,\d{3})+)?(?:\.(\d*))?", re.ASCII)


class NoNumber(ValueError):
    """A text that is no number."""


class TooPrecise(ValueError):
    """A number with more decimal places than agreed."""


class TooLong(ValueError):
    """A number with more digits than agreed."""


def integer(value: str, length: int | None) -> str:
    """A whole number; `length`: the most digits. Raises NoNumber, TooPrecise, TooLong."""
    return decimal(value, length, 0)


def decimal(value: str, length: int | None, places: int | None) -> str:
    """A number with exactly so many decimal places (None: as many as it has); `length`: the most digits in all.

    Thousands separators are left out. Raises NoNumber, TooPrecise, TooLong.
    """
    found = _NUMBER.fullmatch(value)
    if found is None:
        raise NoNumber
    sign, whole, fraction = found.groups("")
    if not whole and not fraction:
        raise NoNumber
    whole = whole.replace(",", "").lstrip("0") or "0"
    fraction = fraction.rstrip("0")
    if places is not None and len(fraction) > places:
        raise TooPrecise
    if len(whole) > (length or MOST_DIGITS) - (places or 0) or len(fraction) > MOST_DIGITS:
        raise TooLong
    fraction = fraction.ljust(places or 0, "0")
    text = f"{whole}.{fraction}" if fraction else whole
    return f"-{text}" if sign == "-" and text.strip("0.") else text


def regular(length: int | None, places: int | None) -> str:
    """The expression of values that are plain as they stand, for a whole column at once; negative ones are not among them."""
    most = (length or MOST_DIGITS) - (places or 0) - 1
    whole = rf"(?:0|[1-9]\d{{0,{max(most, 0)}}})"
    if places is None:
        return rf"{whole}(?:\.\d{{0,30}}[1-9])?"
    return rf"{whole}\.\d{{{places}}}" if places else whole
