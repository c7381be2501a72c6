"""Raw values of a form, from any channel, read and checked: one way for screens, REST and workbooks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from app.documents.proposals import wrongly_cleared
from app.engine.codecs import Refused, Resolver
from app.engine.conditions import holds
from app.engine.fields import FieldSpec, LineSpec, RuleSpec
from app.engine.spec import FormSpec
from app.engine.text import Text, clean

Raw = Mapping[str, Any]


@dataclass(frozen=True)
class Fault:
    """What is wrong with one value: `path` is ("files", 2, "records") for the third file's records, ("provider",) else."""

    path: tuple[str | int, ...]
    label: Text
    message: Text
    value: Any = None

    @property
    def where(self) -> str:
        """The field in words: 文件明细第 3 行 记录数."""
        return str(self.label)


class Invalid(ValueError):
    """Values that cannot be saved, with every fault."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(f"{fault.where}: {fault.message}" for fault in faults))
        self.faults = list(faults)


@dataclass
class Values:
    """Checked values: `fields` by column attribute (`provider_id`), `lines` by name of the lines."""

    fields: dict[str, Any] = field(default_factory=dict)
    lines: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


def empty(raw: object) -> bool:
    """Whether nothing was keyed."""
    return raw is None or (isinstance(raw, str) and not clean(raw)) or (isinstance(raw, list | tuple) and not raw)


def read_field(one: FieldSpec, raw: object, resolver: Resolver) -> Any:
    """The value of one field, its default where nothing was keyed; raises Refused."""
    return one.default if empty(raw) else one.codec.parse(raw, resolver)


def read_fields(
    fields: Iterable[FieldSpec],
    raw: Raw,
    resolver: Resolver,
    faults: list[Fault],
    path: tuple[str | int, ...] = (),
    prefix: str = "",
) -> dict[str, Any]:
    """The values of several fields by attribute; what is wrong is added to `faults`."""
    values: dict[str, Any] = {}
    for one in fields:
        given = raw.get(one.name)
        try:
            values[one.attribute] = read_field(one, given, resolver)
        except Refused as refused:
            faults.append(Fault((*path, one.name), f"{prefix}{one.label}", refused.message, given))
            continue
        if one.required and values[one.attribute] is None:
            faults.append(Fault((*path, one.name), f"{prefix}{one.label}", _("必填"), given))
    return values


def read(spec: FormSpec, raw: Raw, resolver: Resolver, faults: list[Fault]) -> Values:
    """What the maker keyed, read and checked by type and presence; what is wrong is added to `faults`."""
    values = Values(read_fields(spec.writable, raw, resolver, faults))
    for line in spec.lines:
        if line.writable:
            values.lines[line.name] = read_lines(line, raw.get(line.name) or [], resolver, faults)
    return values


def read_lines(line: LineSpec, rows: Sequence[Raw], resolver: Resolver, faults: list[Fault]) -> list[dict[str, Any]]:
    """The values of a form's lines; wholly empty rows are left out."""
    writable = [one for one in line.fields if one.writable]
    found = []
    for number, row in enumerate(rows):
        if all(empty(row.get(one.name)) for one in writable):
            continue
        found.append(read_fields(writable, row, resolver, faults, (line.name, number), line_label(line, number)))
    if len(found) < line.least:
        faults.append(Fault((line.name,), line.label, _("至少填写 %(least)s 行", least=line.least)))
    return found


def line_label(line: LineSpec, number: int) -> str:
    """文件明细第 3 行, with a blank behind."""
    return str(_("%(lines)s第 %(number)s 行 ", lines=line.label, number=number + 1))


def fill(session: Session, target: Any, fields: Iterable[FieldSpec], values: Mapping[str, Any]) -> None:
    """Puts checked values into a row; references are set as rows, so that rules can look at them."""
    for one in fields:
        if one.attribute not in values:
            continue
        value = values[one.attribute]
        setattr(target, one.attribute, value)
        if one.target:
            setattr(target, one.name, None if value is None else session.get(one.target.model, value))


def check_rules(spec: FormSpec, document: Any, *, submitting: bool = False) -> list[Fault]:
    """What the form's and its lines' rules, and its conditionally required fields, say of a filled document."""
    faults = [*needed(spec.conditional, document), *signers_named(spec, document)]
    faults += ask(spec.rules, {**labels(spec.fields), **labels(spec.lines)}, document, submitting)
    if spec.change is not None:
        faults += [Fault((one.name,), one.label, message) for one, message in wrongly_cleared(spec, document)]
    for one in spec.fields:
        if one.within and one.within_key and one.target and (value := one.read(document)) is not None:
            owner = spec.field(one.within)
            if getattr(value, one.within_key) not in (None, getattr(document, owner.attribute)):
                faults.append(Fault((one.name,), one.label, _("不属于所选的%(owner)s", owner=owner.label)))
    for line in spec.lines:
        for number, row in enumerate(getattr(document, line.name)):
            path, prefix = (line.name, number), line_label(line, number)
            faults += needed([one for one in line.fields if one.writable], row, path, prefix)
            faults += ask(line.rules, labels(line.fields), row, submitting, path, prefix)
    return faults


def needed(fields: Iterable[FieldSpec], row: Any, path: tuple[str | int, ...] = (), prefix: str = "") -> list[Fault]:
    """Fields that are empty though the row's other values require them."""
    return [
        Fault((*path, one.name), f"{prefix}{one.label}", _("必填"))
        for one in fields
        if one.required_when
        and one.read(row) is None
        and holds(one.required_when, lambda name: getattr(row, name), no_parameters)
    ]


def signers_named(spec: FormSpec, document: Any) -> list[Fault]:
    """People named for a signature who could never give it: the maker."""
    people = [spec.field(step.person) for step in spec.chain if step.person]
    return [
        Fault((one.name,), one.label, _("不能是制表人本人"))
        for one in people
        if (named := one.read(document)) is not None and named.user_id == document.maker_id
    ]


def labels(specs: Iterable[FieldSpec | LineSpec]) -> dict[str, Text]:
    """Labels by name."""
    return {one.name: one.label for one in specs}


def no_parameters(code: str) -> Decimal:
    """Required fields never depend on business parameters; refused at start-up."""
    raise KeyError(code)


def ask(
    rules: Iterable[RuleSpec],
    named: Mapping[str, Text],
    row: Any,
    submitting: bool,
    path: tuple[str | int, ...] = (),
    prefix: str = "",
) -> list[Fault]:
    """What the rules say of one row; `named` are the labels of its fields."""
    faults = []
    for rule in rules:
        if rule.at_submit and not submitting:
            continue
        if message := rule.ask(row):
            faults.append(Fault((*path, rule.field), f"{prefix}{named.get(rule.field, '')}", message))
    return faults
