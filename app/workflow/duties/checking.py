"""Everything that a look at duties finds, and what a change would bring about."""

from collections.abc import Iterable, Sequence

from app.engine.catalogue import Catalogue
from app.workflow.duties.apart import making_and_checking, separated
from app.workflow.duties.findings import Finding, Severity
from app.workflow.duties.holdings import Holdings
from app.workflow.duties.odd import odd
from app.workflow.duties.standing import delegated
from app.workflow.duties.steps import UNFINISHABLE, stopping

ORDER = list(Severity)


def findings(catalogue: Catalogue, holdings: Holdings) -> list[Finding]:
    """Every finding, errors first."""
    found = [
        *separated(catalogue, holdings), *making_and_checking(catalogue, holdings), *delegated(catalogue, holdings),
        *stopping(catalogue, holdings), *odd(catalogue, holdings),
    ]
    return sorted(found, key=lambda one: (ORDER.index(one.severity), one.code, one.subject))


def introduced(before: Iterable[Finding], after: Iterable[Finding]) -> list[Finding]:
    """The errors that were not there before. A form that nobody could finish anyhow is not found so anew."""
    known, broken = set(), set()
    for one in before:
        known.add(one.key)
        if one.code in UNFINISHABLE:
            broken.add(one.form)
    return [one for one in after if one.error and one.key not in known and not (one.code == "D032" and one.form in broken)]


def marked(found: Sequence[Finding], **where: object) -> list[Finding]:
    """The findings at one place: `marked(found, form=slug, step=name)`."""
    return [one for one in found if all(getattr(one, name) == value for name, value in where.items())]
