"""Arrivals over REST: collectors fetch them into form 2, a provider's operator brings files (article 16.1.1.3)."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from flask import current_app, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from marshmallow import fields, validate
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from werkzeug.wrappers import Response

from app.api.answers import MAYBE, TEXT, WHOLE, json_content, named, table, values
from app.api.arguments import header, in_path, once, query
from app.api.bodies import json_object
from app.api.calling import caller
from app.api.paths import operation as described
from app.api.reading import Json
from app.api.replay import changing, key_sent
from app.api.replies import reply
from app.api.resource import ID, LARGEST, Resource, operation
from app.api.schemas import NOT_WHOLE, Written
from app.api.taking import plainly
from app.areas.collection.arrival import fetching, receiving, uploading
from app.areas.collection.arrival.models import Arrival, ArrivalState, Way
from app.areas.collection.arrival.permissions import FETCH, LIST, RESOURCE, UPLOAD, UPLOAD_RESOURCE
from app.areas.collection.arrival.receiving import Delivered
from app.areas.collection.resources.paging import known_only, moment, newest_first, paging
from app.areas.collection.resources.papers import PAPER, paper_json
from app.areas.organisation.registers import ExternalOrganisation
from app.database import db
from app.workflow.errors import Missing

MOST_AT_ONCE = 100
NAME, DIGEST = "X-File-Name", "X-File-Sha256"
WANTED: Any = {"required": _("必填"), "null": _("必填"), "invalid": _("应为到件 id 的数组")}
FETCHING = Written.from_dict({"arrivals": fields.List(
    fields.Integer(strict=True, validate=validate.Range(1, LARGEST, error=_("没有这个到件")), error_messages=NOT_WHOLE),
    required=True, error_messages=WANTED,
    validate=validate.Length(1, MOST_AT_ONCE, error=_("一次取 1 至 {max} 个文件")),
)}, name="Fetching")()


def most_bytes() -> int:
    """The largest body of an upload."""
    return receiving.most_bytes(db.session())


class ArrivalApi(Resource):
    """到件."""

    resource_name = "collection/arrivals"
    class_permission_name = RESOURCE
    openapi_spec_tag = RESOURCE

    @operation("/", permission=LIST)
    def get_list(self) -> Response:
        """Arrivals, the latest first; of one provider where its code is given."""
        known_only("provider")
        statement = select(Arrival).join(Arrival.provider).options(joinedload(Arrival.register))
        if code := request.args.get("provider"):
            statement = statement.where(ExternalOrganisation.code == code.replace("\0", ""))
        return newest_first(db.session(), statement, Arrival.id, arrival_json)

    @operation(f"/{ID}", permission=LIST)
    def get(self, pk: int) -> Response:
        """One arrival."""
        found = db.session().get(Arrival, pk)
        if found is None:
            raise Missing
        return reply(arrival_json(found))

    @operation("/fetch", methods=("POST",), permission=FETCH)
    def post_fetch(self) -> Response:
        """取件登记: the draft of form 2 with these arrivals."""
        ids = plainly(FETCHING, json_object())["arrivals"]
        return changing(lambda session: fetched(session, ids))

    def operations(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """What the API's description says of arrivals."""
        one = json_content(described_arrival())
        body = json_content(named(arrivals={"type": "array", "items": WHOLE}) | {"required": ["arrivals"]})
        listed = json_content(table(described_arrival(), next=MAYBE))
        arguments = [query("provider", gettext("数据提供单位代码"), TEXT), *paging()]
        yield "/", {"get": described(gettext("到件，最近的在前"), "200", listed, arguments, None, ["422"])}
        yield "/{pk}", {"get": described(gettext("一个到件"), "200", one, [in_path("pk")], None, ["404"])}
        words = gettext("取件登记：生成《数据采集文件登记表》草稿；没有清点的文件记录数为 0，须补填")
        yield "/fetch", {"post": described(words, "201", json_content(PAPER), [once()], body, ("400", "404", "413", "415", "422"))}


class DeliveryApi(Resource):
    """报送文件."""

    resource_name = "collection/deliveries"
    class_permission_name = UPLOAD_RESOURCE
    openapi_spec_tag = UPLOAD_RESOURCE

    @operation("/", permission=UPLOAD)
    def get_list(self) -> Response:
        """What the caller's organisation has brought, the latest first."""
        known_only()
        return newest_first(db.session(), uploading.own(caller()), Arrival.id, receipt_json)

    @operation(f"/{ID}", permission=UPLOAD)
    def get(self, pk: int) -> Response:
        """The receipt of one of the own organisation's files."""
        return reply(receipt_json(uploading.find_own(db.session(), caller(), pk)))

    @operation("/", methods=("POST",), permission=UPLOAD, most=most_bytes)
    def post_file(self) -> Response:
        """Takes one file, the whole body of the request, as it comes; one sent twice without a key arrives twice."""
        session, actor, folder = db.session(), caller(), current_app.config["DATA_DIR"] / "arrivals"
        name, digest = unquote(request.headers.get(NAME, "")), request.headers.get(DIGEST)
        key_sent()  # a key that is none is refused before the file comes
        with uploading.received(session, actor, folder, name, pieces(), digest) as delivered:
            answer = changing(lambda session: registered(session, delivered), told(delivered))
            arrival = uploading.find_own(session, actor, answer.get_json()["id"])
            if not (folder / arrival.stored).exists():  # just registered, or a crash kept it from its place
                uploading.settle(session, folder, arrival, delivered)
        return answer

    def operations(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """What the API's description says of deliveries."""
        one, listed = json_content(described_receipt()), json_content(table(described_receipt(), next=MAYBE))
        body = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
        headers = [
            header(NAME, gettext("文件名，百分号编码"), required=True), header(DIGEST, gettext("文件的 SHA-256，用以核对传输")), once(),
        ]
        yield "/", {
            "get": described(gettext("本单位报送的文件，最近的在前"), "200", listed, paging(), None, ["422"]),
            "post": described(gettext("报送一个文件：请求内容即文件"), "201", one, headers, body, ("400", "413", "422")),
        }
        yield "/{pk}", {"get": described(gettext("到件回执"), "200", one, [in_path("pk")], None, ["404"])}


def described_receipt() -> dict[str, Any]:
    """A receipt in the description's words."""
    return named(
        id=WHOLE, number=TEXT, name=TEXT, size=WHOLE, sha256=TEXT, announced=MAYBE, way=values(Way), state=values(ArrivalState),
        arrived_at=TEXT, uploaded_by=MAYBE,
    )


def described_arrival() -> dict[str, Any]:
    """An arrival in the description's words."""
    more: dict[str, Any] = {
        "provider": TEXT, "records": WHOLE | {"nullable": True}, "fetched_by": MAYBE, "fetched_at": MAYBE, "register": MAYBE,
    }
    return named(**described_receipt()["properties"], **more)


def fetched(session: Session, ids: list[int]) -> Response:
    """The draft just made."""
    data = current_app.config["DATA_DIR"]
    document = fetching.fetch(session, caller(), ids, data / "arrivals", data / "attachments")
    found = paper_json(document)
    return reply(found, 201, {"Location": found["links"]["self"]})


def registered(session: Session, delivered: Delivered) -> Response:
    """The receipt of a file just registered."""
    return reply(receipt_json(uploading.register(session, caller(), delivered)), 201)


def told(delivered: Delivered) -> list[bytes]:
    """What tells a delivery from another."""
    return [one.encode() for one in (delivered.name, delivered.sha256, delivered.announced or "")]


def receipt_json(one: Arrival) -> Json:
    """An arrival as its provider sees it."""
    return {
        "id": one.id, "number": one.number, "name": one.name, "size": one.size, "sha256": one.sha256, "announced": one.announced,
        "way": one.way.value, "state": one.state.value, "arrived_at": moment(one.arrived_at), "uploaded_by": one.uploaded_by_name,
    }


def arrival_json(one: Arrival) -> Json:
    """An arrival as collectors see it."""
    return receipt_json(one) | {
        "provider": one.provider.code, "records": one.records, "fetched_by": one.fetched_by_name if one.register_id else None,
        "fetched_at": moment(one.fetched_at) if one.register_id else None,
        "register": one.register.number if one.register else None,
    }


def pieces() -> Iterator[bytes]:
    """The body of the request, a megabyte at a time."""
    while piece := request.stream.read(receiving.MB):
        yield piece
