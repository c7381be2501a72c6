"""The resource of a form: list, make, read, replace, change and delete documents, through the operations alone."""

from collections.abc import Iterator
from typing import Any

from flask import request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.api import paths
from app.api.amending import amended_id
from app.api.basis import basis, tag
from app.api.bodies import json_object
from app.api.calling import caller
from app.api.files import Files
from app.api.lists import list_json
from app.api.replay import changing
from app.api.replies import nothing, reply
from app.api.resource import ID, making, operation
from app.api.schemas import schemas
from app.api.taking import taken
from app.database import db
from app.documents import operations
from app.workflow.cases import open_case
from app.workflow.door import Shown


class FormApi(Files):
    """Base of the resources of forms."""

    @operation("/")
    def get_list(self) -> Response:
        """Documents that the filters ask for."""
        session, actor = db.session(), caller()
        return reply(list_json(session, actor, self.spec, self.reader(session, actor).rows))

    @making("/", methods=("POST",))
    def post(self) -> Response:
        """A new draft; with `amends` a correction (更正) of a finished document, named by its id or number."""
        raw = taken(self.spec, schemas(self.spec).make, json_object())
        amends = raw.pop("amends", None)
        return changing(lambda session: self._made(session, raw, amends))

    def _made(self, session: Session, raw: dict[str, Any], amends: Any) -> Response:
        amended = None if amends is None else amended_id(session, self.spec, amends)
        document = operations.create(session, caller(), self.spec, raw, amends=amended)
        headers = {**tag(document), "Location": f"{self.route_base}/{document.id}"}
        return reply(self.reader(session, caller()).whole(document), 201, headers)

    @operation(f"/{ID}")
    def get(self, pk: int) -> Response:
        """One document."""
        session, actor = db.session(), caller()
        document = open_case(session, actor, self.spec, pk).document
        return reply(self.reader(session, actor).whole(document), 200, tag(document))

    @making(f"/{ID}", methods=("PUT", "PATCH"))
    def change(self, pk: int) -> Response:
        """New values: for all fields that the maker keys (PUT), or for some, while the others stay (PATCH)."""
        given = taken(self.spec, schemas(self.spec).change, json_object())
        shown = basis(given)
        some = request.method == "PATCH"
        return changing(lambda session: self._changed(session, pk, self._present(session, pk) | given if some else given, shown))

    def _present(self, session: Session, pk: int) -> dict[str, Any]:
        document = open_case(session, caller(), self.spec, pk).document
        present: dict[str, Any] = schemas(self.spec).make.dump(document)
        return present

    def _changed(self, session: Session, pk: int, raw: dict[str, Any], shown: Shown) -> Response:
        document = operations.change(session, caller(), self.spec, pk, raw, shown)
        return reply(self.reader(session, caller()).whole(document), 200, tag(document))

    @making(f"/{ID}", methods=("DELETE",))
    def delete(self, pk: int) -> Response:
        """Removes an own draft."""
        shown = basis({})
        return changing(lambda session: self._deleted(session, pk, shown))

    def _deleted(self, session: Session, pk: int, shown: Shown) -> Response:
        operations.delete(session, caller(), self.spec, pk, shown)
        return nothing()

    def operations(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """What the API's description says of the form."""
        return paths.of_form(self.spec)
