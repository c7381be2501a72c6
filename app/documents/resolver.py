"""Finds what people refer to: register rows by code or name, documents by number, code values by code or title."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, Select, and_, false, select
from sqlalchemy.orm import Session

from app.engine.catalogue import catalogue
from app.engine.codecs import Refused, Target
from app.engine.document import Document, State
from app.engine.fields import TargetSpec
from app.security.models import Role, assoc_user_role
from app.workflow.actor import Actor


@dataclass
class DatabaseResolver:
    """A Resolver on a session. It remembers what it found, so that a workbook costs one query a target, not a row."""

    session: Session
    actor: Actor
    _found: dict[tuple[str, str], int] = field(default_factory=dict)
    _codes: dict[tuple[str, str], str] = field(default_factory=dict)
    _rows: list[Any] = field(default_factory=list)

    def find(self, target: Target, text: str) -> int:
        """The id of the row that `text` (its code, its name, or "code name") means; raises Refused."""
        assert isinstance(target, TargetSpec)
        key = (cache_key(target), text)
        if key not in self._found:
            self.preload(target, [text])
        if key not in self._found:
            raise Refused(_("没有可选的“%(text)s”，请输入代码或名称后从列表中选择", text=text))
        return self._found[key]

    def preload(self, target: TargetSpec, texts: Iterable[str]) -> None:
        """Looks many texts up at once."""
        wanted = list(dict.fromkeys(texts))
        for start in range(0, len(wanted), 400):
            part = wanted[start : start + 400]
            heads = {text: text.split(" ", 1)[0] for text in part}
            by_key = self._rows_by(target, target.key, {*part, *heads.values()})
            by_name = {} if target.forms else self._rows_by(target, target.name, set(part))
            for text in part:
                rows = by_key.get(text) or by_name.get(text) or by_key.get(heads[text]) or []
                if len(rows) == 1:
                    self._found[cache_key(target), text] = rows[0].id
                    self._rows.append(rows[0])  # held, so that session.get finds it without a query

    def _rows_by(self, target: TargetSpec, attribute: str, values: set[str]) -> dict[str, list[Any]]:
        column = getattr(target.model, attribute)
        found: dict[str, list[Any]] = {}
        for row in self.session.scalars(eligible(target, self.actor).where(column.in_(values))):
            found.setdefault(str(getattr(row, attribute)), []).append(row)
        return found

    def code(self, table: str, text: str) -> str:
        """The code of a code table's active value, by code or title; raises Refused."""
        key = (table, text)
        if key not in self._codes:
            head = text.split(" ", 1)[0]
            by_code = code_values().full_code.in_([f"{table}:{text}", f"{table}:{head}"])
            by_title = and_(code_values().title == text, code_values().full_code.startswith(f"{table}:"))
            rows = self._active_codes(by_code) or self._active_codes(by_title)
            if len(rows) != 1:
                raise Refused(_("代码表中没有“%(text)s”", text=text))
            self._codes[key] = rows[0]
        return self._codes[key]

    def _active_codes(self, condition: ColumnElement[bool]) -> list[str]:
        values = code_values()
        return list(self.session.scalars(select(values.code).where(condition, values.status.in_(["active"])).limit(2)))

    def code_title(self, table: str, code: str) -> str:
        """The title of a code; the code itself where the table has none."""
        title = self.session.scalar(select(code_values().title).where(code_values().full_code == f"{table}:{code}"))
        return title or code


def code_values() -> Any:
    """The register of code values."""
    return catalogue.register("code_values").model


ORGANISATIONS, STAFF = "external_organisations", "departments"
"""Registers that say whose a row is: an outside organisation's, or (by its department) the bureau's own."""


def cache_key(target: TargetSpec) -> str:
    """Tells targets with different conditions apart."""
    return f"{target.slug}|{target.position}|{','.join(target.forms)}|{target.where}|{id(target.where)}"


def eligible(target: TargetSpec, actor: Actor) -> Select[Any]:
    """The rows of a target that may be chosen by the actor."""
    model = target.model
    statement = select(model)
    if target.where is not None:
        statement = statement.where(target.where)
    if model is Document:
        return statement.where(Document.form_code.in_(target.forms), Document.state != State.DRAFT, *own(actor))
    if target.position:
        holders = select(assoc_user_role.c.user_id).join(Role, Role.id == assoc_user_role.c.role_id)
        statement = statement.where(model.user_id.in_(holders.where(Role.name == target.position.role)))
    if target.usable:
        statement = statement.where(model.status.in_(target.usable))
    return of_own_organisation(statement, target, actor)


def of_own_organisation(statement: Select[Any], target: TargetSpec, actor: Actor) -> Select[Any]:
    """People of members and providers choose among what is their own organisation's, or nobody's."""
    if not actor.external or target.model is Document:
        return statement
    if target.slug == ORGANISATIONS:
        return statement.where(target.model.id == actor.organisation_id)
    fields = [one for one in catalogue.register(target.slug).fields if one.target]
    if any(one.target and one.target.slug == STAFF for one in fields):
        return statement.where(false())
    owners = [getattr(target.model, one.attribute) for one in fields if one.target and one.target.slug == ORGANISATIONS]
    return statement.where(*(owner == actor.organisation_id for owner in owners))


def own(actor: Actor) -> list[ColumnElement[bool]]:
    """What limits an outsider to the organisation's documents; nothing for staff."""
    return [Document.maker_id.in_(actor.circle)] if actor.external else []
