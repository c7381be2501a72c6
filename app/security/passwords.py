"""Changing passwords (修改密码、重置密码)."""

from typing import Any

from flask import abort, flash, request, url_for
from flask_appbuilder.security import views as base
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_login import current_user
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from app.areas.organisation.operations import full_name
from app.database import db, transaction
from app.security import gate, passwording
from app.security.forms import OwnPasswordForm, ResetPasswordForm
from app.security.models import User


class ResetMyPasswordView(base.ResetMyPasswordView):
    """修改密码."""

    form, form_title = OwnPasswordForm, _("修改密码")

    def form_get(self, form: Any) -> None:
        """Says why one is here, where it was not by choice."""
        if forced():
            flash(str(gate.PASSWORD.words), "warning")

    def form_post(self, form: Any) -> Response:
        """Sets the new password; the person's other sessions end."""
        user_id, was_forced = int(current_user.get_id()), forced()
        with transaction(db.session()) as session:
            passwording.set_password(session, session.get_one(User, user_id), form.password.data, gate.own_key())
        flash(gettext("密码已修改，其他地方的登录已退出"), "success")
        return redirect(url_for("Workbench.index" if was_forced else "UserDBModelView.userinfo"))


def forced() -> bool:
    """Whether the person must change the password before anything else."""
    return passwording.days_left(db.session(), gate.kept_of(int(current_user.get_id()))) == 0


class ResetPasswordView(base.ResetPasswordView):
    """重置密码 of the user `pk`."""

    form, form_title = ResetPasswordForm, _("重置密码")

    def form_get(self, form: Any) -> None:
        """Shows the form for a user that there is."""
        self.user()

    def form_post(self, form: Any) -> Response:
        """Sets the new password, which its owner must change at the next login."""
        user = self.user()
        self.appbuilder.sm.reset_password(user.id, form.password.data)
        flash(gettext("已重置%(name)s的密码", name=full_name(user)), "success")
        return redirect(url_for("UserDBModelView.show", pk=user.id))

    def user(self) -> User:
        """The user whose password it is; 404 for none."""
        found = db.session.get(User, request.args.get("pk", 0, type=int))
        return found or abort(404)
