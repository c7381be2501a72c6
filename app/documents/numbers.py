"""Numbers of documents: FJ02-2026-000017, gapless per form and year."""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.documents.models import NumberSequence
from app.engine.spec import FormSpec


def next_numbers(session: Session, spec: FormSpec, year: int, count: int = 1) -> list[str]:
    """The next numbers, taken in the transaction that saves the documents: a rollback gives them back."""
    last = take(session, spec.prefix, year, count)
    return [f"{spec.prefix}-{year}-{number:06d}" for number in range(last - count + 1, last + 1)]


def take(session: Session, form_code: str, year: int, count: int) -> int:
    """Moves the sequence on by `count` under its row lock and returns its new end."""
    locked = select(NumberSequence).where(NumberSequence.form_code == form_code, NumberSequence.year == year)
    sequence = session.scalar(locked.with_for_update())
    if sequence is None:
        try:
            with session.begin_nested():
                session.add(NumberSequence(form_code=form_code, year=year, last=0))
        except IntegrityError:
            pass  # another writer opened the year in the same moment
        sequence = session.scalars(locked.with_for_update().execution_options(populate_existing=True)).one()
    sequence.last += count
    session.flush()
    return sequence.last
