"""Forms of the security screens."""

from typing import Any

from flask_appbuilder.fieldwidgets import BS3PasswordFieldWidget
from flask_appbuilder.security.forms import DynamicForm
from flask_appbuilder.validators import PasswordComplexityValidator
from flask_babel import lazy_gettext as _
from flask_login import current_user
from werkzeug.security import check_password_hash
from wtforms import Field, Form, PasswordField
from wtforms.validators import DataRequired, EqualTo, Length, ValidationError

SHORTEST = 10
HELP = _("不少于 10 位，字母、数字、符号混用")


def own_password(form: Form, field: Field) -> None:
    """Refuses a wrong old password."""
    if not check_password_hash(current_user.password or "", field.data or ""):
        raise ValidationError(_("原密码不正确"))


def passwords() -> dict[str, Any]:
    """The two fields that a new password is typed into."""
    return {
        "password": PasswordField(
            _("新密码"), description=HELP, widget=BS3PasswordFieldWidget(),
            validators=[
                DataRequired(), Length(SHORTEST, message=_("密码不少于 %(least)s 位", least=SHORTEST)),
                PasswordComplexityValidator(),
            ],
        ),
        "conf_password": PasswordField(
            _("确认新密码"), description=_("请再输入一次"), widget=BS3PasswordFieldWidget(),
            validators=[DataRequired(), EqualTo("password", message=_("两次输入的密码不一致"))],
        ),
    }


class OwnPasswordForm(DynamicForm):
    """修改密码: the old one is asked for (security 9)."""

    old_password = PasswordField(_("原密码"), widget=BS3PasswordFieldWidget(), validators=[DataRequired(), own_password])
    password, conf_password = passwords().values()


class ResetPasswordForm(DynamicForm):
    """重置密码 of somebody else."""

    password, conf_password = passwords().values()
