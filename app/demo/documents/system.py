"""Chapter 10 in the demo year: parameters, roles and codes."""

from collections.abc import Iterator
from functools import partial

from app.demo.documents.hours import day
from app.demo.documents.plans import Plan

LARGE_AMOUNT = {
    "action": "change",
    "record": "contract_large_amount",
    "value": "120000.00",
    "requirement": "大额合同金额由 10 万元调整为 12 万元。",
    "reason": "合同平均金额上升，原数值使大部分合同都要报公司负责人审核。",
}


def plans() -> Iterator[Plan]:
    """All of the chapter."""
    parameter = partial(Plan, slug="parameter_maintenance", maker="sysadmin")
    yield parameter(at=day(4, 9), given=LARGE_AMOUNT, back=("approve", "请附上一年度合同金额分布。"))
    yield parameter(at=day(9, 3))
    yield parameter(maker="sysadmin2", at=day(11, 17), ends="confirm")

    role = partial(Plan, slug="role_permission_maintenance", maker="sysadmin")
    yield role(at=day(5, 7), lines=4)
    yield role(maker="sysadmin2", at=day(11, 5), ends="approve")

    for month, ends in ((3, "done"), (8, "done"), (11, "draft")):
        yield Plan(slug="code_maintenance", maker="sysadmin", at=day(month, 17), ends=ends)
