"""FormSpec and RegisterSpec: what every generator takes, and nothing else."""

from dataclasses import dataclass
from functools import cached_property

from flask_babel import lazy_gettext as _

from app.engine.chain import Effect, Maker
from app.engine.fields import ChangeSpec, FieldSpec, GroupSpec, LineSpec, RuleSpec, StepSpec, next_named
from app.engine.form import FormModel
from app.engine.positions import HEADS, Position
from app.engine.register import RegisterModel
from app.engine.text import Text, msgid


@dataclass(frozen=True)
class RegisterSpec:
    """A compiled register."""

    model: type[RegisterModel]
    slug: str
    title: Text
    area: str
    articles: tuple[str, ...]
    key: str
    name: str
    fields: tuple[FieldSpec, ...]
    columns: tuple[FieldSpec, ...]
    filters: tuple[FieldSpec, ...]
    readers: tuple[Position, ...]
    forms: tuple[str, ...]
    amendable: bool
    loaded: bool = False
    imports: tuple[Position, ...] = (Position.SYSADMIN,)
    confirms: tuple[Position, ...] = (Position.SUPERVISOR_ADMIN,)

    @property
    def resource(self) -> str:
        """Its name among the permissions: Chinese, shown in the security screens."""
        return f"台账 {msgid(self.title)}"

    @property
    def lines(self) -> tuple[LineSpec, ...]:
        """Registers have no lines; here so that generators treat both alike."""
        return ()

    def field(self, name: str) -> FieldSpec:
        """The field of that name; raises KeyError."""
        found: FieldSpec = next_named(self.fields, name)
        return found


@dataclass(frozen=True)
class FormSpec:
    """A compiled form."""

    model: type[FormModel]
    code: str
    prefix: str
    slug: str
    title: Text
    area: str
    articles: tuple[str, ...]
    makers: tuple[Position, ...]
    readers: tuple[Position, ...]
    groups: tuple[GroupSpec, ...]
    fields: tuple[FieldSpec, ...]
    system_fields: tuple[FieldSpec, ...]
    lines: tuple[LineSpec, ...]
    columns: tuple[FieldSpec, ...]
    filters: tuple[FieldSpec, ...]
    summary: tuple[FieldSpec, ...]
    chain: tuple[StepSpec, ...]
    rules: tuple[RuleSpec, ...]
    copies: tuple[Text, ...]
    generated: bool
    alone: bool
    print_layout: str | None
    change: ChangeSpec | None
    effects: tuple[Effect, ...]
    handed_in: tuple[Effect, ...]
    page: tuple[Text, str] | None

    @property
    def resource(self) -> str:
        """Its name among the permissions: Chinese, shown in the security screens."""
        return f"{self.prefix} {msgid(self.title)}"

    @property
    def heading(self) -> Text:
        """附件 2, or the code of an unnumbered form."""
        return _("附件 %(code)s", code=self.code) if self.code.isdigit() else self.code

    def field(self, name: str) -> FieldSpec:
        """The field of that name, own or of the system; raises KeyError."""
        found: FieldSpec = next_named((*self.fields, *self.system_fields), name)
        return found

    def line(self, name: str) -> LineSpec:
        """The lines of that name; raises KeyError."""
        found: LineSpec = next_named(self.lines, name)
        return found

    def step(self, name: str) -> StepSpec:
        """The step of that name; raises KeyError."""
        found: StepSpec = next_named(self.chain, name)
        return found

    @cached_property
    def writable(self) -> tuple[FieldSpec, ...]:
        """The fields that its maker keys."""
        return tuple(one for one in self.fields if one.writable)

    @cached_property
    def conditional(self) -> tuple[FieldSpec, ...]:
        """Those of them that must be keyed where others have certain values."""
        return tuple(one for one in self.writable if one.required_when)

    def signers(self, step: StepSpec) -> tuple[Position, ...]:
        """The positions whose people may sign a step, whoever of them it is in the end."""
        if step.positions or step.of:
            return step.positions or step.of
        if step.team:
            return (step.team.position,)
        if step.person or step.each:
            one = self.field(step.person) if step.person else self.line(step.each[0]).field(step.each[1])  # type: ignore[index]
            position = (one.target or _NO_TARGET).position
            return (position,) if position else self.makers
        return self.makers if step.relation is Maker.MAKER else tuple(sorted(HEADS, key=lambda one: one.code))

    @cached_property
    def reading(self) -> tuple[Position, ...]:
        """Every position that reads the form: makers, signers, readers, and the inspector, who reads everything."""
        signing = [position for step in self.chain for position in self.signers(step)]
        return tuple(dict.fromkeys([*self.makers, *signing, *self.readers, Position.INSPECTOR]))


class _NoTarget:
    position: Position | None = None


_NO_TARGET = _NoTarget()

AnySpec = FormSpec | RegisterSpec


__all__ = ["AnySpec", "FormSpec", "RegisterSpec"]
