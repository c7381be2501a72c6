"""Pages: what stands around the sheet (foot, running head, mark of the copy, watermark), and the PDF as a whole."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import groupby
from typing import Any

from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, NextPageTemplate, PageBreak, PageTemplate
from xhtml2pdf.config.resources import check_deadline

from app.documents.paper import Paper
from app.printing import layout
from app.printing.fonts import TEXT
from app.printing.furniture import draw


@dataclass(frozen=True, eq=False)
class Part:
    """One document in a PDF. `copies` are the marks of its copies; a document without any is printed once, unmarked."""

    paper: Paper
    page: layout.Page
    sheet: Sequence[Flowable]
    copies: tuple[str, ...] = ("",)


class Pages(Canvas):
    """Keeps every page until all are known: then each says how many there are, and copies are the same pages again."""

    part: Part

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.kept: list[tuple[Part, dict[str, Any]]] = []

    def showPage(self) -> None:  # noqa: N802
        """Keeps the page."""
        self.kept.append((self.part, dict(self.__dict__)))
        self._startPage()

    def save(self) -> None:
        """Draws the kept pages, copy by copy."""
        for part, kept in groupby(self.kept, key=lambda one: one[0]):
            pages = [state for _part, state in kept]
            for mark in part.copies:
                for number, state in enumerate(pages, 1):
                    self.__dict__.update(state, _code=list(state["_code"]))
                    draw(self, part.paper, part.page, mark, number, len(pages))
                    super().showPage()
        super().save()


class Print(BaseDocTemplate):
    """The documents of a PDF, one after the other; stops where it takes too long."""

    def afterFlowable(self, flowable: Flowable) -> None:  # noqa: N802
        """Looks at the clock."""
        check_deadline()


def pdf(parts: Sequence[Part]) -> bytes:
    """The PDF of some documents; raises RenderLimitError where it takes too long."""
    out = BytesIO()
    first = parts[0].paper
    document = Print(
        out,
        pagesize=(parts[0].page.width, parts[0].page.height),
        pageTemplates=[template(number, part) for number, part in enumerate(parts)],
        initialFontName=TEXT,
        title=f"{first.title} {first.number}" if len(parts) == 1 else first.title,
        author=first.foot.company,
        lang="zh-CN",
    )
    document.build(list(story(parts)), canvasmaker=Pages)
    return out.getvalue()


def story(parts: Sequence[Part]) -> Iterator[Flowable]:
    """The sheets, each beginning on a page of its own."""
    for number, part in enumerate(parts):
        if number:
            yield NextPageTemplate(str(number))
            yield PageBreak()
        yield from part.sheet


def template(number: int, part: Part) -> PageTemplate:
    """The pages of one document."""
    page = part.page
    frame = Frame(
        layout.SIDE, layout.BOTTOM, page.room, page.depth, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0
    )

    def begin(canvas: Pages, _document: Any) -> None:
        canvas.part = part

    return PageTemplate(str(number), [frame], onPage=begin, pagesize=(page.width, page.height))
