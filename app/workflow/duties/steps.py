"""Steps without anybody, and forms that no two people can see through (无人办理)."""

from collections import defaultdict
from collections.abc import Iterator

from flask_babel import lazy_gettext as _

from app.engine.catalogue import Catalogue
from app.engine.spec import FormSpec
from app.engine.text import Text
from app.workflow.duties.completing import Walk, walk
from app.workflow.duties.findings import Finding, Severity
from app.workflow.duties.holdings import Holdings
from app.workflow.duties.parts import Part

UNFINISHABLE = frozenset({"D030", "D031", "D032"})


def stopping(catalogue: Catalogue, holdings: Holdings) -> Iterator[Finding]:
    """Every form's steps that nobody may sign, and makers whose documents would stop."""
    for spec in catalogue.forms:
        if not spec.generated:
            yield from of_form(walk(spec, holdings), holdings)


def of_form(found: Walk, holdings: Holdings) -> Iterator[Finding]:
    """What stops one form."""
    spec = found.spec
    for part in found.nobody:
        yield without_anybody(spec, part)
    if not found.makers:
        yield Finding(
            "D031", Severity.ERROR, (spec.prefix,), spec.title, _("没有在用的人员可以制单"),
            _("为制单岗位安排人员"), form=spec.slug, step="",
        )
    elif not found.passable:
        steps = next(iter(found.stuck.values()))
        yield Finding(
            "D032", Severity.ERROR, (spec.prefix,), at_steps(spec, steps), too_few(steps),
            _("为这些环节再安排一人"), who=holdings.names(found.makers), form=spec.slug, step=step_name(steps),
        )
    else:
        yield from stuck(found, holdings)


def without_anybody(spec: FormSpec, part: Part) -> Finding:
    """A signature that nobody may give."""
    assert part.step is not None
    label: Text = part.label
    if part.position and not part.named:
        label = _("%(step)s（%(who)s）", step=part.label, who=part.position.title)
    return Finding(
        "D030", Severity.ERROR, (spec.prefix, part.name), _("%(form)s · %(step)s", form=spec.title, step=label),
        _("没有在用的人员可以办理"), _("为该岗位安排人员，或恢复权限"), form=spec.slug, step=part.step.name,
    )


def stuck(found: Walk, holdings: Holdings) -> Iterator[Finding]:
    """Makers whose documents would stop, by where."""
    by_steps: dict[tuple[Part, ...], set[int]] = defaultdict(set)
    for maker, steps in found.stuck.items():
        by_steps[steps].add(maker)
    for steps, people in by_steps.items():
        yield Finding(
            "D033", Severity.WARNING, (found.spec.prefix, *(part.name for part in steps)), at_steps(found.spec, steps),
            _("由其制单时，没有不同的人可以办完"), _("由他人制单，或为该环节再安排一人"),
            who=holdings.names(people), people=frozenset(people), form=found.spec.slug, step=step_name(steps),
        )


def at_steps(spec: FormSpec, steps: tuple[Part, ...]) -> Text:
    """A form with the steps that are in question."""
    return _("%(form)s · %(step)s", form=spec.title, step="、".join(dict.fromkeys(str(part.label) for part in steps)))


def too_few(steps: tuple[Part, ...]) -> Text:
    """Why these steps cannot be done."""
    if len(steps) == 1:
        return _("能办理的人都是制单人，没有他人可以办理")
    return _("这些环节须由不同的人办理，人数不够")


def step_name(steps: tuple[Part, ...]) -> str | None:
    """The step to mark."""
    return steps[0].step.name if steps and steps[0].step else None
