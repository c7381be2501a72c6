"""The providers' data structures: agreed in form 1 by the demo people, each step through the one door (article 16.1.1)."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.areas.collection.registers import Method
from app.clock import at
from app.demo.prerequisites import everybody, first_maker
from app.demo.registers import PROVIDERS
from app.demo.structure_fields import DESCRIBED
from app.demo.walk import draft, sign, submit
from app.engine.catalogue import catalogue
from app.engine.document import Document, State
from app.workflow.actor import Actor
from app.workflow.cases import case_of

SLUG = "data_structure_analysis"
BEGUN = datetime(2025, 3, 3, 9, 20)
STEPS = (timedelta(hours=1), timedelta(days=2), timedelta(days=3, hours=2), timedelta(days=7))
"""From the draft to handing it in, countersigning, review and approval; the structure is in force with the last."""

CARRIERS = {Method.NETWORK: "line", Method.BULK_COPY: "disc", Method.MANUAL: "mail"}
ENCRYPTIONS = {Method.NETWORK: "zip_aes", Method.BULK_COPY: "none", Method.MANUAL: "none"}
CONTACTS = ("葛云清", "厉文渊", "苗秀兰", "费立群")


def publish_structures(session: Session) -> None:
    """One structure a provider, in the caller's transaction."""
    people = everybody(session)
    for number in range(len(PROVIDERS)):
        published(session, people, number)


def published(session: Session, people: list[Actor], number: int) -> Document:
    """A form 1 from its draft to its end."""
    spec = catalogue.form(SLUG)
    maker, begun = first_maker(spec, people), BEGUN + timedelta(minutes=25 * number)
    with at(begun):
        document = draft(session, maker, spec, analysis(number))
    for delay in STEPS:
        with at(begun + delay):
            if document.state is State.DRAFT:
                submit(session, maker, spec, document)
            else:
                sign(session, case_of(session, spec, document), people)
    assert document.state is State.DONE
    return document


def analysis(number: int) -> dict[str, Any]:
    """Raw values of the form for the provider of that number."""
    _name, subject, method, cycle = PROVIDERS[number]
    described = DESCRIBED[subject]
    key = number + 1
    found = {
        "name": subject, "subject": subject, "method": method.value, "provider": f"TG{key:03d}",
        "agreement": f"CJ-2025-{key:03d}", **described.written, "encryption": ENCRYPTIONS[method],
        "compression": "zip" if method is Method.NETWORK else "none", "carrier": CARRIERS[method], "cycle": cycle.value,
        "submission_day": str(5 + number), "submission_time": "18:00", "contact": CONTACTS[number % len(CONTACTS)],
        "contact_phone": f"027-8266{key:04d}", "fields": described.lines(),
    }
    if method is Method.MANUAL:
        found["content_agreed"] = f"{subject}：按约定的格式逐条提供，每期终了后十日内送达。"
    return found
