"""Forms of the security screens."""

from typing import Any

from flask import request
from flask_appbuilder.fieldwidgets import BS3PasswordFieldWidget
from flask_appbuilder.security.forms import DynamicForm
from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _
from flask_login import current_user
from wtforms import Field, Form, PasswordField
from wtforms.validators import DataRequired, EqualTo, ValidationError

from app.database import db
from app.documents.parameters import parameter_number
from app.security import entering, passwording
from app.security.models import User


def own_password(form: Form, field: Field) -> None:
    """Refuses a wrong old password, which counts towards the lock: an open page is no place to guess it."""
    if not entering.still_knows(int(current_user.get_id()), field.data or ""):
        raise ValidationError(_("原密码不正确；连续输错将锁定账号，锁定期间不能修改密码"))


def own_rules(form: Form, field: Field) -> None:
    """Refuses a new password of one's own that the rules do not allow."""
    refuse(passwording.faults(db.session(), db.session.get_one(User, int(current_user.get_id())), field.data or ""))


def rules_of_other(form: Form, field: Field) -> None:
    """Refuses a new password of somebody else, the user `pk`, that the rules do not allow."""
    user = db.session.get(User, request.args.get("pk", 0, type=int))
    refuse(passwording.faults(db.session(), user, field.data or "") if user else [])


def rules_of_new(form: Form, field: Field) -> None:
    """Refuses a first password of a new account that the rules do not allow."""
    refuse(passwording.made_wrong(db.session(), form["username"].data or "", field.data or ""))


def refuse(faults: list[Any]) -> None:
    """All that is wrong at once."""
    if faults:
        raise ValidationError(gettext("；").join(map(str, faults)))


def rules_in_words() -> str:
    """The rules, beside the field."""
    least, kinds = (parameter_number(db.session(), code) for code in (passwording.LEAST, passwording.CLASSES))
    return str(gettext("不少于 %(least)s 位，大小写字母、数字、符号中至少 %(kinds)s 种", least=least, kinds=kinds))


def passwords(rules: Any) -> dict[str, Any]:
    """The two fields that a new password is typed into."""
    return {
        "password": PasswordField(
            _("新密码"), description=LazyString(rules_in_words), widget=BS3PasswordFieldWidget(),
            validators=[DataRequired(), rules],
        ),
        "conf_password": PasswordField(
            _("确认新密码"), description=_("请再输入一次"), widget=BS3PasswordFieldWidget(),
            validators=[DataRequired(), EqualTo("password", message=_("两次输入的密码不一致"))],
        ),
    }


class OwnPasswordForm(DynamicForm):
    """修改密码: the old one is asked for (security 9)."""

    old_password = PasswordField(_("原密码"), widget=BS3PasswordFieldWidget(), validators=[DataRequired(), own_password])
    password, conf_password = passwords(own_rules).values()


class ResetPasswordForm(DynamicForm):
    """重置密码 of somebody else."""

    password, conf_password = passwords(rules_of_other).values()
