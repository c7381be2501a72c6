"""Opinion boxes and the trail (签批记录) of a document's paper, from its sign-offs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from app.engine.chain import Maker
from app.engine.fields import StepSpec
from app.workflow.models import Decision, SignOff
from app.workflow.options import Case

TO_MAKER = "maker"


@dataclass(frozen=True)
class Box:
    """The box of one step: who signs it, and the signature that stands; without one it is left to sign by hand."""

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
    """The maker's box and one for each step that the document passes."""
    yield maker_box(case)
    standing = case.standing
    for step in case.steps:
        signed = standing.get(step.name)
        label, who = str(step.label), who_signs(case, step)
        if signed is None:
            yield Box(label, who)
        else:
            yield Box(label, who, signed.user_name, signed.position, signed.opinion or str(step.verb), signed.at)


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
            name=one.user_name,
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
