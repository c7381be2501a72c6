"""批量办理: one decision on several documents that were ticked in the task list, each through the door by itself."""

import logging
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, make_response, request
from flask_appbuilder import expose
from flask_login import login_required
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest

from app.database import db, transaction
from app.documents.values import Invalid
from app.engine.document import Document
from app.engine.text import Text, clean
from app.screens import actions, proofs
from app.screens.exposing import the_actor
from app.screens.status import form_of
from app.screens.translating import gettext as _
from app.security.codes import needs_code
from app.workflow.actor import Actor
from app.workflow.case import Case
from app.workflow.cases import open_case
from app.workflow.door import SIGN_PASSWORD, TO_MAKER, Shown, act
from app.workflow.errors import Denied, Missing, Stale, Unproven
from app.workflow.options import Action, option
from app.workflow.proof import Proof

log = logging.getLogger(__name__)

MOST = 50
DECISIONS = (Action.APPROVE, Action.RETURN)


@dataclass(frozen=True)
class Chosen:
    """A ticked document: why it cannot be decided in bulk, else which of 同意 and 退回 it can take."""

    case: Case
    reason: Text | None
    returnable: bool

    @property
    def document(self) -> Document:
        """The document."""
        return self.case.document


@dataclass(frozen=True)
class Outcome:
    """What became of one document: `tone` is success, warning (changed meanwhile) or danger (refused)."""

    number: str
    address: str
    tone: str
    words: str
    changes: tuple[tuple[str, str, str], ...] = ()


class BulkPages:
    """/bulk and /decide; mixed into the task list's view."""

    render_template: Any

    @expose("/bulk")
    @login_required
    def bulk(self) -> Response:
        """The documents that were ticked, as they are now, and the decision to take on them."""
        return self._bulk(request.args.getlist("document"))

    @expose("/decide", ("POST",))
    @login_required
    def decide(self) -> Response:
        """Takes the decision on each, and says what became of each."""
        form, actor, session = request.form, the_actor(), db.session()
        action = next((one for one in DECISIONS if one == form.get("action")), None)
        if action is None:
            raise BadRequest
        wanted = keys(form.getlist("document"))
        if action is Action.RETURN and not clean(form.get("opinion", "")):
            return self._bulk(form.getlist("document"), 422, problem=_("退回时必须填写意见"))
        try:
            proof = proved(session, actor, wanted, form)
        except Unproven as error:
            return self._bulk(form.getlist("document"), 422, problem=str(error.reason))
        found = [decide(actor, key, action, form, proof) for key in wanted]
        return self._page("bulk_done.html", 200, title=_("办理结果"), outcomes=found, action=action)

    def _bulk(self, ticked: Sequence[str], status: int = 200, problem: str | None = None) -> Response:
        session, actor = db.session(), the_actor()
        found = [one for key in keys(ticked) if (one := chosen(session, actor, key)) is not None]
        fit = [one for one in found if one.reason is None]
        password = any(one.case.switched_on(SIGN_PASSWORD) for one in fit)
        desk = actions.Desk((), (), actions.phrases(session, actor), {}, password,
                            password and needs_code(session, actor.user_id))
        return self._page("bulk.html", status, title=_("批量办理"), fit=fit, unfit=[one for one in found if one.reason is not None],
                          desk=desk, typed=request.form, problem=problem)

    def _page(self, template: str, status: int, **values: Any) -> Response:
        return make_response(self.render_template(template, **values), status)


def keys(given: Iterable[str]) -> list[int]:
    """The keys of documents as a page sends them, each once, no more than MOST; raises BadRequest for more."""
    found = list(dict.fromkeys(int(one) for one in given if one.isascii() and one.isdecimal() and len(one) < 10))
    if len(found) > MOST:
        raise BadRequest
    return found


def chosen(session: Session, actor: Actor, key: int) -> Chosen | None:
    """A ticked document as the actor may see it; None for what the actor may not know of."""
    document = session.get(Document, key)
    spec = form_of(document.form_code) if document is not None else None
    if spec is None:
        return None
    try:
        case = open_case(session, actor, spec, key)
    except Missing:
        return None
    return Chosen(case, unfit(actor, case), option(actor, case, Action.RETURN).allowed)


def unfit(actor: Actor, case: Case) -> Text | None:
    """Why a document cannot be decided together with others, or None."""
    step, answer = case.current, option(actor, case, Action.APPROVE)
    if step is not None and option(actor, case, Action.AUTHORISE).step is not None:
        return _("“%(step)s”须当面验证身份，请逐件办理", step=step.label)
    if answer.reason is not None:
        return answer.reason
    if step is not None and step.fills_fields:
        return _("“%(step)s”须填写内容，请逐件办理", step=step.label)
    if step is not None and any(one.alone for one in step.effects):
        return _("“%(step)s”之后可能显示只显示一次的内容，请逐件办理", step=step.label)
    return None


def proved(session: Session, actor: Actor, wanted: Iterable[int], form: MultiDict[str, str]) -> Proof | None:
    """The signer's own proof, asked for once for all, where signatures need one; raises Unproven."""
    found = [one for key in wanted if (one := chosen(session, actor, key)) is not None and one.reason is None]
    asked = any(one.case.switched_on(SIGN_PASSWORD) for one in found)
    return proofs.own(session, actor, form) if asked else None


def decide(actor: Actor, key: int, action: Action, form: MultiDict[str, str], proof: Proof | None) -> Outcome:
    """Decides on one document in a transaction of its own; whatever happens to it happens to no other."""
    session = db.session()
    document = session.get(Document, key)
    spec = form_of(document.form_code) if document is not None else None
    if document is None or spec is None:
        return Outcome(str(key), "", "danger", _("没有这份单据"))
    shown = shown_in(form, key)
    try:
        with transaction(session):
            case = open_case(session, actor, spec, key, lock=True)
            if (reason := unfit(actor, case)) is not None:
                raise Denied(reason)
            act(session, actor, spec, key, action, shown, opinion=form.get("opinion"), back_to=TO_MAKER, proof=proof)
    except Missing:
        return Outcome(str(key), "", "danger", _("没有这份单据"))
    except Exception as error:
        return stood_in_the_way(session, actor, key, action, shown, error)
    return told(session, actor, key)


def stood_in_the_way(
    session: Session, actor: Actor, key: int, action: Action, shown: Shown, error: Exception
) -> Outcome:
    """What kept one document from being decided; nothing, where the same page had decided it already (security 17)."""
    session.rollback()
    found = chosen(session, actor, key)
    if found is None:
        return Outcome(str(key), "", "danger", _("没有这份单据"))
    number, address = found.document.number, f"/forms/{found.case.spec.slug}/show/{key}"
    if isinstance(error, Denied | Stale) and actions.done_already(actor, found.case, action, shown.version):
        return told(session, actor, key)
    match error:
        case Denied():
            return Outcome(number, address, "danger", str(error.reason))
        case Stale():
            return Outcome(number, address, "warning", str(error.message), error.changes)
        case Invalid():
            return Outcome(number, address, "danger", "；".join(f"{one.where}：{one.message}" for one in error.faults))
    reference = secrets.token_hex(4)
    log.error("error %s in bulk on %s", reference, number, exc_info=error)
    return Outcome(number, address, "danger", _("系统出错，本件没有办理，错误编号 %(reference)s", reference=reference))


def told(session: Session, actor: Actor, key: int) -> Outcome:
    """A document that was decided: who has it now."""
    found = chosen(session, actor, key)
    assert found is not None
    return Outcome(found.document.number, f"/forms/{found.case.spec.slug}/show/{key}", "success", actions.told(found.case))


def shown_in(form: MultiDict[str, str], key: int) -> Shown:
    """The version and digest that the page showed of one document; anything else compares as stale."""
    version = form.get(f"version-{key}", "")
    return Shown(int(version) if version.isdecimal() and len(version) < 10 else -1, form.get(f"digest-{key}", ""))
