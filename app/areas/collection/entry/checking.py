"""Checks keyed rows by the structure's own rules: the same that preprocessing holds files to."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from app.engine.text import Text
from app.intake.checking import Checker
from app.intake.chunks import Chunk
from app.intake.duplicates import Duplicates
from app.intake.layout import Layout

Faults = dict[tuple[int, int | None], Text]
"""Reasons by row number and the field's place; None for the whole row."""


def faults_of(layout: Layout, rows: Sequence[tuple[int, list[str]]]) -> Faults:
    """What is wrong with numbered rows, duplicate keys among them."""
    if not rows:
        return {}
    places = {one.name: at for at, one in enumerate(layout.fields)}
    chunk = Chunk(numbers=[number for number, _row in rows], rows=[list(row) for _number, row in rows])
    with TemporaryDirectory() as folder, Duplicates(Path(folder) / "keys") as duplicates:
        checked = Checker(layout, duplicates).check(chunk)
    return {(one.row, places.get(one.field) if one.field else None): one.reason for one in checked.faults}
