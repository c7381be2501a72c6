"""The evidence on a document (证据包): its print, attachments, trail and extract of the record, under names that are safe."""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry
from app.audit.verifying import NAMES
from app.documents import attachments
from app.documents.models import Attachment
from app.documents.words import in_plain
from app.engine.spec import FormSpec
from app.engine.text import msgid
from app.evidence.agreeing import disagreement
from app.evidence.readme import readme
from app.evidence.zipping import Member
from app.printing.documents import print_document
from app.workflow.actor import Actor
from app.workflow.case import Case
from app.workflow.models import SignOff

CHUNK = 1 << 20
TRAIL = ("sequence", "round", "step", "decision", "seat", "user_name", "position", "for_user_name", "operator_name", "opinion",
         "back_to", "at", "version", "digest", "voided")
LABELS = ("step_label", "decision_label")
FILE = ("file", "name", "size", "sha256", "added_by", "added_at", "there")
_UNSAFE = re.compile(r'[\x00-\x1f<>:"/\\|?*]')


def pack(session: Session, actor: Actor, spec: FormSpec, case: Case, folder: Path) -> list[Member]:
    """Everything about a document; attachments are read only as they are sent."""
    document = case.document
    trail = [signed(spec, one) for one in case.trail]
    entries = [entry(one) for one in session.scalars(
        select(AuditEntry).where(AuditEntry.document_id == document.id).order_by(AuditEntry.id)
    )]
    facts = {
        "form": f"{spec.prefix} {msgid(spec.title)}", "number": document.number, "state": document.state.value,
        "version": document.version, "digest": document.digest, "maker": document.maker_name,
        "created_at": f"{document.created_at}", "trail": trail,
    }
    files = attachments.of(session, document.id)
    return [
        Member("说明.txt", [readme(spec, document, actor.name, len(files), len(entries), disagreement(session, spec, document))]),
        Member(f"{safe(document.number)}.pdf", [print_document(session, spec, document, plain=in_plain(actor, spec))]),
        *(Member(name, pieces(folder / one.stored)) for name, one in named(files) if (folder / one.stored).is_file()),
        Member("trail.json", [json.dumps(facts, ensure_ascii=False, indent=1).encode()]),
        Member("trail.csv", [table(trail, (*TRAIL, *LABELS))]),
        Member("attachments.csv", [table([told(name, one, folder) for name, one in named(files)], FILE)]),
        Member("log.csv", [table(entries, NAMES)]),
        Member("log.json", [json.dumps(entries, ensure_ascii=False, indent=1).encode()]),
    ]


def signed(spec: FormSpec, one: SignOff) -> dict[str, Any]:
    """A decision as plain values, the step with its label."""
    found = {name: plain(getattr(one, name)) for name in TRAIL}
    label = next((msgid(step.label) for step in spec.chain if step.name == one.step), "")
    return found | dict(zip(LABELS, (label, msgid(one.decision.title)), strict=True))


def entry(one: AuditEntry) -> dict[str, Any]:
    """An entry as plain values, with its digests."""
    return {name: plain(getattr(one, name)) for name in NAMES}


def plain(value: Any) -> Any:
    """A value as JSON and CSV take it."""
    if value is None or isinstance(value, bool | int | str):
        return value
    return str(getattr(value, "value", value))


def named(files: Iterable[Attachment]) -> Iterator[tuple[str, Attachment]]:
    """Attachments under names that every system takes, and no two alike."""
    for number, one in enumerate(files, 1):
        yield f"attachments/{number:03d}_{safe(one.name)}", one


def safe(name: str) -> str:
    """A name without anything that means something to a file system; Chinese stays."""
    return _UNSAFE.sub("_", name).strip(". ")[-120:] or "_"


def told(name: str, one: Attachment, folder: Path) -> dict[str, Any]:
    """What is known of an attachment."""
    values = (name, one.name, one.size, one.sha256, one.added_by_name, f"{one.added_at}", (folder / one.stored).is_file())
    return dict(zip(FILE, values, strict=True))


def pieces(path: Path) -> Iterator[bytes]:
    """A stored file in pieces."""
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            yield piece


def table(rows: Sequence[dict[str, Any]], columns: Sequence[str]) -> bytes:
    """Rows as CSV that Excel opens in Chinese; text that Excel would take for a formula is marked as text."""
    target = io.StringIO()
    writer = csv.DictWriter(target, columns)
    writer.writeheader()
    writer.writerows({name: harmless(value) for name, value in row.items()} for row in rows)
    return target.getvalue().encode("utf-8-sig")


def harmless(value: Any) -> Any:
    """A cell that is no formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
