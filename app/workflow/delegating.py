"""Arranging who stands in (委托): given for a period, ended before it, never made to join duties that are kept apart."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.audit.models import AuditAction
from app.audit.recording import record
from app.clock import now
from app.documents.values import Fault, Invalid
from app.engine.text import clean
from app.notices.operations import notify
from app.workflow.actor import Actor
from app.workflow.duties.guarding import in_words, may_delegate
from app.workflow.errors import Denied, Missing
from app.workflow.models import Delegation
from app.workflow.people import Person, answers_for, person_of

RESOURCE = "委托"
LONGEST = timedelta(days=92)


def delegate(
    session: Session, actor: Actor, from_id: int, to_id: int, starts_at: datetime, ends_at: datetime, reason: str,
    *, confirmed: bool = False,
) -> Delegation:
    """Lets user `to_id` do the tasks of user `from_id` for a period; raises Missing, Denied, Invalid.

    `confirmed`: although a step would be left without a second person meanwhile.
    """
    giving, taking = person_of(session, from_id), person_of(session, to_id)
    may_arrange(session, actor, giving)
    reason = clean(reason)
    faults = [*period_faults(starts_at, ends_at), *people_faults(session, giving, taking, confirmed=confirmed)]
    if not reason:
        faults.append(Fault(("reason",), _("事由"), _("必填")))
    if given_already(session, giving, taking, starts_at, ends_at):
        faults.append(Fault(("to_user",), _("受托人"), _("这段时间已经委托给此人")))
    if faults:
        raise Invalid(faults)
    given = Delegation(
        from_user_id=giving.user_id, from_user_name=giving.name, to_user_id=taking.user_id, to_user_name=taking.name,
        starts_at=starts_at, ends_at=ends_at, reason=reason[:255], created_by_id=actor.user_id,
        created_by_name=actor.name, created_at=now(),
    )
    session.add(given)
    session.flush()
    record(session, actor, AuditAction.DELEGATE, RESOURCE, str(given.id), detail=facts(given))
    told(session, given)
    return given


def given_already(session: Session, giving: Person, taking: Person, starts_at: datetime, ends_at: datetime) -> bool:
    """Whether the same is arranged for a part of the period already: a double click arranges nothing twice."""
    same = (Delegation.from_user_id == giving.user_id, Delegation.to_user_id == taking.user_id)
    overlap = (Delegation.starts_at < ends_at, Delegation.ends_at > starts_at, Delegation.revoked_at.is_(None))
    return bool(session.scalar(select(exists().where(*same, *overlap))))


def told(session: Session, given: Delegation) -> None:
    """Tells both sides, but not who arranged it."""
    title = _("%(giver)s委托%(taker)s办理任务", giver=given.from_user_name, taker=given.to_user_name)
    words = _(
        "自 %(start)s 至 %(end)s。事由：%(reason)s", start=f"{given.starts_at:%Y-%m-%d %H:%M}",
        end=f"{given.ends_at:%Y-%m-%d %H:%M}", reason=given.reason,
    )
    notify(session, {given.from_user_id, given.to_user_id} - {given.created_by_id}, title, words)


def revoke(session: Session, actor: Actor, delegation_id: int) -> Delegation:
    """Ends a delegation before its time: either side, or the head; raises Missing, Denied."""
    given = session.get(Delegation, delegation_id, with_for_update=True)
    if given is None:
        raise Missing
    if actor.user_id != given.to_user_id:
        may_arrange(session, actor, person_of(session, given.from_user_id))
    if given.revoked_at is None and given.ends_at > now():
        given.revoked_at, given.revoked_by_name = now(), actor.name
        record(session, actor, AuditAction.DELEGATE, RESOURCE, str(given.id), detail={**facts(given), "revoked": True})
    return given


def may_arrange(session: Session, actor: Actor, person: Person) -> None:
    """The person, or the head of the person's department or of the one above its group, arranges; raises Denied.

    For bodies without a head it is the general manager.
    """
    if not person.staff or not (actor.user_id == person.user_id or answers_for(session, actor)(person)):
        raise Denied(_("只有本人或其部门负责人可以办理"))


def period_faults(starts_at: datetime, ends_at: datetime) -> Iterator[Fault]:
    """What is wrong with a period: it ends after it starts, not in the past, and is no longer than LONGEST."""
    if ends_at <= starts_at:
        yield Fault(("ends_at",), _("结束时间"), _("须晚于开始时间"))
    elif ends_at <= now():
        yield Fault(("ends_at",), _("结束时间"), _("已经过去"))
    elif ends_at - starts_at > LONGEST:
        yield Fault(("ends_at",), _("结束时间"), _("委托期不超过 %(days)s 天", days=LONGEST.days))


def people_faults(session: Session, giving: Person, taking: Person, *, confirmed: bool) -> Iterator[Fault]:
    """Who cannot stand in: oneself, who cannot log in, outsiders, and who would then join duties that are kept apart."""
    if taking.user_id == giving.user_id:
        yield Fault(("to_user",), _("受托人"), _("不能委托给本人"))
    elif not (taking.active and taking.staff):
        yield Fault(("to_user",), _("受托人"), _("须为在职且可登录的员工"))
    else:
        found = may_delegate(session, giving.user_id, taking.user_id)
        if conflicts := [one for one in found if one.conflict]:
            yield Fault(("to_user",), _("受托人"), _("职责冲突：%(what)s", what=in_words(conflicts)))
        elif found and not confirmed:
            words = _("委托期间以下步骤没有另一人可办，确需委托请勾选确认：%(what)s", what=in_words(found))
            yield Fault(("confirmed",), _("受托人"), words)


def facts(given: Delegation) -> dict[str, str]:
    """What the record keeps of a delegation."""
    return {
        "from": given.from_user_name, "to": given.to_user_name, "starts": f"{given.starts_at:%Y-%m-%d %H:%M}",
        "ends": f"{given.ends_at:%Y-%m-%d %H:%M}", "reason": given.reason,
    }
