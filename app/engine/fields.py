"""FieldSpec and its kin: the frozen, compiled form of fields, lines, groups and steps that generators read."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement

from app.engine.chain import Deadline, Effect, Kind, Maker, Unit
from app.engine.choice import Choice
from app.engine.codecs import Codec
from app.engine.conditions import Condition, holds
from app.engine.declare import Prefill
from app.engine.positions import Position, TeamRole
from app.engine.text import Text


@dataclass(frozen=True)
class TargetSpec:
    """What a reference field points at: a register's or form's model and the rows of it that may be chosen."""

    slug: str
    model: type[Any]
    key: str
    name: str
    where: ColumnElement[bool] | None = field(default=None, compare=False, hash=False)
    position: Position | None = None
    forms: tuple[str, ...] = ()
    usable: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class FieldSpec:
    """One field. `name` is its name everywhere; `attribute` the column's attribute (`provider_id` for `provider`)."""

    name: str
    attribute: str
    label: Text
    codec: Codec
    required: bool
    help: Text | None = None
    required_when: Condition | None = None
    default: Any = None
    prefill: Prefill | None = None
    computed: bool = False
    full: bool = False
    total: bool = False
    sortable: bool = False
    sensitive: bool = False
    system: bool = False
    unique: bool = False
    within: str | None = None
    within_key: str | None = None
    target: TargetSpec | None = None
    filled_at: str | None = None
    """The step at which a later person completes it; None: the maker."""

    @property
    def writable(self) -> bool:
        """Whether its maker may key it."""
        return not (self.system or self.computed or self.filled_at)

    def read(self, row: Any) -> Any:
        """The row's value: for a reference the row referred to, else the column's."""
        return getattr(row, self.name)

    def show(self, row: Any) -> str:
        """The row's value as people read it; empty for none."""
        value = self.read(row)
        return "" if value is None else self.codec.show_in(row, value)

    def key(self, row: Any) -> str:
        """The row's value as text that can be keyed again; empty for none."""
        value = self.read(row)
        if value is None:
            return ""
        return str(getattr(value, self.target.key)) if self.target else self.codec.key(value)


@dataclass(frozen=True)
class RuleSpec:
    """A rule method of a form or line, and the field that its message belongs to."""

    field: str
    at_submit: bool
    ask: Callable[[Any], Text | None]


@dataclass(frozen=True)
class LineSpec:
    """A form's table of lines."""

    name: str
    label: Text
    help: Text | None
    least: int
    computed: bool
    fields: tuple[FieldSpec, ...]
    rules: tuple[RuleSpec, ...]
    model: type[Any]

    @property
    def writable(self) -> bool:
        """Whether its maker may add and change lines."""
        return not self.computed

    def field(self, name: str) -> FieldSpec:
        """The field of that name; raises KeyError."""
        found: FieldSpec = next_named(self.fields, name)
        return found


@dataclass(frozen=True)
class GroupSpec:
    """A captioned block of fields."""

    title: Text
    fields: tuple[FieldSpec, ...]
    article: str | None = None


@dataclass(frozen=True)
class ChangeSpec:
    """The register that a form proposes to change, and the fields that say how and which row."""

    register: str
    kind: str
    record: str
    creating: tuple[Any, ...]


@dataclass(frozen=True)
class DeadlineSpec:
    """A deadline, counted from the opening of the step or from field `since`."""

    number: int
    unit: Unit
    since: str | None

    @classmethod
    def of(cls, deadline: Deadline, name_of: Callable[[Any], str]) -> "DeadlineSpec":
        """Compiles a declared deadline."""
        return cls(deadline.number, deadline.unit, None if deadline.since is None else name_of(deadline.since))


@dataclass(frozen=True)
class StepSpec:
    """One step of a chain. Exactly one of `positions` (non-empty), `person` (a field), `each`, `team`, `relation` says who."""

    name: str
    kind: Kind
    label: Text
    verb: Text
    positions: tuple[Position, ...]
    person: str | None
    each: tuple[str, str] | None
    """Lines, and their person() column: everybody named there."""
    among: str | None
    of: tuple[Position, ...]
    team: TeamRole | None
    relation: Maker | None
    differs: tuple[str, ...]
    fills: tuple[str, ...]
    line_fills: tuple[tuple[str, str], ...]
    optional: tuple[str, ...]
    """Names among `fills`, and `lines.column` among `line_fills`, that may stay empty."""
    when: Condition | None
    deadline: DeadlineSpec | None
    effects: tuple[Effect, ...]
    control: bool
    returnable: bool
    resumes: bool
    ready: str | None
    hint: Text | None
    article: str | None
    page: str | None

    @property
    def waits(self) -> bool:
        """Whether the chain waits for it (a copy to read is not waited for)."""
        return self.kind is not Kind.COPY

    @property
    def judges(self) -> bool:
        """Whether its signer judges what others did, and so must have had no part in it."""
        return self.kind in (Kind.CHECK, Kind.AUTHORISE)

    @property
    def fills_fields(self) -> bool:
        """Whether its signer completes fields."""
        return bool(self.fills or self.line_fills)

    def applies(self, read: Callable[[str], Any], parameter: Callable[[str], Decimal]) -> bool:
        """Whether the document passes this step."""
        return self.when is None or holds(self.when, read, parameter)


def next_named(specs: tuple[Any, ...], name: str) -> Any:
    """The spec of that name; raises KeyError."""
    for spec in specs:
        if spec.name == name:
            return spec
    raise KeyError(name)
