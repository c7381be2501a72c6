"""Flask-AppBuilder's security screens (用户、角色、权限) in this product's words and manners.

The classes keep their parents' names, which are the names of endpoints and of resources among the permissions.
"""

from typing import Any

from flask import abort, request, url_for
from flask_appbuilder.baseviews import expose
from flask_appbuilder.security import views as base
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_login import current_user
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from app.areas.organisation.operations import full_name
from app.clock import now
from app.database import db, transaction
from app.engine.positions import position_of
from app.security import widgets
from app.security.forms import passwords, rules_of_new
from app.security.keeping import confirmation, keeps_duties_of_account, keeps_duties_of_role
from app.security.models import User
from app.security.passwording import remember, require_change
from app.security.words import moment, role_title, roles_in_words, yes_no

NAMES = {"last_name": _("姓"), "first_name": _("名"), "username": _("用户名"), "email": _("电子邮箱"), "active": _("状态"),
         "roles": _("岗位"), "last_login": _("最近登录"), "login_count": _("登录次数"), "fail_login_count": _("连续失败次数"),
         "created_on": _("建立时间"), "created_by": _("建立人"), "changed_on": _("修改时间"), "changed_by": _("修改人")}


class ToItsPages:
    """After a change people see what they changed, not the page that they happened to come from."""

    def post_add_redirect(self) -> Response:
        """The list."""
        return redirect(url_for(".list"))

    def post_edit_redirect(self) -> Response:
        """The page of what was changed."""
        return redirect(url_for(".show", **(request.view_args or {})))

    def post_delete_redirect(self) -> Response:
        """The list."""
        return redirect(url_for(".list"))


class UserDBModelView(ToItsPages, base.UserDBModelView):
    """用户. Accounts are stopped, never deleted: their names stand in documents."""

    base_permissions = ["can_list", "can_show", "can_add", "can_edit", "can_userinfo"]
    list_title, show_title, add_title, edit_title = _("用户"), _("查看用户"), _("新增用户"), _("修改用户")
    user_info_title = _("我的信息")
    list_widget, search_widget = widgets.UserList, widgets.Filters
    label_columns = NAMES
    description_columns = {"username": _("登录时用"), "roles": _("可有几个岗位；一份单据上仍不能一人办理两步")}
    formatters_columns = {
        "active": yes_no, "roles": roles_in_words,
        "last_login": moment, "created_on": moment, "changed_on": moment,
        "created_by": lambda user: full_name(user) if user else "—",
        "changed_by": lambda user: full_name(user) if user else "—",
        "login_count": lambda count: count or 0, "fail_login_count": lambda count: count or 0,
    }
    list_columns = ["username", "last_name", "first_name", "roles", "email", "active", "last_login"]
    order_columns = ["username", "last_name", "active", "last_login"]
    search_columns = ["username", "last_name", "first_name", "roles", "active"]
    base_order = ("username", "asc")
    user_show_fieldsets = [(_("本人"), {"fields": ["username", "last_name", "first_name", "email", "roles", "last_login"]})]
    show_fieldsets = [
        (_("账号"), {"fields": ["username", "active", "last_name", "first_name", "email", "roles"]}),
        (_("登录与维护"), {"fields": ["last_login", "login_count", "fail_login_count", "created_on", "created_by",
                                 "changed_on", "changed_by"]}),
    ]
    edit_columns = ["username", "active", "last_name", "first_name", "email", "roles", "still"]
    add_columns = [*edit_columns, "password", "conf_password"]
    edit_form_extra_fields = confirmation()
    add_form_extra_fields = passwords(rules_of_new) | confirmation()
    validators_columns = {"roles": [keeps_duties_of_account]}
    userinfoedit = None  # names of staff change by forms 21 and 22
    def pre_update(self, item: Any) -> None:
        """Notes who changed the account, and when."""
        item.changed_on, item.changed_by_fk = now(), current_user.id

    def pre_add(self, item: Any) -> None:
        """Keeps the password as its hash only."""
        super().pre_add(item)
        item.created_on = item.changed_on = now()

    def post_add(self, item: Any) -> None:
        """The first password was set by somebody else: its owner must change it."""
        with transaction(db.session()) as session:
            remember(session, session.get_one(User, item.id))
            require_change(session, item.id)

    @expose("/show/<int:pk>", methods=["GET"])
    @has_access
    def show(self, pk: int) -> str:
        """One account."""
        return self.page(pk, "resetpasswords", pk=pk, title=self.show_title, sessions_of=pk)

    @expose("/userinfo/")
    @has_access
    def userinfo(self) -> str:
        """The person's own account."""
        return self.page(int(current_user.get_id()), "resetmypassword", title=self.user_info_title, fieldsets=self.user_show_fieldsets)

    def page(self, user_id: int, action: str, fieldsets: Any = None, **context: Any) -> str:
        """The page of an account, with one action."""
        user = self.datamodel.get(user_id, self._base_filters) or abort(404)
        shown = self._get_show_widget(user_id, user, actions={action: self.actions[action]}, show_fieldsets=fieldsets)
        self.update_redirect()
        return str(self.render_template(self.show_template, widgets=shown, name=full_name(user), **context))


class RoleModelView(ToItsPages, base.RoleModelView):
    """角色. Those of positions come from the declarations and keep their names."""

    base_permissions = ["can_list", "can_show", "can_add", "can_edit", "can_delete"]
    list_title, show_title, add_title, edit_title = _("角色"), _("查看角色"), _("新增角色"), _("修改角色权限")
    list_widget, show_widget = widgets.RoleList, widgets.RoleShow
    add_widget = edit_widget = widgets.RoleForm
    search_widget = widgets.Filters
    label_columns = {"name": _("角色"), "permissions": _("权限")}
    list_columns = search_columns = ["name"]
    edit_columns = ["permissions", "still"]
    add_columns = ["name", "permissions", "still"]
    add_form_extra_fields = edit_form_extra_fields = confirmation()
    validators_columns = {"permissions": [keeps_duties_of_role]}
    page_size = 50
    copy_role = None

    @expose("/show/<int:pk>", methods=["GET"])
    @has_access
    def show(self, pk: int) -> str:
        """One role with its permissions and people."""
        role = self.datamodel.get(pk) or abort(404)
        return str(self.render_template(
            self.show_template, pk=pk, title=self.show_title, name=role_title(role.name), widgets=self._show(pk),
            related_views=self._related_views, deletable=not position_of(role.name) and not role.user,
        ))

    def pre_delete(self, item: Any) -> None:
        """Refuses to delete positions, and roles that somebody has."""
        if position_of(item.name):
            raise ValueError(gettext("岗位角色由系统设定，不能删除"))
        if item.user:
            raise ValueError(gettext("还有用户属于这个角色，不能删除"))


class PermissionViewModelView(base.PermissionViewModelView):
    """权限: every permission with the form, register or screen that it is on."""

    list_title = _("权限")
    list_widget, search_widget = widgets.PermissionList, widgets.Filters
    label_columns = {"permission": _("权限"), "view_menu": _("单据、台账或功能")}
    search_columns = ["view_menu"]
    order_columns = ["view_menu.name"]
    base_order = ("view_menu.name", "asc")
    page_size = 50


class UserInfoEditView(base.UserInfoEditView):
    """Not offered: names of staff change by forms 21 and 22."""

    include_route_methods: set[str] = set()


class UserGroupModelView(base.UserGroupModelView):
    """Not offered: people have positions, which are roles; groups of roles would be a second way to them."""

    include_route_methods: set[str] = set()
