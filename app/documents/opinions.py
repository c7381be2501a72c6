"""Opinion boxes and the trail (签批记录) of a document's paper, from its sign-offs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from app.engine.chain import Maker
from app.engine.fields import StepSpec
from app.workflow.case import Case
from app.workflow.models import Decision, SignOff

TO_MAKER = "maker"


@dataclass(frozen=True)
class Box:
    """The box of one step, or seat of it: who signs, and the signature that stands; without one it is left to sign by hand."""

    label: str
    who: str
    signer: str = ""
    position: str = ""
    opinion: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Entry:
    """One decision of the trail, those of earlier rounds and returns included; `void` where it no longer stands."""

    step: str
    decision: str
    name: str
    position: str
    opinion: str
    at: datetime
    void: bool


def boxes_of(case: Case) -> Iterator[Box]:
    """The maker's box and one for each step that the document passes; of countersigned steps one for each seat."""
    yield maker_box(case)
    for step in case.steps:
        seats = case.seats(step)
        signed = case.signed(step.name)
        if seats:
            by_seat = {one.seat: one for one in signed}
            for seat in seats:
                yield box(step, str(seat.name), by_seat.get(seat.key))
        else:
            yield box(step, who_signs(case, step), signed[-1] if signed else None)


def box(step: StepSpec, who: str, signed: SignOff | None) -> Box:
    """The box of a step or seat."""
    if signed is None:
        return Box(str(step.label), who)
    return Box(str(step.label), who, signed_by(signed), signed.position, signed.opinion or str(step.verb), signed.at)


def signed_by(one: SignOff) -> str:
    """Who decided: 张三, 张三（受李四委托）, 王五（现场授权，操作人：赵六）."""
    if one.decision is Decision.HAND_OVER:
        return one.user_name
    if one.operator_name and one.for_user_name:
        words = _("%(name)s（受%(principal)s委托现场授权，操作人：%(operator)s）", name=one.user_name,
                  principal=one.for_user_name, operator=one.operator_name)
    elif one.operator_name:
        words = _("%(name)s（现场授权，操作人：%(operator)s）", name=one.user_name, operator=one.operator_name)
    elif one.for_user_name:
        words = _("%(name)s（受%(principal)s委托）", name=one.user_name, principal=one.for_user_name)
    else:
        return one.user_name
    return str(words)


def maker_box(case: Case) -> Box:
    """The maker signs by submitting; a document that is back with its maker is not signed."""
    document = case.document
    handed_in = [one for one in case.trail if one.decision in (Decision.SUBMIT, Decision.RESUBMIT)]
    if document.state.with_maker or not handed_in:
        return Box(_("制表"), document.department_name or "")
    last = handed_in[-1]
    return Box(_("制表"), document.department_name or "", last.user_name, last.position, last.opinion or "", last.at)


def who_signs(case: Case, step: StepSpec) -> str:
    """The signer's position in words, or what the person is called on the form."""
    if step.person:
        return str(case.spec.field(step.person).label)
    if step.relation is Maker.MAKER:
        return str(_("制表人"))
    if step.relation is Maker.DEPARTMENT_HEAD:
        return str(_("部门负责人"))
    if step.team:
        return str(step.team.title)
    return "、".join(str(one.title) for one in step.positions)


def entries_of(case: Case) -> Iterator[Entry]:
    """The trail in words, in its order."""
    steps = {step.name: step for step in case.spec.chain}
    for one in case.trail:
        step = steps.get(one.step or "")
        yield Entry(
            step=str(step.label) if step else _("制表"),
            decision=decision_of(one, step, steps),
            name=signed_by(one),
            position=one.position,
            opinion=one.opinion or "",
            at=one.at,
            void=one.voided,
        )


def decision_of(one: SignOff, step: StepSpec | None, steps: dict[str, StepSpec]) -> str:
    """What was decided: the step's own verb, 退回制表人, 退回至“提取”."""
    if one.decision is Decision.APPROVE and step:
        return str(step.verb)
    if one.decision is Decision.RETURN:
        back_to = steps.get(one.back_to or TO_MAKER)
        return str(_("退回至“%(step)s”", step=back_to.label) if back_to else _("退回制表人"))
    return str(one.decision.title)
