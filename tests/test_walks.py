"""Every branch of the chains, walked by demo people: the steps that forms.md and the walks of chapter 5 ask for, in order."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app import models
from app.database import db, transaction
from app.demo.examples import example
from app.demo.prerequisites import everybody, finish, prepare
from app.demo.walk import make, shown, sign
from app.documents.guard import writing
from app.documents.operations import change
from app.engine.catalogue import catalogue
from app.engine.document import Document, State
from app.engine.spec import FormSpec
from app.registers.proposing import open_change
from app.workflow.actor import Actor
from app.workflow.case import Case
from app.workflow.cases import case_of
from app.workflow.door import act
from app.workflow.models import Decision, SignOff
from app.workflow.options import Action

models.load(("app.areas",))

ENTERED = ("enter", "confirm")
SIGNED = ("assign", "accept", "register")

WALKS: list[tuple[str, str, str, dict[str, Any], dict[str, dict[str, Any]], tuple[str, ...]]] = [
    # row, form, maker, what the maker keys, what signers key, the steps
    ("39", "13", "web_clerk", {}, {}, ("check", "pay")),
    ("40", "13", "clerk", {}, {}, ("check", "collect")),
    ("41", "13", "member_operator", {}, {}, ()),
    ("42", "13", "marketer", {}, {}, ("check", "pay")),
    ("44R", "14", "web_clerk", {}, {}, (*SIGNED, "pay")),
    ("45R", "14", "clerk", {}, {}, (*SIGNED, "pay")),
    ("46R", "14", "member_operator", {"inside_agreement": "否"}, {}, (*SIGNED, "pay")),
    ("46R", "14", "member_operator", {"inside_agreement": "是"}, {}, ("confirm",)),
    ("47R", "14", "marketer", {}, {}, ("enter", "check", "pay")),
    ("16.1.1", "2", "collector", {"method": "network"}, {}, ("receive", "extract", "witness", "store")),
    ("16.1.2", "2", "collector", {"method": "bulk_copy"}, {}, ("receive", "extract", "witness", "store")),
    ("16.1.3", "2", "collection_reviewer", {"method": "manual"}, {}, ("receive", "store")),
    ("18", "6", "data_manager", {}, {}, ("approve", "preprocess", "import", "confirm")),
    ("18", "6", "it_staff", {}, {}, ("approve", "preprocess", "import", "confirm")),
    ("19", "7", "data_manager", {"disposal": "reload"}, {}, ("approve", "reload")),
    ("19", "7", "data_manager", {"disposal": "discard"}, {}, ("approve",)),
    ("26", "11", "product_dev", {"action": "create"}, {}, ("review", "issue", "execute", "announce")),
    ("26", "11", "product_dev", {"action": "change"}, {}, ("review", "issue", "execute", "announce")),
    ("27", "11", "product_dev", {"action": "stop"}, {}, ("approve", "issue", "execute", "announce")),
    ("39-47", "16", "deliverer", {"mode": "pick_up"}, {}, ("customer_signs",)),
    ("39-47", "16", "deliverer", {"mode": "post"}, {}, ("deliverer_signs",)),
    ("60", "17", "analyst", {"product_kind": "standard", "level": "1", "amount": "1000"}, {}, ("department",)),
    ("60", "17", "analyst", {"product_kind": "depth", "level": "2", "amount": "1000"}, {}, ("department", "leader")),
    ("60", "17", "analyst", {"product_kind": "standard", "level": "1", "amount": "500000"}, {},
     ("department", "leader", "committee")),
    ("70", "17", "analyst", {"product_kind": "analysis", "level": "3", "amount": "1000"}, {},
     ("department", "leader", "committee")),
    ("76-79", "22", "service_head", {"user_kind": "staff"}, {}, ("approve_staff", *ENTERED)),
    ("81-83", "22", "marketer", {"user_kind": "member", "action": "create"}, {}, ("approve_member", *ENTERED, "hand_over")),
    ("81-83", "22", "marketer", {"user_kind": "member", "action": "stop"}, {}, ("approve_member", *ENTERED)),
    ("81-83", "22", "collector", {"user_kind": "provider"}, {}, ("approve_provider", *ENTERED)),
    ("81-83", "23", "marketer", {"kind": "member", "action": "create"}, {}, ("approve_new_member", *ENTERED)),
    ("81-83", "23", "clerk", {"kind": "member", "action": "change"}, {},
     ("approve_member_change", "enter", "confirm_member_change")),
    ("81-83", "23", "collector", {"kind": "provider", "action": "create"}, {}, ("approve_provider", *ENTERED)),
    ("112, 113", "28", "service_staff", {}, {"review": {"acceptance": "accepted"}}, ("review", "inspect")),
    ("112, 113", "28", "service_staff", {}, {"review": {"acceptance": "refused"}}, ("review", "explain")),
    ("115.2", "30", "collector", {}, {"answer": {"answer": "agreed"}}, ("approve", "send", "answer", "receive")),
    ("115.2", "30", "collector", {}, {"answer": {"answer": "refused"}}, ("approve", "send", "answer", "register_refusal")),
    ("117", "32", "service_staff", {"kind": "raise"}, {}, ("review",)),
    ("117", "32", "service_staff", {"kind": "remove"}, {}, ("remove",)),
    ("89", "S5", "marketer", {"product_kinds": "standard", "amount": "5000"}, {}, ("head", "archive")),
    ("44R", "S5", "marketer", {"product_kinds": "depth", "amount": "5000"}, {}, ("head", "manager", "archive")),
    ("44R", "S5", "marketer", {"product_kinds": "standard", "amount": "100000"}, {}, ("head", "manager", "archive")),
]


@pytest.fixture(scope="module")
def people(app: Flask) -> Iterator[list[Actor]]:
    """Everybody, once what the forms refer to is there."""
    with app.app_context():
        session = db.session()
        found = everybody(session)
        for spec in catalogue.forms:
            prepare(session, spec, found)
        yield found
        db.session.remove()


def form(code: str) -> FormSpec:
    """The form of a number."""
    return next(one for one in catalogue.forms if one.code == code)


def reviewed(session: Session, people: list[Actor], keyed: Mapping[str, Any]) -> dict[str, Any]:
    """What form 11 keys, its review opinion among it: proposal, test and review come before."""
    given: dict[str, Any] = {"action": keyed["action"]}
    if keyed["action"] == "change":
        product: Any = catalogue.register("products").model
        given["product"] = session.scalar(select(product.code).where(product.environment == "production").limit(1))
    number = session.scalar(select(func.count()).select_from(Document)) or 0
    proposal = finish(session, form("8"), people, number, given)
    report = finish(session, form("9"), people, number, {"proposal": proposal.number})
    review = finish(session, form("10"), people, number, {"test_report": report.number})
    return {**keyed, "basis": review.number}


def product_changed(session: Session, raw: dict[str, Any]) -> None:
    """Form 11, 修改: one field of a product."""
    product: Any = catalogue.register("products").model
    raw["product"] = session.scalar(select(product.code).where(product.environment == "production").limit(1))
    raw["changes"] = [{"field": "指导价格", "old": "3000.00", "new": "3600.00"}]


def member_changed(session: Session, raw: dict[str, Any]) -> None:
    """Form 23, 修改: a member's new telephone."""
    found: Any = catalogue.register("external_organisations").model
    register = catalogue.register("external_organisations")
    members = session.scalars(select(found).where(found.kind == "member").order_by(found.id)).all()
    member = next(one for one in members if open_change(session, register, one.id) is None)
    raw.update({one.name: one.key(member) for one in catalogue.register("external_organisations").fields if one.name in raw})
    count = session.scalar(select(func.count()).select_from(Document)) or 0
    raw |= {"record": member.code, "phone": f"027-{80000000 + count}", "kind": "member"}


def contract_of(session: Session, raw: dict[str, Any]) -> None:
    """Form S5: one product of the kind, at the amount."""
    product: Any = catalogue.register("products").model
    kind, amount = raw["product_kinds"], raw["amount"]
    one = session.scalars(select(product).where(product.kind == kind, product.environment == "production").limit(1)).one()
    raw["products"] = [{"kind": kind, "product": one.code, "quantity": "1", "price": amount, "amount": amount}]


MORE = {("11", "change"): product_changed, ("23", "change"): member_changed, ("S5", None): contract_of}
"""What else follows from the choice of a kind, by form and action."""


def keyed_in(session: Session, actor: Actor, spec: FormSpec, given: Mapping[str, Any]) -> dict[str, Any]:
    """What a maker keys."""
    number = 3_000 + (session.scalar(select(func.count()).select_from(Document)) or 0)
    raw = dict(example(session, actor, spec, number, given=given))
    if given and (more := MORE.get((spec.code, given.get("action")))) and "application" not in given:
        raw |= given
        more(session, raw)
    return raw


def walked(
    session: Session, people: list[Actor], spec: FormSpec, maker: str, keyed: Mapping[str, Any] = {},
    filled: Mapping[str, Mapping[str, Any]] = {},
) -> Case:
    """A document made and signed to the end."""
    actor = next(one for one in people if one.username == maker)
    if spec.code == "11" and keyed.get("action") in ("create", "change"):
        keyed = reviewed(session, people, keyed)
    document = make(session, actor, spec, keyed_in(session, actor, spec, keyed))
    while document.state is State.PENDING:
        if (spec.code, document.step) == ("14", "register"):  # the order's own contract is signed meanwhile
            walked(session, people, form("S5"), "marketer2", {"application": document.number})
        with transaction(session):
            sign(session, case_of(session, spec, document), people, filled.get(document.step or "", {}))
    return case_of(session, spec, document)


@pytest.mark.article(
    "112, 113", "115.2", "117", "16.1.1", "16.1.2", "16.1.3", "18", "19", "26", "27", "39", "39-47", "40", "41", "42",
    "44R", "45R", "46R", "47R", "60", "70", "76-79", "81-83", "89",
)
@pytest.mark.parametrize(
    ("row", "code", "maker", "keyed", "filled", "steps"), WALKS,
    ids=[f"{code}-{maker}-{'-'.join(map(str, [*keyed.values(), *filled]))}" for _row, code, maker, keyed, filled, _steps in WALKS],
)
def test_a_branch(
    session: Session, people: list[Actor], row: str, code: str, maker: str, keyed: dict[str, Any],
    filled: dict[str, dict[str, Any]], steps: tuple[str, ...],
) -> None:
    """flows.md row `row`; security 1"""
    case = walked(session, people, form(code), maker, keyed, filled)
    assert case.document.state is State.DONE
    assert tuple(str(one.step) for one in case.approvals) == steps
    by_step: dict[str, SignOff] = case.standing
    for name in steps:
        step, signed = case.spec.step(name), by_step[name]
        assert signed.user_id not in {by_step[other].user_id for other in step.differs if other in by_step}
        if step.judges:
            assert signed.user_id not in {case.document.maker_id, *(one.user_id for one in case.approvals if one.step != name)}


CONTROLS = [(spec, step) for spec in catalogue.forms for step in spec.chain if step.control]


@pytest.mark.parametrize(("spec", "step"), CONTROLS, ids=[f"{spec.slug}.{step.name}" for spec, step in CONTROLS])
def test_a_control_of_ours_can_be_switched_off(session: Session, people: list[Actor], spec: FormSpec, step: Any) -> None:
    """forms.md ‡"""
    given = {"23": {"kind": "member", "action": "change"}, "11": {"action": "create"}}.get(spec.code, {})
    maker = {"23": "clerk"}.get(spec.code, spec.makers[0].code)
    assert step.name in {one.step for one in walked(session, people, spec, maker, given).approvals}
    switch(session, f"control.{spec.slug}.{step.name}", "否")
    try:
        assert step.name not in {one.step for one in walked(session, people, spec, maker, given).approvals}
    finally:
        switch(session, f"control.{spec.slug}.{step.name}", "是")


def switch(session: Session, code: str, text: str) -> None:
    """Sets a parameter."""
    parameter: Any = catalogue.register("parameters").model
    with transaction(session), writing(session):
        session.execute(update(parameter).where(parameter.code == code).values(value=text))


@pytest.mark.article("60", "65-68")
@pytest.mark.parametrize("code", ["17", "18"])
def test_a_review_resumes_at_the_level_that_returned_it(session: Session, people: list[Actor], code: str) -> None:
    """flows.md rows 60, 68: a new version goes back to the level that returned it, and every round is kept."""
    spec = form(code)
    by_name = {one.username: one for one in people}
    keyed = {"product_kind": "depth", "level": "2", "amount": "1000"} if code == "17" else {}
    version = "report_version" if code == "17" else "plan_version"
    analyst = by_name["analyst"]
    raw = keyed_in(session, analyst, spec, keyed)
    document: Any = make(session, analyst, spec, raw)

    def do(actor: Actor, action: Action, **more: Any) -> None:
        with transaction(session):
            act(session, actor, spec, document.id, action, shown(document), **more)

    do(by_name["product_head"], Action.APPROVE, opinion="同意")
    do(by_name["deputy_manager"], Action.RETURN, opinion="第三章数据来源不清")
    with transaction(session):
        change(session, analyst, spec, document.id, {**raw, version: "2"}, shown(document))
    do(analyst, Action.SUBMIT)
    assert document.step == "leader"
    do(by_name["deputy_manager"], Action.APPROVE, opinion="已改正")
    assert document.state is State.DONE
    found = [(one.round, one.level.value, one.version, one.decision.value) for one in document.rounds]
    assert found == [(1, "1", 1, "passed"), (1, "2", 1, "returned"), (2, "2", 2, "passed")]
    trail = [one.decision for one in case_of(session, spec, document).trail]
    assert trail == [Decision.SUBMIT, Decision.APPROVE, Decision.RETURN, Decision.RESUBMIT, Decision.APPROVE]
