"""Files of the demo documents: small PDFs with a few words, plain text, and sealed packages that nobody can open."""

import hashlib
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from sqlalchemy.orm import Session

from app.demo.packages import deliver
from app.demo.walk import shown
from app.documents import attachments
from app.engine.document import Document
from app.engine.spec import FormSpec
from app.workflow.actor import Actor

FONT = "STSong-Light"
ENDINGS = (".pdf", ".csv", ".txt", ".zip", ".gpg")


class Cabinet:
    """Where the files go; it remembers them, so that a fill that fails leaves none behind."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.stored: list[str] = []
        self.beside: list[Path] = []
        """Files elsewhere."""

    def attach(
        self, session: Session, actor: Actor, spec: FormSpec, document: Document, raw: Mapping[str, Any]
    ) -> None:
        """Attaches every file that the document names and that has not been delivered with it."""
        there = {one.name for one in attachments.of(session, document.id)}
        lines = [row for line in spec.lines for row in raw.get(line.name) or ()]
        named = {str(value) for row in (raw, *lines) for value in row.values() if str(value).endswith(ENDINGS)}
        for name in sorted(named - there):
            content = io.BytesIO(content_of(name, f"{document.number}　{document.summary}"))
            kept = attachments.add(session, actor, spec, document.id, shown(document), self.folder, name, content)
            self.stored.append(kept.stored)

    def deliver(self, session: Session, actor: Actor, spec: FormSpec, document: Document, broken: int) -> None:
        """Attaches the data files that a register lists, the first so many broken."""
        self.stored += [one.stored for one in deliver(session, actor, spec, document, self.folder, broken)]

    def empty(self) -> None:
        """Takes the files away again."""
        for name in self.stored:
            (self.folder / name).unlink(missing_ok=True)
        for path in self.beside:
            path.unlink(missing_ok=True)


def content_of(name: str, words: str) -> bytes:
    """What a file of that name holds."""
    match Path(name).suffix:
        case ".pdf":
            return pdf(Path(name).stem, words)
        case ".zip":
            return package(words)
        case ".gpg":
            return b"\x85" + hashlib.sha256(name.encode()).digest() * 8
    return f"{Path(name).stem}\n{words}\n".encode()


def pdf(title: str, words: str) -> bytes:
    """One page with a title and a line."""
    if FONT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    page = io.BytesIO()
    canvas = Canvas(page, pagesize=A4, invariant=1)
    canvas.setTitle(title)
    canvas.setFont(FONT, 20)
    canvas.drawCentredString(A4[0] / 2, A4[1] - 110, title)
    canvas.setFont(FONT, 11)
    canvas.drawString(72, A4[1] - 160, words[:45])
    canvas.drawString(72, A4[1] - 180, "（演示数据，内容虚构）")
    canvas.save()
    return page.getvalue()


def package(words: str) -> bytes:
    """A package with a note in it."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("说明.txt", (2026, 1, 5, 9, 0, 0)), words)
    return file.getvalue()
