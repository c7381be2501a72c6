"""两环境差异: rows of the development and the production environment that are not the same (article 29)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.engine.catalogue import Catalogue
from app.engine.fields import FieldSpec
from app.engine.positions import Position
from app.engine.spec import RegisterSpec
from app.engine.text import Text

RESOURCE = "环境差异"
LIST = "can_list"
"""See the differences, and take them out as a workbook."""
LOOKERS = (Position.PRODUCT_ADMIN, Position.PRODUCT_DEV, Position.SYSADMIN, Position.IT_HEAD, Position.INSPECTOR)

ENVIRONMENT, DEVELOPMENT, PRODUCTION = "environment", "development", "production"
PREFIXES = ("D:", "P:")
"""What the keys of an environment's rows begin with."""
TESTING = "testing"
"""What is tested in the development environment is not in production yet."""


@dataclass(frozen=True)
class Difference:
    """A field of a row, or a row, that the two environments have not the same."""

    register: Text
    key: str
    field: Text
    development: str
    production: str


def grants() -> Iterator[tuple[str, str, Position]]:
    """Every (permission, resource, position) at first; form 26 changes it."""
    for position in LOOKERS:
        yield LIST, RESOURCE, position


def paired(catalogue: Catalogue) -> list[RegisterSpec]:
    """The registers with rows in both environments."""
    return [spec for spec in catalogue.registers if any(one.name == ENVIRONMENT for one in spec.fields)]


def differences(session: Session, specs: Iterable[RegisterSpec]) -> Iterator[Difference]:
    """Every difference between the environments, by register and key."""
    for spec in specs:
        pairs = pairs_of(session, spec)
        for key in sorted(pairs):
            yield from compare(spec, key, pairs[key])


def pairs_of(session: Session, spec: RegisterSpec) -> dict[str, dict[str, Any]]:
    """The rows of both environments, by key without its prefix and environment."""
    found: dict[str, dict[str, Any]] = {}
    environment, key = spec.field(ENVIRONMENT), spec.field(spec.key)
    for row in session.scalars(select(spec.model)):
        found.setdefault(plain(key.key(row)), {})[environment.key(row)] = row
    return found


def plain(key: str) -> str:
    """A key without what its environment puts before it."""
    return key[2:] if key.startswith(PREFIXES) else key


def compare(spec: RegisterSpec, key: str, rows: dict[str, Any]) -> Iterator[Difference]:
    """The differences of one row."""
    mine, other = rows.get(DEVELOPMENT), rows.get(PRODUCTION)
    if mine is None or other is None:
        if other is not None or spec.field("status").key(mine) != TESTING:
            yield Difference(spec.title, key, _("整条记录"), present(mine), present(other))
        return
    for one in compared(spec):
        if one.key(mine) != one.key(other):
            yield Difference(spec.title, key, one.label, one.show(mine), one.show(other))


def compared(spec: RegisterSpec) -> list[FieldSpec]:
    """The fields that must be the same."""
    return [one for one in spec.fields if one.name not in (ENVIRONMENT, spec.key)]


def present(row: Any) -> str:
    """Whether a row is there, in words."""
    return str(_("没有") if row is None else _("有"))
