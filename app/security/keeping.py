"""Changes of accounts and roles on the security screens keep duties apart and steps manned (security 6, 11)."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import select
from wtforms import BooleanField, Field, Form
from wtforms.validators import ValidationError

from app.database import db
from app.security.models import Permission, PermissionView, Role, ViewMenu
from app.workflow.duties import AccountChange, Change, Pair, RoleChange, guard_change, in_words
from app.workflow.errors import Denied


class Confirmation(BooleanField):
    """仍要保存: shown only once a change was found to leave a step without a person."""

    asked = False

    def populate_obj(self, obj: Any, name: str) -> None:
        """No part of what is saved."""


def confirmation() -> dict[str, Any]:
    """The field, as an extra one of a form."""
    return {"still": Confirmation(_("仍要保存"), description=_("保存后这些环节暂时无人办理，已知晓"))}


def keeps_duties_of_account(form: Form, field: Field) -> None:
    """Validates the roles of an account: no separated duties in one hand, no step left without a person."""
    name = f"{form['last_name'].data or ''}{form['first_name'].data or ''}"
    roles = frozenset(role.name for role in field.data or ())
    refuse(form, AccountChange(getattr(form, "_id", None), roles, bool(form["active"].data), name))


def keeps_duties_of_role(form: Form, field: Field) -> None:
    """Validates the permissions of a role: it never makes and checks the same form, and no step loses its last person."""
    name = form["name"].data if "name" in form else db.session.scalar(select(Role.name).where(Role.id == form._id))
    refuse(form, RoleChange(name or "", pairs([one.id for one in field.data or ()])))


def pairs(keys: list[int]) -> frozenset[Pair]:
    """Permissions with what they are on, in one query."""
    statement = (
        select(Permission.name, ViewMenu.name).select_from(PermissionView)
        .join(Permission, Permission.id == PermissionView.permission_id)
        .join(ViewMenu, ViewMenu.id == PermissionView.view_menu_id).where(PermissionView.id.in_(keys))
    )
    return frozenset((permission, resource) for permission, resource in db.session.execute(statement))


def refuse(form: Form, change: Change) -> None:
    """Refuses a conflict of duties always, a step left without a person until it is confirmed."""
    session = db.session()
    session.rollback()
    session.connection(execution_options={"writes": True})  # judged and saved in one write transaction
    try:
        left = guard_change(session, change)
    except Denied as denied:
        raise ValidationError(str(denied.reason)) from None
    if left:
        form["still"].asked = True
        if not form["still"].data:
            raise ValidationError(gettext("保存后将无人办理：%(what)s。确需如此，请勾选“仍要保存”", what=in_words(left)))
