"""Who may sign (一事两人): for oneself or on somebody's behalf, and never with a second hand in the same document."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _

from app.engine.chain import Kind, Maker
from app.engine.fields import StepSpec
from app.engine.positions import TeamRole, headed
from app.engine.text import Text
from app.workflow.actor import Actor, Principal
from app.workflow.case import Case
from app.workflow.models import SignOff
from app.workflow.permissions import MAKE, sign
from app.workflow.seats import Seat

Person = Actor | Principal


@dataclass(frozen=True)
class Right:
    """Whether somebody may sign: why not, else on whose behalf (None: their own) and in which seat."""

    reason: Text | None = None
    principal: Principal | None = None
    seat: Seat | None = None


def right_to_sign(actor: Actor, case: Case, step: StepSpec) -> Right:
    """The actor's right to sign the step now: the own one, else that of somebody whose delegate the actor is."""
    refused: Text | None = None
    for who in people(actor):
        right = as_whom(who, actor, case, step)
        if right.reason is None:
            return right
        refused = refused or right.reason
    return Right(refused)


def people(actor: Actor) -> list[Person]:
    """The actor, and everybody whose delegate the actor is."""
    return [actor, *actor.principals]


def as_whom(who: Person, actor: Actor, case: Case, step: StepSpec) -> Right:
    """The right to sign the step as one certain person."""
    seat = None
    reason = not_his(who, case, step)
    if reason is None and step.kind is Kind.COUNTERSIGN:
        seat = next((one for one in case.free_seats(step) if sits(who, case, step, one)), None)
        reason = None if seat else no_seat(who, case, step)
    reason = reason or second_hand(actor, case, step) or claimed_by_another(actor, case, step, seat)
    return Right(reason) if reason else Right(None, who if isinstance(who, Principal) else None, seat)


def not_his(who: Person, case: Case, step: StepSpec) -> Text | None:
    """Why the step is not this person's to sign, whatever else the person had to do with the document."""
    document = case.document
    if step.relation is Maker.MAKER:
        return not_maker(who, case)
    if not who.may(sign(step), case.spec.resource):
        who_may = _("、").join(str(position.title) for position in case.spec.signers(step))
        return _("本步骤由%(who)s办理", who=who_may)
    if step.person and who.user_id not in named(case, step):
        return _("本步骤由%(who)s办理", who=str(case.read(step.person) or ""))
    if step.team and who.user_id not in {one.user_id for one in team_of(case, step)}:
        return _("本步骤由本项目的%(who)s办理", who=step.team.title)
    if step.relation is Maker.DEPARTMENT_HEAD and headed(document.department_code) != who.department_code:
        return _("本步骤由制表人所在部门的负责人办理")
    return None


def not_maker(who: Person, case: Case) -> Text | None:
    """Why the person may not do what is the maker's alone."""
    if case.document.maker_id != who.user_id:
        return _("只有制表人%(name)s可以办理", name=case.document.maker_name)
    if not who.may(MAKE, case.spec.resource):
        return _("您的岗位不能制作本单据")
    return None


def named(case: Case, step: StepSpec) -> set[int | None]:
    """The user who is to sign a step by name: as its task says, which a hand-over may have moved, else the field."""
    tasks = case.waiting_for(step)
    if tasks and case.document.step == step.name:
        return {task.user_id for task in tasks if step.kind is not Kind.AUTHORISE} or {field_user(case, step)}
    return {field_user(case, step)}


def field_user(case: Case, step: StepSpec) -> int | None:
    """The user of the person that the document names for a step."""
    person = case.read(step.person) if step.person else None
    return None if person is None else person.user_id


def team_of(case: Case, step: StepSpec) -> list[Any]:
    """The employees who have the step's part in the document's project."""
    return list(team(case).get(step.team, ())) if step.team else []


def team(case: Case) -> Mapping[TeamRole, Sequence[Any]]:
    """The document's project team."""
    document: Any = case.document
    found: Mapping[TeamRole, Sequence[Any]] = document.team()
    return found


def sits(who: Person, case: Case, step: StepSpec, seat: Seat) -> bool:
    """Whether a countersignature is this person's: by position, or by name, as the task says."""
    if seat.position is not None:
        return seat.position in who.positions
    moved = [task.user_id for task in case.waiting_for(step) if task.seat == seat.key]
    return who.user_id in (moved or [seat.user_id])


def no_seat(who: Person, case: Case, step: StepSpec) -> Text:
    """Why a person finds no countersignature to give: it is given already, or was never this person's."""
    if any(who.user_id in (one.user_id, one.for_user_id) for one in case.signed(step.name)):
        return _("您已会签，等待其他人会签")
    return _("本步骤没有等您会签的位置")


def second_hand(actor: Actor, case: Case, step: StepSpec) -> Text | None:
    """Why the actor, having a hand in the document already, directly or by delegation, may not have this one too."""
    if step.relation is not Maker.MAKER and case.document.maker_id == actor.user_id:
        return _("您是制表人，不能办理本单据的审核")
    return second_hand_of(actor.hands, case, step)


def second_hand_of(hands: frozenset[int], case: Case, step: StepSpec) -> Text | None:
    """The same for everybody who counts as one hand."""
    if step.relation is not Maker.MAKER and case.makers & hands:
        return _("您曾经手本单据的制作，或受制表人委托，视同制表人，不能办理审核")
    if step.judges and not step.team and any(one.user_id in hands for part in team(case).values() for one in part):
        return _("您是项目组成员，不能评审本项目")
    for signed in case.approvals:
        if counts(signed, case, step) and {signed.user_id, signed.for_user_id} & hands:
            return _("您已办理“%(step)s”，本步骤须由他人办理", step=case.spec.step(str(signed.step)).label)
    if step.judges and any({one.user_id, one.for_user_id} & hands for one in case.filled_before(step)):
        return _("退回前您填写过本单据的内容，不能审核")
    fields = {one.name for one in case.spec.fields}
    for name in fields.intersection(step.differs):
        person = case.read(name)
        if person is not None and person.user_id in hands:
            return _("您是本单据的%(part)s，本步骤须由他人办理", part=case.spec.field(name).label)
    return None


def counts(signed: SignOff, case: Case, step: StepSpec) -> bool:
    """Whether an earlier signature bars its signer from a step."""
    if signed.step == step.name:
        return step.kind is Kind.COUNTERSIGN
    return step.judges or signed.step in step.differs


def claimed_by_another(actor: Actor, case: Case, step: StepSpec, seat: Seat | None) -> Text | None:
    """Why the actor leaves the step, or the seat at it, to the colleague who has claimed its task."""
    wanted = seat.key if seat else None
    tasks = [task for task in case.waiting_for(step) if task.duty and task.seat == wanted]
    if tasks and all(task.claimed_by_id is not None and task.claimed_by_id not in actor.hands for task in tasks):
        return _("%(name)s已认领本任务，请先与其商定并接手", name=tasks[0].claimed_by_name)
    return None


def right_to_operate(actor: Actor, case: Case) -> Text | None:
    """Why the actor may not be the operator in whose dialog a step is authorised on the spot (article 19)."""
    reasons = [not_maker(who, case) for who in people(actor)]
    return None if None in reasons else _("现场授权在制表人%(name)s的页面上办理", name=case.document.maker_name)
