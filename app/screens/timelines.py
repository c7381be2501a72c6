"""The chain as a timeline (流程): what was done, where the document is now and with whom, and what comes next."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.engine.catalogue import catalogue
from app.engine.chain import Maker
from app.engine.document import State
from app.engine.fields import StepSpec
from app.engine.spec import FormSpec
from app.screens.translating import gettext as _
from app.security.models import Role, assoc_user_role
from app.workflow.models import Decision, SignOff
from app.workflow.options import Case

SHOWN = 6
"""Names of people who may act are listed up to so many."""


@dataclass(frozen=True)
class Station:
    """One entry of the timeline; `tone` is done, back, now or next."""

    tone: str
    title: str
    who: str = ""
    opinion: str = ""
    note: str = ""
    at: datetime | None = None
    due: datetime | None = None


@dataclass(frozen=True)
class Timeline:
    """All entries, and how far the document is: step `number` of `total`."""

    stations: tuple[Station, ...]
    number: int
    total: int


def timeline(session: Session, case: Case) -> Timeline:
    """The timeline of a document."""
    document, current = case.document, case.current
    stations = [past(case, one) for one in case.trail]
    if document.state is State.DRAFT:
        stations.append(Station("now", _("填制"), document.maker_name, note=_("尚未提交")))
    elif document.state.with_maker:
        stations.append(Station("now", _("改正后重新提交"), document.maker_name))
    if current:
        stations.append(Station("now", str(current.label), who(session, case, current), due=document.due_at, note=hint(current)))
    steps = case.steps
    coming = following(case, current)
    stations += [Station("next", str(step.label), positions(case, step), note=differs(case, step)) for step in coming]
    stations += [Station("next", _("抄送 %(who)s", who=positions(case, step))) for step in case.spec.chain if not step.waits]
    if document.state is State.DONE:
        stations.append(Station("done", _("办结"), at=document.finished_at))
    return Timeline(tuple(stations), len(steps) - len(coming) + 1, len(steps) + 1)


def past(case: Case, signed: SignOff) -> Station:
    """A decision that was made."""
    who = f"{signed.user_name} · {signed.position}" if signed.position else signed.user_name
    tone = "back" if signed.decision in (Decision.RETURN, Decision.WITHDRAW) else "done"
    note = _("退回后失效，须重新办理") if signed.voided else ""
    return Station(tone, decided(case.spec, signed), who, signed.opinion or "", note, signed.at)


def decided(spec: FormSpec, signed: SignOff) -> str:
    """A decision in words: 提交, 签收, 签收：退回."""
    label = next((str(step.label) for step in spec.chain if step.name == signed.step), signed.step)
    if label and signed.decision is Decision.APPROVE:
        return label
    if label and signed.decision is Decision.RETURN:
        return _("%(step)s：退回", step=label)
    return str(signed.decision.title)


def following(case: Case, current: StepSpec | None) -> list[StepSpec]:
    """The steps still to come, after the present one."""
    if case.document.state in (State.DONE, State.TERMINATED):
        return []
    steps = case.steps
    names = [step.name for step in steps]
    return steps[names.index(current.name) + 1 :] if current and current.name in names else steps


def positions(case: Case, step: StepSpec) -> str:
    """Who does a step, by position or by the name on the document."""
    if step.person and (named := case.read(step.person)) is not None:
        return str(named)
    if step.relation is Maker.DEPARTMENT_HEAD:
        return _("制表部门负责人")
    if step.relation is Maker.MAKER:
        return case.document.maker_name
    return _("、").join(str(position.title) for position in case.spec.signers(step))


def who(session: Session, case: Case, step: StepSpec) -> str:
    """The people who may do the present step, by name where they are few."""
    part = positions(case, step)
    if not step.positions:
        return part
    names = holders(session, [position.role for position in step.positions], case.document.maker_id)
    return _("%(positions)s：%(names)s", positions=part, names=_("、").join(names)) if 0 < len(names) <= SHOWN else part


def holders(session: Session, roles: Iterable[str], besides: int) -> list[str]:
    """Names of the employees in these positions, other than the maker."""
    employee: Any = catalogue.register("employees").model
    statement = (
        select(employee.name).distinct()
        .join(assoc_user_role, assoc_user_role.c.user_id == employee.user_id)
        .join(Role, Role.id == assoc_user_role.c.role_id)
        .where(Role.name.in_(list(roles)), employee.user_id != besides).limit(SHOWN + 1)
    )
    return list(session.scalars(statement))


def differs(case: Case, step: StepSpec) -> str:
    """Who may not do a step, because of another part in the document."""
    labels = {each.name: each.label for each in case.steps}
    labels |= {one.name: one.label for one in case.spec.fields if one.target and one.read(case.document) is not None}
    others = _("、").join(str(labels[name]) for name in step.differs if name in labels)
    return _("不能是“%(others)s”的办理人", others=others) if others else ""


def hint(step: StepSpec) -> str:
    """What to look at in a step."""
    return str(step.hint or "")
