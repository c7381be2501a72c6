"""The resource of a register: read only, for its rows change as the effect of forms alone."""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from app.api import past, paths
from app.api.calling import caller
from app.api.errors import Refusal
from app.api.lists import list_json
from app.api.reading import Json, register_rows
from app.api.replies import reply
from app.api.resource import Resource, operation
from app.database import db
from app.documents.resolver import DatabaseResolver
from app.engine.codecs import Refused
from app.engine.spec import RegisterSpec
from app.workflow.errors import Missing

KEY = "/<path:key>"


class RegisterApi(Resource):
    """Base of the resources of registers."""

    spec: ClassVar[RegisterSpec]

    @operation("/")
    def get_list(self) -> Response:
        """Rows that the filters ask for."""
        return reply(list_json(db.session(), caller(), self.spec, self._json))

    @operation("/as-of")
    def get_as_of(self) -> Response:
        """The register as it stood at the end of a day."""
        day = past.asked_day()
        if self.spec.loaded:
            raise Missing
        return reply(past.as_of(db.session(), caller(), self.spec, day))

    @operation(f"{KEY}/history")
    def get_history(self, key: str) -> Response:
        """Every version of a row, the latest first."""
        return reply(past.history(db.session(), caller(), self.spec, self._found(key).id))

    @operation(KEY)
    def get(self, key: str) -> Response:
        """One row, by its key or its id."""
        return reply(self._json([self._found(key)])[0])

    def _found(self, key: str) -> Any:
        """The row of that key or id; raises Missing."""
        model: Any = self.spec.model
        row = self._keyed(key)
        if row is None and key.isascii() and key.isdigit() and len(key) <= 9:
            row = db.session.get(model, int(key))
        if row is None:
            raise Missing
        return row

    def _keyed(self, text: str) -> Any:
        """The row of that key; None too where the text cannot be one."""
        session, key = db.session(), getattr(self.spec.model, self.spec.key)
        try:
            value = self.spec.field(self.spec.key).codec.parse(text, DatabaseResolver(session, caller()))
        except Refused:
            return None
        return session.scalar(select(self.spec.model).where(key == value))

    def _json(self, rows: Sequence[Any]) -> list[Json]:
        return register_rows(db.session(), caller(), self.spec, rows, str(self.route_base))

    @operation("/", KEY, methods=("POST", "PUT", "PATCH", "DELETE"))
    def refuse(self, key: str = "") -> Response:
        """Refused, with the reason."""
        raise Refusal(405, _("台账只随单据办结而变更，不能直接写入"), {"Allow": "GET, HEAD, OPTIONS"})

    def operations(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """What the API's description says of the register."""
        return paths.of_register(self.spec)
