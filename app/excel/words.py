"""Words for what rows refer to: `CODE 名称` for register rows and codes, the number for documents."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.engine.catalogue import catalogue
from app.engine.codecs import CodeTableCodec
from app.engine.fields import FieldSpec, TargetSpec
from app.excel.cells import reference_words

PART = 900


@dataclass
class Names:
    """Learns the words for the keys in a column, each once."""

    session: Session
    _rows: dict[type[Any], dict[int, str]] = field(default_factory=dict)
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def of(self, one: FieldSpec) -> Mapping[Any, str]:
        """The words known so far for a field's values; `learn` adds to the same mapping."""
        if one.target is not None:
            return self._rows.setdefault(one.target.model, {})
        if isinstance(one.codec, CodeTableCodec):
            return self._codes.setdefault(one.codec.table, {})
        return {}

    def learns(self, one: FieldSpec) -> Callable[[Iterable[Any]], None] | None:
        """What learns the words for a field's values; None where values need none."""
        if (target := one.target) is not None:
            return lambda values: self.learn_rows(target, values)
        if isinstance(one.codec, CodeTableCodec):
            table = one.codec.table
            return lambda values: self.learn_codes(table, values)
        return None

    def learn_rows(self, target: TargetSpec, keys: Iterable[int | None]) -> None:
        """Words for rows of a register, or documents."""
        known = self._rows.setdefault(target.model, {})
        model = target.model
        for part in parts({key for key in keys if key is not None} - known.keys()):
            columns = (model.id, getattr(model, target.key), getattr(model, target.name))
            for key, code, name in self.session.execute(select(*columns).where(model.id.in_(part))):
                known[key] = reference_words(str(code), str(name))

    def learn_codes(self, table: str, codes: Iterable[str | None]) -> None:
        """Words for values of a code table."""
        known = self._codes.setdefault(table, {})
        value: Any = catalogue.register("code_values").model
        for part in parts({code for code in codes if code is not None} - known.keys()):
            names = [f"{table}:{code}" for code in part]
            for code, title in self.session.execute(select(value.code, value.title).where(value.full_code.in_(names))):
                known[code] = reference_words(code, title)


def parts(wanted: set[Any]) -> Iterator[Sequence[Any]]:
    """Keys in portions that a statement takes."""
    rest = iter(sorted(wanted))
    while part := list(islice(rest, PART)):
        yield part
