"""Chapter 8 in the demo year: organisations, people, users, members and providers."""

from collections.abc import Iterator
from functools import partial

from app.demo.documents.hours import day
from app.demo.documents.plans import Plan

USERS = (
    ("collection_head", 2, "done"),
    ("service_head", 6, "done"),
    ("marketer", 4, "done"),
    ("collector", 7, "done"),
    ("product_head", 11, "confirm"),
    ("marketer2", 11, "approve_member"),
)


def plans() -> Iterator[Plan]:
    """All of the chapter."""
    yield from inside()
    for maker, month, ends in USERS:
        yield Plan(slug="user_maintenance", maker=maker, at=day(month, 12), ends=ends, files=month == 4)
    yield from outside()


def inside() -> Iterator[Plan]:
    """Organisations, departments and employees."""
    organisation = partial(Plan, slug="organisation_maintenance", maker="admin_head")
    yield organisation(at=day(2, 5))
    moved = {"action": "change", "record": "WD01", "phone": "027-82110045", "reason": "网点更换电话号码。"}
    yield organisation(at=day(9, 8), given=moved)
    yield organisation(at=day(11, 18), ends="approve")

    department = partial(Plan, slug="department_maintenance", maker="admin_head")
    yield department(at=day(3, 19), back=("approve", "请说明新设小组的人员来源。"))
    headed = {"action": "change", "record": "CPYF", "head": "谷雨薇", "reason": "负责人变更。"}
    yield department(at=day(10, 14), given=headed)
    yield department(at=day(11, 19), ends="draft")

    employee = partial(Plan, slug="employee_maintenance", maker="admin_head")
    for month, ends in ((2, "done"), (5, "done"), (11, "enter")):
        yield employee(at=day(month, 10), ends=ends)
    called = {"action": "change", "record": "1005", "phone": "027-85550188", "reason": "更换办公电话。"}
    yield employee(at=day(8, 25), given=called)


def outside() -> Iterator[Plan]:
    """Members and providers with their agreements."""
    registration = partial(Plan, slug="external_org_registration")
    yield registration(maker="marketer", at=day(3, 5), key="member")
    yield registration(maker="collector", at=day(5, 20), files=True)
    yield registration(maker="clerk", at=day(8, 6))
    page = "协议扫描件缺第三页，请补齐。"
    yield registration(maker="collector2", at=day(11, 11), back=("approve_provider", page), ends="returned")

    agreement = partial(Plan, slug="external_org_agreement", maker="marketer")
    yield agreement(
        after="member",
        given=lambda made: {"registration": made["member"].number, "party": None},
        files=True,
    )
    renewed = {"action": "change", "record": "HX-2026-002", "quota": "800"}
    yield agreement(maker="marketer2", at=day(7, 21), given=renewed, files=True)
    yield agreement(at=day(11, 13), ends="enter")
