"""Drop-downs: short lists stand in the cell's own rule, long ones on the hidden sheet."""

from dataclasses import dataclass, field

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from app.engine.codecs import BoolCodec, ChoiceCodec, DateCodec, DateTimeCodec, DecimalCodec, IntegerCodec
from app.engine.fields import FieldSpec
from app.excel.layout import LISTS, choices_of

INLINE = 250
"""Characters that Excel takes for a list inside a rule."""
FIRST_ROW = 3
"""Lists stand below the template's identity."""


@dataclass
class Lists:
    """Long lists, a column each."""

    _columns: list[list[str]] = field(default_factory=list)

    def place(self, values: list[str]) -> str:
        """Where a list stands; the same list stands once."""
        if values not in self._columns:
            self._columns.append(values)
        letter = get_column_letter(self._columns.index(values) + 1)
        return f"'{LISTS}'!${letter}${FIRST_ROW}:${letter}${FIRST_ROW + len(values) - 1}"

    def write(self, page: Worksheet) -> None:
        """Writes the lists onto the hidden sheet."""
        for at, values in enumerate(self._columns, 1):
            for row, value in enumerate(values, FIRST_ROW):
                page.cell(row, at, value)


def add_dropdown(page: Worksheet, one: FieldSpec, area: str, lists: Lists) -> None:
    """The rule that Excel checks cells of a field by."""
    rule = rule_of(one, lists)
    if rule is None:
        return
    rule.allow_blank = True
    rule.showErrorMessage = True
    rule.errorTitle = str(one.label)[:32]
    page.add_data_validation(rule)
    rule.add(area)


def rule_of(one: FieldSpec, lists: Lists) -> DataValidation | None:
    """A list for choices, a range for numbers and days; None for text."""
    match one.codec:
        case ChoiceCodec() | BoolCodec():
            values = choices_of(one) or ["是", "否"]
            text = ",".join(values)
            inline = len(text) <= INLINE and not any("," in value or '"' in value for value in values)
            formula = f'"{text}"' if inline else lists.place(values)
            return DataValidation(type="list", formula1=formula, error="请从下拉列表中选择")
        case IntegerCodec():
            return DataValidation(
                type="whole", operator="between", formula1=str(one.codec.least), formula2=str(one.codec.most),
                error="应为整数", errorStyle="warning",
            )
        case DecimalCodec():
            return DataValidation(
                type="decimal", operator="between", formula1=str(one.codec.least), formula2=str(one.codec.most),
                error="应为数字", errorStyle="warning",
            )
        case DateCodec() | DateTimeCodec():
            return DataValidation(
                type="date", operator="between", formula1="1", formula2="2958465", error="应为日期，如 2026-11-23",
                errorStyle="warning",
            )
    return None
