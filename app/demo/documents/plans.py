"""What happens to one document of the demo year."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.engine.document import Document
from app.workflow.case import Case

Made = Mapping[str, Any]
"""The documents that have a key, by key."""

Given = Mapping[str, Any] | Callable[[Made], Mapping[str, Any]]
StepGiven = Mapping[str, Any] | Callable[[Case, Made], Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One document: who makes it when, with which values, and how far it gets.

    It is made `at` a moment, or so many working `days` after the document of key `after` is finished; where that is
    `key@step`, after it has come to that step, which then waits for this one. `given` are values beside those of the
    example, `steps` what signers fill in. It `ends` done, as draft, withdrawn, terminated, returned, or waiting at the step named.
    `back` is the step that returns it once, with its opinion. `files`: the files that it names are attached. `broken`:
    so many of the data files that it lists were damaged on the way. `drafted`: the system has made its draft when `after`
    was signed, and whoever has it hands it in. `loaded`: the batch of a form 6 is loaded once it is done; what follows the
    key `key@loaded` follows that, with a draft of form 7 about its errors.
    """

    slug: str
    maker: str
    at: datetime | None = None
    after: str | None = None
    days: int = 1
    key: str | None = None
    given: Given = field(default_factory=dict)
    steps: Mapping[str, StepGiven] = field(default_factory=dict)
    lines: int = 2
    ends: str = "done"
    back: tuple[str, str] | None = None
    files: bool = False
    broken: int = 0
    drafted: bool = False
    loaded: bool = False


@dataclass
class Story:
    """A plan that has begun: its document and the raw values it was made from."""

    plan: Plan
    document: Document
    raw: dict[str, Any]
