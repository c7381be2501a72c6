"""Chapter 5 in the demo year: brief reports by the four channels, their delivery, and the website's lists."""

from collections.abc import Iterator
from functools import partial

from app.demo.documents.hours import day
from app.demo.documents.plans import Plan

BRIEF_REPORTS = 14
CHANNELS = ("web_clerk", "clerk", "marketer", "member_operator", "clerk", "web_clerk2", "clerk2")
KINDS = {5: "member", 9: "judicial", 13: "judicial"}
SENT_BACK = (4, 12)

brief = partial(Plan, slug="brief_report_application")


def plans() -> Iterator[Plan]:
    """All of it."""
    for number in range(BRIEF_REPORTS):
        yield from brief_report(number)
    yield from unfinished()
    yield from website()


def brief_report(number: int) -> Iterator[Plan]:
    """An application, and the delivery of some; courts and members among the customers."""
    maker, key = CHANNELS[number % len(CHANNELS)], f"brief:{number}"
    staffed = maker != "member_operator"
    yield brief(
        maker=maker,
        at=day(1 + number * 11 // BRIEF_REPORTS, 5 + number % 2 * 13, 9 + number % 7, number * 2),
        key=key,
        given={"customer_kind": KINDS[number]} if number in KINDS else {},
        lines=5 if number == 11 else 1 + number % 2,
        back=("check", "单位介绍信已过有效期，请客户重新开具。") if number in SENT_BACK else None,
        files=number % 6 == 0,
    )
    if staffed and number % 4 == 0:
        online = maker.startswith(("web", "clerk"))
        yield delivery(key, key, "auditor_clerk" if online else "deliverer", files=number == 0)


def delivery(order: str, after: str, maker: str = "deliverer", *, days: int = 1, files: bool = False) -> Plan:
    """What was handed over for an order, once another document was done."""
    return Plan(
        slug="delivery_register",
        maker=maker,
        after=after,
        days=days,
        given=lambda made: {"application": made[order].number},
        files=files,
    )


def unfinished() -> Iterator[Plan]:
    """What lies about in November."""
    yield brief(maker="clerk", at=day(11, 19, 15), ends="collect")
    yield brief(maker="web_clerk", at=day(11, 20, 10), ends="pay")
    yield brief(maker="clerk2", at=day(11, 23, 11), ends="draft")
    yield brief(maker="marketer", at=day(11, 10), ends="withdrawn")
    yield brief(maker="marketer2", at=day(9, 22), ends="terminated")
    wrong = "申请单与授权书上的企业名称不一致，请联系客户核实。"
    yield brief(maker="web_clerk2", at=day(11, 16), ends="returned", back=("check", wrong))


def website() -> Iterator[Plan]:
    """Lists of applications exported from the website."""
    exported = partial(Plan, slug="website_intake_register")
    for number, month in enumerate((1, 4, 7, 10)):
        yield exported(
            maker="web_clerk",
            at=day(month, 6 + number, 15),
            lines=2 + number % 3,
            files=number % 2 == 0,
            back=("import", "导入份数与登记份数不一致，请重新导出。") if number == 2 else None,
        )
    yield exported(maker="web_clerk2", at=day(11, 20, 16), ends="import")
