"""主键重复 across the files of a batch: a key counts once, whichever of its files brings it."""

from pathlib import Path

from app.areas.collection.base_store.parts import Mark, empty, pieces
from app.areas.collection.base_store.standard import keys_of
from app.intake.duplicates import Duplicates

ROWS = 1 << 40
"""More than any file has rows."""


class BatchKeys(Duplicates):
    """The keys of a batch. `at`: the file that is being read; `names`: of the files, in order."""

    def __init__(self, folder: Path, names: list[str]) -> None:
        empty(folder)
        super().__init__(folder)
        self.folder, self.names, self.at = folder, names, 0

    def first(self, key: bytes, number: int) -> int | str:  # type: ignore[override]
        """The first row with that key: its number, with the file's name where it is another one."""
        own = self.at * ROWS + number
        found = super().first(key, own)
        if found == own:
            return number
        at, row = divmod(found, ROWS)
        return row if at == self.at else f"{row}（{self.names[at]}）"

    def forget(self) -> None:
        """As if nothing had been read."""
        self.close()
        super().__init__(self.folder)

    def remember(self, folder: Path, mark: Mark, files: list[int]) -> None:
        """Takes in the keys of the standard file as far as it is written; `files` are the ids of the batch's files."""
        places = {file_id: at for at, file_id in enumerate(files)}
        for piece in pieces(folder, mark):
            for file_id, row, key in keys_of(piece):
                super().first(key, places[file_id] * ROWS + row)
