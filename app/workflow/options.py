"""What may this person do with this document now, and if not, why not: one answer for buttons, tasks and the API."""

from dataclasses import dataclass, replace
from enum import StrEnum

from flask_babel import lazy_gettext as _

from app.engine.chain import Kind
from app.engine.document import Document, State
from app.engine.fields import StepSpec
from app.engine.spec import FormSpec
from app.engine.text import Text
from app.workflow.actor import Actor
from app.workflow.case import Case
from app.workflow.permissions import MAKE, READ
from app.workflow.readiness import not_ready
from app.workflow.rights import not_maker, right_to_operate, right_to_sign


class Action(StrEnum):
    """What can be done with a document."""

    EDIT = "edit"
    DELETE = "delete"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    APPROVE = "approve"
    AUTHORISE = "authorise"
    RETURN = "return"
    TERMINATE = "terminate"
    AMEND = "amend"


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


def may_read(actor: Actor, case: Case) -> bool:
    """Whether the actor may see the document at all: drafts are their makers' own, outsiders see their organisation's only."""
    return readable(actor, case.spec, case.document)


def readable(actor: Actor, spec: FormSpec, document: Document) -> bool:
    """As `may_read`, where the trail is not at hand."""
    mine = document.maker_id == actor.user_id
    if not actor.may(READ, spec.resource) or (actor.external and document.maker_id not in actor.circle):
        return False
    return mine or document.state is not State.DRAFT


def options(actor: Actor, case: Case) -> list[Option]:
    """Every action that this document's state offers to anybody, allowed or not, with the reason where not."""
    if case.document.state.with_maker:
        return with_maker(actor, case)
    if case.document.state is State.DONE and not case.spec.generated:
        may = actor.may(MAKE, case.spec.resource) and not actor.external
        return [Option(Action.AMEND, _("更正"), None if may else _("您的岗位不能制作本单据"))]
    return waiting(actor, case, case.current) if case.current else []


def with_maker(actor: Actor, case: Case) -> list[Option]:
    """What can be done with a document that is with its maker."""
    draft = case.document.state is State.DRAFT
    reason = not_maker(actor, case)
    submit = Option(Action.SUBMIT, _("提交") if draft else _("重新提交"), reason)
    last = Option(Action.DELETE, _("删除"), reason) if draft else Option(Action.TERMINATE, _("终止"), reason)
    return [submit, Option(Action.EDIT, _("编辑"), reason), last]


def waiting(actor: Actor, case: Case, step: StepSpec) -> list[Option]:
    """What can be done with a document that waits at a step."""
    reason = right_to_sign(actor, case, step).reason
    forward = Option(Action.APPROVE, step.verb, reason, step)
    if step.kind is Kind.AUTHORISE:
        forward = Option(Action.AUTHORISE, step.verb, right_to_operate(actor, case), step)
    forward = replace(forward, reason=forward.reason or not_ready(case, step, forward=True))
    late = _("下一步已办理，不能撤回") if case.signed_since_submission() else None
    withdrawn = not_maker(actor, case) or late or not_ready(case, step, forward=False)
    found = [forward, Option(Action.WITHDRAW, _("撤回"), withdrawn)]
    if step.returnable:
        found.insert(1, Option(Action.RETURN, _("退回"), reason or not_ready(case, step, forward=False), step))
    return found


def option(actor: Actor, case: Case, action: Action) -> Option:
    """The one action asked for; refused with a reason where the state does not offer it."""
    for one in options(actor, case):
        if one.action is action:
            return one
    return Option(action, str(action), _("单据为“%(state)s”，不能这样办理", state=case.document.state.title))


def may_not_sign(actor: Actor, case: Case, step: StepSpec) -> Text | None:
    """Why the actor may not sign the step, or None."""
    return right_to_sign(actor, case, step).reason
