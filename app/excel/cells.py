"""Values to cells and cells to raw values: what goes out comes back the same."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _

from app.engine.codecs import (
    BoolCodec,
    ChoiceCodec,
    ChoiceSetCodec,
    Codec,
    CodeCodec,
    CodeTableCodec,
    DateCodec,
    DateTimeCodec,
    DecimalCodec,
    IntegerCodec,
    ReferenceCodec,
    Refused,
)
from app.engine.text import clean, half_width, msgid

Cell = str | int | float | date | datetime | None
ToCell = Callable[[Any], Cell]

TEXT = "@"
EXACT = 10**15
"""Excel keeps 15 digits of a number; longer ones go as text."""
FIRST_YEAR = 1901
"""Excel's calendar is wrong before; such days go as text."""

_ERRORS = {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA"}
_EXPONENT = frozenset("eEｅＥ")
_BETWEEN = "、,，;；|"
_SCIENTIFIC = re.compile(r"[-+]?\d(\.\d+)?[eE]\+?\d{1,3}")


def to_cell(codec: Codec, names: Mapping[Any, str] | None = None) -> ToCell:
    """How a column of that codec writes its values; `names` are the words for keys of references and codes."""
    found: Mapping[Any, str] = {} if names is None else names
    match codec:
        case ReferenceCodec():
            return lambda value: found.get(value, str(value))
        case CodeTableCodec():
            return lambda value: found.get(value, value)
        case ChoiceCodec():
            titles = {member: msgid(member.title) for member in codec.choice}
            return lambda value: titles[value]
        case ChoiceSetCodec():
            return lambda value: "、".join(msgid(member.title) for member in codec.choice if member in value)
        case BoolCodec():
            return lambda value: "是" if value else "否"
        case IntegerCodec():
            return lambda value: value if -EXACT < value < EXACT else str(value)
        case DecimalCodec():
            most = Decimal(EXACT).scaleb(-codec.places)
            return lambda value: float(value) if -most < value < most else codec.key(value)
        case DateCodec() | DateTimeCodec():
            return lambda value: value if value.year >= FIRST_YEAR else codec.key(value)
    if type(codec).show is Codec.show and type(codec).to_excel is Codec.to_excel:
        return str  # plain text, most columns: without a call of ours for each cell
    return lambda value: str(codec.to_excel(value))


def excel_format(codec: Codec) -> str:
    """The number format of cells of that codec."""
    if isinstance(codec, DecimalCodec):
        return f"#,##0.{'0' * codec.places}"
    return codec.excel_format


def raw_of(codec: Codec, value: Any) -> Any:
    """A cell as a raw value for a codec; raises Refused where the cell itself has lost what stood there."""
    if isinstance(value, str):
        if isinstance(codec, ChoiceSetCodec):
            return several(codec, value)
        if value in _ERRORS:
            raise Refused(_("单元格是 Excel 错误值 %(value)s", value=value))
        if isinstance(codec, CodeCodec) and not _EXPONENT.isdisjoint(value) and _SCIENTIFIC.fullmatch(half_width(value)):
            raise Refused(_("是科学计数法，号码的后几位已丢失；请将单元格设为文本后重新录入"))
    elif isinstance(value, float) and isinstance(codec, CodeCodec):
        if abs(value) >= EXACT:
            raise Refused(_("数字超过 15 位，Excel 已将后几位变为 0；请将单元格设为文本后重新录入"))
        if not value.is_integer():
            raise Refused(_("应为号码，现为小数 %(value)s；请将单元格设为文本后重新录入", value=value))
    return value


def several(codec: ChoiceSetCodec, text: str) -> list[str]:
    """The parts of a set of choices; a title may hold the sign that stands between them."""
    titles = sorted((msgid(member.title) for member in codec.choice), key=len, reverse=True)
    found, rest = [], clean(text)
    while rest:
        whole = next((one for one in titles if rest == one or (rest.startswith(one) and rest[len(one)] in _BETWEEN)), None)
        part = whole or re.split(f"[{_BETWEEN}]", rest, maxsplit=1)[0]
        found.append(part)
        rest = rest[len(part) + 1 :].strip()
    return [one for one in found if one]


def reference_words(key: str, name: str) -> str:
    """A reference as `CODE 名称`, which is found again by its code."""
    return key if key == name else f"{key} {name}"


def blank(value: Any) -> bool:
    """Whether a cell holds nothing that a person would see."""
    if isinstance(value, str):
        return not value or not (value[0].isalnum() or clean(value))
    return value is None
