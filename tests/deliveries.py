"""Layouts and files for the tests of deliveries."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.intake.checking import Checker
from app.intake.chunks import Checked, Chunk
from app.intake.duplicates import Duplicates
from app.intake.layout import Field, Layout
from app.intake.reading import read
from app.intake.terms import Encoding, FieldType, FileFormat, Role, Validation
from app.standards.tables import code_table

T = FieldType
INDUSTRIES = frozenset(one.code for one in code_table("industry").rows)
ABC = (Field("a", "甲", T.TEXT), Field("b", "乙", T.TEXT), Field("c", "丙", T.TEXT))
WIDE = (
    Field("tyshxydm", "统一社会信用代码", T.TEXT, 18, required=True, key_part=True, validation=Validation.USCC, role=Role.USCC),
    Field("nsrmc", "企业名称", T.TEXT, 60, required=True, role=Role.NAME),
    Field("ssq", "所属期", T.DATE, 6, required=True, key_part=True, validation=Validation.DATE_FORMAT, expression="yyyyMM"),
    Field("yjse", "应缴税额", T.AMOUNT, 14, 2, required=True, validation=Validation.RANGE, expression="0~"),
    Field("sjse", "实缴税额", T.AMOUNT, 14, 2, validation=Validation.COMPARE, expression="<=应缴税额"),
    Field("sl", "税率", T.DECIMAL, 8, 4, validation=Validation.RANGE, expression="0~1"),
    Field("qq", "期起", T.DATE, 10, role=Role.VALID_FROM),
    Field("qz", "期止", T.DATE, 10, role=Role.VALID_TO),
    Field("rk", "入库时间", T.MOMENT, 19),
    Field("hy", "所属行业", T.CODE, 4, codes=INDUSTRIES),
    Field("dj", "信用等级", T.TEXT, 1, validation=Validation.REGEX, expression="[AB]"),
    Field("cs", "申报次数", T.INTEGER, 4, required=True),
    Field("zc", "是否正常户", T.YES_NO, 2, required=True),
)
"""Every type and rule, with lengths that fixed width can be cut by."""


def layout(fields: tuple[Field, ...] = ABC, format_: FileFormat = FileFormat.CSV, encoding: Encoding = Encoding.UTF_8,
           **more: Any) -> Layout:
    """A layout of those fields; for fixed width one behind the other."""
    if format_ is FileFormat.FIXED:
        fields = placed(fields)
    return Layout(format_, encoding, fields, **more)


def placed(fields: Iterable[Field]) -> tuple[Field, ...]:
    """The fields with their columns."""
    at, found = 1, []
    for one in fields:
        found.append(replace(one, start=at))
        at += one.length or 10
    return tuple(replace(one, length=one.length or 10) for one in found)


def rows_of(path: Path, of: Layout) -> Chunk:
    """All that a file holds, as one chunk."""
    whole = Chunk()
    for one in read(path, of):
        whole.numbers += one.numbers
        whole.rows += one.rows
        whole.broken += one.broken
        whole.raw |= one.raw
    return whole


def reader(tmp_path: Path) -> Callable[..., Chunk]:
    """Reads bytes by a layout."""

    def take(data: bytes, of: Layout | None = None) -> Chunk:
        path = tmp_path / "delivery"
        path.write_bytes(data)
        return rows_of(path, of or layout())

    return take


def checked(chunk: Chunk, of: Layout, folder: Path | None = None) -> Checked:
    """A chunk checked, duplicates told where there is a folder."""
    if folder is None:
        return Checker(of).check(chunk)
    with Duplicates(folder / "keys") as duplicates:
        return Checker(of, duplicates).check(chunk)
