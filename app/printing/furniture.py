"""What is drawn around a sheet on every page: foot with QR code, running head, mark of the copy, watermark."""

from functools import lru_cache
from io import BytesIO

import segno
from flask_babel import gettext as _
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from app.documents.paper import Paper
from app.printing.fonts import TEXT, width
from app.printing.layout import BOTTOM, HAIR, INK, LABEL, RULE, SHADE, SIDE, SIZE, SMALL, Page

CODE = 15 * mm
"""The side of the QR code."""

MARK_SIZE = 120.0
"""Type of the watermark."""


def draw(canvas: Canvas, paper: Paper, page: Page, copy: str, number: int, of: int) -> None:
    """Draws it all on one page."""
    foot(canvas, paper, page, number, of)
    if number > 1:
        running_head(canvas, paper, page)
    if copy:
        copy_mark(canvas, page, copy)
    if paper.mark:
        watermark(canvas, page, paper.mark)


def foot(canvas: Canvas, paper: Paper, page: Page, number: int, of: int) -> None:
    """QR code, digest and company on the left; maker, date and page number on the right."""
    below = BOTTOM - 4 * mm - CODE
    canvas.drawImage(qr_code(f"{paper.number} {paper.foot.digest}"), SIDE, below, CODE, CODE)
    canvas.setFillColor(LABEL)
    canvas.setFont(TEXT, SMALL)
    left, right = SIDE + CODE + 3 * mm, page.width - SIDE
    digest = f"{paper.foot.digest[:8]} {paper.foot.digest[8:16]}"
    canvas.drawString(left, below + 5 * mm, _("摘要 %(digest)s", digest=digest))
    canvas.drawString(left, below + 1 * mm, "  ".join(filter(None, (paper.foot.company, paper.foot.department))))
    made = _("制表：%(maker)s  %(date)s", maker=paper.foot.maker, date=paper.foot.made_on.isoformat())
    canvas.drawRightString(right, below + 5 * mm, made)
    canvas.drawRightString(right, below + 1 * mm, _("第 %(number)s 页，共 %(of)s 页", number=number, of=of))


@lru_cache(maxsize=64)
def qr_code(text: str) -> ImageReader:
    """A QR code as a picture in memory; the same text gives the same picture, kept once in a PDF."""
    out = BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="png", scale=6, border=0)
    return ImageReader(out)


def running_head(canvas: Canvas, paper: Paper, page: Page) -> None:
    """Tells further pages from those of other documents."""
    canvas.setFillColor(LABEL)
    canvas.setFont(TEXT, SMALL)
    name = _("%(heading)s %(title)s（续）", heading=paper.heading, title=paper.title)
    number = _("编号：%(number)s", number=paper.number)
    canvas.drawString(SIDE, page.height - 12 * mm, f"{name}    {number}")


def copy_mark(canvas: Canvas, page: Page, copy: str) -> None:
    """第一联 公司联, framed in the corner."""
    wide = width(copy, SIZE) + 4 * mm
    left, below = page.width - SIDE - wide, page.height - 13 * mm
    canvas.setStrokeColor(HAIR)
    canvas.setLineWidth(RULE)
    canvas.setFillColor(SHADE)
    canvas.rect(left, below, wide, 5 * mm, fill=1)
    canvas.setFillColor(INK)
    canvas.setFont(TEXT, SIZE)
    canvas.drawCentredString(left + wide / 2, below + 1.5 * mm, copy)


def watermark(canvas: Canvas, page: Page, word: str) -> None:
    """A pale word across the page, above the shaded cells."""
    canvas.saveState()
    canvas.translate(page.width / 2, page.height / 2)
    canvas.rotate(45)
    canvas.setFillColor(LABEL)
    canvas.setFillAlpha(0.1)
    canvas.setFont(TEXT, MARK_SIZE)
    canvas.drawCentredString(0, -MARK_SIZE * 0.36, word)
    canvas.restoreState()
