"""A batch as its pages show it."""

from dataclasses import dataclass

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.engine.text import Text
from app.excel import beats, deciding, jobs
from app.excel.beats import Pulse
from app.excel.models import ImportBatch, ImportState
from app.excel.running import spec_of
from app.workflow.actor import Actor

TONES = {
    ImportState.RECEIVED: "info", ImportState.CHECKING: "info", ImportState.IMPORTING: "info",
    ImportState.CHECKED: "warning", ImportState.IMPORTED: "success", ImportState.FAILED: "danger",
    ImportState.CANCELLED: "default",
}
STEPS = 4


@dataclass(frozen=True)
class Shown:
    """A batch in words."""

    batch: ImportBatch
    title: Text
    mine: bool
    confirmable: Text | None
    """Why it cannot be confirmed by this person now; None where it can."""
    pulse: Pulse | None

    @property
    def tone(self) -> str:
        """The colour of its state."""
        return "success" if self.batch.state is ImportState.CHECKED and self.good else TONES[self.batch.state]

    @property
    def good(self) -> bool:
        """Whether the dry run found nothing against it."""
        return self.batch.state is ImportState.CHECKED and not self.batch.faults and bool(self.batch.total)

    @property
    def step(self) -> int:
        """Which of the four steps it is at, from 1."""
        match self.batch.state:
            case ImportState.IMPORTING:
                return 3
            case ImportState.IMPORTED | ImportState.FAILED:
                return 4
        return 2

    @property
    def cancellable(self) -> bool:
        """Whether it can still be given up."""
        return self.batch.state in (ImportState.RECEIVED, ImportState.CHECKING, ImportState.CHECKED)

    @property
    def size(self) -> str:
        """The size of its file."""
        kilobytes = self.batch.size / 1024
        return f"{kilobytes:,.0f} KB" if kilobytes < 1024 else f"{kilobytes / 1024:,.1f} MB"

    @property
    def left(self) -> str:
        """The time left in words; empty where it cannot be told."""
        seconds = self.pulse.left if self.pulse else None
        if seconds is None:
            return ""
        if seconds < 60:
            return str(gettext("剩余约 %(number)s 秒", number=seconds))
        return str(gettext("剩余约 %(number)s 分钟", number=-(-seconds // 60)))


def described(batch: ImportBatch, actor: Actor) -> Shown:
    """A batch for a person."""
    pulse = beats.pulse(jobs.folder() / batch.stored) if batch.state.running else None
    return Shown(
        batch, spec_of(batch).title, batch.user_id == actor.user_id, deciding.may_not_confirm(actor, batch), pulse,
    )


def running(session: Session, actor: Actor, other_than: ImportBatch) -> list[ImportBatch]:
    """Other imports of the person that are under way."""
    states = [one for one in ImportState if one.running]
    statement = select(ImportBatch).where(
        ImportBatch.user_id == actor.user_id, ImportBatch.state.in_(states), ImportBatch.id != other_than.id,
    )
    return list(session.scalars(statement.order_by(ImportBatch.id.desc()).limit(5)))
