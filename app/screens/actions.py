"""What the person may do with a document now: its buttons, the dialog of a decision, and why an expected action is missing."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.engine.chain import Effect
from app.engine.fields import StepSpec
from app.screens.timelines import positions
from app.screens.translating import gettext as _
from app.workflow.actor import Actor
from app.workflow.door import TO_MAKER
from app.workflow.models import Decision, SignOff
from app.workflow.options import Action, Case, Option, options

PHRASES = 6
LONGEST_PHRASE = 30
REMEMBERED = 60


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
    phrases: tuple[str, ...]
    after: dict[str, str]
    """What happens next, by decision."""

    def allowed(self, action: str) -> Option | None:
        """The option, where the person may take it now."""
        return next((one for one in self.options if one.action == action and one.allowed), None)

    @property
    def deciding(self) -> bool:
        """Whether the document waits for this person's decision."""
        return self.allowed(Action.APPROVE) is not None

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
    deciding = any(one.allowed and one.action is Action.APPROVE for one in found)
    return Desk(
        found, tuple(targets(case)) if deciding else (), tuple(phrases(session, actor)) if deciding else (), after(case)
    )


def targets(case: Case) -> list[Target]:
    """Where the document can be returned to: its maker, or an earlier step."""
    standing = case.standing
    maker = Target(TO_MAKER, _("制表人 %(name)s", name=case.document.maker_name))
    return [maker, *(
        Target(step.name, _("%(step)s（%(name)s）", step=step.label, name=standing[step.name].user_name))
        for step in case.return_targets
    )]


def phrases(session: Session, actor: Actor) -> list[str]:
    """The person's usual phrases: short opinions written before, the latest first."""
    written = session.scalars(
        select(SignOff.opinion).where(SignOff.user_id == actor.user_id, SignOff.opinion.is_not(None))
        .order_by(SignOff.id.desc()).limit(REMEMBERED)
    )
    return list(dict.fromkeys(one for one in written if one and len(one) <= LONGEST_PHRASE and "\n" not in one))[:PHRASES]


def after(case: Case) -> dict[str, str]:
    """What each decision leads to, in words."""
    current, document = case.current, case.document
    first = case.after(None)
    found = {
        Action.SUBMIT: leads_to(case, first, ()),
        Action.WITHDRAW: _("单据回到您手中，单号与签批记录不变；修改后可重新提交。"),
        Action.DELETE: _("草稿及其附件将被删除，单号 %(number)s 不再使用。", number=document.number),
    }
    if current:
        found[Action.APPROVE] = leads_to(case, case.after(current.name), current.effects)
        found[Action.RETURN] = _(
            "单据回到所选的人，单号与记录不变；改正后重新提交，仍由%(who)s办理“%(step)s”。",
            who=positions(case, current), step=current.label,
        )
    return {str(action): words for action, words in found.items()}


def leads_to(case: Case, following: StepSpec | None, effects: Sequence[Effect]) -> str:
    """The words for a step forward."""
    ending = () if following else case.spec.effects
    causes = _("；").join(str(effect.label) for effect in (*effects, *ending))
    words = _("流程办结。")
    if following is not None:
        words = _("由%(who)s办理“%(step)s”。", who=positions(case, following), step=following.label)
    return _("%(words)s同时：%(causes)s。", words=words, causes=causes) if causes else words


def done_already(actor: Actor, case: Case, action: Action, version: int) -> bool:
    """Whether this very decision was made by this person on what is shown: a double click or retry (security 17)."""
    last = case.trail[-1] if case.trail else None
    made = {
        Action.SUBMIT: (Decision.SUBMIT, Decision.RESUBMIT), Action.APPROVE: (Decision.APPROVE,),
        Action.RETURN: (Decision.RETURN,), Action.WITHDRAW: (Decision.WITHDRAW,),
    }.get(action, ())
    return (
        last is not None and last.user_id == actor.user_id and last.decision in made
        and last.version in (version, version + 1)
    )


def told(case: Case) -> str:
    """What the last decision was and who has the document now, in words."""
    last, current = case.trail[-1], case.current
    if last.decision in (Decision.RETURN, Decision.WITHDRAW) and current is None:
        return _("%(done)s，单据现由制表人%(name)s办理", done=done_words(last), name=case.document.maker_name)
    if current is None:
        return _("%(done)s，流程已办结", done=done_words(last))
    return _("%(done)s，现由%(who)s办理“%(step)s”", done=done_words(last), who=positions(case, current), step=current.label)


def done_words(last: SignOff) -> str:
    """已提交, 已退回 …"""
    return {
        Decision.SUBMIT: _("已提交"), Decision.RESUBMIT: _("已重新提交"), Decision.APPROVE: _("已办理"),
        Decision.RETURN: _("已退回"), Decision.WITHDRAW: _("已撤回"),
    }[last.decision]
