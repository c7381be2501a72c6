"""The record as a workbook: a row an entry, written as it is read, so that its length does not matter."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from flask_babel import gettext
from rustpy_xlsxwriter import Format, write_worksheets

from app.audit.models import AuditEntry
from app.audit.wording import Told, told

WIDTHS = (8, 20, 12, 20, 10, 30, 20, 60, 80, 8, 16, 66)


def headers() -> list[str]:
    """The columns."""
    return [gettext("序号"), gettext("时间"), gettext("人员"), gettext("岗位"), gettext("动作"), gettext("对象"),
            gettext("单号或编码"), gettext("说明"), gettext("改动"), gettext("来源"), gettext("网络地址"), gettext("摘要")]


def write(target: Path, entries: Iterable[AuditEntry]) -> int:
    """Writes the workbook; returns the number of entries."""
    names, name = headers(), gettext("审计日志")
    written = 0

    def rows() -> Iterator[dict[str, object]]:
        nonlocal written
        for one in entries:
            written += 1
            yield dict(zip(names, cells(told(one)), strict=True))
        if not written:
            yield dict.fromkeys(names)

    words = Format().set_num_format("@").set_quote_prefix()
    write_worksheets(
        [(name, rows())], str(target), freeze_panes={name: {"row": 1, "col": 0}},
        header_format={name: Format().set_bold()}, column_formats={name: dict.fromkeys(names[1:], words)},
        column_widths={name: dict(zip(names, WIDTHS, strict=True))},
    )
    return written


def cells(it: Told) -> tuple[object, ...]:
    """An entry's cells."""
    entry = it.entry
    changes = "\n".join(f"{label}：{old or '—'} → {new or '—'}" for label, old, new in it.changes)
    return (
        entry.id, f"{entry.at:%Y-%m-%d %H:%M:%S}", entry.user_name, entry.position, str(entry.action.title), it.what,
        entry.record or "", "；".join(it.phrases), changes[:30_000], it.channel, entry.address or "", entry.digest,
    )
