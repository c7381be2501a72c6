"""The matrix of duties: for every form its maker and steps with the people who may do each, marked where nobody may."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.engine.catalogue import catalogue
from app.engine.chain import Maker
from app.engine.fields import StepSpec
from app.engine.spec import FormSpec
from app.engine.text import Text
from app.screens.duty_picture import OTHERS, Asked
from app.screens.translating import gettext as _
from app.workflow.duties import Finding, Holdings, Person, Severity, marked
from app.workflow.permissions import MAKE, sign

SHOWN = 6
"""Names that a row shows where no part was asked for."""


@dataclass(frozen=True)
class Row:
    """The maker, or a step: who may, who must differ, and what is wrong."""

    label: Text
    positions: str
    people: tuple[Person, ...]
    more: int
    differs: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Matrix:
    """A form with its rows."""

    spec: FormSpec
    rows: tuple[Row, ...]
    findings: tuple[Finding, ...]

    @property
    def faults(self) -> int:
        """How many errors stand in it."""
        return len({one.key for each in (self.findings, *(row.findings for row in self.rows)) for one in each if one.error})


def matrices(holdings: Holdings, found: Sequence[Finding], asked: Asked) -> list[Matrix]:
    """The forms that are asked for."""
    return [
        matrix(spec, holdings, found, asked) for spec in catalogue.forms
        if not spec.generated and asked.form in (None, spec) and concerns(spec, holdings, asked)
    ]


def concerns(spec: FormSpec, holdings: Holdings, asked: Asked) -> bool:
    """Whether people of the department, and the person, that are asked for have a part in the form."""
    pairs = [(MAKE, spec.resource), *((sign(step), spec.resource) for step in spec.chain if step.waits)]
    people = [holdings.people[key] for pair in pairs for key in holdings.holders(*pair)]
    if asked.person and not any(asked.means(one) for one in people):
        return False
    return not asked.department or any(asked.department in homes(one) for one in people)


def homes(person: Person) -> set[str]:
    """The departments of a person's positions."""
    return {position.department.code for position in person.positions} or {OTHERS}


def matrix(spec: FormSpec, holdings: Holdings, found: Sequence[Finding], asked: Asked) -> Matrix:
    """A form."""
    mine = [one for one in marked(found, form=spec.slug) if one.severity is not Severity.INFO]
    most = None if asked.form or asked.person else SHOWN
    makers = [position.title for position in spec.makers]
    maker = row(_("制单"), makers, holdings, (MAKE, spec.resource), most, "", [one for one in mine if one.step == ""])
    steps = [
        row(
            step.label, signers(spec, step), holdings, pair_of(spec, step), most, apart(spec, step),
            [one for one in mine if one.step == step.name],
        )
        for step in spec.chain if step.waits
    ]
    return Matrix(spec, (maker, *steps), tuple(one for one in mine if one.step is None))


def row(
    label: Text, signers: Sequence[Text], holdings: Holdings, pair: tuple[str, str], most: int | None, differs: str,
    found: Sequence[Finding],
) -> Row:
    """A row, with at most so many names."""
    people = [holdings.people[key] for key in sorted(holdings.holders(*pair))]
    who = _("、").join(str(one) for one in signers[:SHOWN]) + (_(" 等") if len(signers) > SHOWN else "")
    return Row(label, who, tuple(people[:most]), len(people) - len(people[:most]), differs, tuple(found))


def pair_of(spec: FormSpec, step: StepSpec) -> tuple[str, str]:
    """The permission that a step asks for."""
    return (MAKE if step.relation is Maker.MAKER else sign(step), spec.resource)


def signers(spec: FormSpec, step: StepSpec) -> list[Text]:
    """Whose step it is, in words."""
    if step.relation is Maker.MAKER:
        return [_("制单人本人")]
    return [position.title for position in spec.signers(step)]


def apart(spec: FormSpec, step: StepSpec) -> str:
    """Who else has to do the step than whom, in words."""
    if step.relation is Maker.MAKER:
        return ""
    names = [_("制单人")]
    if step.judges:
        return _("制单人和此前各步的经手人")
    labels = {one.name: one.label for one in spec.fields} | {one.name: one.label for one in spec.chain}
    return _("、").join([*names, *(str(labels[name]) for name in step.differs)])
