"""交接: everything that a leaver has under way goes to a colleague."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from flask import Response, jsonify, make_response, request
from flask_appbuilder import BaseView, expose
from flask_login import login_required
from sqlalchemy.orm import Session

from app.database import db, transaction
from app.documents.values import Fault, Invalid
from app.engine.document import Document
from app.screens import colleagues, faults
from app.screens.colleagues import staff
from app.screens.translating import gettext as _
from app.workflow import handing_over
from app.workflow.actor import Actor
from app.workflow.delegating import may_arrange
from app.workflow.leaving import duties_of
from app.workflow.models import Task
from app.workflow.people import Person, person_of


class Handover(BaseView):
    """/handover/"""

    route_base = "/handover"
    default_view = "index"

    @expose("/", ("GET", "POST"))
    @login_required
    def index(self) -> Any:
        """Whose work there is to hand over, and to whom; handing it over answers with what went, and what did not."""
        actor = staff()
        if request.method == "GET":
            return self._form(actor)
        try:
            with transaction(db.session()) as session:
                result = handing_over.hand_over(session, actor, leaver_id(actor), receiver(session), request.form.get("reason", ""))
        except Invalid as invalid:
            return self._form(actor, 422, invalid.faults)
        return self._page("handover/done.html", title=_("交接结果"), result=result)

    @expose("/people")
    @login_required
    def people(self) -> Response:
        """Employees for what was typed so far."""
        staff()
        return jsonify([asdict(one) for one in colleagues.find(db.session(), request.args.get("q", ""))])

    def _form(self, actor: Actor, status: int = 200, found: Sequence[Fault] = ()) -> Response:
        session = db.session()
        leaver = person_of(session, leaver_id(actor))
        may_arrange(session, actor, leaver)
        documents, tasks = handing_over.holdings_of(session, leaver.user_id)
        errors = {str(fault.path[0]): str(fault.message) for fault in found}
        return self._page(
            "handover/form.html", status, title=_("交接"), leaver=leaver, people=colleagues.own_people(session, actor),
            documents=documents, tasks=tasks, duties=duties_of(session, leaver.user_id), left=left_behind(session, actor),
            typed=request.form, errors=errors, summary=faults.summary(found) if found else None,
        )

    def _page(self, template: str, status: int = 200, **values: Any) -> Response:
        return make_response(self.render_template(template, **values), status)


def leaver_id(actor: Actor) -> int:
    """Whose work the page is about: the one asked for, else one's own."""
    given = request.values.get("from_user", "")
    return int(given) if given.isdecimal() and len(given) < 10 else actor.user_id


def receiver(session: Session) -> int:
    """The user of the employee typed as receiver; raises Invalid for nobody."""
    found = colleagues.chosen(session, request.form.get("to_user", ""))
    if found is None:
        raise Invalid([Fault(("to_user",), _("接收人"), _("请输入姓名或工号，从列表中选择"))])
    return found


@dataclass(frozen=True)
class Left:
    """What somebody who can no longer log in has left behind."""

    person: Person
    documents: list[Document]
    tasks: list[Task]


def left_behind(session: Session, actor: Actor) -> list[Left]:
    """待重新分配的工作 of a head's department, by person."""
    if not colleagues.heads(actor):
        return []
    documents, tasks = handing_over.left_behind(session)
    found = [
        Left(person, [one for one in documents if one.maker_id == person.user_id],
             [one for one in tasks if person.user_id in (one.user_id, one.claimed_by_id)])
        for person in colleagues.own_people(session, actor) if not person.active
    ]
    return [one for one in found if one.documents or one.tasks]
