"""Whom an overdue task is passed on to (上报): the head of the department responsible, else the general manager."""

from app.engine.catalogue import catalogue
from app.engine.chain import Maker
from app.engine.positions import HEADS, HomeDepartment, Position
from app.workflow.holders import Holders, seated
from app.workflow.models import Task

HEAD_OF = {head.department: head for head in HEADS} | {
    HomeDepartment.DATA_GROUP: Position.IT_HEAD,
    HomeDepartment.SYSTEM_GROUP: Position.IT_HEAD,
}


def above(holders: Holders, task: Task) -> frozenset[int]:
    """The users who hear that a task is overdue: the heads, or the general manager where none of them is there."""
    users = frozenset[int]().union(*(holders.in_position(one) for one in heads(task)))
    return users or holders.in_position(Position.GENERAL_MANAGER)


def heads(task: Task) -> set[Position]:
    """The positions above those who may do a task; above a head is the general manager."""
    spec = catalogue.form(task.document.form_code)
    step = spec.step(task.step)
    if step.relation is Maker.MAKER:
        return {of_code(task.document.department_code)}
    seat = seated(step, task)
    return {above_position(one) for one in ((seat,) if seat else spec.signers(step))}


def above_position(position: Position) -> Position:
    """The head of a position's department; the general manager of heads and of bodies without one."""
    return Position.GENERAL_MANAGER if position in HEADS else HEAD_OF.get(position.department, Position.GENERAL_MANAGER)


def of_code(code: str | None) -> Position:
    """The head of the department with that code."""
    home = next((one for one in HomeDepartment if one.code == code), None)
    return HEAD_OF.get(home, Position.GENERAL_MANAGER) if home else Position.GENERAL_MANAGER
