"""Delegations (委托) that join separated duties, or leave a step without a second person while they stand."""

from collections.abc import Iterator
from dataclasses import replace

from flask_babel import lazy_gettext as _

from app.engine.catalogue import Catalogue
from app.workflow.duties.apart import Own, in_hand, own_permissions, pairs
from app.workflow.duties.completing import walk
from app.workflow.duties.findings import Finding, Severity
from app.workflow.duties.holdings import Holdings, Person
from app.workflow.duties.steps import at_steps, step_name


def delegated(catalogue: Catalogue, holdings: Holdings) -> Iterator[Finding]:
    """What the delegations that stand bring about."""
    if holdings.delegations:
        yield from joined(catalogue, holdings)
        yield from narrowed(catalogue, holdings)


def joined(catalogue: Catalogue, holdings: Holdings) -> Iterator[Finding]:
    """Delegates who have one of two separated duties while standing for somebody who has the other."""
    own = own_permissions(catalogue)
    for delegate in sorted({to for _principal, to in holdings.delegations} & set(holdings.people)):
        principals = [holdings.people[one] for one in holdings.principals(delegate) if one in holdings.people]
        people = [person for person in (holdings.people[delegate], *principals) if person.active]
        if holdings.people[delegate].active and len(people) > 1:
            yield from joined_by(people, holdings, own)


def joined_by(people: list[Person], holdings: Holdings, own: Own) -> Iterator[Finding]:
    """The separated duties that come together in the first of these people, who stands for the others."""
    delegate = people[0]
    both = replace(delegate, roles=frozenset().union(*(one.roles for one in people)))
    held = frozenset().union(*(holdings.permissions(one) for one in people))
    for one, other in pairs():
        alone = any(in_hand(each, holdings.permissions(each), own, one, other) for each in people)
        if not alone and in_hand(both, held, own, one, other):
            yield Finding(
                "D050", Severity.ERROR, (str(delegate.id), one.code, other.code),
                _("委托给%(name)s", name=delegate.name),
                _("受托期间同时行使%(one)s与%(other)s的职责", one=one.title, other=other.title),
                _("委托给不担任另一职责的人"), who=tuple(each.name for each in people),
                people=frozenset(each.id for each in people),
            )


def narrowed(catalogue: Catalogue, holdings: Holdings) -> Iterator[Finding]:
    """Forms that could be seen through but for delegations: delegate and principal count as one person."""
    concerned = frozenset().union(*holdings.delegations)
    for spec in catalogue.forms:
        if spec.generated:
            continue
        usual, now = walk(spec, holdings), walk(spec, holdings, merged=True)
        if usual.passable and not now.passable:
            steps = next(iter(now.stuck.values()))
            yield Finding(
                "D051", Severity.ERROR, (spec.prefix,), at_steps(spec, steps),
                _("委托人离岗、受托人视同委托人，没有不同的人可以办完"), _("委托给其他人，或再安排一人"),
                who=holdings.names(concerned & set(holdings.people)), people=concerned, form=spec.slug, step=step_name(steps),
            )
