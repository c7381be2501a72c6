"""Countersignatures (会签): who all has to sign a step, in any order."""

from dataclasses import dataclass

from app.engine.chain import Kind
from app.engine.document import Document
from app.engine.fields import StepSpec
from app.engine.positions import Position
from app.engine.text import Text


@dataclass(frozen=True)
class Seat:
    """One countersignature: by a holder of `position`, or by the one user. `key` names it in trail and tasks."""

    key: str
    name: Text
    position: Position | None = None
    user_id: int | None = None


def seats(document: Document, step: StepSpec) -> tuple[Seat, ...]:
    """The countersignatures that a step needs; none for steps of other kinds."""
    if step.kind is not Kind.COUNTERSIGN:
        return ()
    if step.each is None:
        return tuple(Seat(position.code, position.title, position) for position in step.positions)
    lines, column = step.each
    rows = [row for row in getattr(document, lines) if step.among is None or getattr(row, step.among)]
    people = dict.fromkeys(getattr(row, column) for row in rows)
    return tuple(Seat(f"user:{one.user_id}", one.name, None, one.user_id) for one in people if one is not None)
