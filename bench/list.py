"""The list of form 2 at 10,000 rows and at 1,000,000: pages, filters, searches; queries a page; ratios, and to the floor.

A page is what `app.documents.listing` does for a screen: keys, rows with what they refer to, titles. The floor is the
driver fetching the very same rows by their keys.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bench import web
from bench.harness import Options, counted, databases, make_tables, medians, raw, show

SMALL, LARGE = 10_000, 1_000_000
HEAD = ("", "ms at {small}", "ms at {large}", "large : small", ": first", "queries", "rows", "floor ms", ": floor")

ADDRESSES = (
    ("first", ""),
    ("number", "?q=FJ02-2024-000129"),
    ("word of 70 % of rows", "?q=联网采集"),
    ("state 办理中", "?state=pending"),
)


@dataclass
class Lists:
    """The lists of one database, each request with a session of its own."""

    engine: Engine
    rows: int

    def __post_init__(self) -> None:
        from app.engine.catalogue import catalogue
        from app.engine.positions import Position
        from bench import seeding

        self.spec = catalogue.form("FJ02")
        self.actor = seeding.actor(3, Position.DATA_MANAGER)

    def work(self, selection: Any, after: str | None = None, *, counts: bool = False) -> Callable[[], Any]:
        """A page, or a capped count, as something to be timed."""
        from app.documents import listing

        def run() -> Any:
            with Session(self.engine) as session:
                if counts:
                    return listing.count(session, self.actor, self.spec, selection)
                return listing.page(session, self.actor, self.spec, selection, after=after)

        return run

    def key_at(self, selection: Any, part: float) -> str:
        """The key of a page that lies so deep in a list."""
        from app.documents.listing.keys import Key
        from app.documents.listing.way import way_to

        with Session(self.engine) as session:
            way = way_to(session, self.actor, self.spec, selection)
            row = int(self.rows * 11 / 10 * (1 - part))
            column = way.order.column
            value = None
            if column is not None:
                rows = session.query(column).filter(column.table.c.id <= row).order_by(column.table.c.id.desc())
                value = rows.limit(1).scalar()
            return Key(value, row).written(way.order.name)

    def floor(self, ids: list[int]) -> Callable[[], Any]:
        """The driver fetching rows by their ids."""
        marks = ", ".join(["?" if self.engine.dialect.name == "sqlite" else "%s"] * len(ids))
        statement = (
            "SELECT document.*, own.* FROM document JOIN collection_file_register own ON own.id = document.id "
            f"WHERE document.id IN ({marks}) ORDER BY document.id DESC"
        )

        def run() -> Any:
            with raw(self.engine) as connection:
                found = connection.execute(statement, ids).fetchall()
                connection.rollback()
                return found

        return run


def selections(lists: Lists) -> Iterator[tuple[str, Any, float | None]]:
    """What is asked for: a name, a selection, how deep."""
    from app.documents.listing import Range, Selection
    from app.engine.document import State
    from bench import seeding

    middle = seeding.LATEST - timedelta(days=seeding.YEARS * 365 // 2)
    method = lists.spec.field("method").codec.choice  # type: ignore[attr-defined]
    yield "first page", Selection(), None
    yield "in the middle", Selection(), 0.5
    yield "near the end", Selection(), 0.98
    yield "sorted by 接收时间", Selection(sort="received_at"), None
    yield "… in the middle", Selection(sort="received_at"), 0.5
    yield "sorted by 状态, middle", Selection(sort="state"), 0.5
    yield "state 办理中", Selection({"state": (State.PENDING,)}), None
    yield "state 已办结", Selection({"state": (State.DONE,)}), None
    yield "a common provider", Selection({"provider": (1,)}), None
    yield "a rare provider", Selection({"provider": (50,)}), None
    yield "provider, sorted by time", Selection({"provider": (9,)}, sort="received_at"), None
    yield (
        "created in one month",
        Selection({"created_at": Range(middle, middle + timedelta(days=30))}, sort="created_at"),
        None,
    )
    yield "method 人工录入 (1 %)", Selection({"method": (method.MANUAL,)}), None
    yield "view 待我处理", Selection(view="todo"), None
    yield "view 我制作的", Selection(view="mine"), None
    yield "view 已逾期", Selection(view="overdue"), None
    yield "view 未归档", Selection(view="unarchived"), None
    year = middle.year
    yield "search: number", Selection(text=f"FJ02-{year}-000129"), None
    yield "search: number's beginning", Selection(text=f"FJ02-{year}-0001"), None
    yield "search: bare sequence", Selection(text="129"), None
    yield "search: rare name", Selection(text="稀有珠宝"), None
    yield "search: name of 2 % of rows", Selection(text="建筑业协会"), None
    yield "search: name of 12 % of rows", Selection(text="市场监督管理局"), None
    yield "search: word of 70 % of rows", Selection(text="联网采集"), None
    yield "… in the middle", Selection(text="联网采集"), 0.5
    yield "search: word, sorted by time", Selection(text="建筑业", sort="received_at"), None
    yield "search: nothing found", Selection(text="不存在的名称"), None


@contextmanager
def filled(options: Options, rows: int) -> Iterator[list[Lists]]:
    """A list on every database, with so many rows."""
    from bench import seeding

    with databases(options) as engines:
        found = []
        for engine in engines:
            make_tables(engine)
            seeding.people_and_registers(engine)
            seeding.documents(engine, rows)
            found.append(Lists(engine, rows))
        yield found


def run(options: Options) -> None:
    """Measures lists on SQLite, and on PostgreSQL where a server is given."""
    large = options.rows or LARGE
    with filled(options, SMALL) as smalls, filled(options, large) as larges:
        for one, other in zip(smalls, larges, strict=True):
            report(one, other, options.repeat)


def report(small: Lists, large: Lists, repeat: int) -> None:
    """Prints the table of one database, at both sizes."""
    rows = []
    for (name, selection, depth), (_, other, _) in zip(selections(small), selections(large), strict=True):
        rows.append(line(name, small, large, selection, other, depth, repeat))
    for name, selection, _ in list(selections(large)):
        if name in ("first page", "search: word of 70 % of rows", "search: name of 2 % of rows", "view 待我处理"):
            works = [one.work(selection, counts=True) for one in (small, large)]
            times = medians(works, repeat)
            rows.append((f"count to 1,000: {name}", *times, times[1] / times[0], None, None, works[1](), None, None))
    rows += whole_pages(small, large, repeat)
    head = [one.format(small=f"{small.rows:,}", large=f"{large.rows:,}") for one in HEAD]
    show(f"列表 附件 2, {large.engine.dialect.name}, 20 rows a page", head, rows)


def whole_pages(small: Lists, large: Lists, repeat: int) -> Iterator[tuple[Any, ...]]:
    """The page that a browser gets, frame, menu and counts with it."""
    from app.database import db
    from app.engine.positions import Position

    address, role = f"/forms/{small.spec.slug}/list", Position.DATA_MANAGER.role
    with web.logged_in(small.engine, "u3", role) as one, web.logged_in(large.engine, "u3", role) as other:
        for name, query in ADDRESSES:
            works = [
                partial(one.get, address + query),
                partial(other.get, address + query),
                partial(other.get, address),
            ]
            with other.application.app_context(), counted(db.engine) as sent:
                assert works[1]().status_code == 200
            at_small, at_large, first = medians(works, repeat)
            queries = sum(not statement.startswith("BEGIN") for statement in sent)
            yield (
                f"by HTTP, whole page: {name}",
                at_small,
                at_large,
                at_large / at_small,
                at_large / first,
                queries,
                None,
                None,
                None,
            )


def line(
    name: str, small: Lists, large: Lists, selection: Any, other: Any, depth: float | None, repeat: int
) -> tuple[Any, ...]:
    """A row of the table; the first page at the larger size is timed again with each, to compare it with."""
    from app.documents.listing import Selection

    keys = [None if depth is None else lists.key_at(selection, depth) for lists in (small, large)]
    works = [small.work(selection, keys[0]), large.work(other, keys[1])]
    with counted(large.engine) as sent:
        page = works[1]()
    queries = sum(not statement.startswith("BEGIN") for statement in sent)
    floor = large.floor([row.id for row in page.rows] or [0])
    at_small, at_large, bare, first = medians([*works, floor, large.work(Selection())], repeat)
    return (
        name,
        at_small,
        at_large,
        at_large / at_small,
        at_large / first,
        queries,
        len(page.rows),
        bare,
        at_large / bare,
    )
