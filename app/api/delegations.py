"""Standing in over REST: delegations (委托) of one's own, given and ended, and handing over a leaver's work (交接)."""

from collections.abc import Iterator, Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.api.answers import MAYBE, TEXT, WHOLE, YES_NO, json_content, named, table
from app.api.arguments import in_path, once
from app.api.bodies import json_object
from app.api.calling import caller
from app.api.paths import operation as described
from app.api.reading import Json
from app.api.replay import changing
from app.api.replies import reply
from app.api.resource import ID, Resource, operation
from app.api.schemas import DELEGATION, HAND_OVER
from app.api.taking import account, plainly
from app.database import db
from app.workflow import delegating, handing_over
from app.workflow.actor import Actor
from app.workflow.models import Delegation

FAILING = ("400", "404", "413", "415", "422")
MOST = 200
MOMENT = {"type": "string", "example": "2026-07-01 09:00"}


class DelegationApi(Resource):
    """委托."""

    resource_name = "delegations"
    openapi_spec_tag = delegating.RESOURCE

    @operation("/", permission=None)
    def get_list(self) -> Response:
        """Delegations by and to the caller, the latest first."""
        return reply({"rows": [delegation_json(one) for one in own(db.session(), caller())]})

    @operation("/", methods=("POST",), permission=None)
    def post(self) -> Response:
        """Lets somebody do one's tasks, or a colleague's of the department that one heads, for a period."""
        given = plainly(DELEGATION, json_object())
        return changing(lambda session: self._given(session, given))

    def _given(self, session: Session, given: dict[str, Any]) -> Response:
        giving = account(session, "from", given.get("from", caller().username))
        made = delegating.delegate(
            session, caller(), giving, account(session, "to", given["to"]), given["starts_at"], given["ends_at"],
            given["reason"], confirmed=given.get("confirmed", False),
        )
        return reply(delegation_json(made), 201)

    @operation(f"/{ID}/revoke", methods=("POST",), permission=None)
    def post_revoke(self, pk: int) -> Response:
        """Ends a delegation before its time."""
        return changing(lambda session: reply(delegation_json(delegating.revoke(session, caller(), pk))))

    def operations(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """What the API's description says of delegations."""
        names = dict.fromkeys(("from_user_name", "to_user_name", "reason", "created_by_name"), TEXT)
        one = named(id=WHOLE, starts_at=MOMENT, ends_at=MOMENT, revoked_at=MAYBE, revoked_by_name=MAYBE, **names)
        asked = {name: TEXT | {"description": _("用户名")} for name in ("from", "to")} | {
            "starts_at": MOMENT, "ends_at": MOMENT, "reason": TEXT, "confirmed": YES_NO,
        }
        body = json_content(named(**asked) | {"required": ["to", "starts_at", "ends_at", "reason"]})
        yield "/", {
            "get": described(_("本人给出和接受的委托"), "200", json_content(table(one))),
            "post": described(_("委托他人办理任务"), "201", json_content(one), [once()], body, FAILING),
        }
        key = [in_path("pk"), once()]
        yield "/{pk}/revoke", {"post": described(_("提前结束委托"), "200", json_content(one), key, None, ("400", "404", "422"))}


class HandOverApi(Resource):
    """交接."""

    resource_name = "handover"
    openapi_spec_tag = handing_over.RESOURCE

    @operation("/", methods=("POST",), permission=None)
    def post(self) -> Response:
        """Gives what somebody has under way to somebody else; what cannot go over stays, with the reason."""
        asked = plainly(HAND_OVER, json_object())
        return changing(lambda session: self._handed(session, asked))

    def _handed(self, session: Session, asked: dict[str, Any]) -> Response:
        giving, taking = (account(session, name, asked[name]) for name in ("from", "to"))
        found = handing_over.hand_over(session, caller(), giving, taking, asked["reason"])
        return reply({
            "documents": [one.number for one in found.documents],
            "tasks": [{"number": one.document.number, "step": one.step} for one in found.tasks],
            "refused": [{"number": one.number, "reason": str(why)} for one, why in found.refused],
        })

    def operations(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """What the API's description says of handing over."""
        task, refused = named(number=TEXT, step=TEXT), named(number=TEXT, reason=TEXT)
        rows = {"documents": TEXT, "tasks": task, "refused": refused}
        found = named(**{name: {"type": "array", "items": one} for name, one in rows.items()})
        people = {name: TEXT | {"description": _("用户名")} for name in ("from", "to")}
        body = json_content(named(**people, reason=TEXT) | {"required": ["from", "to", "reason"]})
        yield "/", {"post": described(_("交接工作"), "200", json_content(found), [once()], body, FAILING)}


def own(session: Session, actor: Actor) -> Sequence[Delegation]:
    """Delegations by and to the actor, or arranged by the actor, the latest first."""
    me = actor.user_id
    wanted = or_(Delegation.from_user_id == me, Delegation.to_user_id == me, Delegation.created_by_id == me)
    return session.scalars(select(Delegation).where(wanted).order_by(Delegation.id.desc()).limit(MOST)).all()


def delegation_json(one: Delegation) -> Json:
    """One delegation."""
    return {
        "id": one.id, "from_user_name": one.from_user_name, "to_user_name": one.to_user_name,
        "starts_at": f"{one.starts_at:%Y-%m-%d %H:%M}", "ends_at": f"{one.ends_at:%Y-%m-%d %H:%M}", "reason": one.reason,
        "created_by_name": one.created_by_name, "revoked_by_name": one.revoked_by_name,
        "revoked_at": None if one.revoked_at is None else f"{one.revoked_at:%Y-%m-%d %H:%M:%S}",
    }
