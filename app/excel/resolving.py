"""Finds what the cells of a workbook refer to: whole columns at once, misses remembered as well as hits."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from app.documents.resolver import DatabaseResolver, cache_key
from app.engine.catalogue import catalogue
from app.engine.codecs import Refused, Target
from app.engine.fields import TargetSpec


@dataclass
class SheetResolver(DatabaseResolver):
    """A resolver for many rows."""

    _asked: dict[int, set[str]] = field(default_factory=dict)
    _tables: dict[str, dict[str, str]] = field(default_factory=dict)
    _keys: dict[int, str] = field(default_factory=dict)

    def preload(self, target: TargetSpec, texts: Iterable[str]) -> None:
        """Looks many texts up at once; what is not found is not asked for again."""
        asked = self._asked.setdefault(id(target), set())
        new = [text for text in texts if text not in asked]
        asked.update(new)
        super().preload(target, new)

    def find(self, target: Target, text: str) -> int:
        """The id of the row that `text` means; raises Refused."""
        assert isinstance(target, TargetSpec)
        if text not in self._asked.get(id(target), ()):
            self.preload(target, [text])
        key = self._keys.setdefault(id(target), cache_key(target))
        found = self._found.get((key, text))
        if found is None:
            raise Refused(_("没有可选的“%(text)s”", text=text))
        return found

    def code(self, table: str, text: str) -> str:
        """The code of a code table's active value, by code, title or both; raises Refused."""
        if table not in self._tables:
            self._tables[table] = self.read_table(table)
        known = self._tables[table]
        found = known.get(text) or known.get(text.split(" ", 1)[0])
        if found is None:
            raise Refused(_("代码表中没有“%(text)s”", text=text))
        return found

    def read_table(self, table: str) -> dict[str, str]:
        """Codes by code, and by title where only one has it."""
        value: Any = catalogue.register("code_values").model
        rows = self.session.execute(
            select(value.code, value.title).where(value.full_code.startswith(f"{table}:"), value.status.in_(["active"]))
        ).all()
        found: dict[str, str] = {}
        double = set()
        for code, title in rows:
            if title in found:
                double.add(title)
            found[title] = code
        for title in double:
            del found[title]
        return {**found, **{code: code for code, _title in rows}}
