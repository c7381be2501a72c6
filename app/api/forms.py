"""The resource of a form: list, make, read, replace, change and delete documents, through the operations alone."""

from collections.abc import Iterator
from typing import Any

from flask import request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.api import paths
from app.api.basis import basis, tag
from app.api.bodies import json_object
from app.api.calling import caller
from app.api.files import Files
from app.api.lists import list_json
from app.api.making import make, unraced
from app.api.replies import nothing, reply
from app.api.resource import ID, making, operation
from app.api.schemas import schemas
from app.api.taking import taken
from app.database import db, transaction
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
        """A new draft."""
        raw = taken(self.spec, schemas(self.spec).make, json_object())
        return unraced(lambda: self._made(raw))

    def _made(self, raw: dict[str, Any]) -> Response:
        with transaction(db.session()) as session:
            document, before = make(session, caller(), self.spec, raw)
            headers = {**tag(document), "Location": f"{self.route_base}/{document.id}"}
            headers |= {"Idempotent-Replayed": "true"} if before else {}
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
        present = self._present(db.session(), pk) if request.method == "PATCH" else {}
        return unraced(lambda: self._changed(pk, present | given, shown))

    def _present(self, session: Session, pk: int) -> dict[str, Any]:
        document = open_case(session, caller(), self.spec, pk).document
        present: dict[str, Any] = schemas(self.spec).make.dump(document)  # type: ignore[assignment]
        return present

    def _changed(self, pk: int, raw: dict[str, Any], shown: Shown) -> Response:
        with transaction(db.session()) as session:
            document = operations.change(session, caller(), self.spec, pk, raw, shown)
            return reply(self.reader(session, caller()).whole(document), 200, tag(document))

    @making(f"/{ID}", methods=("DELETE",))
    def delete(self, pk: int) -> Response:
        """Removes an own draft."""
        shown = basis({})
        with transaction(db.session()) as session:
            operations.delete(session, caller(), self.spec, pk, shown)
        return nothing()

    def operations(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """What the API's description says of the form."""
        return paths.of_form(self.spec)
