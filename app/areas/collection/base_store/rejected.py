"""Rejected rows (差错记录): kept with their faults while a file is preprocessed, given back as its error file in the end."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from app.areas.collection.base_store.parts import Mark, pieces
from app.intake.chunks import Checked, Row, RowFault
from app.intake.layout import Layout
from app.intake.terms import FileFormat
from app.intake.writing import ErrorFile

ENDINGS = {
    FileFormat.CSV: ".csv", FileFormat.TXT: ".txt", FileFormat.FIXED: ".txt", FileFormat.XLSX: ".xlsx", FileFormat.XML: ".xml",
}
Counts = Counter[tuple[str, str]]
"""How often a rule was broken, by (field or "" for the whole row, rule)."""
MOST_VALUE = 255


def lines_of(checked: Checked) -> bytes:
    """The rejected rows of a chunk, one line each: number, source row, faults."""
    faults: dict[int, list[list[str | None]]] = {}
    for one in checked.faults:
        faults.setdefault(one.row, []).append([one.field, one.value, one.rule, str(one.reason)])
    found = (json.dumps([number, row, faults.get(number, [])], ensure_ascii=False) for number, row in checked.bad)
    return "".join(f"{line}\n" for line in found).encode("utf-8", "surrogatepass")


def rows(folder: Path, mark: Mark) -> Iterator[tuple[int, Row | str, list[RowFault]]]:
    """The rejected rows of a file, in order."""
    for piece in pieces(folder, mark):
        for line in piece.decode("utf-8", "surrogatepass").splitlines():
            number, row, faults = json.loads(line)
            yield number, row, [RowFault(number, *one) for one in faults]


def write_error_file(folder: Path, mark: Mark, layout: Layout, name: str) -> None:
    """Makes the error file of one delivered file, in one step: in the provider's own format, with the reasons."""
    fresh = folder / f"{name}.fresh"
    with ErrorFile(fresh, layout) as file:
        for number, row, faults in rows(folder, mark):
            file.add(number, row, faults)
    fresh.replace(folder / name)


def error_name(at: int, original: str, layout: Layout) -> str:
    """The name of the error file of file `at` (from 0) of a batch, such as 差错1_纳税信息.csv."""
    stem = original.split(".", 1)[0] or "file"
    return f"差错{at + 1}_{stem[:80]}{ENDINGS[layout.format]}"


def count(counts: Counts, faults: Iterable[RowFault]) -> None:
    """Counts faults by field and rule."""
    counts.update((one.field or "", one.rule) for one in faults)


def fault_row(batch_id: int, file_id: int, one: RowFault) -> dict[str, Any]:
    """A fault as a row of its table; NUL, which PostgreSQL's text cannot hold, left out."""
    return {
        "batch_id": batch_id, "file_id": file_id, "row_no": one.row, "field": one.field,
        "value": one.value.replace("\0", "")[:MOST_VALUE], "rule": one.rule, "reason": str(one.reason).replace("\0", ""),
    }


