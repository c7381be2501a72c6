"""What lies about at the front of chapter 3 in November: arrivals fetched, waiting and damaged; sheets keyed by hand."""

import hashlib
from datetime import date
from functools import partial

from sqlalchemy import select

from app.areas.collection.arrival import fetching, receiving
from app.areas.collection.arrival.models import Arrival, Way
from app.areas.collection.arrival.receiving import Delivered
from app.areas.collection.entry import operations as entry
from app.areas.collection.entry.models import EntrySheet
from app.areas.collection.forms.collection_file_register import Original
from app.areas.collection.registers import DataStructure
from app.areas.collection.structures import layout_of
from app.areas.organisation.registers import ExternalOrganisation
from app.demo import walk
from app.demo.contents import ending
from app.demo.deliveries import sample_rows
from app.demo.documents.agenda import Agenda
from app.demo.documents.hours import day
from app.demo.packages import packed
from app.documents import attachments
from app.engine.catalogue import catalogue

KEYED = 6
"""Rows of a demo sheet."""
QUARTER, MONTH = (date(2026, 7, 1), date(2026, 9, 30)), (date(2026, 10, 1), date(2026, 10, 31))


def lay_out(agenda: Agenda) -> None:
    """Puts it on the agenda."""
    agenda.put(day(11, 16, 9, 12), partial(fetched, agenda, "TG004", "20261109"))
    agenda.put(day(11, 19, 14, 5), partial(damaged, agenda, "TG006", "202610"))
    agenda.put(day(11, 23, 9, 40), partial(uploaded, agenda, "202610"))
    agenda.put(day(11, 12, 10, 15), partial(completed, agenda, "SJ-0005-1", "三季度行政处罚决定书清单"))
    agenda.put(day(11, 20, 9, 50), partial(keyed_from_paper, agenda, "SJ-0007-1", "10 月欠费用户登记簿（纸质）"))


def arrival(agenda: Agenda, provider: str, period: str, announced: str | None = None, by: str | None = None) -> Arrival:
    """A file of the provider, packed as agreed, by its drop folder or uploaded by somebody."""
    session = agenda.session
    owner = session.scalars(select(ExternalOrganisation).where(ExternalOrganisation.code == provider)).one()
    structure = f"SJ-{provider[2:].zfill(4)}-1"
    name = f"{structure}_{period}_01{ending(session, structure)}.zip"
    content = packed(session, structure, name)
    folder = agenda.cabinet.folder.parent / "arrivals"
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.part"
    path.write_bytes(content)
    delivered = Delivered(path, name, len(content), hashlib.sha256(content).hexdigest(), announced)
    one = receiving.register(session, agenda.people[by] if by else None, owner, delivered, Way.UPLOAD if by else Way.DROP)
    receiving.place(folder, one, path)
    agenda.cabinet.beside.append(folder / one.stored)
    return one


def fetched(agenda: Agenda, provider: str, period: str) -> None:
    """Fetched by the collector, who has still to ask how many records there are."""
    one, folder = arrival(agenda, provider, period), agenda.cabinet.folder
    document = fetching.fetch(agenda.session, agenda.people["collector"], [one.id], folder.parent / "arrivals", folder)
    agenda.cabinet.stored += [each.stored for each in attachments.of(agenda.session, document.id)]


def damaged(agenda: Agenda, provider: str, period: str) -> None:
    """Not what the provider announced: nobody can fetch it."""
    arrival(agenda, provider, period, announced=hashlib.sha256(b"as it was sent").hexdigest())


def uploaded(agenda: Agenda, period: str) -> None:
    """Brought by a provider's operator this morning, and not fetched yet."""
    operator = agenda.people["provider_operator"]
    owner = agenda.session.get_one(ExternalOrganisation, operator.organisation_id)
    arrival(agenda, owner.code, period, by=operator.username)


def sheet(agenda: Agenda, structure: str, original: Original, source: str, period: tuple[date, date]) -> EntrySheet:
    """Opened by the collector, keyed and given to review."""
    session = agenda.session
    opened = entry.open_sheet(session, agenda.people["collector"], structure, original, source, *period)
    found = session.scalars(select(DataStructure).where(DataStructure.code == structure)).one()
    rows = list(sample_rows(layout_of(session, found), KEYED, len(source)))
    clerk = agenda.people["collector" if original is Original.ELECTRONIC else "data_entry"]
    return entry.key(session, clerk, opened.id, opened.version, rows, hand_over=True)


def completed(agenda: Agenda, structure: str, source: str) -> None:
    """Read against the original and found the same; its form 2 waits for the data manager."""
    session, reviewer, folder = agenda.session, agenda.people["collection_reviewer"], agenda.cabinet.folder
    keyed = sheet(agenda, structure, Original.ELECTRONIC, source, QUARTER)
    entry.review(session, reviewer, keyed.id, keyed.version, {}, frozenset(range(1, KEYED + 1)))
    document = entry.complete(session, reviewer, keyed.id, keyed.version, folder)
    agenda.cabinet.stored += [each.stored for each in attachments.of(session, document.id)]
    walk.submit(session, reviewer, catalogue.form(document.form_code), document)


def keyed_from_paper(agenda: Agenda, structure: str, source: str) -> None:
    """Keyed on the day by a clerk; another collector has still to review it."""
    sheet(agenda, structure, Original.PAPER, source, MONTH)
