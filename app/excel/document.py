"""One document as a workbook in its paper layout: title, number, groups, lines, opinion boxes, trail; printed on A4."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy.orm import Session

from app.documents.paper import Cell, Paper, Table, paper_of
from app.documents.words import in_plain
from app.engine.spec import FormSpec
from app.excel.layout import sheet_name
from app.excel.template import saved
from app.workflow.actor import Actor
from app.workflow.cases import open_case

GRID = 24
"""Narrow columns that everything on the sheet is merged from."""
WIDTH = 4.1
LINE_HEIGHT = 16
EDGE = Border(*(Side("thin", color="49525F") for _ in range(4)))
CAPTION = PatternFill("solid", fgColor="EEF1F4")
LABEL = 4
"""Grid columns of a label."""


def document_book(session: Session, actor: Actor, spec: FormSpec, document_id: int) -> tuple[str, bytes]:
    """The number and the workbook of a document that the person may read; raises Missing."""
    case = open_case(session, actor, spec, document_id)
    plain = in_plain(actor, spec) or case.document.maker_id == actor.user_id
    paper = paper_of(session, spec, case.document, case, plain=plain)
    book = Workbook()
    page: Worksheet = book.active
    page.title = sheet_name(paper.title, set())
    set_up(page, paper)
    Sheet(page).draw(paper)
    return paper.number, saved(book)


def set_up(page: Worksheet, paper: Paper) -> None:
    """Columns and print settings."""
    for at in range(1, GRID + 1):
        page.column_dimensions[get_column_letter(at)].width = WIDTH
    page.page_setup.paperSize = page.PAPERSIZE_A4
    page.page_setup.orientation = page.ORIENTATION_PORTRAIT
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.sheet_view.showGridLines = False
    page.print_options.horizontalCentered = True
    page.oddFooter.left.text = escaped(paper.number)
    page.oddFooter.center.text = gettext("第 %(page)s 页 共 %(pages)s 页", page="&P", pages="&N")
    page.oddFooter.right.text = gettext("摘要 %(digest)s", digest=paper.foot.digest[:16])


def escaped(text: str) -> str:
    """A text in a footer, where & begins a code."""
    return text.replace("&", "&&")


@dataclass
class Sheet:
    """Draws from top to bottom."""

    page: Worksheet
    row: int = 0
    _styles: dict[str, Any] = field(default_factory=dict)

    def draw(self, paper: Paper) -> None:
        """The whole paper."""
        self.head(paper)
        for group in paper.groups:
            if group.caption:
                self.band(group.caption)
            for cells in group.rows:
                self.cells(cells)
        for table in paper.tables:
            self.table(table)
        self.cells((paper.remarks,))
        self.boxes(paper)
        self.trail(paper)
        self.foot(paper)

    def head(self, paper: Paper) -> None:
        """Heading, title, number, and the word across papers that are not valid."""
        self.next(18)
        self.put(1, 12, paper.heading, border=False)
        self.put(13, GRID, gettext("编号：%(number)s", number=paper.number), border=False, right=True)
        self.next(30)
        title = f"{paper.title}（{paper.mark}）" if paper.mark else paper.title
        self.put(1, GRID, title, border=False, center=True, font=Font(size=16, bold=True))
        self.next(6)

    def band(self, caption: str) -> None:
        """A caption over the whole width."""
        self.next(18)
        self.put(1, GRID, caption, font=Font(bold=True), fill=CAPTION)

    def cells(self, cells: Sequence[Cell]) -> None:
        """A row of labelled values."""
        share = GRID // len(cells)
        texts = [text_of(cell) for cell in cells]
        self.next(max(height(text, share - LABEL) for text in texts))
        for at, (cell, text) in enumerate(zip(cells, texts, strict=True)):
            first = at * share + 1
            self.put(first, first + LABEL - 1, cell.label, fill=CAPTION)
            self.put(first + LABEL, first + share - 1, text)

    def table(self, table: Table) -> None:
        """Lines under their caption."""
        self.band(table.caption)
        spans = spread([max(one.width, 2 * len(one.label)) for one in table.columns])
        self.next(max(height(one.label, last - first + 1) for one, (first, last) in zip(table.columns, spans, strict=True)))
        for column, (first, last) in zip(table.columns, spans, strict=True):
            self.put(first, last, column.label, fill=CAPTION, center=True)
        for texts in (*table.rows, *([table.totals] if table.totals else [])):
            self.next(max(height(text, last - first + 1) for text, (first, last) in zip(texts, spans, strict=True)))
            for text, column, (first, last) in zip(texts, table.columns, spans, strict=True):
                self.put(first, last, text, right=column.right)
        if not table.rows:
            self.next(LINE_HEIGHT + 2)
            self.put(1, GRID, gettext("（无）"), center=True)

    def boxes(self, paper: Paper) -> None:
        """The opinion boxes, signed or left to sign by hand."""
        self.band(gettext("签批意见"))
        for box in paper.boxes:
            signed = " ".join(filter(None, (box.signer, f"{box.at:%Y-%m-%d %H:%M}" if box.at else "")))
            text = f"{box.opinion}\n{signed}" if signed else gettext("签字：　　　　　　　　　　　　日期：")
            self.next(max(height(text, GRID - 8), 2 * LINE_HEIGHT))
            self.put(1, 8, f"{box.label}\n{box.who}", fill=CAPTION)
            self.put(9, GRID, text)

    def trail(self, paper: Paper) -> None:
        """Every decision, returns and earlier rounds included."""
        if not paper.trail:
            return
        self.band(gettext("签批记录"))
        spans = ((1, 4), (5, 7), (8, 14), (15, 20), (21, GRID))
        heads = (gettext("步骤"), gettext("决定"), gettext("办理人"), gettext("意见"), gettext("时间"))
        rows = [
            (one.step, one.decision + (gettext("（已失效）") if one.void else ""), f"{one.name} {one.position}",
             one.opinion, f"{one.at:%Y-%m-%d %H:%M}")
            for one in paper.trail
        ]
        for texts in (heads, *rows):
            self.next(max(height(text, last - first + 1) for text, (first, last) in zip(texts, spans, strict=True)))
            for text, (first, last) in zip(texts, spans, strict=True):
                self.put(first, last, text)

    def foot(self, paper: Paper) -> None:
        """Company, maker and day."""
        self.next(20)
        foot = paper.foot
        self.put(1, 12, foot.company, border=False)
        made = " ".join(filter(None, (foot.department, foot.maker, foot.made_on.isoformat())))
        self.put(13, GRID, gettext("制表：%(made)s", made=made), border=False, right=True)

    def next(self, points: float) -> None:
        """Goes to the next row, which is so high."""
        self.row += 1
        self.page.row_dimensions[self.row].height = points

    def put(
        self, first: int, last: int, text: str, *, border: bool = True, right: bool = False, center: bool = False,
        font: Font | None = None, fill: PatternFill | None = None,
    ) -> None:
        """Writes text over some columns of the row. It is always text: what looks like a formula stays what was typed."""
        if last > first:
            self.page.merge_cells(start_row=self.row, end_row=self.row, start_column=first, end_column=last)
        cell = self.page.cell(self.row, first)
        cell.value = text
        cell.data_type = "s"
        cell.quotePrefix = True
        cell.number_format = "@"
        cell.font = font or Font(size=10)
        cell.alignment = Alignment(
            horizontal="right" if right else "center" if center else "left", vertical="center", wrap_text=True,
        )
        if fill is not None:
            cell.fill = fill
        if border:
            for at in range(first, last + 1):
                self.page.cell(self.row, at).border = EDGE


def text_of(cell: Cell) -> str:
    """The text of a labelled value: boxes to tick, or lines."""
    if cell.ticks:
        return "　".join(f"{'☑' if one.on else '☐'} {one.title}" for one in cell.ticks)
    return "\n".join(cell.lines)


def height(text: str, columns: int) -> float:
    """The points that a text takes over so many grid columns."""
    room = max(columns * WIDTH - 1, 4)
    lines = sum(max(1, -(-sum(2 if ord(sign) > 0x2E80 else 1 for sign in line) // int(room))) for line in text.split("\n"))
    return float(min(max(lines * (LINE_HEIGHT - 2) + 4, LINE_HEIGHT + 2), 409))


def spread(widths: Sequence[int]) -> list[tuple[int, int]]:
    """Columns of a table over the grid: each at least one wide, the rest by their usual width."""
    number = len(widths)
    if number > GRID:
        raise ValueError(f"{number} columns do not stand on a sheet of {GRID}")
    spare, total = GRID - number, sum(widths)
    shares = [1 + spare * width // total for width in widths]
    for at in sorted(range(number), key=lambda one: -widths[one])[: GRID - sum(shares)]:
        shares[at] += 1
    spans, first = [], 1
    for share in shares:
        spans.append((first, first + share - 1))
        first += share
    return spans
