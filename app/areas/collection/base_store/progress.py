"""How far preprocessing is: kept in the job's checkpoint, taken up again by the next run."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from app.areas.collection.base_store.parts import Mark
from app.areas.collection.base_store.rejected import Counts
from app.intake.chunks import Checked


@dataclass
class Progress:
    """`at`: the file that is being read, `chunks` of it are done; counts are of that file, `done` rows of the batch.

    `kept`: faults of the batch that were kept one by one, `kept_before` the file began. `standard`, `rejected`: what
    counts of the files written; `start`: `standard` as the file began.
    """

    at: int = 0
    chunks: int = 0
    good: int = 0
    bad: int = 0
    faults: int = 0
    kept: int = 0
    kept_before: int = 0
    done: int = 0
    all_faults: int = 0
    unreadable: int = 0
    standard: Mark = field(default_factory=list)
    start: Mark = field(default_factory=list)
    rejected: Mark = field(default_factory=list)
    rules: list[list[Any]] = field(default_factory=list)

    @classmethod
    def of(cls, checkpoint: Mapping[str, Any]) -> Self:
        """As the checkpoint has it; from the beginning where there is none."""
        return cls(**checkpoint)

    def state(self, counts: Counts) -> dict[str, Any]:
        """For the checkpoint."""
        self.rules = [[name, rule, count] for (name, rule), count in sorted(counts.items())]
        return asdict(self)

    def counts(self) -> Counts:
        """Faults of the file by field and rule."""
        return Counter({(name, rule): count for name, rule, count in self.rules})

    def add(self, checked: Checked) -> None:
        """One more chunk is checked."""
        self.chunks += 1
        self.good += len(checked.good)
        self.bad += len(checked.bad)
        self.faults += len(checked.faults)
        self.done += len(checked.good) + len(checked.bad)

    def next(self) -> None:
        """The file is done."""
        self.at += 1
        self.all_faults += self.faults
        self.chunks = self.good = self.bad = self.faults = 0
        self.start, self.rejected, self.rules = self.standard, [], []
        self.kept_before = self.kept
