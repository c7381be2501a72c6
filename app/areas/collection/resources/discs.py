"""Discs over REST: what a sealed package holds, the proof that it still matches, and movements (article 16.1.1.5)."""

from collections.abc import Iterator
from typing import Any

from flask import current_app
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from marshmallow import fields, validate
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.api.answers import MAYBE, TEXT, WHOLE, YES_NO, json_content, named, values
from app.api.arguments import header, in_path, once
from app.api.basis import basis, tag
from app.api.bodies import json_object
from app.api.calling import caller
from app.api.paths import operation as described
from app.api.reading import Json
from app.api.replay import answer_before, changing
from app.api.replies import reply
from app.api.resource import ID, Resource, operation
from app.api.schemas import NOT_TEXT, PROOF, Written, required_text, shown_fields
from app.api.taking import plainly
from app.areas.collection.discs import movements
from app.areas.collection.discs.packing import places
from app.areas.collection.discs.verifying import verify
from app.areas.collection.forms.media_safe_record import Direction, MediaSafeRecord
from app.areas.collection.resources.paging import moment
from app.areas.collection.resources.papers import PAPER, paper_json
from app.database import db
from app.engine.catalogue import catalogue
from app.security.proving import prove
from app.workflow.cases import open_case
from app.workflow.comparing import Shown
from app.workflow.errors import Denied
from app.workflow.proof import Proof

RESOURCE = "S4 介质存放记录"
NEEDED: Any = {"required": _("必填"), "null": _("必填")}
MOVE = Written.from_dict(shown_fields() | {
    "direction": fields.String(
        required=True, error_messages=NEEDED | NOT_TEXT,
        validate=validate.OneOf([one.value for one in Direction], error=_("应为 out 或 in")),
    ),
    "reason": required_text(movements.LONGEST),
    "proof": fields.Nested(PROOF, required=True, error_messages=NEEDED),
}, name="DiscMovement")()


class DiscApi(Resource):
    """介质存放."""

    resource_name = "collection/discs"
    class_permission_name = RESOURCE
    openapi_spec_tag = "介质存放"

    @operation(f"/{ID}")
    def get(self, pk: int) -> Response:
        """The package and the movements."""
        session = db.session()
        disc = found(session, pk)
        return reply(disc_json(session, disc), 200, tag(disc))

    @operation(f"/{ID}/verify", methods=("POST",))
    def post_verify(self, pk: int) -> Response:
        """Proves that the package still is what was sealed. Changes nothing."""
        session = db.session()
        faults = [str(one) for one in verify(session, found(session, pk), current_app.config["DATA_DIR"] / "discs")]
        return reply({"matches": not faults, "faults": faults})

    @operation(f"/{ID}/movements", methods=("POST",))
    def post_movement(self, pk: int) -> Response:
        """出入登记: by the keeper, with the witness's proof; a wrong one counts towards the lock."""
        sent, session = plainly(MOVE, json_object()), db.session()
        shown = basis(sent)
        if before := answer_before():
            return before
        found(session, pk)
        if not movements.may_move(caller()):
            raise Denied(_("出入由保险柜管理员登记"))
        given = sent["proof"]
        proof = prove(session, caller(), given.get("user_name", "").strip(), given.get("password", ""), given.get("code", ""))
        return changing(lambda session: moved(session, pk, shown, sent, proof))

    def operations(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """What the API's description says of discs."""
        file = named(path=TEXT, bytes=WHOLE, records=WHOLE | {"nullable": True}, sha256=TEXT)
        line = named(direction=values(Direction), at=TEXT, who=TEXT, witness=TEXT, reason=TEXT)
        one = json_content(named(
            **PAPER["properties"], medium_no=TEXT, safe=TEXT, sha256=MAYBE, following=values(Direction),
            files={"type": "array", "items": file}, movements={"type": "array", "items": line},
        ))
        proven = json_content(named(matches=YES_NO, faults={"type": "array", "items": TEXT}))
        proof = named(user_name=TEXT, password=TEXT, code=TEXT)
        wanted = named(version=WHOLE, digest=TEXT, direction=values(Direction), reason=TEXT, proof=proof)
        body = json_content(wanted | {"required": ["direction", "reason", "proof"]})
        based = header("If-Match", gettext("读取单据时得到的 ETag；也可在内容中给出 version 与 digest"))
        failing = ("400", "404", "409", "413", "415", "422", "428")
        yield "/{pk}", {"get": described(gettext("封存包内容和出入记录"), "200", one, [in_path("pk")], None, ["404"])}
        yield "/{pk}/verify", {"post": described(gettext("核验封存包"), "200", proven, [in_path("pk")], None, ["400", "404"])}
        words = gettext("登记出入：proof 是监督人的身份验证")
        yield "/{pk}/movements", {"post": described(words, "201", one, [in_path("pk"), based, once()], body, failing)}


def found(session: Session, pk: int) -> MediaSafeRecord:
    """A safe record that the caller reads; raises Missing."""
    disc = open_case(session, caller(), catalogue.form("media_safe_record"), pk).document
    assert isinstance(disc, MediaSafeRecord)
    return disc


def moved(session: Session, pk: int, shown: Shown, sent: dict[str, Any], proof: Proof) -> Response:
    """The disc after a movement."""
    movements.move(session, caller(), pk, shown, Direction.of(sent["direction"]), sent["reason"], proof)
    session.flush()
    disc = found(session, pk)
    return reply(disc_json(session, disc), 201, tag(disc))


def disc_json(session: Session, disc: MediaSafeRecord) -> Json:
    """A disc with what it holds."""
    return paper_json(disc) | {
        "medium_no": disc.medium_no, "safe": disc.safe, "sha256": disc.sha256, "following": movements.following(disc).value,
        "files": [
            {"path": path, "bytes": one.bytes, "records": one.records, "sha256": one.sha256}
            for path, one in places(session, [line.register for line in disc.registers])
        ],
        "movements": [
            {"direction": one.direction.value, "at": moment(one.at), "who": one.who.name, "witness": one.witness.name, "reason": one.reason}
            for one in disc.movements
        ],
    }
