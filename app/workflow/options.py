"""What may this person do with this document now, and if not, why not: one answer for buttons, tasks and the API."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _

from app.engine.chain import Maker
from app.engine.document import Document, State
from app.engine.fields import StepSpec
from app.engine.spec import FormSpec
from app.engine.text import Text
from app.workflow.actor import Actor
from app.workflow.models import Decision, SignOff
from app.workflow.permissions import MAKE, READ, sign


class Action(StrEnum):
    """What can be done with a document."""

    EDIT = "edit"
    DELETE = "delete"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    APPROVE = "approve"
    RETURN = "return"


@dataclass(frozen=True)
class Option:
    """One action: whether it is allowed now, and else why not."""

    action: Action
    label: Text
    reason: Text | None = None
    step: StepSpec | None = None

    @property
    def allowed(self) -> bool:
        """Whether the person may do it now."""
        return self.reason is None


@dataclass(frozen=True)
class Case:
    """A document with what a decision on it depends on: its trail, and the parameters."""

    spec: FormSpec
    document: Document
    trail: Sequence[SignOff]
    parameter: Callable[[str], Decimal]
    switched_off: Callable[[str], bool]
    _applies: dict[str, bool] = field(default_factory=dict)

    def read(self, name: str) -> Any:
        """The value of the document's field."""
        return self.spec.field(name).read(self.document)

    def applies(self, step: StepSpec) -> bool:
        """Whether the document passes the step: its condition holds, and nobody switched it off."""
        if step.name not in self._applies:
            off = step.control and self.switched_off(f"control.{self.spec.slug}.{step.name}")
            self._applies[step.name] = step.waits and not off and step.applies(self.read, self.parameter)
        return self._applies[step.name]

    @property
    def steps(self) -> list[StepSpec]:
        """The steps that the document passes, in order."""
        return [step for step in self.spec.chain if self.applies(step)]

    @property
    def current(self) -> StepSpec | None:
        """The step that the document waits at."""
        if self.document.state is not State.PENDING or self.document.step is None:
            return None
        return self.spec.step(self.document.step)

    def after(self, name: str | None) -> StepSpec | None:
        """The step that follows the one named; the first for None; None at the end of the chain."""
        names = [step.name for step in self.spec.chain]
        rest = self.spec.chain[names.index(name) + 1 :] if name else self.spec.chain
        return next((step for step in rest if self.applies(step)), None)

    @property
    def standing(self) -> dict[str, SignOff]:
        """The signatures that stand, by step."""
        return {one.step: one for one in self.trail if one.decision is Decision.APPROVE and not one.voided and one.step}

    @property
    def return_targets(self) -> list[StepSpec]:
        """Earlier steps that the document can be returned to, beside its maker."""
        current = self.current
        signed = self.standing
        return [step for step in self.steps if step.name in signed and current and step.name != current.name]

    def signed_since_submission(self) -> bool:
        """Whether anybody has signed since the maker last submitted."""
        for one in reversed(self.trail):
            if one.decision in (Decision.SUBMIT, Decision.RESUBMIT):
                return False
            if one.decision in (Decision.APPROVE, Decision.RETURN):
                return True
        return False


def may_read(actor: Actor, case: Case) -> bool:
    """Whether the actor may see the document at all: drafts are their makers' own, outsiders see their own only."""
    return readable(actor, case.spec, case.document)


def readable(actor: Actor, spec: FormSpec, document: Document) -> bool:
    """As `may_read`, where the trail is not at hand."""
    mine = document.maker_id == actor.user_id
    if not actor.may(READ, spec.resource) or (actor.external and not mine):
        return False
    return mine or document.state is not State.DRAFT


def options(actor: Actor, case: Case) -> list[Option]:
    """Every action that this document's state offers to anybody, allowed or not, with the reason where not."""
    state, current = case.document.state, case.current
    found: list[Option] = []
    if state.with_maker:
        reason = not_maker(actor, case)
        label = _("提交") if state is State.DRAFT else _("重新提交")
        found += [Option(Action.SUBMIT, label, reason), Option(Action.EDIT, _("编辑"), reason)]
        if state is State.DRAFT:
            found.append(Option(Action.DELETE, _("删除"), reason))
    if current:
        reason = may_not_sign(actor, case, current)
        found.append(Option(Action.APPROVE, current.verb, reason, current))
        if current.returnable:
            found.append(Option(Action.RETURN, _("退回"), reason, current))
        late = _("下一步已办理，不能撤回") if case.signed_since_submission() else None
        found.append(Option(Action.WITHDRAW, _("撤回"), not_maker(actor, case) or late))
    return found


def option(actor: Actor, case: Case, action: Action) -> Option:
    """The one action asked for; refused with a reason where the state does not offer it."""
    for one in options(actor, case):
        if one.action is action:
            return one
    return Option(action, str(action), _("单据为“%(state)s”，不能这样办理", state=case.document.state.title))


def not_maker(actor: Actor, case: Case) -> Text | None:
    """Why the actor may not do what is the maker's alone."""
    if case.document.maker_id != actor.user_id:
        return _("只有制表人%(name)s可以办理", name=case.document.maker_name)
    if not actor.may(MAKE, case.spec.resource):
        return _("您的岗位不能制作本单据")
    return None


def may_not_sign(actor: Actor, case: Case, step: StepSpec) -> Text | None:
    """Why the actor may not sign the step, or None."""
    document = case.document
    if step.relation is Maker.MAKER:
        return not_maker(actor, case)
    if not actor.may(sign(step), case.spec.resource):
        who = _("、").join(str(position.title) for position in case.spec.signers(step))
        return _("本步骤由%(who)s办理", who=who)
    if document.maker_id == actor.user_id:
        return _("您是制表人，不能办理本单据的审核")
    if step.person:
        named = case.read(step.person)
        if named is None or named.id != actor.employee_id:
            return _("本步骤由%(who)s办理", who=str(named or ""))
    if step.relation is Maker.DEPARTMENT_HEAD and document.department_code != actor.department_code:
        return _("本步骤由制表人所在部门的负责人办理")
    return same_person(actor, case, step)


def same_person(actor: Actor, case: Case, step: StepSpec) -> Text | None:
    """Why the actor, having had another part in the document, may not have this one too."""
    signed = case.standing
    for name in step.differs:
        earlier = signed.get(name)
        if earlier is not None and earlier.user_id == actor.user_id:
            return _("您已办理“%(step)s”，本步骤须由他人办理", step=case.spec.step(name).label)
        if earlier is None and any(one.name == name for one in case.spec.fields):
            person = case.read(name)
            if person is not None and actor.employee_id is not None and person.id == actor.employee_id:
                return _("您是本单据的%(part)s，本步骤须由他人办理", part=case.spec.field(name).label)
    return None
