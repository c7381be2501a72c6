"""The header row (首行) of a delivery, and the columns that error files add to it."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _

from app.engine.text import half_width
from app.intake.chunks import Unreadable
from app.intake.layout import Layout

REASONS = ("原文件行号", "差错字段", "差错原因")
"""What an error file adds to each row. A corrected error file may come back with them: they are left out again."""


def check_header(cells: Sequence[str], layout: Layout) -> int:
    """How many columns the rows below have, the reasons' included; raises Unreadable naming the first wrong name."""
    found = [plain(cell) for cell in cells]
    while found and not found[-1]:
        found.pop()
    wanted = [plain(one.name) for one in layout.fields]
    if found[len(wanted) :] == list(REASONS):
        found = found[: len(wanted)]
        width = len(wanted) + len(REASONS)
    else:
        width = len(cells)
    for at, name in enumerate(wanted):
        if at >= len(found):
            raise Unreadable(_("首行缺少字段“%(name)s”（第 %(at)s 列）", name=layout.fields[at].name, at=at + 1), 1)
        if found[at] != name:
            raise Unreadable(_("首行第 %(at)s 列是“%(found)s”，应为“%(name)s”",
                               at=at + 1, found=cells[at].strip(), name=layout.fields[at].name), 1)
    if len(found) > len(wanted):
        raise Unreadable(_("首行多出字段“%(name)s”（第 %(at)s 列）", name=cells[len(wanted)].strip(), at=len(wanted) + 1), 1)
    return width if width == len(wanted) + len(REASONS) else len(wanted)


def plain(name: str) -> str:
    """A field name as names are compared."""
    return half_width(name).casefold()
