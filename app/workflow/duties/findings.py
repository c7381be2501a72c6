"""What a look at duties finds (发现): a conflict of duties, or a step that nobody is left for."""

from dataclasses import dataclass, field
from enum import StrEnum

from flask_babel import lazy_gettext as _

from app.engine.text import Text

CONFLICTS = frozenset({"D010", "D011", "D012", "D020", "D050"})
"""Findings that no confirmation heals: duties that are never one person's or one role's."""


class Severity(StrEnum):
    """How bad it is: an error must be mended, a warning be looked at, an info be known."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def words(self) -> Text:
        """As people read it."""
        return {"error": _("错误"), "warning": _("提醒"), "info": _("说明")}[self.value]


@dataclass(frozen=True)
class Finding:
    """One thing found: code, where, what and how to mend it, as the checks of declarations say it.

    `subject` tells findings of one code apart, before and after a change alike; `people` (user ids), `role`, `form` and
    `step` say where pages mark it.
    """

    code: str
    severity: Severity
    subject: tuple[str, ...]
    where: Text = field(compare=False)
    what: Text = field(compare=False)
    hint: Text = field(compare=False)
    who: tuple[str, ...] = field(default=(), compare=False)
    people: frozenset[int] = field(default=frozenset(), compare=False)
    role: str | None = field(default=None, compare=False)
    form: str | None = field(default=None, compare=False)
    step: str | None = field(default=None, compare=False)

    @property
    def key(self) -> tuple[str, ...]:
        """The same finding has the same key, whoever else is concerned by now."""
        return (self.code, *self.subject)

    @property
    def error(self) -> bool:
        """Whether it must be mended."""
        return self.severity is Severity.ERROR

    @property
    def conflict(self) -> bool:
        """Whether it is a conflict of duties, which is refused whoever confirms it."""
        return self.code in CONFLICTS

    @property
    def names(self) -> str:
        """The people in a row."""
        return "、".join(self.who)

    @property
    def beside(self) -> str:
        """The people, where `where` does not name them already."""
        return "" if self.names == str(self.where) else self.names

    def __str__(self) -> str:
        who = f" [{self.names}]" if self.who else ""
        return f"{self.code} {self.where}{who}: {self.what}"
