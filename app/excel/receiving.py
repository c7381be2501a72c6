"""Takes a workbook in: stored under a random name, nothing read yet."""

import hashlib
import secrets
from pathlib import Path
from typing import IO

from flask_babel import gettext
from sqlalchemy.orm import Session

from app.clock import now
from app.documents.attachments import kept_name
from app.documents.operations import may_make
from app.engine.spec import AnySpec, FormSpec
from app.excel.faults import BadWorkbook, whole_file
from app.excel.layout import Kind
from app.excel.models import ImportBatch, ImportState
from app.workflow.actor import Actor
from app.workflow.errors import Denied
from app.workflow.permissions import IMPORT

CHUNK = 1 << 20


def may_import(actor: Actor, spec: AnySpec) -> None:
    """Refuses people who may not bring in workbooks of a form or register; raises Denied."""
    if isinstance(spec, FormSpec):
        may_make(actor, spec)
    elif not actor.may(IMPORT, spec.resource):
        raise Denied(gettext("您的岗位不能导入本台账"))


def receive(session: Session, actor: Actor, spec: AnySpec, folder: Path, name: str, file: IO[bytes]) -> ImportBatch:
    """A batch for an uploaded file, in the caller's transaction; raises Denied, Invalid, BadWorkbook."""
    may_import(actor, spec)
    name = kept_name(name)
    stored = secrets.token_hex(16)
    size, digest = store(folder / stored, file)
    kind = Kind.FORM if isinstance(spec, FormSpec) else Kind.REGISTER
    batch = ImportBatch(
        kind=kind.value, slug=spec.slug, state=ImportState.RECEIVED, user_id=actor.user_id, user_name=actor.name,
        file_name=name, stored=stored, size=size, sha256=digest, received_at=now(),
    )
    session.add(batch)
    session.flush()
    return batch


def store(path: Path, file: IO[bytes]) -> tuple[int, str]:
    """Writes the file whole or not at all; returns size and SHA-256. Raises BadWorkbook where it is empty or no room is left."""
    size, digest = 0, hashlib.sha256()
    try:
        with path.open("xb") as target:
            while piece := file.read(CHUNK):
                size += len(piece)
                digest.update(piece)
                target.write(piece)
    except OSError:
        path.unlink(missing_ok=True)
        raise BadWorkbook([whole_file(gettext("服务器存储空间不足，文件没有保存"), gettext("请通知系统管理员后再导入"))]) from None
    if size == 0:
        path.unlink(missing_ok=True)
        raise BadWorkbook([whole_file(gettext("文件是空的"), gettext("重新选择文件"))])
    return size, digest.hexdigest()


def digest_of_file(path: Path) -> str:
    """SHA-256 of a stored file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
