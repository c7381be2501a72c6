"""Printing form 2 with few and many lines: from the record to the PDF, pages a second.

The floor is reportlab alone: the same texts, already read, in a bare ruled table with the same font embedded; no line
broken, no column measured, no heading, foot, watermark, QR code or page count.
"""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from flask import Flask
from pypdf import PdfReader
from reportlab.lib.pagesizes import A4
from reportlab.platypus import Flowable, LongTable, SimpleDocTemplate

from bench.harness import Options, counted, databases, medians, show
from bench.web import with_demo_company

LINES = (2, 100, 1_000)
HEAD = ("FJ02", "ms", "pages", "pages a second", "KB", "queries", "floor ms", "floor pages", ": floor")


def run(options: Options) -> None:
    """Measures on SQLite; `--rows` instead of the most lines."""
    with databases(Options()) as engines, with_demo_company(str(engines[0].url)) as app:
        most = options.rows or 5_000
        show("打印单据", HEAD, [row for lines in (*LINES, most) for row in measure(app, lines, options)])


def measure(app: Flask, lines: int, options: Options) -> Iterator[tuple[Any, ...]]:
    """The row of the table for a document with so many lines."""
    from app.database import db
    from app.documents.paper import paper_of
    from app.printing.documents import print_document
    from app.workflow.cases import case_of

    session = db.session()
    spec, key = made(session, lines)

    def one() -> bytes:
        session.expunge_all()
        return print_document(session, spec, session.get(spec.model, key))

    with counted(db.engine) as sent:
        content = one()
    queries = sum(not statement.startswith("BEGIN") for statement in sent)
    document = session.get_one(spec.model, key)
    paper = paper_of(session, spec, document, case_of(session, spec, document))
    repeat = options.repeat if lines < 500 else 3
    took, floor = medians([one, lambda: bare(paper)], repeat, 1)
    pages = len(PdfReader(BytesIO(content)).pages)
    yield (
        f"{lines:,} lines", took, pages, pages / took * 1000, len(content) / 1024, queries, floor,
        len(PdfReader(BytesIO(bare(paper))).pages), took / floor,
    )


def made(session: Any, lines: int) -> tuple[Any, int]:
    """A draft of form 2 with so many lines."""
    from app.areas.organisation.operations import load_actor
    from app.database import transaction
    from app.demo.examples import example
    from app.demo.people import user_name
    from app.documents import operations
    from app.engine.catalogue import catalogue
    from app.security.models import User

    spec = catalogue.form("FJ02")
    actor = load_actor(session, session.query(User).filter_by(username=user_name(spec.makers[0], 0)).one())
    with transaction(session):
        return spec, operations.create(session, actor, spec, example(session, actor, spec, lines, lines=lines)).id


def bare(paper: Any) -> bytes:
    """The floor."""
    from app.printing.fonts import TEXT, font

    font(TEXT)
    out = BytesIO()
    style = [("GRID", (0, 0), (-1, -1), 0.5, "#5f6875"), ("FONT", (0, 0), (-1, -1), TEXT, 9)]
    pairs = [[cell.label, texts(cell)] for group in paper.groups for row in group.rows for cell in row]
    story: list[Flowable] = [LongTable(pairs, style=style)]
    for table in paper.tables:
        rows = [[column.label for column in table.columns], *table.rows]
        story.append(LongTable(rows, repeatRows=1, style=style))
    SimpleDocTemplate(out, pagesize=A4, initialFontName=TEXT).build(story)
    return out.getvalue()


def texts(cell: Any) -> str:
    """What stands in a cell."""
    return "\n".join(cell.lines) or "  ".join(f"{'√' if tick.on else '□'}{tick.title}" for tick in cell.ticks)
