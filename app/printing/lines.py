"""Tables of lines, and the trail as one: texts broken into lines, columns given their widths."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from flask_babel import gettext as _

from app.documents.opinions import Entry
from app.documents.paper import Table
from app.printing.columns import PADDING, claims, headed, shared, wrapped
from app.printing.fonts import width
from app.printing.layout import SIZE, SIZES, SMALL

Row = list[list[str]]
"""A row's cells, each in lines of text."""


@dataclass
class Ruled:
    """A table to be drawn: rows of broken text, widths in points, and the columns that are set right or in the middle."""

    caption: str
    heads: Row
    widths: list[float]
    size: float
    right: frozenset[int] = frozenset()
    centred: frozenset[int] = frozenset({0})
    rows: list[Row] = field(default_factory=list)
    totals: Row = field(default_factory=list)


def lines(table: Table, room: float) -> Ruled:
    """A form's lines, numbered, on a sheet of that width."""
    first = number_width(table)
    size = next((size for size in SIZES if needs(table, size) <= room - first), SMALL)
    widths = [first, *shared(claims(table, size), room - first)]
    found = Ruled(
        table.caption,
        headed((_("序号"), *(one.label for one in table.columns)), widths, size),
        widths,
        size,
        right=frozenset(at for at, one in enumerate(table.columns, 1) if one.right),
    )
    for number, row in enumerate(table.rows, 1):
        found.rows.append(wrapped((str(number), *row), widths, size))
    if table.totals:
        found.totals = wrapped((_("合计"), *table.totals), widths, size)
    return found


def number_width(table: Table) -> float:
    """The width of the column with the lines' numbers."""
    return max(width(str(len(table.rows)), SIZE), 2 * SIZE) + 2 * PADDING + 1


def needs(table: Table, size: float) -> float:
    """What a table's columns need together."""
    return sum(one.needs for one in claims(table, size))


def trail(entries: Sequence[Entry], room: float) -> Ruled:
    """The trail (签批记录) as a table."""
    widths = [room * share for share in (0.05, 0.18, 0.12, 0.2, 0.29, 0.16)]
    heads = (_("序号"), _("步骤"), _("办理"), _("姓名与岗位"), _("意见"), _("时间"))
    found = Ruled(_("签批记录"), headed(heads, widths, SMALL), widths, SMALL, centred=frozenset({0, 1, 2, 5}))
    for number, one in enumerate(entries, 1):
        decision = _("%(decision)s（已失效）", decision=one.decision) if one.void else one.decision
        texts = (str(number), one.step, decision, f"{one.name}  {one.position}", one.opinion, f"{one.at:%Y-%m-%d %H:%M}")
        found.rows.append([*headed(texts[:4], widths[:4], SMALL), *wrapped(texts[4:], widths[4:], SMALL)])
    return found
