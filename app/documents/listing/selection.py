"""What a person asks of a list: filters, words, a view of it, an order."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _

from app.engine.choice import Choice
from app.engine.spec import AnySpec, FormSpec
from app.engine.text import Text
from app.workflow.actor import Actor
from app.workflow.permissions import MAKE, sign


class BadSelection(ValueError):
    """A request that no list of ours could have made: a page key that is none (400)."""


@dataclass(frozen=True)
class Range:
    """Values between two ends, both included; None leaves an end open."""

    least: Any = None
    most: Any = None


@dataclass(frozen=True)
class Selection:
    """What a list shows, and in what order.

    `filters` by field name: a Range, a text that values begin with, or a tuple of values of which it has one (choices,
    codes, ids of rows referred to). `sort` None is the order of creation.
    """

    filters: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""
    view: str = "all"
    sort: str | None = None
    descending: bool = True


class ViewName(Choice):
    """The ready-made views of a form's list."""

    ALL = "all", _("全部")
    TODO = "todo", _("待我处理")
    MINE = "mine", _("我制作的")
    PENDING = "pending", _("办理中")
    OVERDUE = "overdue", _("已逾期")
    UNARCHIVED = "unarchived", _("未归档")


@dataclass(frozen=True)
class View:
    """A ready-made view that a list offers."""

    name: str
    title: Text


def views(actor: Actor, spec: AnySpec) -> list[View]:
    """The views that make sense for the person; registers have one."""
    offered = [ViewName.ALL]
    if isinstance(spec, FormSpec):
        makes = actor.may(MAKE, spec.resource)
        signs = any(step.waits and actor.may(sign(step), spec.resource) for step in spec.chain)
        offered += [ViewName.TODO] * (makes or signs) + [ViewName.MINE] * makes + [ViewName.PENDING, ViewName.OVERDUE]
        offered += [ViewName.UNARCHIVED] * (not actor.external)
    return [View(one.value, one.title) for one in offered]
