"""Chapters 8 and 10 in the demo year: registers that are to change."""

from collections.abc import Iterator

from app.demo.documents.hours import day
from app.demo.documents.plans import Plan


def plans() -> Iterator[Plan]:
    """All of the chapters."""
    yield from inside()
    yield from users()
    yield from outside()
    yield from system()


def inside() -> Iterator[Plan]:
    """Organisations, departments and employees."""
    head = {"maker": "admin_head"}
    yield Plan(**head, slug="organisation_maintenance", at=day(2, 5))
    change = {"action": "change", "record": "WD01", "phone": "027-82110045", "reason": "网点更换电话号码。"}
    yield Plan(**head, slug="organisation_maintenance", at=day(9, 8), given=change)
    yield Plan(**head, slug="organisation_maintenance", at=day(11, 18), ends="approve")
    yield Plan(**head, slug="department_maintenance", at=day(3, 19), back=("approve", "请说明新设小组的人员来源。"))
    change = {"action": "change", "record": "CPYF", "head": "谷雨薇", "reason": "负责人变更。"}
    yield Plan(**head, slug="department_maintenance", at=day(10, 14), given=change)
    yield Plan(**head, slug="department_maintenance", at=day(11, 19), ends="draft")
    for month, ends in ((2, "done"), (5, "done"), (11, "enter")):
        yield Plan(**head, slug="employee_maintenance", at=day(month, 10), ends=ends)
    change = {"action": "change", "record": "1005", "phone": "027-85550188", "reason": "更换办公电话。"}
    yield Plan(**head, slug="employee_maintenance", at=day(8, 25), given=change)


def users() -> Iterator[Plan]:
    """Accounts of staff, of a member, of a provider."""
    for maker, month, ends in (
        ("collection_head", 2, "done"),
        ("service_head", 6, "done"),
        ("marketer", 4, "done"),
        ("collector", 7, "done"),
        ("product_head", 11, "confirm"),
        ("marketer2", 11, "approve_member"),
    ):
        yield Plan(slug="user_maintenance", maker=maker, at=day(month, 12), ends=ends, files=month == 4)


def outside() -> Iterator[Plan]:
    """Members and providers with their agreements."""
    yield Plan(slug="external_org_registration", maker="marketer", at=day(3, 5), key="member")
    yield Plan(slug="external_org_registration", maker="collector", at=day(5, 20), files=True)
    yield Plan(slug="external_org_registration", maker="clerk", at=day(8, 6))
    waiting = ("approve_provider", "协议扫描件缺第三页，请补齐。")
    yield Plan(slug="external_org_registration", maker="collector2", at=day(11, 11), back=waiting, ends="returned")
    yield Plan(
        slug="external_org_agreement",
        maker="marketer",
        after="member",
        files=True,
        given=lambda made: {"registration": made["member"].number, "party": None},
    )
    renewed = {"action": "change", "record": "HX-2026-002", "quota": "800", "products": "brief,standard"}
    yield Plan(slug="external_org_agreement", maker="marketer2", at=day(7, 21), given=renewed, files=True)
    yield Plan(slug="external_org_agreement", maker="marketer", at=day(11, 13), ends="enter")


def system() -> Iterator[Plan]:
    """Parameters, roles and codes."""
    amount = {"action": "change", "record": "contract_large_amount", "value": "120000.00"}
    amount |= {
        "reason": "合同平均金额上升，原数值使大部分合同都要报公司负责人审核。",
        "requirement": "大额合同金额由 10 万元调整为 12 万元。",
    }
    yield Plan(
        slug="parameter_maintenance",
        maker="sysadmin",
        at=day(4, 9),
        given=amount,
        back=("approve", "请附上一年度合同金额分布。"),
    )
    yield Plan(slug="parameter_maintenance", maker="sysadmin", at=day(9, 3))
    yield Plan(slug="parameter_maintenance", maker="sysadmin2", at=day(11, 17), ends="confirm")
    yield Plan(slug="role_permission_maintenance", maker="sysadmin", at=day(5, 7), lines=4)
    yield Plan(slug="role_permission_maintenance", maker="sysadmin2", at=day(11, 5), ends="approve")
    for month, ends in ((3, "done"), (8, "done"), (11, "draft")):
        yield Plan(slug="code_maintenance", maker="sysadmin", at=day(month, 17), ends=ends)
