"""Reads a delivered file by its layout, whatever its format: rows in chunks, in memory that does not grow with the file.

Nothing is guessed or mended: a file that is not as agreed is refused as a whole (Unreadable, naming the place), a row
that is not is handed on in `Chunk.broken` with its source text. Security 12 and 13 list what such files bring.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from app.intake.chunks import Chunk
from app.intake.delimited import read_delimited
from app.intake.fixed import read_fixed
from app.intake.layout import Layout
from app.intake.markup import read_markup
from app.intake.terms import FileFormat

Reader = Callable[[Path, Layout], Iterator[Chunk]]


def read_sheet(path: Path, layout: Layout) -> Iterator[Chunk]:
    """The rows of a workbook; what reads them is loaded only for one, since it takes 25 MB."""
    from app.intake.sheets import read_sheet

    return read_sheet(path, layout)


READERS: Mapping[FileFormat, Reader] = {
    FileFormat.CSV: read_delimited,
    FileFormat.TXT: read_delimited,
    FileFormat.FIXED: read_fixed,
    FileFormat.XLSX: read_sheet,
    FileFormat.XML: read_markup,
}


def read(path: Path, layout: Layout) -> Iterator[Chunk]:
    """The file's rows as they stand there, the header left out after it was checked; raises Unreadable, also midway.

    Rows are numbered from 1: by line in text files (a row counts by the line it begins on), as Excel does in
    workbooks, by record in XML. The same file gives the same chunks each time.
    """
    return READERS[layout.format](path, layout)
