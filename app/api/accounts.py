"""Accounts and roles as they were, over REST (历次变更): what forms 22 and 26 made of them, and who had which on a past day."""

from collections.abc import Iterator
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from app.api import past, paths
from app.api.arguments import in_path
from app.api.calling import caller
from app.api.errors import Refusal
from app.api.registers import KEY
from app.api.replies import reply
from app.api.resource import Resource, operation
from app.database import db
from app.engine.spec import RegisterSpec
from app.registers.accounts import ROLES, USERS
from app.registers.models import RegisterVersion
from app.workflow.errors import Missing

LIST = "can_list"
"""Who sees the list of the built-in screen sees its history."""


class AccountsApi(Resource):
    """Base of both."""

    spec: ClassVar[RegisterSpec]
    base_permissions: ClassVar[list[str]] = [LIST]

    @operation("/as-of", permission=LIST)
    def get_as_of(self) -> Response:
        """All of them as they stood at the end of a day."""
        return reply(past.as_of(db.session(), caller(), self.spec, past.asked_day()))

    @operation(f"{KEY}/history", permission=LIST)
    def get_history(self, key: str) -> Response:
        """Every version of one, the latest first; also of one that is gone."""
        return reply(past.history(db.session(), caller(), self.spec, *self._last(key)))

    @operation("/", KEY, methods=("POST", "PUT", "PATCH", "DELETE"), permission=LIST)
    def refuse(self, key: str = "") -> Response:
        """Refused, with the reason."""
        raise Refusal(405, _("台账只随单据办结而变更，不能直接写入"), {"Allow": "GET, HEAD, OPTIONS"})

    def _last(self, key: str) -> tuple[int, int]:
        """Row and number of the last version under that name, or with that id; raises Missing."""
        named = [RegisterVersion.key == key]
        if key.isascii() and key.isdigit() and len(key) <= 9:
            named.append(RegisterVersion.row_id == int(key))
        last = select(RegisterVersion.row_id, RegisterVersion.number).order_by(RegisterVersion.id.desc()).limit(1)
        for same in named:
            if found := db.session.execute(last.where(RegisterVersion.register == self.spec.slug, same)).first():
                return found.row_id, found.number
        raise Missing

    def operations(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """What the API's description says of them."""
        return paths.of_history(in_path("key", {"type": "string"}) | {"description": _("用户名或角色名，也可为 id")})


class UsersApi(AccountsApi):
    """用户."""

    spec, resource_name, class_permission_name, openapi_spec_tag = USERS, "users", "UserDBModelView", "用户历次变更"


class RolesApi(AccountsApi):
    """角色."""

    spec, resource_name, class_permission_name, openapi_spec_tag = ROLES, "roles", "RoleModelView", "角色历次变更"
