"""Conflicts of duties (不相容职责): separated positions in one hand, roles that make and check the same form."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from flask_babel import lazy_gettext as _

from app.engine.catalogue import Catalogue
from app.engine.chain import Kind, Maker
from app.engine.fields import StepSpec
from app.engine.positions import APART, Position, position_of
from app.engine.spec import FormSpec
from app.engine.text import Text
from app.workflow.duties.findings import Finding, Severity
from app.workflow.duties.holdings import Holdings, Pair, Person
from app.workflow.permissions import EXPORT, MAKE, READ, grants, sign

SCREENS = frozenset(
    (permission, screen)
    for permission in ("can_add", "can_edit", "can_delete") for screen in ("UserDBModelView", "RoleModelView")
)
"""Changing accounts and roles is the system administrator's."""

Own = Mapping[Position, frozenset[Pair]]


def own_permissions(catalogue: Catalogue) -> Own:
    """For each separated position the permissions that the declarations give to it alone."""
    given: dict[Pair, set[Position]] = defaultdict(set)
    for permission, resource, position in grants(catalogue):
        if permission not in (READ, EXPORT):
            given[permission, resource].add(position)
    separated = frozenset().union(*APART)
    own = {one: frozenset(pair for pair, held in given.items() if held == {one}) for one in separated}
    return own | {Position.SYSADMIN: own[Position.SYSADMIN] | SCREENS}


def pairs() -> list[tuple[Position, Position]]:
    """The separated positions two by two, in the order of positions."""
    order = {position: at for at, position in enumerate(Position)}
    found = [sorted(pair, key=lambda one: order[one]) for pair in APART]
    return [(one, other) for one, other in sorted(found, key=lambda pair: [order[one] for one in pair])]


def separated(catalogue: Catalogue, holdings: Holdings) -> Iterator[Finding]:
    """Separated duties held by one person or carried by one role."""
    own = own_permissions(catalogue)
    for role, held in holdings.roles.items():
        for one, other in pairs():
            if held & own[one] and held & own[other]:
                yield in_role(role, one, other)
    for person in holdings.active:
        for one, other in pairs():
            if finding := in_hand(person, holdings.permissions(person), own, one, other):
                yield finding


def in_hand(person: Person, held: frozenset[Pair], own: Own, one: Position, other: Position) -> Finding | None:
    """The conflict of a person who has two separated duties, by position or by permission."""
    both = {one, other} <= person.positions
    if not both and not all(duty in person.positions or held & own[duty] for duty in (one, other)):
        return None
    what = _("兼任%(one)s与%(other)s", one=one.title, other=other.title)
    if not both:
        what = _("通过权限同时行使%(one)s与%(other)s的职责", one=one.title, other=other.title)
    return Finding(
        "D010" if both else "D011", Severity.ERROR, (str(person.id), one.code, other.code), person.name, what,
        _("三员分立：两项职责由不同的人担任"), who=(person.name,), people=frozenset({person.id}),
    )


def in_role(role: str, one: Position, other: Position) -> Finding:
    """The conflict of a role that carries two separated duties."""
    return Finding(
        "D012", Severity.ERROR, (role, one.code, other.code), role_words(role),
        _("一个角色同时有%(one)s与%(other)s的权限", one=one.title, other=other.title),
        _("从角色中取消其中一方的权限"), role=role,
    )


def role_words(role: str) -> Text:
    """A role in the language of the page."""
    position = position_of(role)
    return position.title if position else role


def checking(spec: FormSpec) -> list[StepSpec]:
    """The steps that check what the maker made."""
    kinds = (Kind.CHECK, Kind.AUTHORISE, Kind.COUNTERSIGN)
    return [step for step in spec.chain if step.kind in kinds and step.relation is not Maker.MAKER]


def declared(spec: FormSpec, step: StepSpec, role: str) -> bool:
    """Whether the procedure itself has colleagues of one position make and check a form."""
    position = position_of(role)
    return position in spec.makers and position in spec.signers(step)


def making_and_checking(catalogue: Catalogue, holdings: Holdings) -> Iterator[Finding]:
    """Roles, and people, that may make a form and check it."""
    for spec in catalogue.forms:
        for step in checking(spec):
            make, check = (MAKE, spec.resource), (sign(step), spec.resource)
            roles = [role for role, held in holdings.roles.items() if make in held and check in held]
            yield from (role_checks_own(spec, step, role) for role in roles if not declared(spec, step, role))
            both = holdings.holders(*make) & holdings.holders(*check)
            if both:
                expected = frozenset().union(*(holdings.members(role) for role in roles if declared(spec, step, role)))
                yield from people_check_own(spec, step, holdings, both, expected)


def role_checks_own(spec: FormSpec, step: StepSpec, role: str) -> Finding:
    """A role, beyond what the procedure asks, that lets one person make and check."""
    return Finding(
        "D020", Severity.ERROR, (role, spec.prefix, step.name), _("角色“%(role)s”", role=role_words(role)),
        _("既能制作“%(form)s”，又能办理其“%(step)s”", form=spec.title, step=step.label),
        _("制单与审核分给两个角色（附件 26）"), role=role, form=spec.slug, step=step.name,
    )


def people_check_own(
    spec: FormSpec, step: StepSpec, holdings: Holdings, both: frozenset[int], expected: frozenset[int]
) -> Iterator[Finding]:
    """People who may do both; the system still stops them document by document."""
    for people, severity in ((both - expected, Severity.WARNING), (both & expected, Severity.INFO)):
        if people:
            yield Finding(
                "D021", severity, (spec.prefix, step.name), _("%(form)s · %(step)s", form=spec.title, step=step.label),
                _("可制单也可审核；系统逐单要求由他人办理"),
                _("制度规定由同岗位的另一人办理") if severity is Severity.INFO else _("不需要时取消其中一项权限"),
                who=holdings.names(people), people=people, form=spec.slug, step=step.name,
            )
