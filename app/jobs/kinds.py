"""Kinds of job: what each does, by name, registered by the area that knows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from app.engine.text import Text
from app.jobs.models import Job

Work = Callable[[Any], Mapping[str, Any]]
"""Takes a `Run`, returns the result; it may run again from its checkpoint and must then do nothing twice."""
Ended = Callable[[Session, Job], None]
"""What a failure or cancellation means, in the transaction that notes it."""
Renewal = Callable[[Session, Job], None]
"""Prepares for another job in the place of one that failed or was cancelled; raises Denied where that makes no sense."""


@dataclass(frozen=True)
class Unit:
    """What a job's progress counts, and the words for how many of it a second, with %(number)s."""

    title: Text
    speed: Text


ROWS, BYTES = Unit(_("行"), _("每秒 %(number)s 行")), Unit(_("字节"), _("每秒 %(number)s 字节"))


@dataclass(frozen=True)
class JobKind:
    """A kind of job; `ended` is called when it fails or is cancelled, `renew` before its owner has it run again.

    `results` says what the keys of a result mean, `unit` what its progress counts.
    """

    name: str
    title: Text
    work: Work
    ended: Ended | None = None
    results: Mapping[str, Text] = field(default_factory=dict)
    renew: Renewal | None = None
    unit: Unit = ROWS


_KINDS: dict[str, JobKind] = {}


def job(
    name: str, title: Text, ended: Ended | None = None, results: Mapping[str, Text] | None = None,
    renew: Renewal | None = None, unit: Unit = ROWS,
) -> Callable[[Work], Work]:
    """Registers the function that does jobs of that name; raises ValueError where there is one already."""

    def register(work: Work) -> Work:
        if name in _KINDS:
            raise ValueError(f"job {name} is registered twice")
        _KINDS[name] = JobKind(name, title, work, ended, results or {}, renew, unit)
        return work

    return register


def kind_of(name: str) -> JobKind:
    """The kind of that name; raises KeyError."""
    return _KINDS[name]


def kinds() -> tuple[JobKind, ...]:
    """Every kind, by title."""
    return tuple(sorted(_KINDS.values(), key=lambda one: str(one.title)))
