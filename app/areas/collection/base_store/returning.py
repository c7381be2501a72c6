"""差错文件返还通知书 from an import: a draft of form 3 with the rejected records by file, field and fault (article 18.4)."""

import io
import zipfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO

from flask import current_app
from flask_babel import force_locale, gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.areas.collection.base_store import folders
from app.areas.collection.base_store.models import BaseBatch, BaseFault, BaseFaultCount
from app.areas.collection.forms.error_file_return_notice import ErrorFileReturnNotice, Stage, provider_of
from app.areas.collection.forms.import_file_register import ImportFileRegister
from app.areas.collection.sight.wording import field_title, field_titles
from app.areas.organisation.operations import load_actor
from app.clock import today
from app.documents import attachments, operations
from app.engine.catalogue import catalogue
from app.engine.document import Document, State
from app.notices.operations import notify
from app.security.models import User
from app.workflow.actor import Actor
from app.workflow.door import Shown
from app.workflow.permissions import MAKE

DAYS = 10
"""Calendar days that the provider has, unless the maker writes others."""
MOST_GROUPS = 200
"""Lines of a notice; what is beyond is counted in one."""
MOST_ERROR = 255
MOST_FIELD = 120


@dataclass(frozen=True)
class Group:
    """Faults of one kind in one field of one file, with the first of them where it was kept."""

    file: str
    field: str
    count: int
    row: int | None
    value: str
    reason: str


def draft_notice(session: Session, actor: Actor, register: ImportFileRegister, batch: BaseBatch) -> Document | None:
    """The draft, in the caller's transaction; None where the register has a notice already. Raises Denied, Invalid."""
    if notices_of(session, register.id):
        return None
    spec = catalogue.form("error_file_return_notice")
    maker = actor if actor.may(MAKE, spec.resource) else witness_of(session, batch)
    provider = provider_of(register)
    titles = field_titles(session, [batch.structure_id])
    with force_locale("zh"):
        reason = gettext("%(number)s 导入预处理时拒收 %(rejected)s 条记录，请核对更正后重新报送。差错文件附后，逐条列明原因。",
                         number=register.number, rejected=batch.rejected)
        raw = {
            "source": register.number, "stage": Stage.IMPORT.value, "provider": provider.code if provider else None,
            "reason": reason, "demanded_by": (today() + timedelta(days=DAYS)).isoformat(),
            "faults": [line_of(one, titles) for one in few(groups(session, batch))],
        }
    notice = operations.create(session, maker, spec, raw)
    attach_error_files(session, maker, notice, batch)
    title = _("%(number)s 有拒收记录，已拟好《差错文件返还通知书》%(notice)s，请核对提交", number=register.number, notice=notice.number)
    notify(session, [maker.user_id], title, document=notice)
    return notice


def notices_of(session: Session, register_id: int) -> Sequence[ErrorFileReturnNotice]:
    """The notices that return records of a form 6, without those given up."""
    own: Any = ErrorFileReturnNotice
    kept = (own.source_id == register_id, own.state != State.TERMINATED)
    return session.scalars(select(ErrorFileReturnNotice).where(*kept).order_by(own.id)).all()


def witness_of(session: Session, batch: BaseBatch) -> Actor:
    """The data manager who witnessed the import, who makes such notices where the operator may not."""
    return load_actor(session, session.get_one(User, batch.witness_id))


def groups(session: Session, batch: BaseBatch) -> list[Group]:
    """What was wrong, by file, field and rule, in the order of the files, the most frequent first."""
    names = {one.id: one.name for one in batch.files}
    counted = session.scalars(
        select(BaseFaultCount).where(BaseFaultCount.batch_id == batch.id)
        .order_by(BaseFaultCount.file_id, BaseFaultCount.count.desc(), BaseFaultCount.field, BaseFaultCount.rule)
    ).all()
    examples = first_faults(session, batch.id)
    found = []
    for one in counted:
        example = examples.get((one.file_id, one.field, one.rule))
        row, value, reason = (example.row_no or None, example.value, example.reason) if example else (None, "", one.rule)
        found.append(Group(names[one.file_id], one.field, one.count, row, value, reason))
    return found


def first_faults(session: Session, batch_id: int) -> dict[tuple[int, str, str], BaseFault]:
    """The first fault of each kind that was kept."""
    field = func.coalesce(BaseFault.field, "")
    first = select(func.min(BaseFault.id)).where(BaseFault.batch_id == batch_id).group_by(BaseFault.file_id, field, BaseFault.rule)
    rows = session.scalars(select(BaseFault).where(BaseFault.id.in_(first)))
    return {(one.file_id, one.field or "", one.rule): one for one in rows}


def few(found: list[Group]) -> list[Group]:
    """As many groups as a notice has lines for; the rest in one."""
    if len(found) <= MOST_GROUPS:
        return found
    rest = found[MOST_GROUPS - 1 :]
    more = Group(rest[0].file, "", sum(one.count for one in rest), None, "", gettext("其他差错，见差错文件"))
    return [*found[: MOST_GROUPS - 1], more]


def line_of(one: Group, titles: dict[str, str]) -> dict[str, Any]:
    """A line of the notice."""
    name = str(field_title(titles, one.field))[:MOST_FIELD] if one.field else None
    return {
        "file": one.file, "record_no": str(one.row) if one.row else None, "field": name,
        "value": one.value or None, "error": one.reason[:MOST_ERROR], "count": str(one.count),
    }


def attach_error_files(session: Session, maker: Actor, notice: Document, batch: BaseBatch) -> None:
    """Attaches the error files as they are, packed where they are large; what is too large even so is sent apart."""
    folder = Path(current_app.config["DATA_DIR"]) / "attachments"
    spec = catalogue.form("error_file_return_notice")
    for name in (one.error_file for one in batch.files if one.error_file):
        path = folders.of(batch.number) / name
        with ExitStack() as stack:
            sent: tuple[str, BinaryIO] | None = (name, stack.enter_context(path.open("rb")))
            if path.stat().st_size > attachments.MOST_BYTES:
                sent = packed(path)
            if sent is not None:
                attachments.add(session, maker, spec, notice.id, Shown(notice.version, notice.digest), folder, *sent)


def packed(path: Path) -> tuple[str, BinaryIO] | None:
    """The file in a ZIP, or None where that is too large to be attached."""
    target = path.with_suffix(".zip")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(path, path.name)
    try:
        return (target.name, io.BytesIO(target.read_bytes())) if target.stat().st_size <= attachments.MOST_BYTES else None
    finally:
        target.unlink()
