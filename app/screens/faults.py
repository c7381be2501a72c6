"""Faults as a page shows them: a summary whose lines jump to the fields."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.documents.values import Fault
from app.screens.translating import gettext as _


@dataclass(frozen=True)
class Line:
    """One line of the summary; `target` is the id of the field, None where the page has none."""

    target: str | None
    where: str
    message: str


@dataclass(frozen=True)
class Summary:
    """What is wrong with what was sent: a title, the faults, and the tone of the box."""

    title: str
    lines: tuple[Line, ...] = ()
    tone: str = "danger"


def summary(faults: Iterable[Fault], *, submitting: bool = False) -> Summary:
    """The summary of faults of a sheet."""
    lines = tuple(Line(anchor(fault.path), fault.where, str(fault.message)) for fault in faults)
    if submitting:
        return Summary(_("有 %(count)s 处需要改正，改正后才能提交", count=len(lines)), lines)
    return Summary(_("有 %(count)s 处需要改正，改正后才能保存", count=len(lines)), lines)


def anchor(path: tuple[str | int, ...]) -> str | None:
    """The id of the field that a fault belongs to."""
    return "-".join(("f", *map(str, path))) if path else None
