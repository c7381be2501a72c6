"""Hand-over (交接): a leaver's tasks, drafts and documents under way go to a colleague, each on the record.

What the leaver made or signed stays the leaver's: who takes a document over counts as its maker beside the leaver.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.models import AuditAction
from app.audit.recording import record
from app.documents.guard import writing
from app.documents.values import Fault, Invalid
from app.engine.catalogue import catalogue
from app.engine.document import Document, State
from app.engine.text import Text, clean
from app.notices.operations import notify
from app.security.models import User, role_permissions, user_roles
from app.workflow.actor import Actor
from app.workflow.case import Case
from app.workflow.cases import case_of
from app.workflow.delegating import may_arrange
from app.workflow.models import Decision, Task
from app.workflow.people import Person, person_of
from app.workflow.permissions import MAKE, sign
from app.workflow.rights import second_hand_of
from app.workflow.trail import record as write_trail

RESOURCE = "交接"
UNFINISHED = (State.DRAFT, State.PENDING, State.RETURNED, State.WITHDRAWN)


@dataclass
class HandedOver:
    """What went over, and what could not, with the reason."""

    documents: list[Document] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    refused: list[tuple[Document, Text]] = field(default_factory=list)


def holdings_of(session: Session, user_id: int) -> tuple[Sequence[Document], Sequence[Task]]:
    """What a person has: unfinished documents, and open tasks that are the person's by name or claim."""
    documents = select(Document).where(Document.maker_id == user_id, Document.state.in_(UNFINISHED)).order_by(Document.id)
    own = (Task.done_at.is_(None), (Task.user_id == user_id) | (Task.claimed_by_id == user_id))
    return session.scalars(documents).all(), session.scalars(select(Task).where(*own).order_by(Task.id)).all()


def left_behind(session: Session) -> tuple[Sequence[Document], Sequence[Task]]:
    """What waits for nobody and is to be handed over: unfinished documents and open tasks of people who cannot log in."""
    gone = select(User.id).where(User.active.is_not(True))
    documents = select(Document).where(Document.maker_id.in_(gone), Document.state.in_(UNFINISHED)).order_by(Document.id)
    theirs = (Task.done_at.is_(None), Task.user_id.in_(gone) | Task.claimed_by_id.in_(gone))
    tasks = select(Task).where(*theirs).order_by(Task.due_at.is_(None), Task.due_at, Task.opened_at, Task.id)
    return session.scalars(documents).all(), session.scalars(tasks).all()


def hand_over(session: Session, actor: Actor, from_id: int, to_id: int, reason: str) -> HandedOver:
    """Gives everything that `from_id` has under way to `to_id`, save what the two-person rule forbids.

    Raises Missing, Denied, Invalid.
    """
    giving, taking, reason = person_of(session, from_id), person_of(session, to_id), clean(reason)
    may_arrange(session, actor, giving)
    if giving.user_id == taking.user_id or not (taking.active and taking.staff):
        raise Invalid([Fault(("to_user",), _("接收人"), _("须为另一名在职且可登录的员工"))])
    if not reason:
        raise Invalid([Fault(("reason",), _("事由"), _("必填"))])
    result, given = HandedOver(), Handing(session, actor, giving, taking, reason, rights_of(session, taking.user_id))
    documents, tasks = holdings_of(session, giving.user_id)
    with writing(session):
        for document in documents:
            given.document(document, result)
        for task in tasks:
            given.task(task, result)
    record(session, actor, AuditAction.HAND_OVER, RESOURCE, giving.username, detail={
        "from": giving.name, "to": taking.name, "reason": reason, "documents": len(result.documents),
        "tasks": len(result.tasks), "refused": [document.number for document, _why in result.refused],
    })
    notify(session, {taking.user_id} - {actor.user_id}, _("%(name)s的工作已交接给您", name=giving.name), reason)
    return result


def rights_of(session: Session, user_id: int) -> frozenset[tuple[str, str]]:
    """A user's permissions."""
    roles = [role for role, _name in session.execute(user_roles(user_id))]
    return frozenset((permission, resource) for permission, resource in session.execute(role_permissions(roles)))


@dataclass(frozen=True)
class Handing:
    """One hand-over under way: by whom, from whom, to whom."""

    session: Session
    actor: Actor
    giving: Person
    taking: Person
    reason: str
    rights: frozenset[tuple[str, str]]

    def document(self, document: Document, result: HandedOver) -> None:
        """An unfinished document gets another maker, who may make such and has had no other part in it."""
        case = self.case(document)
        if (MAKE, case.spec.resource) not in self.rights:
            result.refused.append((document, _("接收人的岗位不能制作本单据")))
        elif self.signed(case):
            result.refused.append((document, _("接收人已签批本单据，不能成为制表人")))
        else:
            document.maker_id, document.maker_name = self.taking.user_id, self.taking.name
            self.session.flush()
            write_trail(self.session, self.actor, case, Decision.HAND_OVER, self.words, before=self.giving)
            result.documents.append(document)

    def task(self, task: Task, result: HandedOver) -> None:
        """A task by name or claim goes over where the receiver may sign the step."""
        case = self.case(task.document)
        step = case.spec.step(task.step)
        if task.user_id is None:  # claimed only: it goes back to all who could do it
            task.claimed_by_id = task.claimed_by_name = task.claimed_at = None
        elif task.document in result.documents:  # the maker's own step, which went over with the document
            task.user_id = self.taking.user_id
        elif step.waits and (sign(step), case.spec.resource) not in self.rights:
            result.refused.append((task.document, _("接收人的岗位不能办理“%(step)s”", step=step.label)))
            return
        elif why := second_hand_of(frozenset({self.taking.user_id}), case, step):
            result.refused.append((task.document, why))
            return
        else:
            write_trail(self.session, self.actor, case, Decision.HAND_OVER, self.words, seat=task.seat)
            task.user_id = self.taking.user_id
        result.tasks.append(task)

    @property
    def words(self) -> str:
        """What the trail says."""
        return str(_("由%(giver)s交接给%(taker)s：%(reason)s", giver=self.giving.name, taker=self.taking.name, reason=self.reason))

    def case(self, document: Document) -> Case:
        """The document with its form's own fields."""
        spec = catalogue.form(document.form_code)
        return case_of(self.session, spec, self.session.get_one(spec.model, document.id))

    def signed(self, case: Case) -> bool:
        """Whether the receiver has a standing signature on the document."""
        return any(self.taking.user_id in (one.user_id, one.for_user_id) for one in case.approvals)
