"""Dates and times in the notations of delivered files, to ISO text: 2026-11-28 and 2026-11-28 09:30:00."""

import re
from collections.abc import Callable
from datetime import date, datetime

Parse = Callable[[str], str]
"""A value to its standard text; raises ValueError."""

_DATE = r"(?P<y>\d{4})(?:(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})|年(?P<m2>\d{1,2})月(?P<d2>\d{1,2})日|(?P<m3>\d\d)(?P<d3>\d\d))"
_TIME = r"(?P<H>\d{1,2}):?(?P<M>\d\d)(?::?(?P<S>\d\d)(?:\.\d{1,9})?)?(?:\+08:?00)?"
_ANY_DATE = re.compile(rf"{_DATE}(?:[ T]?0{{1,2}}:?00(?::?00(?:\.0{{1,9}})?)?)?", re.ASCII)
_ANY_MOMENT = re.compile(rf"{_DATE}(?:[ T]?{_TIME})?", re.ASCII)

_TOKEN = re.compile(r"yyyy|MM|dd|HH|mm|ss|M|d|H")
_TOKENS = {
    "yyyy": r"(?P<y>\d{4})", "MM": r"(?P<m>\d\d)", "M": r"(?P<m>\d{1,2})", "dd": r"(?P<d>\d\d)", "d": r"(?P<d>\d{1,2})",
    "HH": r"(?P<H>\d\d)", "H": r"(?P<H>\d{1,2})", "mm": r"(?P<M>\d\d)", "ss": r"(?P<S>\d\d)",
}


def day(value: str) -> str:
    """A date in any usual notation: 2026-11-28, 2026/11/28, 2026.11.28, 20261128, 2026年11月28日, with a time of zero or none."""
    if len(value) == 10 and value[4] == value[7] == "-" and value.isascii():
        date.fromisoformat(value)
        return value
    return found_day(_ANY_DATE.fullmatch(value)).isoformat()


def moment(value: str) -> str:
    """A date and time in any usual notation; a date alone is its midnight. Fractions of a second are left out."""
    if len(value) == 19 and value[4] == value[7] == "-" and value[10] == " " and value[13] == value[16] == ":":
        datetime.fromisoformat(value)
        return value
    return found_moment(_ANY_MOMENT.fullmatch(value)).isoformat(" ")


def by_format(text: str, *, timed: bool) -> Parse:
    """The parser of one agreed notation, such as yyyyMMdd; without dd the first of the month is meant."""
    pattern = re.compile(pattern_of(text), re.ASCII)
    if timed:
        return lambda value: found_moment(pattern.fullmatch(value)).isoformat(" ")
    return lambda value: found_day(pattern.fullmatch(value)).isoformat()


def pattern_of(text: str) -> str:
    """The expression of a notation; raises ValueError where it has no year and month, or something twice."""
    parts, at = [], 0
    for token in _TOKEN.finditer(text):
        parts += [re.escape(text[at : token.start()]), _TOKENS[token[0]]]
        at = token.end()
    parts.append(re.escape(text[at:]))
    rest = _TOKEN.sub("", text)
    names = [one[4] for one in parts if one.startswith("(?P<")]
    if re.search("[A-Za-z0-9]", rest.replace("T", "")) or len(set(names)) != len(names) or not {"y", "m"} <= set(names):
        raise ValueError(text)
    return "".join(parts)


def found_day(found: "re.Match[str] | None") -> date:
    """The date of a match; raises ValueError."""
    if found is None:
        raise ValueError
    parts = found.groupdict()
    month = parts["m"] or parts.get("m2") or parts.get("m3") or ""
    dom = parts.get("d") or parts.get("d2") or parts.get("d3") or 1
    return date(int(parts["y"]), int(month), int(dom))


def found_moment(found: "re.Match[str] | None") -> datetime:
    """The date and time of a match; raises ValueError."""
    on = found_day(found)
    assert found is not None
    parts = found.groupdict()
    hour, minute, second = (int(parts.get(one) or 0) for one in "HMS")
    return datetime(on.year, on.month, on.day, hour, minute, second)
