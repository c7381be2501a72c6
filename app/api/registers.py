"""The resource of a register: read only, for its rows change as the effect of forms alone."""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from app.api import paths
from app.api.calling import caller
from app.api.errors import Refusal
from app.api.lists import list_json
from app.api.reading import Json, register_rows
from app.api.replies import reply
from app.api.resource import Resource, operation
from app.database import db
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

    @operation(KEY)
    def get(self, key: str) -> Response:
        """One row, by its key or its id."""
        model: Any = self.spec.model
        row = db.session.scalar(select(model).where(getattr(model, self.spec.key) == key))
        if row is None and key.isascii() and key.isdigit() and len(key) <= 9:
            row = db.session.get(model, int(key))
        if row is None:
            raise Missing
        return reply(self._json([row])[0])

    def _json(self, rows: Sequence[Any]) -> list[Json]:
        return register_rows(db.session(), caller(), self.spec, rows, str(self.route_base))

    @operation("/", KEY, methods=("POST", "PUT", "PATCH", "DELETE"))
    def refuse(self, key: str = "") -> Response:
        """Refused, with the reason."""
        raise Refusal(405, _("台账只随单据办结而变更，不能直接写入"), {"Allow": "GET, HEAD, OPTIONS"})

    def operations(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """What the API's description says of the register."""
        return paths.of_register(self.spec)
