"""Start-up checks of the whole catalogue: what one declaration alone cannot show. `flask forms check` prints them."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import inspect

from app.engine.catalogue import Catalogue
from app.engine.chain import Kind, Maker
from app.engine.fields import FieldSpec
from app.engine.spec import FormSpec

UNLABELLED = {"id", "line_no", "parent_id", "made_by_id"}


@dataclass(frozen=True)
class Fault:
    """A mistake in a declaration: code, where, what, and how to mend it."""

    code: str
    where: str
    what: str
    hint: str

    def __str__(self) -> str:
        return f"{self.code} {self.where}: {self.what}. Hint: {self.hint}."


def check(catalogue: Catalogue, known_article: Callable[[str], bool]) -> list[Fault]:
    """Every fault of the catalogue; empty when all is well. `known_article` says whether the procedure has it."""
    faults = [*twins(catalogue)]
    for spec in catalogue.forms:
        faults += [*steps(spec), *fills(spec), *references(catalogue, spec)]
        faults += [
            Fault("F030", spec.slug, f"the procedure has no article {one}", "cite it as 16.1.1")
            for one in spec.articles
            if not known_article(one)
        ]
    for model in [
        *(spec.model for spec in catalogue),
        *(line.model for spec in catalogue.forms for line in spec.lines),
    ]:
        faults += labels(model)
    return faults


def twins(catalogue: Catalogue) -> Iterator[Fault]:
    """Codes, slugs and titles that stand twice."""
    for what, values in (
        ("code", [spec.prefix for spec in catalogue.forms]),
        ("slug", [spec.slug for spec in catalogue]),
        ("name", [spec.resource for spec in catalogue]),
    ):
        for value, number in Counter(values).items():
            if number > 1:
                yield Fault("F010", value, f"{what} is declared {number} times", f"give each its own {what}")


def steps(spec: FormSpec) -> Iterator[Fault]:
    """Chains that cannot be walked, or that one person could complete."""
    names = [step.name for step in spec.chain]
    for name, number in Counter(names).items():
        if number > 1:
            yield Fault("F011", f"{spec.slug}.{name}", "two steps have this name", "name them by what is done")
    for at, step in enumerate(spec.chain):
        if not (step.positions or step.person or step.each or step.team or step.relation):
            yield Fault(
                "F012", f"{spec.slug}.{step.name}", "nobody may sign it", "give by= a position or a person field"
            )
        if step.each and step.kind is not Kind.COUNTERSIGN:
            yield Fault("F017", f"{spec.slug}.{step.name}", "is by everybody whom lines name", "use Countersign")
        if step.kind is Kind.AUTHORISE and step.relation:
            yield Fault("F018", f"{spec.slug}.{step.name}", "its authoriser is the operator", "give by= another person")
        known = {*names[:at], *(one.name for one in spec.fields if one.target)}
        for other in step.differs:
            if other not in known:
                yield Fault(
                    "F013",
                    f"{spec.slug}.{step.name}",
                    f"differs from {other!r}, no earlier step or person",
                    "name an earlier step or a person() field",
                )
    others = [step for step in spec.chain if step.waits and step.relation is not Maker.MAKER]
    if not others and not (spec.alone or spec.generated):
        yield Fault(
            "F014",
            spec.slug,
            "its maker alone could complete the chain",
            "add a step by somebody else, or alone=True where the procedure asks for none",
        )
    if not spec.makers:
        yield Fault("F015", spec.slug, "nobody makes it", "name the makers")
    if not spec.summary:
        yield Fault("F016", spec.slug, "it has no summary", "name the fields that tell it apart in a task list")


def fills(spec: FormSpec) -> Iterator[Fault]:
    """Fields that a later step completes must be empty until then, and computed ones are nobody's."""
    lines = [(f"{spec.slug}.{line.name}", one) for line in spec.lines for one in line.fields]
    for where, one in [(spec.slug, each) for each in spec.fields] + lines:
        if one.filled_at and one.required:
            yield Fault("F020", f"{where}.{one.name}", "is required at once, yet completed later", "annotate it | None")
        if one.computed and one.required:
            yield Fault("F021", f"{where}.{one.name}", "is required, yet computed", "annotate it | None")


def references(catalogue: Catalogue, spec: FormSpec) -> Iterator[Fault]:
    """References to forms that nobody declared."""
    prefixes = {one.prefix for one in catalogue.forms}
    fields: list[FieldSpec] = [*spec.fields, *(one for line in spec.lines for one in line.fields)]
    for one in fields:
        for prefix in one.target.forms if one.target else ():
            if prefix not in prefixes:
                yield Fault(
                    "F022",
                    f"{spec.slug}.{one.name}",
                    f"refers to form {prefix}, which is not declared",
                    "use the code of an existing form",
                )


def labels(model: type[object]) -> Iterator[Fault]:
    """Columns that no screen could show."""
    for column in inspect(model).local_table.columns:
        keyed = column.name.endswith("_id") and column.foreign_keys
        if column.name not in UNLABELLED and not keyed and "declared" not in column.info:
            yield Fault("F023", f"{column.table.name}.{column.name}", "has no label", "declare it with column()")
