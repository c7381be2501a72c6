"""Who may do a task (办理人): the one person it is for or who has claimed it, else the active holders of its duty."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.clock import now
from app.engine.catalogue import catalogue
from app.engine.chain import Maker
from app.engine.fields import StepSpec
from app.engine.positions import Position, headed
from app.engine.spec import FormSpec
from app.security.models import (
    Permission,
    PermissionView,
    Role,
    User,
    ViewMenu,
    assoc_permissionview_role,
    assoc_user_role,
)
from app.workflow.case import Case
from app.workflow.delegations import stands
from app.workflow.models import Decision, Delegation, SignOff, Task
from app.workflow.permissions import sign
from app.workflow.rights import second_hand_of


@dataclass(frozen=True)
class Holders:
    """Finds users for the tasks of one transaction; each question goes to the database once."""

    session: Session
    _asked: dict[tuple[str | None, ...], frozenset[int]] = field(default_factory=dict)

    def of(self, task: Task) -> frozenset[int]:
        """The users who may do a task, with those who stand in for them now."""
        named = task.user_id or task.claimed_by_id
        users = frozenset({named}) if named else self.of_duty(task)
        return users.union(*(self.delegates.get(one, ()) for one in users))

    def of_duty(self, task: Task) -> frozenset[int]:
        """The holders of a task's duty, other than the document's maker and, where the step judges, its signers."""
        spec = catalogue.form(task.document.form_code)
        step = spec.step(task.step)
        position = seated(step, task)
        head = step.relation is Maker.DEPARTMENT_HEAD
        department = headed(task.document.department_code) if head else None
        users = self._ask(may_sign(spec, step), spec.slug, step.name, position and position.role, department)
        if step.team:
            document: Any = task.document
            users &= {one.user_id for one in document.team().get(step.team, ())} or users
        signed = self.signers(task.document_id) if step.judges else frozenset()
        return users - signed - {task.document.maker_id}

    def signers(self, document_id: int) -> frozenset[int | None]:
        """Who has signed a document, or had it signed for them, so that it stands."""
        rows = self.session.execute(select(SignOff.user_id, SignOff.for_user_id).where(
            SignOff.document_id == document_id, SignOff.decision == Decision.APPROVE, SignOff.voided.is_(False)
        ))
        return frozenset(one for row in rows for one in row)

    def in_position(self, position: Position) -> frozenset[int]:
        """The active users of a position."""
        statement = select(User.id).where(User.active)
        return self._ask(statement.join(assoc_user_role, assoc_user_role.c.user_id == User.id), None, None, position.role, None)

    @cached_property
    def delegates(self) -> dict[int, set[int]]:
        """Who stands in for whom now."""
        found: dict[int, set[int]] = {}
        for principal, delegate in self.session.execute(
            select(Delegation.from_user_id, Delegation.to_user_id).where(stands(now()))
        ):
            found.setdefault(principal, set()).add(delegate)
        return found

    def _ask(self, statement: Select[int], *key: str | None) -> frozenset[int]:
        """The users of a statement, in a role and a department where the key (form, step, role, department) has them."""
        if key not in self._asked:
            _form, _step, role, department = key
            if role:
                statement = statement.join(Role, Role.id == assoc_user_role.c.role_id).where(Role.name == role)
            if department:
                employee: Any = catalogue.register("employees").model
                place: Any = catalogue.register("departments").model
                statement = statement.join(employee, employee.user_id == User.id).join(place, place.id == employee.department_id)
                statement = statement.where(place.code == department)
            self._asked[key] = frozenset(self.session.scalars(statement))
        return self._asked[key]


def eligible(session: Session, case: Case) -> frozenset[int]:
    """Who could sign the step that a document waits at: the holders of its duty who have no other hand in the document."""
    step = case.current
    tasks = case.waiting_for(step) if step else ()
    users = Holders(session).of_duty(tasks[0]) if tasks else frozenset()
    return frozenset(one for one in users if step and second_hand_of(frozenset({one}), case, step) is None)


def seated(step: StepSpec, task: Task) -> Position | None:
    """The position whose countersignature a task asks for."""
    return next((one for one in step.positions if one.code == task.seat), None)


def may_sign(spec: FormSpec, step: StepSpec) -> Select[int]:
    """The active users whose roles have the permission to sign a step."""
    return (
        select(User.id).distinct()
        .join(assoc_user_role, assoc_user_role.c.user_id == User.id)
        .join(assoc_permissionview_role, assoc_permissionview_role.c.role_id == assoc_user_role.c.role_id)
        .join(PermissionView, PermissionView.id == assoc_permissionview_role.c.permission_view_id)
        .join(Permission, Permission.id == PermissionView.permission_id)
        .join(ViewMenu, ViewMenu.id == PermissionView.view_menu_id)
        .where(Permission.name == sign(step), ViewMenu.name == spec.resource, User.active)
    )
