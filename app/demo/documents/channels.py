"""Public channels in the demo year: lists, the months' reports, the handover with them, and its disc."""

from collections.abc import Iterator

from app.demo.documents.collection import disc
from app.demo.documents.hours import YEAR, day
from app.demo.documents.plans import Plan

LISTED = ((1, 15), (2, 10), (4, 16), (6, 18), (8, 20), (10, 15), (11, 13))
REPORTED = (2, 4, 6, 8, 10)
LIST = "public_collection_list"
REPORT = "public_collection_report"


def plans() -> Iterator[Plan]:
    """A list of sixty items among them."""
    for number, (month, when) in enumerate(LISTED):
        maker = "collector2" if number % 2 else "collector"
        yield Plan(slug=LIST, maker=maker, at=day(month, when, 16), lines=3 + number % 3)
    yield Plan(slug=LIST, maker="collector2", at=day(11, 18, 16), lines=60)
    yield Plan(slug=LIST, maker="collector2", at=day(11, 23, 16), lines=4, ends="draft")
    for month in REPORTED:
        yield from reported(month, "collector2" if month % 4 else "collector")
    yield Plan(slug=REPORT, maker="collector", at=day(11, 4), given={"month": f"{YEAR}-09"}, ends="sign")


def reported(month: int, maker: str) -> Iterator[Plan]:
    """A month's report, and the data files handed over with it."""
    report, handover = f"report:{month}", f"handover:{month}"
    yield Plan(slug=REPORT, maker=maker, at=day(month, 26), key=report, given={"month": f"{YEAR}-{month:02d}"})
    yield Plan(
        slug="public_collection_handover",
        maker=maker,
        after=f"{report}@receive",
        days=0,
        key=handover,
        given=lambda made: {"report": made[report].number},
    )
    yield disc(handover)
