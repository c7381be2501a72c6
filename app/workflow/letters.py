"""Sealed letters (密封信函): what an effect hands to the person who signed, shown once and never kept.

An effect puts a letter into the session; the channel takes it after the commit and shows it in the answer of that very
request. It is in no table, no log and no address.
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.engine.text import Text

_KEY = "sealed_letters"


@dataclass(frozen=True)
class Letter:
    """密封信函: title, (label, text) of what it tells, and what the reader is to do."""

    title: Text
    rows: tuple[tuple[Text, str], ...]
    advice: Text


def hand_out(session: Session, letter: Letter) -> None:
    """Leaves a letter for the answer of this request."""
    session.info.setdefault(_KEY, []).append(letter)


def take(session: Session) -> list[Letter]:
    """The letters that were left, which are gone then; a channel takes them once, after the commit."""
    letters: list[Letter] = session.info.pop(_KEY, [])
    return letters
