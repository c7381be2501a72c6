"""Chapters 5 to 7 in the demo year: orders with their contracts, investigations, reviews and deliveries."""

from collections.abc import Iterator
from functools import partial

from app.demo.documents.business import delivery
from app.demo.documents.hours import day
from app.demo.documents.plans import Plan

ORDERS = (
    ("standard", "clerk"),
    ("depth", "web_clerk"),
    ("analysis", "marketer"),
    ("custom", "clerk"),
    ("bulk_data", "web_clerk2"),
    ("standard", "marketer"),
)
SENT_BACK = (1, 5)

order = partial(Plan, slug="investigation_application")
contract = partial(Plan, slug="product_contract")


def plans() -> Iterator[Plan]:
    """All of it."""
    for number, (kind, maker) in enumerate(ORDERS):
        yield from ordered(number, kind, maker)
        yield from investigated(number, kind)
    yield order(maker="member_operator", at=day(6, 9), lines=1, key="order:inside")
    yield delivery("order:inside", "order:inside")
    yield order(maker="web_clerk", at=day(11, 17), lines=1, given={"product_kind": "standard"}, ends="accept")
    yield order(maker="clerk", at=day(11, 12), lines=2, given={"product_kind": "depth"}, ends="register")
    yield order(maker="member_operator", at=day(11, 20), lines=1, ends="draft")
    yield contract(maker="marketer2", at=day(11, 19), lines=1, ends="manager")


def ordered(number: int, kind: str, maker: str) -> Iterator[Plan]:
    """An order, and its contract, which is signed on the way."""
    key, step = f"order:{number}", "enter" if maker == "marketer" else "register"
    yield order(
        maker=maker,
        at=day(1 + number * 3 // 2, 12, 10),
        key=key,
        given={"product_kind": kind},
        lines=1 + number % 3,
        files=number == 1,
    )
    yield contract(
        maker="marketer",
        after=f"{key}@{step}",
        lines=1,
        files=number % 2 == 0,
        given=lambda made: {"application": made[key].number},
        back=("head", "付款条款与公司标准条款不一致，请说明或修改。") if number == 3 else None,
    )


def investigated(number: int, kind: str) -> Iterator[Plan]:
    """What the project team does for an order, and its delivery after the last review."""
    key = f"order:{number}"
    work = partial(
        Plan,
        maker="analyst" if number % 2 else "analyst2",
        after=key,
        given=lambda made: {"order": made[key].number},
    )
    plan, review = f"plan:{number}", f"review:{number}"
    if kind in ("analysis", "bulk_data"):
        yield work(slug="plan_review_opinion", days=3, key=plan, files=True)
    else:
        yield work(slug="material_request_list", days=1, lines=5, files=number == 0)
    if kind != "bulk_data":
        vague = "对外担保一节只列金额，未说明被担保人情况，请补充后重新提交。"
        sent_back = ("department", vague) if number in SENT_BACK else None
        yield work(slug="report_review_opinion", days=9, key=review, files=number % 3 == 0, back=sent_back)
    yield delivery(key, plan if kind == "bulk_data" else review, days=2)
