"""Prints documents: from the record to the PDF, without a request."""

import threading
from collections.abc import Sequence
from typing import Any

from flask_babel import force_locale
from flask_babel import lazy_gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from xhtml2pdf.config.resources import RenderLimitError, render_budget, use_policy
from xhtml2pdf.util import reset_caches

from app.documents.paper import Paper, paper_of
from app.engine.spec import FormSpec
from app.engine.text import Text
from app.printing.layout import ACROSS, UPRIGHT, Page
from app.printing.legible import legible
from app.printing.pages import Part, pdf
from app.printing.sheet import POLICY, flowables
from app.workflow.cases import case_of

MOST_LINES = 5_000
"""Lines in one print."""

MOST_DOCUMENTS = 50
"""Documents in one print."""

MANY_COLUMNS, FEW_FIELDS = 10, 12
"""A form with such lines, and with no more fields than that, is printed across."""

_ONE_AT_A_TIME = threading.RLock()
"""reportlab and xhtml2pdf keep fonts and measures in module globals."""


class NoSuchCopy(LookupError):
    """The form has no copy of that number."""


class TooMuch(ValueError):
    """More than can be printed at once; `message` says how much that is, and what to do."""

    def __init__(self, message: Text) -> None:
        super().__init__(message)
        self.message = message


def print_document(
    session: Session, spec: FormSpec, document: Any, *, copy: int | None = None, plain: bool = True
) -> bytes:
    """The PDF of a document: all of its copies, or the one of that number (from 1).

    `plain`: with sensitive values whole. Raises TooMuch, and NoSuchCopy.
    """
    return print_documents(session, spec, [document], copy=copy, plain=plain)


def print_documents(
    session: Session, spec: FormSpec, documents: Sequence[Any], *, copy: int | None = None, plain: bool = True
) -> bytes:
    """One PDF of several documents of a form, each beginning on a page of its own; raises as `print_document`."""
    refuse_too_many(len(documents))
    refuse_too_long(session, spec, documents)
    with force_locale("zh"):
        marks = copies(spec)
        if copy is not None and not 1 <= copy <= len(marks):
            raise NoSuchCopy(copy)
        marks = marks if copy is None else marks[copy - 1 : copy]
        papers = [paper_of(session, spec, one, case_of(session, spec, one), plain=plain) for one in documents]
        return render([legible(one) for one in papers], marks, spec.print_layout)


def refuse_too_many(count: int) -> None:
    """Refuses more documents than one print takes; raises TooMuch."""
    if count > MOST_DOCUMENTS:
        raise TooMuch(_("一次最多打印 %(most)s 份单据，请分批打印", most=MOST_DOCUMENTS))


def refuse_too_long(session: Session, spec: FormSpec, documents: Sequence[Any]) -> None:
    """Counts the lines before any is read; raises TooMuch."""
    keys = [one.id for one in documents]
    found = 0
    for line in spec.lines:
        found += session.scalar(select(func.count()).select_from(line.model).where(line.model.parent_id.in_(keys))) or 0
    if found > MOST_LINES:
        raise TooMuch(
            _("明细共 %(found)s 行，一次最多打印 %(most)s 行；请导出 Excel 查看", found=f"{found:,}", most=f"{MOST_LINES:,}")
        )


def copies(spec: FormSpec) -> tuple[str, ...]:
    """The marks of a form's copies: 第一联 公司联; one that says its number, or is an original (原件), as declared."""
    titles = [str(one) for one in spec.copies]
    return tuple(
        title if "第" in title or "件" in title else f"第{'一二三四五六七八九十'[at]}联 {title}"
        for at, title in enumerate(titles)
    ) or ("",)


def render(papers: Sequence[Paper], marks: tuple[str, ...], file: str | None) -> bytes:
    """The PDF of some papers; raises TooMuch where it takes too long."""
    try:
        with _ONE_AT_A_TIME, use_policy(POLICY), render_budget(POLICY):
            try:
                pages = [page_for(one) for one in papers]
                parts = [
                    Part(paper, page, flowables(paper, page, file), marks)
                    for paper, page in zip(papers, pages, strict=True)
                ]
                return pdf(parts)
            finally:
                reset_caches()
    except RenderLimitError:
        raise TooMuch(_("单据内容过多，未能在限定时间内打印；请分批打印或导出 Excel 查看")) from None


def page_for(paper: Paper) -> Page:
    """Upright paper; paper turned for a form that is mostly lines, of many columns. The same for every document of it."""
    fields = sum(len(row) for group in paper.groups for row in group.rows)
    wide = any(len(one.columns) >= MANY_COLUMNS for one in paper.tables)
    return ACROSS if wide and fields <= FEW_FIELDS else UPRIGHT
