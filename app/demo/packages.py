"""Delivered files of the demo company: what providers send, packed as agreed, and how demo people attach and extract them."""

import io
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any
from zlib import crc32

import pyzipper
from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.collection.extraction import operations as extraction
from app.areas.collection.extraction import secrets
from app.areas.collection.extraction.reading import Means, delivery_of, stored, unpacked, working
from app.areas.organisation.registers import Employee, ExternalKind, ExternalOrganisation
from app.demo.contents import content, count
from app.documents import attachments
from app.documents.models import Attachment
from app.engine.spec import FormSpec
from app.workflow.actor import Actor
from app.workflow.case import Case
from app.workflow.comparing import Shown

AGREED = "Yueding-2026"
"""The password that demo providers pack with."""
DELIVERED = ("collection_file_register", "public_collection_handover")
LEAST, MOST = 12, 40


def announced(session: Session, structure: str, name: str) -> dict[str, str]:
    """Bytes and records of a file, as the collector registers them."""
    return {"bytes": str(len(packed(session, structure, name))), "records": str(count(session, structure, name, rows_of(name)))}


def rows_of(name: str) -> int:
    """How many records a file of that name has."""
    return LEAST + crc32(name.removesuffix(".zip").encode()) % (MOST - LEAST)


def packed(session: Session, structure: str, name: str) -> bytes:
    """A delivered file: in a ZIP with the agreed password where its name says so."""
    found = content(session, structure, name, rows_of(name))
    return zipped(name.removesuffix(".zip"), found) if name.endswith(".zip") else found


@lru_cache(maxsize=512)
def zipped(name: str, inner: bytes) -> bytes:
    """A ZIP (AES) with one file."""
    target = io.BytesIO()
    with pyzipper.AESZipFile(target, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(AGREED.encode())
        archive.writestr(name, inner)
    return target.getvalue()


def deliver(
    session: Session, actor: Actor, spec: FormSpec, document: Any, folder: Path | None = None, broken: int = 0
) -> list[Attachment]:
    """Attaches the files that a register lists, the first so many damaged on the way; other forms have none."""
    if spec.slug not in DELIVERED:
        return []
    folder = folder or current_app.config["DATA_DIR"] / "attachments"
    structure = document.structure.code if spec.slug == DELIVERED[0] else ""
    found = []
    for at, line in enumerate(document.files):
        whole = packed(session, structure, line.name)
        file = io.BytesIO(whole[: len(whole) // 2] if at < broken else whole)
        shown = Shown(document.version, document.digest)
        found.append(attachments.add(session, actor, spec, document.id, shown, folder, line.name, file))
    return found


def agree_passwords(session: Session, actor: Actor) -> None:
    """Keeps the password that every provider packs with."""
    kinds = select(ExternalOrganisation).where(ExternalOrganisation.kind == ExternalKind.PROVIDER)
    for provider in session.scalars(kinds.order_by(ExternalOrganisation.id)):
        secrets.keep(session, actor, provider, AGREED)


def extract(session: Session, actor: Actor, case: Case, witness: str) -> Mapping[str, Any]:
    """Extracts the files of a register as the page does; the raw values of its step."""
    document: Any = case.document
    opened(session, actor, document, session.query(Employee).filter_by(staff_no=witness).one(), current_app.config["DATA_DIR"])
    return extraction.filled(session, document)


def opened(session: Session, actor: Actor, document: Any, witness: Employee, data: Path) -> None:
    """Takes the packages of a register off with the agreed password, and notes what was found."""
    means = Means(data, AGREED)
    with working(data, f"demo{document.id}") as folder:
        found = unpacked(delivery_of(session, document), means, folder)
        with stored(found, data) as kept:
            extraction.keep(session, actor, document, found, witness, kept)


__all__ = ["AGREED", "agree_passwords", "announced", "deliver", "extract", "opened"]
