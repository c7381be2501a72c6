"""The notes sheet (说明) of a template: how to fill it in, and what each column takes."""

from flask_babel import force_locale
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from app.engine.catalogue import catalogue
from app.engine.codecs import (
    BoolCodec,
    ChoiceCodec,
    ChoiceSetCodec,
    CodeTableCodec,
    DateCodec,
    DateTimeCodec,
    DecimalCodec,
    IntegerCodec,
    MonthCodec,
    ReferenceCodec,
)
from app.engine.fields import FieldSpec
from app.engine.text import msgid
from app.excel.layout import EXAMPLE, KEY, Column, Kind, Layout, choices_of

HEADERS = ("工作表", "列", "必填", "类型", "可填内容", "说明")


def write_notes(page: Worksheet, layout: Layout) -> None:
    """Writes the sheet."""
    page["A1"] = f"{layout.title}　填写说明"
    page["A1"].font = Font(bold=True, size=14)
    row = 2
    for text in how_to(layout):
        page.cell(row, 1, text)
        row += 1
    row += 1
    for at, text in enumerate(HEADERS, 1):
        cell = page.cell(row, at, text)
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="E8F0F8")
    with force_locale("zh"):
        for sheet in layout.read:
            for column in sheet.given:
                row += 1
                for at, text in enumerate((sheet.name, column.label, *described(column)), 1):
                    cell = page.cell(row, at, text)
                    cell.alignment = Alignment(vertical="top", wrap_text=True)
    for letter, width in zip("ABCDEF", (22, 22, 8, 12, 48, 48), strict=True):
        page.column_dimensions[letter].width = width


def how_to(layout: Layout) -> list[str]:
    """The rules of filling in, in sentences."""
    found = [
        "1. 带 * 的列必填；不要改动标题行和工作表名称，选填的列可以留空，不要删除。",
        f"2. 第 2 行是示例（首列为“{EXAMPLE}”），导入时跳过，可以删除。",
        "3. 证件号码、账号等长号码请按文本填写；日期写作 2026-11-23；不要使用公式和合并单元格。",
    ]
    if layout.kind is Kind.FORM:
        found.append(
            f"4. “{KEY}”是每份单据的编号：新单据填自定的序号（如 1、2、3），改自己的草稿填原单号；"
            "明细表的“单据”填主表中相同的内容。"
        )
    elif catalogue.register(layout.slug).amendable:
        found.append("4. 已有记录按首列对应：完全相同的跳过，不同的改为表中的内容；导入后须由另一人确认。")
    else:
        found.append("4. 导入只增加新记录：与已有记录完全相同的跳过，不同的列为错误；导入后须由另一人确认。")
    return found


def described(column: Column) -> tuple[str, str, str, str]:
    """Required, type, what may be filled in, and the help of a column."""
    one = column.field
    if one is None:
        return "必填", "文字", "自定序号，或本人草稿的单号", "主表与明细表以此对应"
    needed = "必填" if one.required else "视情况" if one.required_when else ""
    kind, allowed = typed(one)
    return needed, kind, allowed, msgid(one.help) if one.help else ""


def typed(one: FieldSpec) -> tuple[str, str]:
    """The type of a field and the values it takes, in words."""
    codec = one.codec
    match codec:
        case ChoiceCodec():
            return "单选", "、".join(choices_of(one))
        case ChoiceSetCodec():
            return "多选", "、".join(choices_of(one)) + "（用“、”隔开）"
        case BoolCodec():
            return "是否", "是、否"
        case IntegerCodec():
            return "整数", f"{codec.least:,} 至 {codec.most:,}"
        case DecimalCodec():
            return "数字", f"最多 {codec.places} 位小数" + (f"，单位 {codec.unit}" if codec.unit else "")
        case DateCodec():
            return "日期", "如 2026-11-23"
        case DateTimeCodec():
            return "时间", "如 2026-11-23 09:30"
        case MonthCodec():
            return "月份", "如 2026-11"
        case ReferenceCodec() if one.target and one.target.forms:
            return "单据", "已提交单据的单号"
        case ReferenceCodec():
            return "台账", "代码、名称，或“代码 名称”；须已登记且可用"
        case CodeTableCodec():
            return "代码", "代码表中的代码或名称"
    return "文字", f"最多 {codec.max_length} 个字" if codec.max_length else ""
