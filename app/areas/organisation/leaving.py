"""What an account that is stopped leaves behind (待重新分配的任务): shown when it is asked for, told when it has happened."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.organisation.registers import Department, Employee
from app.calendar.heads import of_code
from app.engine.document import Document
from app.engine.text import Text
from app.notices.operations import notify
from app.security.models import User
from app.workflow.handing_over import holdings_of
from app.workflow.holders import Holders

MOST = 20


def open_work(session: Session, user_id: int) -> Text | None:
    """The numbers of what waits for a person, or was begun by one; None where there is nothing."""
    documents, tasks = holdings_of(session, user_id)
    numbers = list(dict.fromkeys([*(one.document.number for one in tasks), *(one.number for one in documents)]))
    if not numbers:
        return None
    shown = _("、").join(numbers[:MOST])
    more = _("等 %(count)s 件", count=len(numbers)) if len(numbers) > MOST else ""
    return f"{shown}{more}"


def tell_of_work(session: Session, users: Iterable[User], document: Document) -> None:
    """Tells who asked for the stop, and the heads of the department, what has to be handed over (交接)."""
    holders = Holders(session)
    for user in users:
        if work := open_work(session, user.id):
            name = f"{user.last_name or ''}{user.first_name or ''}"
            readers = holders.in_position(of_code(department_of(session, user) or document.department_code))
            words = _("%(name)s的账号已停用，未办结的任务须重新分配", name=name)
            notify(session, {document.maker_id, *readers}, words, _("请在“交接”中重新分配：%(work)s", work=work), document=document)


def department_of(session: Session, user: User) -> str | None:
    """The code of the department that an account's employee belongs to."""
    employee: Any = Employee
    mine = select(Department.code).join(employee, employee.department_id == Department.id)
    return session.scalar(mine.where(employee.user_id == user.id))
