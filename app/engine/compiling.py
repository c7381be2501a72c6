"""Compiles declared classes into specs. Mistakes are refused here or in `checks` with a coded message and a hint."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import InstrumentedAttribute, Mapper, Relationship, RelationshipProperty

from app.engine.chain import Maker, Step
from app.engine.choice import Choice
from app.engine.codecs import BoolCodec, Codec, DateCodec, DateTimeCodec, IntegerCodec, ReferenceCodec, TextCodec
from app.engine.conditions import named
from app.engine.declare import Declared
from app.engine.document import Document
from app.engine.fields import ChangeSpec, DeadlineSpec, FieldSpec, GroupSpec, LineSpec, RuleSpec, StepSpec, TargetSpec
from app.engine.form import Change, FormModel, Group, prefix_of
from app.engine.positions import Position, TeamRole
from app.engine.register import DELETED, RegisterModel
from app.engine.spec import FormSpec, RegisterSpec
from app.engine.text import Text

BY_PYTHON_TYPE: dict[str, Codec] = {
    "str": TextCodec(255),
    "int": IntegerCodec(),
    "bool": BoolCodec(),
    "date": DateCodec(),
    "datetime": DateTimeCodec(),
}


class DeclarationError(TypeError):
    """A declaration that cannot stand: code, where, what, and a hint."""

    def __init__(self, code: str, where: str, what: str, hint: str) -> None:
        super().__init__(f"{code} {where}: {what}. Hint: {hint}.")
        self.code = code


def attribute(model: type[Any], declared: Any) -> str:
    """The name of a declared object: a column, a relation, or an inherited attribute such as Document.number."""
    mapper: Mapper[Any] = inspect(model)
    if isinstance(declared, InstrumentedAttribute):
        return str(declared.key)
    if isinstance(declared, Relationship):
        return str(declared.key)
    if getattr(declared, "column", None) is None or declared.column.table is None:
        raise DeclarationError("F002", model.__name__, f"{declared!r} is no field of it", "name fields by their object")
    return str(mapper.get_property_by_column(declared.column).key)


def target_of(relation: RelationshipProperty[Any], declared: Declared) -> TargetSpec:
    """What a reference points at."""
    model = relation.mapper.class_
    if issubclass(model, RegisterModel):
        register = model.__register__
        return TargetSpec(
            register.slug,
            model,
            attribute(model, register.key),
            attribute(model, register.name),
            declared.where,
            declared.position,
            (),
            not_deleted(register.usable) if declared.any_status else register.usable,
        )
    forms = tuple(prefix_of(code) for code in declared.forms)
    return TargetSpec("documents", Document, "number", "number", declared.where, None, forms)


def not_deleted(usable: tuple[Choice, ...]) -> tuple[Choice, ...]:
    """Every status of a register's but `deleted`; none where it knows no such status, which means any."""
    every = tuple(type(usable[0])) if usable else ()
    kept = tuple(one for one in every if one.value != DELETED)
    return kept if len(kept) < len(every) else ()


def within_key(target: TargetSpec, other: TargetSpec) -> str:
    """The column of `target`'s rows that refers to `other`."""
    for relation in inspect(target.model).relationships:
        if relation.mapper.class_ is other.model and "key" in relation.info:
            return f"{relation.key}_id"
    raise DeclarationError("F003", target.slug, f"its rows do not belong to {other.slug}", "drop within=")


def fields_of(model: type[Any], *, system: bool = False) -> tuple[FieldSpec, ...]:
    """The labelled fields of a mapped class in the order of their declaration."""
    mapper: Mapper[Any] = inspect(model)
    by_key = {relation.info["key"].column: relation for relation in mapper.relationships if "key" in relation.info}
    found: list[FieldSpec] = []
    for column in (*mapper.local_table.columns, *(Document.__table__.columns if issubclass(model, FormModel) else ())):
        prop = mapper.get_property_by_column(column)
        relation = by_key.get(column)
        info = relation.info if relation is not None else column.info
        declared = info.get("declared")
        if declared is None or bool(info.get("system")) is not system:
            continue
        target = target_of(relation, declared) if relation is not None else None
        codec: Codec | None = ReferenceCodec(target) if target else info.get("codec")
        codec = codec or BY_PYTHON_TYPE.get(column.type.python_type.__name__)
        if codec is None:
            raise DeclarationError("F004", model.__name__, f"{prop.key} has no codec", "use a type of engine.types")
        name = str(relation.key) if relation is not None else str(prop.key)
        found.append(field_of(model, name, str(prop.key), column, declared, codec, target, found))
    return tuple(found)


def field_of(
    model: type[Any],
    name: str,
    attribute_name: str,
    column: Any,
    declared: Declared,
    codec: Codec,
    target: TargetSpec | None,
    before: Iterable[FieldSpec],
) -> FieldSpec:
    """One compiled field."""
    within = None if declared.within is None else attribute(model, declared.within)
    owner = next((one for one in before if one.name == within), None)
    key = within_key(target, owner.target) if target and owner and owner.target else None
    condition = (
        None if declared.required_when is None else named(declared.required_when, lambda one: attribute(model, one))
    )
    return FieldSpec(
        name=name,
        attribute=attribute_name,
        label=declared.label,
        codec=codec,
        required=not column.nullable and declared.default is None,
        help=declared.help,
        required_when=condition,
        default=declared.default,
        prefill=declared.prefill,
        computed=declared.computed,
        full=declared.full,
        total=declared.total,
        sortable=declared.sortable,
        sensitive=declared.sensitive,
        system=bool(column.info.get("system")),
        unique=bool(column.unique or column.info.get("unique")),
        within=within,
        within_key=key,
        target=target,
    )


def rules_of(model: type[Any]) -> tuple[RuleSpec, ...]:
    """The methods marked with @rule, in the order of their declaration."""
    return tuple(
        RuleSpec(attribute(model, method.rule[0]), method.rule[1], method)
        for method in vars(model).values()
        if callable(method) and hasattr(method, "rule")
    )


def line_of(relation: RelationshipProperty[Any]) -> LineSpec:
    """One compiled table of lines."""
    model, declared = relation.mapper.class_, relation.info["declared"]
    return LineSpec(
        str(relation.key),
        declared.label,
        declared.help,
        relation.info["least"],
        declared.computed,
        fields_of(model),
        rules_of(model),
        model,
    )


def named_fills(
    model: type[FormModel], declared: tuple[Any, ...], by_table: dict[str, LineSpec]
) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Declared fields of the form by name, and of its lines by (lines, column)."""
    fills: list[str] = []
    line_fills: list[tuple[str, str]] = []
    for one in declared:
        table = getattr(getattr(one, "class_", None), "__tablename__", None)
        if table in by_table:
            line_fills.append((by_table[table].name, str(one.key)))
        else:
            fills.append(attribute(model, one))
    return tuple(fills), tuple(line_fills)


def step_of(model: type[FormModel], step: Step, lines: tuple[LineSpec, ...]) -> StepSpec:
    """One compiled step."""
    by = step.by
    positions = (by,) if isinstance(by, Position) else tuple(by) if isinstance(by, tuple) else ()
    by_table = {line.model.__tablename__: line for line in lines}
    fills, line_fills = named_fills(model, step.fills, by_table)
    optional, line_optional = named_fills(model, step.optional, by_table)
    return StepSpec(
        name=step.name,
        kind=step.kind,
        label=step.label,
        verb=step.verb or step.default_verb,
        positions=positions,
        person=attribute(model, by) if isinstance(by, Relationship) else None,
        each=(by_table[by.class_.__tablename__].name, str(by.key)) if isinstance(by, InstrumentedAttribute) else None,
        among=None if step.among is None else str(step.among.key),
        team=by if isinstance(by, TeamRole) else None,
        relation=by if isinstance(by, Maker) else None,
        differs=tuple(one if isinstance(one, str) else attribute(model, one) for one in step.differs),
        fills=fills,
        line_fills=line_fills,
        optional=(*optional, *(".".join(pair) for pair in line_optional)),
        when=None if step.when is None else named(step.when, lambda one: attribute(model, one)),
        deadline=DeadlineSpec.of(step.deadline, lambda one: attribute(model, one)) if step.deadline else None,
        effects=step.effects,
        control=step.control,
        returnable=step.returnable,
        resumes=step.resumes,
        ready=step.ready,
        of=step.of,
        hint=step.hint,
        article=step.article,
        page=step.page,
    )


def groups_of(
    model: type[FormModel], groups: tuple[Group, ...], fields: tuple[FieldSpec, ...], title: Text
) -> tuple[GroupSpec, ...]:
    """The declared groups; fields in none of them follow in a last one."""
    by_name = {one.name: one for one in fields}
    compiled = []
    for group in groups:
        names = [attribute(model, one) for one in group.fields]
        compiled.append(GroupSpec(group.title, tuple(by_name.pop(name) for name in names), group.article))
    by_name.pop("remarks")  # every form ends in a block of attachments and remarks
    rest = tuple(by_name.values())
    return (*compiled, GroupSpec(title, rest)) if rest else tuple(compiled)


def change_of(model: type[FormModel], change: Change | None) -> ChangeSpec | None:
    """The compiled proposal of a register change."""
    if change is None:
        return None
    register = change.register.__register__.slug
    return ChangeSpec(register, attribute(model, change.kind), attribute(model, change.record), change.creating)


def area_of(model: type[Any]) -> str:
    """The area of work a class belongs to: the package below `areas`."""
    parts = model.__module__.split(".")
    return parts[parts.index("areas") + 1] if "areas" in parts else "other"


def compile_form(model: type[FormModel]) -> FormSpec:
    """The spec of a declared form; raises DeclarationError."""
    form = model.__form__
    relations = inspect(model).relationships
    lines = tuple(line_of(one) for one in relations if one.info.get("lines"))
    chain = tuple(step_of(model, step, lines) for step in form.chain)
    filled = {name: step.name for step in chain for name in step.fills}
    line_filled = {pair: step.name for step in chain for pair in step.line_fills}
    fields = tuple(filled_later(one, filled.get(one.name)) for one in fields_of(model))
    lines = tuple(
        LineSpec(
            one.name,
            one.label,
            one.help,
            one.least,
            one.computed,
            tuple(filled_later(each, line_filled.get((one.name, each.name))) for each in one.fields),
            one.rules,
            one.model,
        )
        for one in lines
    )
    system = fields_of(model, system=True)
    by_name = {one.name: one for one in (*fields, *system)}

    def pick(declared: tuple[Any, ...], use: str) -> tuple[FieldSpec, ...]:
        names = [attribute(model, one) for one in declared]
        if unknown := [name for name in names if name not in by_name]:
            raise DeclarationError(
                "F005", model.__name__, f"{use} names {unknown}, which carry no label", "use column()"
            )
        return tuple(by_name[name] for name in names)

    return FormSpec(
        model=model,
        code=form.code,
        prefix=prefix_of(form.code),
        slug=model.__tablename__,
        title=form.title,
        area=area_of(model),
        articles=form.articles,
        makers=form.makers,
        readers=form.readers,
        groups=groups_of(model, form.groups, fields, form.title),
        fields=fields,
        system_fields=system,
        lines=lines,
        columns=pick(form.columns, "columns"),
        filters=pick(form.filters, "filters"),
        summary=pick(form.summary, "summary"),
        chain=chain,
        rules=rules_of(model),
        copies=form.copies,
        generated=form.generated,
        alone=form.alone,
        print_layout=form.print_layout,
        change=change_of(model, form.change),
        effects=form.effects,
        handed_in=form.handed_in,
        page=form.page,
    )


def filled_later(one: FieldSpec, step: str | None) -> FieldSpec:
    """The field, marked as completed at a later step."""
    return one if step is None else replace(one, filled_at=step)


def compile_register(model: type[RegisterModel]) -> RegisterSpec:
    """The spec of a declared register; raises DeclarationError."""
    register = model.__register__
    fields = fields_of(model)
    by_name = {one.name: one for one in fields}
    staff = tuple(position for position in Position if not position.external)
    return RegisterSpec(
        model=model,
        slug=register.slug,
        title=register.title,
        area=area_of(model),
        articles=register.articles,
        key=attribute(model, register.key),
        name=attribute(model, register.name),
        fields=fields,
        columns=tuple(by_name[attribute(model, one)] for one in register.columns),
        filters=tuple(by_name[attribute(model, one)] for one in register.filters),
        readers=tuple(dict.fromkeys([*(register.readers or staff), Position.INSPECTOR])),
        forms=tuple(prefix_of(code) for code in register.forms),
        amendable=register.amendable,
        loaded=register.loaded,
        imports=register.imports,
        confirms=register.confirms,
    )
