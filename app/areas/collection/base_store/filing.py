"""One original file of a batch, read, checked and filed away: good rows, rejected rows, faults, counts."""

from itertools import islice
from pathlib import Path
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from app.areas.collection.base_store import rejected
from app.areas.collection.base_store.keys import BatchKeys
from app.areas.collection.base_store.models import BaseFault, BaseFaultCount, BaseFile
from app.areas.collection.base_store.parts import Parts
from app.areas.collection.base_store.progress import Progress
from app.areas.collection.base_store.sources import Source, Task
from app.areas.collection.base_store.standard import Lines
from app.areas.collection.originals import digest_of
from app.intake.checking import Checker
from app.intake.chunks import RowFault, Unreadable
from app.intake.reading import read
from app.intake.rules import Rule
from app.jobs.running import Refused, Run

TOGETHER = 4
"""Chunks that one transaction commits: some 20,000 rows."""
KEPT_FAULTS = 20_000
"""Faults that a batch keeps one by one."""


class Filing:
    """The file that `progress` has come to; `file` does it and moves on to the next."""

    def __init__(self, run: Run, task: Task, progress: Progress, lines: Parts, keys: BatchKeys) -> None:
        self.run, self.task, self.progress, self.lines, self.keys = run, task, progress, lines, keys
        self.counts = progress.counts()
        self.faults: list[dict[str, Any]] = []
        self.source: Source = task.sources[progress.at]

    def file(self) -> None:
        """The whole file, from where an earlier run has come to; raises Refused, Lost, Cancelled."""
        self.keys.at = self.progress.at
        if self.source.same is not None:
            return self._skip(*self.source.same)
        if not self.progress.chunks:
            intact(self.source)
        with Parts(self.task.folder, f"rejected{self.progress.at}", self.run.attempt, self.progress.rejected) as bad:
            try:
                self._read(bad)
            except Unreadable as problem:
                self._refuse(problem)
            else:
                self._close(bad)

    def _read(self, bad: Parts) -> None:
        progress, layout = self.progress, self.task.layout
        checker, made = Checker(layout, self.keys), Lines(self.task.batch_id, self.source.id)
        for chunk in islice(read(self.source.path, layout), progress.chunks, None):
            checked = checker.check(chunk)
            self.lines.write(made.of(checked.good, checked.keys))
            if checked.bad:
                bad.write(rejected.lines_of(checked))
                self._note(checked.faults)
            progress.add(checked)
            if progress.chunks % TOGETHER == 0:
                self._commit(bad)

    def _note(self, faults: list[RowFault]) -> None:
        rejected.count(self.counts, faults)
        some = faults[: KEPT_FAULTS - self.progress.kept]
        self.progress.kept += len(some)
        self.faults += [rejected.fault_row(self.task.batch_id, self.source.id, one) for one in some]

    def _commit(self, bad: Parts) -> None:
        progress = self.progress
        progress.standard, progress.rejected = self.lines.mark(), bad.mark()
        with self.run.chunk(progress.done, checkpoint=progress.state(self.counts)) as session:
            self._put_faults(session)

    def _put_faults(self, session: Session) -> None:
        if self.faults:
            session.execute(insert(BaseFault), self.faults)
            self.faults = []

    def _close(self, bad: Parts) -> None:
        """The file is read to its end."""
        progress, error_file = self.progress, None
        if progress.bad:
            error_file = rejected.error_name(progress.at, self.source.name, self.task.layout)
            rejected.write_error_file(self.task.folder, bad.mark(), self.task.layout, error_file)
        values = {"total": progress.good + progress.bad, "good": progress.good, "rejected": progress.bad, "error_file": error_file}
        self._next(values)

    def _refuse(self, problem: Unreadable) -> None:
        """The file cannot be read: none of its rows counts, whatever was read before."""
        progress = self.progress
        self.lines.back_to(progress.start)
        progress.kept = progress.kept_before
        progress.done -= progress.good + progress.bad
        fault = RowFault(problem.row or 0, None, "", Rule.UNREADABLE.value, gettext("文件无法读取：%(reason)s", reason=str(problem.reason)))
        self.counts.clear()
        self.faults = []
        self._note([fault])
        progress.good, progress.faults = 0, 1
        progress.unreadable += 1
        self._next({"good": 0, "rejected": BaseFile.total, "error_file": None}, again=True)
        self.keys.forget()
        self.keys.remember(self.task.folder, progress.standard, [one.id for one in self.task.sources])

    def _skip(self, same: int, total: int) -> None:
        """A file whose very content is in already, or comes earlier in the batch: it adds nothing."""
        values = {"total": total, "good": 0, "rejected": 0, "duplicates": total, "same_as_id": same, "error_file": None}
        self.progress.done += total
        self._next(values)

    def _next(self, values: dict[str, Any], *, again: bool = False) -> None:
        progress, source, batch_id = self.progress, self.source, self.task.batch_id
        progress.standard = self.lines.mark()
        counted = [
            {"file_id": source.id, "field": name, "rule": rule, "batch_id": batch_id, "count": count}
            for (name, rule), count in self.counts.items()
        ]
        progress.next()
        with self.run.chunk(progress.done, checkpoint=progress.state(progress.counts())) as session:
            if again:
                session.execute(delete(BaseFault).where(BaseFault.batch_id == batch_id, BaseFault.file_id == source.id))
            self._put_faults(session)
            if counted:
                session.execute(insert(BaseFaultCount), counted)
            file = session.get_one(BaseFile, source.id)
            for name, value in values.items():
                setattr(file, name, value)


def intact(source: Source) -> None:
    """Raises Refused unless the original file is to the byte what was kept."""
    if not Path(source.path).is_file():
        raise Refused(_("原始文件“%(name)s”不在了，请重新提取", name=source.name))
    if digest_of(source.path) != source.sha256:
        raise Refused(_("原始文件“%(name)s”与登记时的校验值不符，可能被改动，请重新提取", name=source.name))
