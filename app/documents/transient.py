"""Documents that are looked at and not kept: rules, digests and summaries of many, without the cost of saving each."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from app.documents.values import Values
from app.engine.codecs import Codec
from app.engine.fields import FieldSpec
from app.engine.spec import FormSpec

REMEMBERED = 20_000


@dataclass
class References:
    """Rows referred to, each loaded once and held."""

    session: Session
    _rows: dict[tuple[type[Any], int], Any] = field(default_factory=dict)

    def row(self, one: FieldSpec, key: int | None) -> Any:
        """The row that a reference field's value names."""
        if key is None or one.target is None:
            return None
        place = (one.target.model, key)
        if place not in self._rows:
            self._rows[place] = self.session.get(one.target.model, key)
        return self._rows[place]


@dataclass
class Transients:
    """Makes transient documents of one form, as `operations.create` would fill them."""

    spec: FormSpec
    references: References
    given: Mapping[str, Any]
    """What the system sets: form, state, maker, times."""
    _document: dict[str, Any] = field(default_factory=dict)
    _lines: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._document = {**empty(self.spec.model), **self.given}
        self._lines = {line.name: empty(line.model) for line in self.spec.lines}

    def make(self, values: Values, base: Any = None) -> Any:
        """A document with these values, on the ground of an existing one where they are to change that."""
        document = instance(self.spec.model)
        content = document.__dict__
        content.update(self._document)
        if base is not None:
            content.update({name: getattr(base, name) for name in self._document if name in inspect(base).attrs})
        self.fill(content, self.spec.fields, values.fields)
        for line in self.spec.lines:
            before = list(getattr(base, line.name)) if base is not None else []
            if line.computed and self.spec.change is not None:
                del content[line.name]  # described afresh, by a setter that wants its own kind of list
                continue
            if line.name not in values.lines:
                content[line.name] = before
                continue
            content[line.name] = rows = []
            for number, given in enumerate(values.lines[line.name]):
                row = instance(line.model)
                row.__dict__.update(self._lines[line.name])
                if number < len(before):
                    row.__dict__.update({one.attribute: getattr(before[number], one.attribute) for one in line.fields})
                row.__dict__.update(line_no=number + 1, parent=document)
                self.fill(row.__dict__, line.fields, given)
                rows.append(row)
        return document

    def fill(self, content: dict[str, Any], fields: Iterable[FieldSpec], values: Mapping[str, Any]) -> None:
        """Puts values and the rows they refer to into an instance's attributes."""
        content.update(values)
        for one in fields:
            if one.target is not None:
                content[one.name] = self.references.row(one, content.get(one.attribute))


def instance(model: type[Any]) -> Any:
    """An instance that belongs to no session and was not initialised: its attributes are set without events."""
    return inspect(model).class_manager.new_instance()


def empty(model: type[Any]) -> dict[str, Any]:
    """Every attribute of a model without a value."""
    mapper = inspect(model)
    return {**dict.fromkeys(mapper.column_attrs.keys()), **{one.key: None for one in mapper.relationships}}


def keyer(one: FieldSpec, references: References) -> Callable[[Any], str]:
    """`FieldSpec.key` for values instead of rows, remembering what codecs said."""
    if one.target is not None:
        attribute = one.target.key
        return remembering(lambda value: str(getattr(references.row(one, value), attribute)))
    kind = type(one.codec)
    return str if kind.key is Codec.key and kind.show is Codec.show else remembering(one.codec.key)


def shower(one: FieldSpec) -> Callable[[Any], str]:
    """`FieldSpec.show`, remembering what codecs said; for one language at a time."""
    if one.target is not None or one.system:
        return one.show
    known = remembering(one.codec.show)

    def show(row: Any) -> str:
        value = row.__dict__.get(one.attribute)
        return "" if value is None else known(value)

    return show


def remembering(ask: Callable[[Any], str]) -> Callable[[Any], str]:
    """The same function, asked once for each value (of a bounded number)."""
    memory: dict[Any, str] = {}

    def answer(value: Any) -> str:
        try:
            return memory[value]
        except KeyError:
            if len(memory) > REMEMBERED:
                memory.clear()
            memory[value] = found = ask(value)
            return found

    return answer
