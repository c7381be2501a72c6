"""The sheet of a form: a Jinja template of forms_templates, made into reportlab's flowables by xhtml2pdf.

Templates may read nothing but one another: no file, no address, whatever a text on the form says.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from pathlib import Path

from flask_babel import gettext
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, HRFlowable, Table, TableStyle
from xhtml2pdf.config.resources import ResourceAccessPolicy
from xhtml2pdf.context import pisaContext
from xhtml2pdf.document import pisaStory

from app.documents.paper import Paper
from app.printing import cells, layout
from app.printing.fonts import BOXES, TEXT, font
from app.printing.lines import Ruled, lines, trail
from app.printing.ruling import flowable

TEMPLATES = Path(__file__).resolve().parents[2] / "forms_templates"
GENERAL = "general.html"

POLICY = ResourceAccessPolicy.server(None, allow_remote=False, max_render_seconds=30)
"""No folder, no network; and an end to every print."""

KEPT = 60 * mm
"""Tables up to this height are not divided between pages."""


@dataclass
class Places:
    """Where a template wants tables of lines: it writes a rule (hr) there, which the table then takes the place of."""

    wanted: list[Ruled] = field(default_factory=list)

    def __call__(self, table: Ruled) -> Markup:
        """Writes the place of a table."""
        self.wanted.append(table)
        return Markup("<hr/>")


@cache
def environment() -> Environment:
    """The templates' environment; every text is escaped."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["colour"] = lambda colour: f"#{colour.hexval()[2:]}"
    made.globals |= {"_": gettext, "layout": layout, "fonts": {"text": TEXT, "boxes": BOXES}}
    made.globals |= {one.__name__: one for one in (cells.broken, cells.label, cells.parts, cells.tick_lines, cells.box_rows)}
    return made


def flowables(paper: Paper, page: layout.Page, file: str | None) -> list[Flowable]:
    """The sheet of a paper on such a page, by the general template or the file that the form names."""
    places = Places()
    html = environment().get_template(file or GENERAL).render(
        paper=paper,
        page=page,
        tables={one.name: lines(one, page.room) for one in paper.tables},
        trail=trail(paper.trail, page.room),
        place=places,
    )
    return list(placed(story(html), places, page))


def story(html: str) -> list[Flowable]:
    """The flowables of a page of HTML."""
    context = pisaContext("")
    for name in (TEXT, BOXES):
        font(name)
        context.registerFont(name)
    pisaStory(html, context=context, encoding="utf-8", resource_policy=POLICY)
    return list(context.story)


def placed(found: list[Flowable], places: Places, page: layout.Page) -> Iterator[Flowable]:
    """The flowables with the tables of lines in their places, and small tables kept whole."""
    tables = iter(places.wanted)
    scratch = Canvas(BytesIO(), initialFontName=TEXT)
    for one in found:
        if isinstance(one, HRFlowable):
            yield flowable(next(tables))
        else:
            if isinstance(one, Table):
                keep_together(one, page, scratch)
            yield one


def keep_together(table: Table, page: layout.Page, scratch: Canvas) -> None:
    """Keeps a small table on one page, and of a large one the caption with the row below it."""
    _width, height = table.wrapOn(scratch, page.room, page.depth)
    rule = (layout.RULE, layout.HAIR)
    table.setStyle(
        TableStyle(
            [
                ("FONT", (0, 0), (-1, -1), TEXT, layout.SIZE),  # else reportlab names one that is not embedded
                ("NOSPLIT", (0, 0), (0, -1 if height <= KEPT else 1)),
                ("LINEBELOW", (0, "splitlast"), (-1, "splitlast"), *rule),
                ("LINEABOVE", (0, "splitfirst"), (-1, "splitfirst"), *rule),
            ]
        )
    )
