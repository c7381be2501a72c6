"""Chapters 5 to 7 in the demo year: orders by the four channels, contracts, reviews and deliveries."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.demo.documents.hours import day
from app.demo.documents.plans import Given, Made, Plan

BRIEF = "brief_report_application"
BRIEF_REPORTS = 18
ORDER = "investigation_application"
CHANNELS = ("web_clerk", "clerk", "marketer", "member_operator", "clerk", "web_clerk2", "clerk2")


def plans() -> Iterator[Plan]:
    """All of the chapters."""
    yield from brief_reports()
    yield from website()
    yield from orders()


def brief_reports() -> Iterator[Plan]:
    """Brief reports through the year, and their delivery; courts and members among the customers."""
    for number in range(BRIEF_REPORTS):
        maker, key = CHANNELS[number % len(CHANNELS)], f"brief:{number}"
        staffed = maker != "member_operator"
        kind = {9: "judicial", 5: "member", 16: "judicial"}.get(number)
        yield Plan(
            slug=BRIEF,
            maker=maker,
            at=day(1 + number * 11 // BRIEF_REPORTS, 5 + number % 2 * 13, 9 + number % 7, number * 2),
            key=key,
            given={"customer_kind": kind} if kind and staffed else {},
            lines=5 if number == 11 else 1 + number % 2,
            back=("check", "单位介绍信已过有效期，请客户重新开具。") if number in (4, 12) and staffed else None,
            files=number % 6 == 0,
        )
        if staffed and number % 2 == 0:
            yield delivery(key, "auditor_clerk" if maker.startswith(("web", "clerk")) else "deliverer")
    yield Plan(slug=BRIEF, maker="clerk", at=day(11, 19, 15), ends="collect")
    yield Plan(slug=BRIEF, maker="web_clerk", at=day(11, 20, 10), ends="pay")
    yield Plan(slug=BRIEF, maker="clerk2", at=day(11, 23, 11), ends="draft")
    yield Plan(slug=BRIEF, maker="marketer", at=day(11, 10), ends="withdrawn")
    yield Plan(
        slug=BRIEF,
        maker="web_clerk2",
        at=day(11, 16),
        ends="returned",
        back=("check", "申请单与授权书上的企业名称不一致，请联系客户核实。"),
    )


def delivery(order: str, maker: str) -> Plan:
    """What was handed over for an order."""

    def given(made: Made) -> Mapping[str, Any]:
        return {"application": made[order].number}

    return Plan(slug="delivery_register", maker=maker, after=order, given=given, files=order.endswith("0"))


def website() -> Iterator[Plan]:
    """Lists of applications exported from the website."""
    for number, month in enumerate((1, 3, 5, 7, 9, 11)):
        yield Plan(
            slug="website_intake_register",
            maker="web_clerk",
            at=day(month, 6 + number, 15),
            lines=2 + number % 3,
            files=number % 2 == 0,
            back=("import", "导入份数与登记份数不一致，请重新导出。") if number == 2 else None,
        )
    yield Plan(slug="website_intake_register", maker="web_clerk2", at=day(11, 20, 16), ends="import")


def orders() -> Iterator[Plan]:
    """Orders with their contracts, investigations and reviews."""
    kinds = ("standard", "depth", "analysis", "custom", "bulk_data", "standard", "depth")
    makers = ("clerk", "web_clerk", "marketer", "clerk", "web_clerk2", "marketer", "clerk2")
    for number, (kind, maker) in enumerate(zip(kinds, makers, strict=True)):
        key, contract = f"order:{number}", f"contract:{number}"
        step = "enter" if maker == "marketer" else "register"
        yield Plan(
            slug=ORDER,
            maker=maker,
            at=day(1 + number * 3 // 2, 12, 10),
            key=key,
            given=order(kind),
            lines=1 + number % 3,
            files=number == 1,
        )
        yield Plan(
            slug="product_contract",
            maker="marketer",
            after=f"{key}@{step}",
            key=contract,
            lines=1,
            files=number % 2 == 0,
            given=lambda made, key=key: {"application": made[key].number},
            back=("head", "付款条款与公司标准条款不一致，请说明或修改。") if number == 3 else None,
        )
        yield from investigation(number, kind, key)
    yield Plan(slug=ORDER, maker="member_operator", at=day(6, 9), lines=1, key="order:inside")
    yield delivery("order:inside", "deliverer")
    yield Plan(slug=ORDER, maker="web_clerk", at=day(11, 17), lines=1, given=order("standard"), ends="accept")
    yield Plan(slug=ORDER, maker="clerk", at=day(11, 12), lines=2, given=order("depth"), ends="register")
    yield Plan(slug=ORDER, maker="member_operator", at=day(11, 20), lines=1, ends="draft")
    yield Plan(slug="product_contract", maker="marketer2", at=day(11, 19), lines=1, ends="manager")


def order(kind: str) -> Mapping[str, Any]:
    """An order of that kind for a customer of its own."""
    return {"product_kind": kind}


def investigation(number: int, kind: str, order_key: str) -> Iterator[Plan]:
    """What the project team does for an order, and its delivery."""

    def given(made: Made) -> Mapping[str, Any]:
        return {"order": made[order_key].number}

    maker = "analyst" if number % 2 else "analyst2"
    last = f"review:{number}"
    if kind in ("analysis", "bulk_data"):
        yield Plan(
            slug="plan_review_opinion",
            maker=maker,
            after=order_key,
            days=3,
            key=f"plan:{number}",
            given=given,
            files=True,
        )
    else:
        yield Plan(
            slug="material_request_list", maker=maker, after=order_key, days=1, lines=5, given=given, files=number == 0
        )
    if kind == "bulk_data":
        last = f"plan:{number}"
    else:
        yield Plan(
            slug="report_review_opinion",
            maker=maker,
            after=order_key,
            days=9,
            key=last,
            given=given,
            files=number % 3 == 0,
            back=("department", "对外担保一节只列金额，未说明被担保人情况，请补充后重新提交。")
            if number in (1, 6)
            else None,
        )
    yield later_delivery(order_key, last)


def later_delivery(order_key: str, after: str) -> Plan:
    """Delivered once the last review has passed."""
    given: Given = lambda made: {"application": made[order_key].number}  # noqa: E731
    return Plan(slug="delivery_register", maker="deliverer", after=after, days=2, given=given)
