"""差错文件 of a load: every record that could not be loaded, with file and row, the reasons, and its values."""

import csv
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.collection.base_store.models import BaseFile, BaseRecord
from app.areas.collection.credit.mapping import lines_of
from app.areas.collection.credit.models import LoadBatch, LoadFault
from app.areas.collection.forms.load_error_register import Cause
from app.engine.text import Text

HEADINGS: tuple[Text, ...] = (_("记录号"), _("文件"), _("行号"), _("字段"), _("值"), _("原因类别"), _("差错原因"))
WHOLE = _("整条记录")
AT_ONCE = 1_000
_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would take for a formula (security 14)."""


def folder() -> Path:
    """Where error files of loads are kept."""
    return Path(current_app.config["DATA_DIR"]) / "loads"


def write(session: Session, load: LoadBatch) -> str | None:
    """Writes the file and returns its name below `folder()`; None where everything was loaded. Written anew each time."""
    titles = [one.title for one in lines_of(session, load.batch.structure)]
    rows = faults(session, load)
    first = next(rows, None)
    if first is None:
        return None
    folder().mkdir(parents=True, exist_ok=True)
    name = f"{load.number}.csv"
    unfinished = folder() / f"{name}.part"
    with unfinished.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*map(str, HEADINGS), *titles])
        writer.writerow(first)
        writer.writerows(rows)
    unfinished.replace(folder() / name)
    return name


def faults(session: Session, load: LoadBatch) -> Iterator[Sequence[Any]]:
    """The rows of the file, by record."""
    statement = (
        select(LoadFault, BaseFile.name, BaseRecord.row_no, BaseRecord.values)
        .join(BaseRecord, BaseRecord.id == LoadFault.record_id).join(BaseFile, BaseFile.id == BaseRecord.file_id)
        .where(LoadFault.load_id == load.id).order_by(LoadFault.record_id, LoadFault.id)
    )
    titles = {one.source_name: one.title for one in lines_of(session, load.batch.structure)}
    with session.execute(statement.execution_options(yield_per=AT_ONCE)) as found:
        for fault, file, row_no, values in found:
            field = titles.get(fault.field, fault.field) if fault.field else str(WHOLE)
            told = (fault.record_id, file, row_no, field, fault.value, str(Cause.of(fault.cause).title), fault.reason)
            yield [harmless(one) for one in (*told, *json.loads(values))]


def harmless(value: Any) -> Any:
    """Text that no spreadsheet takes for a formula; negative numbers are none."""
    if isinstance(value, str) and value.startswith(_STARTS) and not value.lstrip("-").replace(".", "", 1).isdigit():
        return f"'{value}"
    return value
