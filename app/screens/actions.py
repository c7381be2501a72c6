"""What the person may do with a document now: its buttons, the dialog of a decision, and why an expected action is missing."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.engine.chain import Effect, Kind
from app.engine.fields import StepSpec
from app.screens.claims import Claim, claims
from app.screens.timelines import positions, who
from app.screens.translating import gettext as _
from app.security.codes import needs_code
from app.workflow.actor import Actor
from app.workflow.case import Case
from app.workflow.door import SIGN_PASSWORD, TO_MAKER
from app.workflow.models import Decision, SignOff
from app.workflow.options import Action, Option, options
from app.workflow.rights import right_to_sign

PHRASES = 6
LONGEST_PHRASE = 30
REMEMBERED = 60
SPOKEN = {Decision.APPROVE: Action.APPROVE, Decision.RETURN: Action.RETURN}


@dataclass(frozen=True)
class Target:
    """A place that a document can be returned to."""

    name: str
    words: str


@dataclass(frozen=True)
class Desk:
    """Everything that the page needs to offer decisions."""

    options: tuple[Option, ...]
    targets: tuple[Target, ...]
    phrases: dict[str, tuple[str, ...]]
    """The person's usual words, by decision."""
    after: dict[str, str]
    """What happens next, by decision."""
    password: bool = False
    """Whether the signer's own password is asked for again; `code`: the one-time code too."""
    code: bool = False
    authorisers: str = ""
    """Who may authorise on the spot."""
    claims: tuple[Claim, ...] = ()

    def allowed(self, action: str) -> Option | None:
        """The option, where the person may take it now."""
        return next((one for one in self.options if one.action == action and one.allowed), None)

    @property
    def deciding(self) -> bool:
        """Whether the document waits for this person's decision."""
        return self.allowed(Action.APPROVE) is not None or self.allowed(Action.RETURN) is not None

    @property
    def missing(self) -> dict[str, str]:
        """The actions that the document's state offers, but not to this person now: why not, and which."""
        found: dict[str, list[str]] = {}
        for one in self.options:
            if one.reason is not None:
                found.setdefault(str(one.reason), []).append(str(one.label))
        return {reason: "、".join(labels) for reason, labels in found.items()}


def desk(session: Session, actor: Actor, case: Case) -> Desk:
    """What the person finds on the desk."""
    found = tuple(options(actor, case))
    allowed = {one.action for one in found if one.allowed}
    deciding = not allowed.isdisjoint((Action.APPROVE, Action.RETURN))
    password = deciding and case.switched_on(SIGN_PASSWORD)
    authorising = case.current if Action.AUTHORISE in allowed else None
    return Desk(
        found, tuple(targets(case)) if deciding else (),
        phrases(session, actor) if deciding else {}, after(actor, case),
        password, password and needs_code(session, actor.user_id),
        who(session, case, authorising) if authorising else "", tuple(claims(session, actor, case.document)),
    )


def targets(case: Case) -> list[Target]:
    """Where the document can be returned to: its maker, or an earlier step."""
    standing = case.standing
    maker = Target(TO_MAKER, _("制表人 %(name)s", name=case.document.maker_name))
    return [maker, *(
        Target(step.name, _("%(step)s（%(name)s）", step=step.label, name=standing[step.name].user_name))
        for step in case.return_targets
    )]


def phrases(session: Session, actor: Actor) -> dict[str, tuple[str, ...]]:
    """The person's usual phrases when approving and when returning: short opinions written before, the latest first."""
    written = session.execute(
        select(SignOff.decision, SignOff.opinion)
        .where(SignOff.user_id == actor.user_id, SignOff.opinion.is_not(None), SignOff.decision.in_(SPOKEN))
        .order_by(SignOff.id.desc()).limit(REMEMBERED)
    )
    found: dict[str, dict[str, None]] = {str(action): {} for action in SPOKEN.values()}
    for decision, opinion in written:
        if opinion and len(opinion) <= LONGEST_PHRASE and "\n" not in opinion:
            found[SPOKEN[decision]].setdefault(opinion)
    return {action: tuple(words)[:PHRASES] for action, words in found.items()}


def after(actor: Actor, case: Case) -> dict[str, str]:
    """What each decision leads to, in words."""
    current, document = case.current, case.document
    first = case.after(None)
    found = {
        Action.SUBMIT: leads_to(case, first, ()),
        Action.WITHDRAW: _("单据回到您手中，单号与签批记录不变；修改后可重新提交。"),
        Action.TERMINATE: _("单据终止后不能再修改或提交，单号 %(number)s 与签批记录保留。", number=document.number),
        Action.DELETE: _("草稿及其附件将被删除，单号 %(number)s 不再使用。", number=document.number),
    }
    if current:
        forward = Action.AUTHORISE if current.kind is Kind.AUTHORISE else Action.APPROVE
        found[forward] = still_wanting(actor, case, current) or leads_to(case, case.after(current.name), current.effects)
        found[Action.RETURN] = return_leads_to(case, current)
    return {str(action): words for action, words in found.items()}


def still_wanting(actor: Actor, case: Case, step: StepSpec) -> str:
    """Who else is to countersign after the actor; empty where nobody is."""
    seat = right_to_sign(actor, case, step).seat
    others = [str(one.name) for one in case.free_seats(step) if one != seat]
    if seat is None or not others:
        return ""
    return _("还须%(who)s会签；全部会签后流程继续。", who=_("、").join(others))


def return_leads_to(case: Case, step: StepSpec) -> str:
    """The words for a return from a step."""
    if step.resumes:
        return _("单据回到制表人%(name)s，由制表人修改后回到本级“%(step)s”，此前的签批仍然有效。",
                 name=case.document.maker_name, step=step.label)
    return _(
        "单据回到所选的人，单号与记录不变；改正后重新提交，仍由%(who)s办理“%(step)s”。",
        who=positions(case, step), step=step.label,
    )


def leads_to(case: Case, following: StepSpec | None, effects: Sequence[Effect]) -> str:
    """The words for a step forward."""
    ending = () if following else case.spec.effects
    causes = _("；").join(str(effect.label) for effect in (*effects, *ending))
    words = _("流程办结。")
    if following is not None and following.kind is Kind.AUTHORISE:
        words = _("由%(who)s在制表人%(name)s的页面上办理“%(step)s”。", who=positions(case, following),
                  name=case.document.maker_name, step=following.label)
    elif following is not None:
        words = _("由%(who)s办理“%(step)s”。", who=positions(case, following), step=following.label)
    return _("%(words)s同时：%(causes)s。", words=words, causes=causes) if causes else words


def done_already(actor: Actor, case: Case, action: Action, version: int) -> bool:
    """Whether this very decision was made by this person on what is shown: a double click or retry (security 17)."""
    last = case.trail[-1] if case.trail else None
    made = {
        Action.SUBMIT: (Decision.SUBMIT, Decision.RESUBMIT), Action.APPROVE: (Decision.APPROVE,),
        Action.RETURN: (Decision.RETURN,), Action.WITHDRAW: (Decision.WITHDRAW,),
        Action.AUTHORISE: (Decision.APPROVE,), Action.TERMINATE: (Decision.TERMINATE,),
    }.get(action, ())
    return (
        last is not None and (last.operator_id or last.user_id) == actor.user_id and last.decision in made
        and last.version in (version, version + 1)
    )


def told(case: Case) -> str:
    """What the last decision was and who has the document now, in words."""
    last, current = case.trail[-1], case.current
    if last.decision in (Decision.RETURN, Decision.WITHDRAW) and current is None:
        return _("%(done)s，单据现由制表人%(name)s办理", done=done_words(last), name=case.document.maker_name)
    if last.decision is Decision.TERMINATE:
        return _("%(number)s 已终止", number=case.document.number)
    if current is not None and case.signed(current.name):
        return _("%(done)s，还须%(who)s会签", done=done_words(last), who=positions(case, current))
    if current is None:
        return _("%(done)s，流程已办结", done=done_words(last))
    return _("%(done)s，现由%(who)s办理“%(step)s”", done=done_words(last), who=positions(case, current), step=current.label)


def done_words(last: SignOff) -> str:
    """已提交, 已退回 …"""
    return {
        Decision.SUBMIT: _("已提交"), Decision.RESUBMIT: _("已重新提交"), Decision.APPROVE: _("已办理"),
        Decision.RETURN: _("已退回"), Decision.WITHDRAW: _("已撤回"),
    }.get(last.decision, str(last.decision.title))
