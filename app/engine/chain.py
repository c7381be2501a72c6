"""Chains (签批流程) as data: the steps that a form passes after its maker submits it."""

from dataclasses import dataclass, field
from enum import Enum, StrEnum
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _

from app.engine.conditions import Condition
from app.engine.positions import Position, TeamRole
from app.engine.text import Text


class Maker(Enum):
    """People known only by their relation to the document's maker."""

    MAKER = "maker"
    DEPARTMENT_HEAD = "department_head"


MAKER = Maker.MAKER
DEPARTMENT_HEAD = Maker.DEPARTMENT_HEAD

Signer = Any
"""A Position, a tuple of Positions, a person() field of the form or (countersigning) its lines, a TeamRole, MAKER or DEPARTMENT_HEAD."""


class Unit(StrEnum):
    """What a deadline counts: 工作日, calendar days, or business hours."""

    WORKING_DAYS = "working_days"
    DAYS = "days"
    BUSINESS_HOURS = "business_hours"
    DAY_END = "day_end"


@dataclass(frozen=True)
class Deadline:
    """So many units after the step opened, or after the moment in field `since`."""

    number: int
    unit: Unit = Unit.WORKING_DAYS
    since: Any = None


@dataclass(frozen=True)
class Effect:
    """What a finished step causes; `name` is the operation's, `label` says it to people.

    `returned`: it happens when the step returns the document, too. `alone`: it may show the signer something once, so
    that the step is never signed together with others.
    """

    name: str
    label: Text
    returned: bool = False
    alone: bool = False


class Kind(StrEnum):
    """How a step is done."""

    CHECK = "check"
    SIGN = "sign"
    RECEIVE = "receive"
    FILL = "fill"
    COUNTERSIGN = "countersign"
    AUTHORISE = "authorise"
    EXECUTE = "execute"
    COPY = "copy"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step: who acts, what the button says, who must differ, what is filled in, by when, with what effect.

    `differs`: names of earlier steps, or person() fields, whose people may not act here; the maker never may,
    save at steps `by=MAKER`, and who checks or authorises has signed no earlier step. `fills`: fields that the signer
    completes; all must be, save the `optional` ones and those whose own `required_when` does not hold. Within the
    chain only `when` the condition holds. `control`: a control of this system's own (‡) that a parameter can switch
    off. `resumes`: it returns to the maker alone, and the document comes back to this very step: earlier signatures
    stand. `among`: a yes-or-no column of the lines that name who countersigns; those without it are not asked. `of`:
    the positions that people named by field or line hold. `ready`: what must have happened before, by the name of the
    function that says so (`app.workflow.readiness`). `page`: the address of a page on which the step is done, `{}`
    standing for the document's key; without it the step has the usual one.
    """

    name: str = field(kw_only=False)
    by: Signer
    label: Text
    verb: Text | None = None
    differs: tuple[Any, ...] = ()
    fills: tuple[Any, ...] = ()
    optional: tuple[Any, ...] = ()
    when: Condition | None = None
    deadline: Deadline | None = None
    effects: tuple[Effect, ...] = ()
    control: bool = False
    returnable: bool = True
    resumes: bool = False
    among: Any = None
    of: tuple[Position, ...] = ()
    ready: str | None = None
    hint: Text | None = None
    article: str | None = None
    page: str | None = None

    kind: ClassVar[Kind] = Kind.CHECK
    default_verb: ClassVar[Text] = _("同意")


class Check(Step):
    """审核: approve or return."""


class Sign(Step):
    """签字: somebody named on the document, or of a position, signs what was done."""

    kind = Kind.SIGN
    default_verb = _("签字")


class Receive(Step):
    """签收: takes over papers or files, and says so."""

    kind = Kind.RECEIVE
    default_verb = _("签收")


class Fill(Step):
    """填写: a later person completes the fields of `fills`, and only those."""

    kind = Kind.FILL
    default_verb = _("填写并签字")


class Countersign(Step):
    """会签: all of several people sign, in any order: one of each position of `by`, or everybody whom a line names."""

    kind = Kind.COUNTERSIGN
    default_verb = _("会签")


class Authorise(Step):
    """现场授权: the authoriser proves identity on the spot, in the operator's, that is the maker's, dialog (article 19)."""

    kind = Kind.AUTHORISE
    default_verb = _("授权")


class Execute(Step):
    """执行: carries out what was approved, and signs."""

    kind = Kind.EXECUTE
    default_verb = _("执行并签字")


class Copy(Step):
    """抄送: gets a copy to read, signs nothing; never waited for."""

    kind = Kind.COPY
    default_verb = _("阅读")


class Chain(tuple[Step, ...]):
    """The steps of a form in order: `Chain(Check(...), Sign(...))`."""

    def __new__(cls, *steps: Step) -> "Chain":
        return super().__new__(cls, steps)


__all__ = [
    "DEPARTMENT_HEAD",
    "MAKER",
    "Authorise",
    "Chain",
    "Check",
    "Copy",
    "Countersign",
    "Deadline",
    "Effect",
    "Execute",
    "Fill",
    "Kind",
    "Maker",
    "Position",
    "Receive",
    "Sign",
    "Signer",
    "Step",
    "TeamRole",
    "Unit",
]
