"""Counts the records of what has arrived, in the background, where nobody has to decrypt it first (article 14).

What is encrypted is opened at extraction alone, under a witness: its count is the collector's to ask the provider for.
"""

from collections.abc import Mapping
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from app.areas.collection.arrival.fetching import structure_of
from app.areas.collection.arrival.models import Arrival, ArrivalState
from app.areas.collection.extraction import counting
from app.areas.collection.extraction.limits import BadPackage
from app.areas.collection.extraction.packages import Opener
from app.areas.collection.extraction.reading import working
from app.database import transaction
from app.jobs.kinds import job
from app.jobs.operations import enqueue
from app.jobs.running import Run

KIND = "count_arrival"


def ask(session: Session, arrival: Arrival) -> None:
    """Has the records of an arrival counted, once its file is in its place; in a transaction of its own."""
    key, number, sound = arrival.id, arrival.number, arrival.state is not ArrivalState.DAMAGED
    if sound:
        with transaction(session):
            enqueue(session, None, KIND, title=number, arrival=key)


@job(KIND, _("清点到件记录数"), results={"records": _("记录数")})
def count(run: Run) -> Mapping[str, Any]:
    """The records of arrival `arrival`, by the structure that its name tells; None where they cannot be counted."""
    data = current_app.config["DATA_DIR"]
    with run.held() as session:
        arrival = session.get_one(Arrival, run.params["arrival"])
        structure = structure_of(session, arrival)
        layout = counting.layout_for(session, structure) if structure is not None else None
        source, name = data / "arrivals" / arrival.stored, arrival.name
    records = None
    if layout is not None:
        with working(data, f"count{run.job_id}") as folder:
            try:
                opened = Opener(folder, data / "gnupg", None, decrypts=False).open(source, name)
                records = counting.records(opened.path, layout)
            except BadPackage:  # encrypted, or not as agreed: extraction says what is wrong with it
                pass
    with run.finish({"records": records}) as session:
        session.get_one(Arrival, run.params["arrival"]).records = records
    return {"records": records}
