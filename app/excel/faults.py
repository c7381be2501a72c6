"""What is wrong in a workbook: where it stands, what it says, why it cannot be taken, and how to mend it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext
from openpyxl.utils import get_column_letter

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
    MonthCodec,
    ReferenceCodec,
    TextCodec,
)

MOST_SHOWN = 200
"""Characters of a value that a fault repeats."""


@dataclass(frozen=True)
class CellFault:
    """One fault. Row and column are Excel's, counted from 1; 0 where the whole sheet or file is meant."""

    sheet: str
    row: int
    column: int
    label: str
    value: str
    reason: str
    mend: str = ""
    warning: bool = False

    @property
    def letter(self) -> str:
        """The column as Excel names it."""
        return get_column_letter(self.column) if self.column else ""


class BadWorkbook(ValueError):
    """A file that cannot be read as this workbook at all, with every reason found."""

    def __init__(self, faults: list[CellFault]) -> None:
        super().__init__("; ".join(f"{one.sheet} {one.reason}" for one in faults))
        self.faults = faults


def whole_file(reason: str, mend: str = "", *, sheet: str = "", value: str = "", warning: bool = False) -> CellFault:
    """A fault of the file or of one of its sheets."""
    return CellFault(sheet, 0, 0, "", value, reason, mend, warning)


def shown(value: Any) -> str:
    """A cell's value as the person sees it there, cut to a bearable length."""
    if value is None or value == "":
        return ""
    if isinstance(value, datetime):
        text = value.isoformat(" ")
    elif isinstance(value, date):
        text = value.isoformat()
    elif isinstance(value, float):
        text = str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    else:
        text = str(value)
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…"


def advice(codec: Codec | None, *, empty: bool, label: str) -> str:
    """How to mend a value of a codec."""
    if empty:
        return str(gettext("填写%(label)s", label=label))
    match codec:
        case IntegerCodec() | DecimalCodec():
            return str(gettext("改为数字，如 %(sample)s", sample=codec.example()))
        case DateCodec() | DateTimeCodec() | MonthCodec():
            return str(gettext("改为 %(sample)s 这样的写法", sample=codec.example()))
        case BoolCodec():
            return str(gettext("填“是”或“否”"))
        case ChoiceCodec() | ChoiceSetCodec():
            return str(gettext("从下拉列表中选择"))
        case ReferenceCodec():
            return str(gettext("填写代码或名称，须已登记且可用"))
        case CodeTableCodec():
            return str(gettext("填写代码表中的代码或名称"))
        case CodeCodec():
            return str(gettext("把单元格设为文本格式，核对后重新录入，如 %(sample)s", sample=codec.example()))
        case TextCodec():
            return str(gettext("改短或改正文字"))
    return str(gettext("改正后重新导入"))
