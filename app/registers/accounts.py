"""Accounts and roles (用户、角色) as registers: Flask-AppBuilder keeps the rows, forms 22 and 26 change them.

They have versions as every register has, so that a role planted with SQL is found like any other value.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session, object_session

from app.areas.organisation.registers import AccountLink, Employee, ExternalOrganisation, Status
from app.documents.guard import writing
from app.engine.catalogue import Catalogue
from app.engine.codecs import ChoiceCodec, Codec, TextCodec
from app.engine.document import Document
from app.engine.fields import FieldSpec
from app.engine.spec import RegisterSpec
from app.engine.text import Text
from app.registers.versions import CHANGED, DELETED, NEW, keep, known, latest
from app.security.codecs import BETWEEN, PairsCodec
from app.security.models import Role, User


@dataclass(frozen=True)
class ToldField(FieldSpec):
    """What is told of an account or role; `listed`: several things, of which a change shows those that differ.

    `many` answers for many rows by their ids at once, where `of` would ask the database for each.
    """

    of: Callable[[Any], Any] = field(default=str, kw_only=True)
    listed: bool = field(default=False, kw_only=True)
    many: Callable[[Session, Sequence[int]], Mapping[int, str]] | None = field(default=None, kw_only=True)

    def read(self, row: Any) -> Any:
        """The row's value."""
        return self.of(row)


def told(name: str, label: Text, of: Callable[[Any], Any], codec: Codec = TextCodec(), **more: Any) -> ToldField:
    """A field."""
    return ToldField(name, name, label, codec, True, of=of, **more)


def roles_of(user: User) -> str:
    """The names of the account's roles."""
    return BETWEEN.join(sorted(role.name for role in user.roles))


def owner_of(user: User) -> str:
    """Whose account it is: the employee's staff number or the organisation's code; empty for nobody's any more."""
    session = object_session(user)
    assert session is not None
    return owners(session, [user.id]).get(user.id, "")


def owners(session: Session, user_ids: Sequence[int]) -> dict[int, str]:
    """Whose the accounts are, by the accounts' ids; none for those that are nobody's."""
    employee: Any = Employee
    link = select(AccountLink.user_id, ExternalOrganisation.code).join(AccountLink.organisation)
    found = {key: str(code) for key, code in session.execute(link.where(AccountLink.user_id.in_(user_ids)))}
    staff = select(employee.user_id, employee.staff_no).where(employee.user_id.in_(user_ids))
    return found | {key: str(number) for key, number in session.execute(staff)}


def permissions_of(role: Role) -> str:
    """What the role allows: permission and function."""
    return BETWEEN.join(sorted(f"{one.permission.name} {one.view_menu.name}" for one in role.permissions))


def register(model: Any, slug: str, title: Text, form: str, area: str, fields: tuple[ToldField, ...]) -> RegisterSpec:
    """The spec of a register whose rows are Flask-AppBuilder's; its first field is its key."""
    key = fields[0].name
    return RegisterSpec(model, slug, title, area, (), key, key, fields, fields, (), (), (form,), False)


USERS = register(User, "users", _("用户"), "FJ22", "organisation", (
    told("username", _("用户名"), lambda user: str(user.username)),
    told("name", _("使用人姓名"), lambda user: f"{user.last_name or ''}{user.first_name or ''}"),
    told("owner", _("员工或单位"), owner_of, many=owners),
    told("roles", _("角色"), roles_of, listed=True),
    told("status", _("状态"), lambda user: Status.ACTIVE if user.active else Status.STOPPED, ChoiceCodec(Status)),
))
ROLES = register(Role, "roles", _("角色"), "FJ26", "system", (
    told("name", _("角色"), lambda role: str(role.name)),
    told("permissions", _("权限"), permissions_of, PairsCodec(), listed=True),
))
ACCOUNTS = (USERS, ROLES)


def every(catalogue: Catalogue) -> tuple[RegisterSpec, ...]:
    """The registers that are declared, and accounts and roles."""
    return (*catalogue.registers, *ACCOUNTS)


def register_of(catalogue: Catalogue, slug: str) -> RegisterSpec:
    """The register of that name, accounts and roles too; raises KeyError."""
    return next((one for one in ACCOUNTS if one.slug == slug), None) or catalogue.register(slug)


def keep_changed(session: Session, spec: RegisterSpec, rows: Iterable[Any], document: Document | None = None) -> None:
    """Keeps accounts or roles as they now are, where the first versions were kept before; set-up keeps those."""
    if not known(session, spec):
        return
    session.flush()
    with writing(session):
        for row in rows:
            session.refresh(row)
            before = latest(session, spec, row.id)
            keep(session, spec, row, NEW if before is None or before.kind == DELETED else CHANGED, document)


def apart(one: FieldSpec, old: str, new: str) -> tuple[str, str]:
    """Old and new of a change as keyed text; of a list only what differs."""
    if not (isinstance(one, ToldField) and one.listed):
        return old, new
    before, after = (dict.fromkeys(text.split(BETWEEN)) if text else {} for text in (old, new))
    return (
        BETWEEN.join(part for part in before if part not in after), BETWEEN.join(part for part in after if part not in before),
    )
