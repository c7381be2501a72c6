"""Chapter 12 in the demo year: disputes, their answers, and statements."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.demo.adjustments.disputes import answer
from app.demo.documents.hours import day
from app.demo.documents.plans import Made, Plan

STAFF = "service_staff"
CORRECTED = "corrected", "提供单位同意更正并重新报送"
REFUSED = "unfounded", "提供单位核实原数据无误"
RESULTS = {0: REFUSED, 1: ("unfounded", "申请单和信息主体授权书齐全"), 2: REFUSED, 3: CORRECTED}


def plans() -> Iterator[Plan]:
    """All of the chapter."""
    for number, month in enumerate((2, 4, 6, 8, 10)):
        yield from dispute(number, month)
    refused = {"acceptance": "refused", "review_papers_genuine": "否"}
    yield Plan(slug="dispute_application", maker="service_staff2", at=day(7, 15), steps={"review": refused})
    yield Plan(slug="dispute_application", maker=STAFF, at=day(11, 20, 14), ends="review")
    yield Plan(slug="dispute_application", maker="service_staff2", at=day(11, 23, 10), ends="draft")


def dispute(number: int, month: int) -> Iterator[Plan]:
    """A dispute with its receipt, the question to the provider, the reply and, for two of them, a statement."""
    key = f"dispute:{number}"
    receipt, reply, statement = f"receipt:{number}", f"reply:{number}", f"statement:{number}"

    def of(made: Made) -> Mapping[str, Any]:
        return {"dispute": made[key].number}

    yield Plan(
        slug="dispute_application", maker=STAFF, at=day(month, 9, 10), key=key, lines=1 + number % 3, files=number < 2
    )
    yield Plan(slug="dispute_receipt", maker=STAFF, after=f"{key}@review", days=0, key=receipt, given=of)
    yield Plan(slug="dispute_material_list", maker=STAFF, after=receipt, days=0, lines=4, given=of)
    if number == 1:
        yield Plan(slug="query_difference_list", maker="it_staff", after=key, given=of)
    else:
        yield letter(number, key)
    if number == 4:
        return
    yield Plan(
        slug="dispute_reply",
        maker=STAFF,
        after=key,
        days=12,
        key=reply,
        files=number == 0,
        given=lambda made: answered(made[receipt], RESULTS[number]),
        ends="hand_over" if number == 3 else "done",
    )
    if number in (0, 2):
        yield Plan(
            slug="dispute_statement",
            maker=STAFF,
            after=reply,
            days=2,
            key=statement,
            files=number == 0,
            given=lambda made: {"reply": made[reply].number},
        )
        yield Plan(
            slug="dispute_statement_receipt",
            maker=STAFF,
            after=f"{statement}@review",
            days=0,
            given=lambda made: {"application": made[statement].number},
        )
    if number == 2:
        gone = {"kind": "remove"}
        yield Plan(
            slug="dispute_statement",
            maker=STAFF,
            after=statement,
            days=40,
            given=lambda made: {**gone, "earlier": made[statement].number, "reply": None, "receipt": None},
        )


def answered(receipt: Any, result: tuple[str, str]) -> Mapping[str, Any]:
    """The reply to the dispute of a receipt: the same result for each item."""
    return {"receipt": receipt.number, "items": [answer(one, result) for one in receipt.dispute.items]}


def letter(number: int, key: str) -> Plan:
    """The question to the provider: agreed to, refused, or not answered yet."""
    steps: dict[str, Any] = {"answer": {"answer": "refused"}} if RESULTS.get(number) is REFUSED else {}
    return Plan(
        slug="dispute_verification_letter",
        maker="collector",
        after=key,
        given=lambda made: {"dispute": made[key].number, "provider": f"TG{number + 1:03d}"},
        steps=steps,
        ends="answer" if number == 4 else "done",
        files=number == 0,
    )
