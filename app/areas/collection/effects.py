"""Effects of chapter 3's forms."""

from app.areas.collection.forms.media_safe_record import Direction, MediaSafeRecord, SafeMovement
from app.areas.organisation.registers import Employee
from app.clock import now
from app.engine.document import ArchiveState
from app.workflow.effects import Happening, effect


@effect("record_deposit")
def record_deposit(happening: Happening) -> None:
    """登记首次入柜: the disc's first entry into the safe, under its witness (article 16.1.1.5)."""
    record = happening.case.document
    assert isinstance(record, MediaSafeRecord)
    keeper = happening.session.get_one(Employee, happening.actor.employee_id)
    record.movements.append(SafeMovement(
        line_no=len(record.movements) + 1, direction=Direction.IN, at=now(), who=keeper, witness=record.witness,
        reason="首次入柜",
    ))


@effect("file_document")
def file_document(happening: Happening) -> None:
    """The archivist has filed it (article 16.2.3.6)."""
    happening.case.document.archive_state = ArchiveState.FILED
