"""What looks odd (异常): roles without people, permissions outside positions, permissions on what does not exist."""

from collections.abc import Iterator

from flask_babel import lazy_gettext as _

from app.engine.catalogue import Catalogue
from app.workflow.duties.apart import role_words
from app.workflow.duties.findings import Finding, Severity
from app.workflow.duties.holdings import Holdings
from app.workflow.permissions import permissions_of

SIGN = "can_sign_"


def odd(catalogue: Catalogue, holdings: Holdings) -> Iterator[Finding]:
    """Everything that is no conflict, yet seldom meant."""
    yield from without_people(holdings)
    yield from outside_positions(holdings)
    yield from unknown(catalogue, holdings)


def without_people(holdings: Holdings) -> Iterator[Finding]:
    """Roles that no active person has."""
    for role in holdings.roles:
        if not holdings.members(role):
            yield Finding(
                "D040", Severity.INFO, (role,), _("角色“%(role)s”", role=role_words(role)), _("没有在用的人员"),
                _("需要时为其安排人员"), role=role,
            )


def outside_positions(holdings: Holdings) -> Iterator[Finding]:
    """People who sign without having any position: their sign-offs would not say as what."""
    for person in holdings.active:
        signs = any(permission.startswith(SIGN) for permission, _resource in holdings.permissions(person))
        if signs and not person.positions:
            yield Finding(
                "D041", Severity.WARNING, (str(person.id),), person.name, _("不任任何岗位，却有签批权限"),
                _("安排岗位，或取消签批权限"), who=(person.name,), people=frozenset({person.id}),
            )


def unknown(catalogue: Catalogue, holdings: Holdings) -> Iterator[Finding]:
    """Permissions to sign what is not declared any more."""
    known = {(permission, spec.resource) for spec in catalogue for permission in permissions_of(spec)}
    for role, held in holdings.roles.items():
        for permission, resource in sorted(held - known):
            if permission.startswith(SIGN):
                yield Finding(
                    "D042", Severity.WARNING, (role, permission, resource), _("角色“%(role)s”", role=role_words(role)),
                    _("“%(resource)s”中签批的环节已不存在", resource=resource),
                    _("从角色中取消"), role=role,
                )
