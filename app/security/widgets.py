"""Widgets of the security screens: filters without script, lists and permission tables in words."""

from typing import Any

from flask_appbuilder.widgets import FormWidget, ListWidget, SearchWidget, ShowWidget
from sqlalchemy import func, select

from app.database import db
from app.engine.positions import position_of
from app.security.grants import Grant, by_area
from app.security.models import PermissionView, Role, assoc_permissionview_role, assoc_user_role
from app.security.words import resource_title, role_title, specs, yes_no


class Filters(SearchWidget):
    """One field per searchable column; what it compares is the first fitting filter of Flask-AppBuilder's."""

    PREFERRED = ("is", "ct", "rel_m_m", "rel_o_m", "eq")

    def __call__(self, **kwargs: Any) -> Any:
        form, chosen = self.template_args["form"], {}
        for flt, value in self.filters.get_filters_values():
            chosen[flt.column_name] = value[0] if isinstance(value, list) and value else value
        kwargs["fields"] = [
            {
                "name": f"_flt_{self.index(column)}_{column}", "label": form[column].label.text,
                "options": self.options(form[column]), "value": str(chosen.get(column, "")),
            }
            for column in self.template_args["include_cols"]
        ]
        return FormWidget.__call__(self, **kwargs)  # SearchWidget's own would draw every field for its script

    def index(self, column: str) -> int:
        """The position of the preferred filter among the column's."""
        names = [flt.arg_name for flt in self.filters.get_search_filters()[column]]
        return next((names.index(name) for name in self.PREFERRED if name in names), 0)

    def options(self, field: Any) -> list[tuple[str, Any]] | None:
        """What can be chosen; None where text is typed."""
        if field.type == "BooleanField":
            return [("1", yes_no(True)), ("0", yes_no(False))]
        if field.type in ("QuerySelectField", "QuerySelectMultipleField"):
            known = specs()
            rows = [(key, row.name) for key, row, *_chosen in field.iter_choices() if key != "__None"]
            if field.name == "roles":
                return [(key, role_title(name)) for key, name in rows]
            return [(key, resource_title(name, known.get(name))) for key, name in rows]
        return None


class UserList(ListWidget):
    """Users with surname and given name in one column."""

    template = "security/users.html"


class RoleList(ListWidget):
    """Roles with their department and the numbers of users and permissions."""

    template = "security/roles.html"

    def __call__(self, **kwargs: Any) -> Any:
        keys = self.template_args["pks"]
        kwargs["users"] = counted(assoc_user_role.c.role_id, keys)
        kwargs["permissions"] = counted(assoc_permissionview_role.c.role_id, keys)
        kwargs["position_of"] = position_of
        return super().__call__(**kwargs)


class RoleShow(ShowWidget):
    """A role with its people and permissions."""

    template = "security/role.html"

    def __call__(self, **kwargs: Any) -> Any:
        role = db.session.get(Role, self.template_args["pk"])
        pairs = role.permissions if role else []
        return super().__call__(role=role, position=position_of(role.name) if role else None, areas=by_area(pairs), **kwargs)


class RoleForm(FormWidget):
    """A role's permissions as check boxes, by area of work."""

    template = "security/role_form.html"

    def __call__(self, **kwargs: Any) -> Any:
        pairs = db.session.scalars(select(PermissionView).order_by(PermissionView.id)).all()
        held = self.template_args["form"].permissions.data or []
        return super().__call__(areas=by_area(pairs, held), **kwargs)


class PermissionList(ListWidget):
    """Permissions in words, with the permission's name for who configures."""

    template = "security/permissions.html"

    def __call__(self, **kwargs: Any) -> Any:
        known = specs()
        by_resource: dict[str, list[Grant]] = {}
        for row in self.template_args["value_columns"]:
            name = row["view_menu"].name
            by_resource.setdefault(name, []).append(Grant(0, row["permission"].name, known.get(name), True))
        kwargs["rows"] = [
            (grant.title, resource_title(name, known.get(name)))
            for name, grants in by_resource.items() for grant in sorted(grants, key=lambda grant: grant.order)
        ]
        return super().__call__(**kwargs)


def counted(column: Any, keys: list[Any]) -> dict[int, int]:
    """How many rows of an association each key has."""
    return dict(db.session.execute(select(column, func.count()).where(column.in_(keys)).group_by(column)).all())
