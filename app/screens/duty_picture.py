"""The picture of duties (岗位权限图, article 74): organisation → department → position → role → people → permissions."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.engine.catalogue import catalogue
from app.engine.positions import HomeDepartment, Position, position_of
from app.engine.spec import FormSpec
from app.engine.text import Text
from app.screens.translating import gettext as _
from app.workflow.duties import Finding, Holdings, Person, Severity
from app.workflow.permissions import MAKE, READ, sign


@dataclass(frozen=True)
class Asked:
    """What part of the picture is asked for: a department's code, a person, a form."""

    department: str = ""
    person: str = ""
    form: FormSpec | None = None

    @property
    def detailed(self) -> bool:
        """Whether it is a part: then permissions are shown too."""
        return bool(self.department or self.person or self.form)

    def means(self, person: Person) -> bool:
        """Whether it is this person who is asked for."""
        return not self.person or self.person == person.username or self.person in person.name


@dataclass(frozen=True)
class Colleague:
    """Somebody of a position, with other roles than this one, and what is wrong."""

    person: Person
    others: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Permitted:
    """What a role may do with a form."""

    spec: FormSpec
    make: bool
    steps: tuple[Text, ...]
    read: bool
    findings: tuple[Finding, ...]

    @property
    def words(self) -> tuple[Text, ...]:
        """Making, signing, and else reading."""
        made: tuple[Text, ...] = (_("制单"),) if self.make else ()
        return (*made, *self.steps) or ((_("查看"),) if self.read else ())


@dataclass(frozen=True)
class Post:
    """A position, or another role, with its people and permissions. `numbers`: forms made, steps signed, forms read."""

    title: Text
    role: str
    people: tuple[Colleague, ...]
    stopped: tuple[Person, ...]
    permitted: tuple[Permitted, ...]
    numbers: tuple[int, int, int]
    findings: tuple[Finding, ...]

    @property
    def gaps(self) -> tuple[Finding, ...]:
        """What is wrong with its forms."""
        return tuple(one for each in self.permitted for one in each.findings)

    @property
    def errors(self) -> frozenset[Finding]:
        """The errors that stand at it."""
        people = [one for colleague in self.people for one in colleague.findings]
        return frozenset(one for one in (*people, *self.findings, *self.gaps) if one.error)


@dataclass(frozen=True)
class Block:
    """A department with its positions; `organisation` stands above it."""

    code: str
    title: Text
    organisation: str
    posts: tuple[Post, ...]

    @property
    def faults(self) -> int:
        """How many errors stand in it."""
        return len(frozenset().union(*(post.errors for post in self.posts)))


OTHERS = "others"
"""In place of a department's code: roles that are no positions."""


def picture(session: Session, holdings: Holdings, found: Sequence[Finding], asked: Asked) -> list[Block]:
    """The departments that are asked for, with their positions."""
    names = department_names(session)
    blocks = []
    for home in HomeDepartment:
        if asked.department in ("", home.code):
            roles = [position.role for position in Position if position.department is home]
            posts = tuple(posts_of(roles, holdings, found, asked))
            title, organisation = names.get(home.code, (str(home.title), ""))
            blocks.append(Block(home.code, title, organisation, posts))
    if asked.department in ("", OTHERS):
        roles = [role for role in holdings.roles if not position_of(role)]
        blocks.append(Block(OTHERS, _("其他角色"), "", tuple(posts_of(roles, holdings, found, asked))))
    return [block for block in blocks if block.posts]


def department_names(session: Session) -> dict[str, tuple[str, str]]:
    """Names of departments, and of the organisations that they belong to, by the department's code."""
    department: Any = catalogue.register("departments").model
    organisation: Any = catalogue.register("organisations").model
    rows = session.execute(select(department.code, department.name, organisation.name).join(department.organisation))
    return {code: (name, owner) for code, name, owner in rows}


def posts_of(roles: Iterable[str], holdings: Holdings, found: Sequence[Finding], asked: Asked) -> Iterator[Post]:
    """Roles as the picture shows them: those of the person and with the form that are asked for."""
    for role in roles:
        people = [one for one in holdings.people.values() if role in one.roles and asked.means(one)]
        colleagues = [colleague(one, role, found) for one in people if one.active]
        permitted = tuple(permitted_of(role, holdings, found))
        if asked.form:
            permitted = tuple(one for one in permitted if one.spec is asked.form)
        if (asked.person and not people) or (asked.form and not permitted):
            continue
        yield Post(
            position.title if (position := position_of(role)) else role, role,
            tuple(sorted(colleagues, key=lambda one: not one.findings)),
            tuple(one for one in people if not one.active), permitted, numbers(permitted),
            tuple(one for one in found if one.role == role and not one.form and one.severity is not Severity.INFO),
        )


def colleague(person: Person, role: str, found: Sequence[Finding]) -> Colleague:
    """A person as a position shows them."""
    others = _("、").join(str(position.title if (position := position_of(one)) else one) for one in sorted(person.roles - {role}))
    mine = tuple(one for one in found if person.id in one.people and not one.form)
    return Colleague(person, others, mine)


def permitted_of(role: str, holdings: Holdings, found: Sequence[Finding]) -> Iterator[Permitted]:
    """What a role may do, form by form."""
    held = holdings.roles.get(role, frozenset())
    for spec in catalogue.forms:
        steps = [step for step in spec.chain if step.waits and (sign(step), spec.resource) in held]
        make = (MAKE, spec.resource) in held
        here = {*(step.name for step in steps), *([""] if make else [])}
        wrong = [one for one in found if one.form == spec.slug and (one.role == role or stops(one, here))]
        labels = tuple(step.label for step in steps)
        one = Permitted(spec, make, labels, (READ, spec.resource) in held, tuple(wrong))
        if one.words:
            yield one


def stops(one: Finding, steps: set[str]) -> bool:
    """Whether an error of a form is that these steps are not manned."""
    return one.error and one.role is None and one.step in steps


def numbers(permitted: Sequence[Permitted]) -> tuple[int, int, int]:
    """How many forms are made, steps signed, and forms read."""
    return (
        sum(one.make for one in permitted), sum(len(one.steps) for one in permitted), sum(one.read for one in permitted)
    )
