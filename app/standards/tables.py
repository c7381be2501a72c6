"""Code tables that ship with the product: what they are called and where they come from. `data/README.md` says more."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.standards.errors import N_

DATA = Path(__file__).parent / "data"
OWN = N_("企业征信业务操作规程")


@dataclass(frozen=True)
class CodeRow:
    """One code. `parent` is the code above it in the same table, or empty."""

    code: str
    title: str
    parent: str


@dataclass(frozen=True)
class CodeTable:
    """One table, its rows in the order of the standard."""

    code: str
    title: str
    standard: str
    edition: str
    rows: tuple[CodeRow, ...]


@cache
def code_tables() -> tuple[CodeTable, ...]:
    """All tables."""
    return (
        read("region", N_("行政区划"), "GB/T 2260", "2026-06"),
        read("industry", N_("国民经济行业分类"), "GB/T 4754", "2017"),
        read("enterprise_type", N_("经济类型"), "GB/T 12402", "2000"),
        read("enterprise_size", N_("企业规模"), N_("统计上大中小微型企业划分办法"), "2017"),
        read("currency", N_("币种"), "GB/T 12406", "2022"),
        read("ethnic_group", N_("民族"), "GB/T 3304", "1991"),
        read("identity_document", N_("证件类型"), "GA/T 2000.156", "2016"),
        read("data_subject", N_("数据类别"), OWN, N_("第十六条")),
        read("forbidden_item", N_("禁止采集的信息项"), N_("征信业管理条例"), "2013"),
    )


def code_table(code: str) -> CodeTable:
    """The table of that code; KeyError if there is none."""
    return {table.code: table for table in code_tables()}[code]


def read(code: str, title: str, standard: str, edition: str) -> CodeTable:
    """A table with the rows of its file."""
    with (DATA / f"{code}.csv").open(encoding="utf-8", newline="") as file:
        rows = tuple(CodeRow(row["code"], row["title"], row["parent"]) for row in csv.DictReader(file))
    return CodeTable(code, title, standard, edition, rows)
