"""The filter row of a list: what it asks, and what was asked."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from app.documents.listing import arguments, filterable
from app.engine.codecs import (
    BoolCodec,
    ChoiceCodec,
    ChoiceSetCodec,
    CodeTableCodec,
    DateCodec,
    DateTimeCodec,
    DecimalCodec,
    IntegerCodec,
    MonthCodec,
)
from app.engine.fields import FieldSpec
from app.engine.spec import AnySpec, FormSpec
from app.screens.translating import gettext as _

OPEN = 3
"""Filters that are always open, beside the text; the rest are folded."""
PLACE = frozenset({"after", "before", "size"})
"""Arguments of a list's address that say which page of it is shown."""


@dataclass(frozen=True)
class Filter:
    """One filter; `kind` is text, choice, lookup or range, `options` are (value, title)."""

    name: str
    label: str
    kind: str
    options: tuple[tuple[str, str], ...] = ()
    values: tuple[str, ...] = ("",)
    day: bool = False

    @property
    def given(self) -> bool:
        """Whether it limits the list now."""
        return any(self.values)


@dataclass(frozen=True)
class Filters:
    """The row: the text, the open filters and the folded ones."""

    text: str
    hint: str
    first: tuple[Filter, ...]
    folded: tuple[Filter, ...]

    @property
    def given(self) -> bool:
        """Whether anything limits the list now."""
        return bool(self.text) or any(one.given for one in (*self.first, *self.folded))


def filters(spec: AnySpec, args: Mapping[str, str]) -> Filters:
    """The filters of a list, with what the address says: the form's own first, state and date among the open ones."""
    known = {one.name: filter_of(one, args) for one in filterable(spec) if one.name != "number"}
    own = [one.name for one in spec.filters if one.name in known]
    names = [*own[: OPEN - 2], "state", "created_at", *own[OPEN - 2 :]] if isinstance(spec, FormSpec) else own
    ordered = [known[name] for name in dict.fromkeys([*names, *known])]
    return Filters(args.get("q", ""), text_hint(spec), tuple(ordered[:OPEN]), tuple(ordered[OPEN:]))


def filter_of(one: FieldSpec, args: Mapping[str, str]) -> Filter:
    """The filter by one field."""
    codec, label = one.codec, str(one.label)
    if isinstance(codec, DateCodec | DateTimeCodec | IntegerCodec | DecimalCodec | MonthCodec):
        ends = (args.get(f"{one.name}_from", ""), args.get(f"{one.name}_to", ""))
        return Filter(one.name, label, "range", values=ends, day=isinstance(codec, DateCodec | DateTimeCodec))
    given = (args.get(one.name, ""),)
    if isinstance(codec, ChoiceCodec | ChoiceSetCodec):
        return Filter(one.name, label, "choice", tuple((each.value, str(each.title)) for each in codec.choice), given)
    if isinstance(codec, BoolCodec):
        return Filter(one.name, label, "choice", (("1", _("是")), ("0", _("否"))), given)
    if one.target is not None or isinstance(codec, CodeTableCodec):
        return Filter(one.name, label, "lookup", values=given)
    return Filter(one.name, label, "text", values=given)


def text_hint(spec: AnySpec) -> str:
    """What the text filter searches."""
    if isinstance(spec, FormSpec):
        return _("单号或摘要")
    return _("%(key)s或%(name)s", key=spec.field(spec.key).label, name=spec.field(spec.name).label) \
        if spec.key != spec.name else str(spec.field(spec.key).label)


def kept(spec: AnySpec, args: Mapping[str, str], *drop: str, only: Collection[str] = ()) -> dict[str, str]:
    """The arguments that this list knows and that are not empty, without some, or some only: for links that stay in it."""
    known = only or (arguments(spec) | PLACE).difference(drop)
    return {name: value for name, value in args.items() if value and name in known}
