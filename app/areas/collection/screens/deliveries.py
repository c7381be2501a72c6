"""报送文件: a provider's operator brings files and sees the receipts of the own organisation's, nothing else (16.1.1.3)."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from flask import Response, current_app, jsonify, make_response, request, url_for
from flask_appbuilder import BaseView

from app.areas.collection.arrival import permissions, receiving, uploading
from app.areas.collection.arrival.models import Arrival
from app.database import db
from app.documents.values import Invalid
from app.screens.exposing import ID, data, page, the_actor
from app.screens.translating import gettext as _

SHOWN = 100
NAME, DIGEST = "X-File-Name", "X-File-Sha256"
"""Headers of an upload: the file's name, percent-encoded, and the SHA-256 that the provider knows it by."""


class Deliveries(BaseView):
    """/deliveries/"""

    route_base = "/deliveries"
    default_view = "index"
    class_permission_name = permissions.UPLOAD_RESOURCE
    method_permission_name = {"index": "upload", "send": "upload", "receipt": "upload"}

    @page("/")
    def index(self) -> Response:
        """The upload, and what has been brought."""
        session, actor = db.session(), the_actor()
        rows = session.scalars(uploading.own(actor).order_by(Arrival.id.desc()).limit(SHOWN)).all()
        return make_response(self.render_template(
            "collection/deliveries.html", title=_("报送文件"), provider=uploading.own_provider(session, actor), rows=rows,
            most=receiving.most_bytes(session) // receiving.MB,
        ))

    @data("/send", "POST")
    def send(self) -> Any:
        """Takes one file, the whole body of the request, as it comes."""
        session, actor = db.session(), the_actor()
        request.max_content_length = receiving.most_bytes(session)
        if current_app.config["WTF_CSRF_ENABLED"]:
            current_app.extensions["csrf"].protect()
        name, digest = unquote(request.headers.get(NAME, "")), request.headers.get(DIGEST)
        try:
            arrival = uploading.upload(session, actor, current_app.config["DATA_DIR"] / "arrivals", name, pieces(), digest)
        except Invalid as invalid:
            return jsonify(message=str(invalid.faults[0].message)), 422
        answer = {"number": arrival.number, "sha256": arrival.sha256, "size": arrival.size, "state": str(arrival.state.title)}
        return jsonify(**answer, receipt=url_for("Deliveries.receipt", pk=arrival.id)), 201

    @page(f"/receipt/{ID}")
    def receipt(self, pk: int) -> Response:
        """The receipt of one of the own organisation's files."""
        found = uploading.find_own(db.session(), the_actor(), pk)
        back = url_for("Deliveries.index")
        return make_response(self.render_template("collection/receipt.html", title=_("到件回执"), one=found, back=back))


def pieces() -> Iterator[bytes]:
    """The body of the request, a megabyte at a time."""
    while piece := request.stream.read(receiving.MB):
        yield piece
