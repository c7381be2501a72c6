"""What logging in and being refused leaves in the record (登录、登录失败、退出、越权访问)."""

import logging
from typing import Any

from flask import Flask, g, request
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.areas.organisation.operations import load_actor
from app.audit.models import AuditAction
from app.audit.recording import record
from app.database import db, transaction
from app.engine.catalogue import catalogue
from app.engine.spec import AnySpec
from app.excel.models import ImportBatch
from app.jobs.models import Job
from app.notices.models import Notice
from app.security.models import User
from app.workflow.actor import Origin
from app.workflow.models import Delegation, Task

log = logging.getLogger(__name__)

ACCOUNTS = "UserDBModelView"
"""Accounts as permissions name them."""
REFUSED = (403, 404)
KEYED: dict[str, type[Any]] = {
    "tasks": Task, "notices": Notice, "delegations": Delegation, "imports": ImportBatch, "jobs": Job,
}
"""What else has a key in its address, by a part of it."""


def init_app(app: Flask) -> None:
    """Records whatever is refused."""
    app.after_request(refused)


def origin() -> Origin:
    """Where this request comes from."""
    return Origin("api" if request.path.startswith("/api/") else "web", request.remote_addr)


def logged_in(session: Session, user: User) -> None:
    """Records that somebody has logged in, in the transaction that lets in; who cannot be recorded is not let in."""
    note(session, AuditAction.LOG_IN, user)


def logged_out(session: Session, user: User) -> None:
    """Records that somebody has logged out."""
    note(session, AuditAction.LOG_OUT, user)


def note(session: Session, action: AuditAction, user: User, **detail: Any) -> None:
    """An entry about an account by its owner."""
    actor = load_actor(session, user, origin())
    record(session, actor, action, ACCOUNTS, actor.username, detail=detail)


def note_failed(session: Session, typed: str) -> None:
    """Records a failed attempt with the user name as it was typed; the password is told to nobody."""
    record(session, None, AuditAction.LOG_IN_FAILED, ACCOUNTS, typed or None, user_name=typed, origin=origin())


def refused(response: Response) -> Response:
    """Records that somebody was refused, or asked for a document that is not theirs to know of (security 7)."""
    if response.status_code in REFUSED and request.url_rule is not None and not (g.get("plain") or g.get("gated")):
        try:
            denied(response.status_code)
        except SQLAlchemyError:  # refused it is, whatever becomes of the entry
            log.exception("refusal not recorded")
    return response


def denied(status: int) -> None:
    """The entry of a refusal, in a transaction of its own; a wrong number that names nothing leaves none."""
    user: Any = g.get("user") or current_user
    if not user or not user.is_authenticated:
        return
    spec, model, key = asked_for()
    number = numbered(model, key)
    if status == 404 and number is None:
        return
    detail = {"status": status, "method": request.method, "path": request.path[:300]}
    with transaction(db.session()) as session:
        actor = load_actor(session, session.get_one(User, user.id), origin())
        resource = spec.resource if spec else str(request.blueprint or request.endpoint)
        record(session, actor, AuditAction.DENIED, resource, number, detail=detail)


def asked_for() -> tuple[AnySpec | None, type[Any] | None, Any]:
    """The form or register that the address is of, where it is of one; the class of row that it names, and the key."""
    parts = request.path.split("/")
    spec = next((one for one in catalogue if one.slug in parts), None)
    model = spec.model if spec else next((model for name, model in KEYED.items() if name in parts), None)
    given = request.view_args or {}
    return spec, model, given.get("pk", given.get("key"))


def numbered(model: type[Any] | None, key: Any) -> str | None:
    """The number or key of the row asked for, if there is one."""
    if model is None or not isinstance(key, int) or key >= 2**31:
        return None
    row = db.session().get(model, key)
    return None if row is None else str(getattr(row, "number", None) or key)
