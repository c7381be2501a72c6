"""The demo company's documents: its year from January to November 2026, lived through the one door."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from app.demo.documents import business, channels, collection, disputes, orders, organisation, products, system
from app.demo.documents.agenda import Agenda
from app.demo.documents.front_desk import lay_out
from app.demo.documents.notices import announce
from app.demo.documents.papers import Cabinet
from app.demo.documents.plans import Plan
from app.demo.packages import agree_passwords
from app.demo.prerequisites import everybody, prepare, prerequisites

AREAS = (collection, channels, products, business, orders, organisation, system, disputes)
UNTIL = datetime(2026, 11, 23, 17, 30)


def plans() -> Iterator[Plan]:
    """The whole year."""
    for area in AREAS:
        yield from area.plans()


def fill_documents(session: Session, folder: Path) -> None:
    """Everything that happened up to the end of the year's story, in the caller's transaction; files go to the folder."""
    cabinet = Cabinet(folder)
    try:
        people = everybody(session)
        agenda = Agenda(session, people, cabinet)
        agree_passwords(session, next(one for one in people if one.username == "data_manager"))
        announce(agenda)
        lay_out(agenda)
        agenda.live(plans(), UNTIL)
    except BaseException:
        cabinet.empty()
        raise


__all__ = ["everybody", "fill_documents", "prepare", "prerequisites"]
