"""The task list at 1,000 open tasks and at 100,000, spread over all duties, with twice as many done.

The count goes no further than 1,000; the list sorts all that is the person's, by urgency.
"""

import random
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import Engine, insert
from sqlalchemy.orm import Session

from bench.harness import Options, command, counted, databases, make_tables, medians, show

SMALL, LARGE = 1_000, 100_000
POSITIONS = ("DATA_MANAGER", "IT_HEAD", "COLLECTOR", "SYSADMIN")
HEAD = ("", "mine of {large}", "ms at {small}", "ms at {large}", "large : small", "queries")


def run(options: Options) -> None:
    """Measures on SQLite, and on PostgreSQL where a server is given; `--rows` open tasks instead of 100,000."""
    large = options.rows or LARGE
    with databases(options) as few, databases(options) as many:
        for small, big in zip(few, many, strict=True):
            for engine, number in ((small, SMALL), (big, large)):
                make_tables(engine)
                seed(engine, number)
            head = [one.format(small=f"{SMALL:,}", large=f"{large:,}") for one in HEAD]
            show(f"任务列表, {big.dialect.name}", head, measure(small, big, options))


def seed(engine: Engine, number: int) -> None:
    """So many documents under way with a task each, by turns of every duty."""
    from app.engine.document import Document
    from app.workflow.models import Task
    from bench import seeding
    from bench.seeding import LATEST

    seeding.people_and_registers(engine)
    chance, held = random.Random(7), duties()
    with engine.connect().execution_options(writes=True) as connection:
        for start in range(1, number + 1, 5_000):
            keys = range(start, min(start + 5_000, number + 1))
            drawn = [(key, *chance.choice(held)) for key in keys]
            connection.execute(insert(Document.__table__), [document(*one, chance) for one in drawn])  # type: ignore[arg-type]
            tasks = [{**task(*one, chance), "id": one[0] + turn * number, "done_at": LATEST if turn else None}
                     for turn in range(3) for one in drawn]
            connection.execute(insert(Task.__table__), tasks)  # type: ignore[arg-type]
        connection.commit()
    command(engine, "ANALYZE")


def duties() -> list[tuple[str, str, str]]:
    """Form, step and duty of everything that tasks can wait for by position."""
    from app.engine.catalogue import catalogue
    from app.workflow.permissions import duty

    return [
        (spec.prefix, step.name, duty(spec, step)) for spec in catalogue.forms for step in spec.chain
        if step.positions and step.kind not in ("countersign", "authorise", "copy")
    ]


def document(key: int, form: str, step: str, duty: str, chance: random.Random) -> dict[str, Any]:
    """A document under way."""
    from app.engine.document import ArchiveState, State
    from bench.seeding import LATEST

    at = LATEST - timedelta(minutes=key)
    return {
        "id": key, "form_code": form, "number": f"{form}-2026-{key:06d}", "summary": f"第 {key} 份", "state": State.PENDING,
        "step": step, "round": 1, "maker_id": chance.randint(1, 40), "maker_name": "员工", "department_code": "SJGL",
        "department_name": "数据管理组", "created_at": at, "updated_at": at, "archive_state": ArchiveState.NONE, "version": 1,
        "digest": "0" * 64,
    }


def task(key: int, form: str, step: str, duty: str, chance: random.Random) -> dict[str, Any]:
    """Its open task; half of them with a deadline."""
    from bench.seeding import LATEST

    at = LATEST - timedelta(minutes=key)
    due = at + timedelta(days=chance.randint(1, 20)) if chance.random() < 0.5 else None
    return {"id": key, "document_id": key, "step": step, "duty": duty, "reading": False, "opened_at": at, "due_at": due}


def measure(small: Engine, big: Engine, options: Options) -> Iterator[tuple[Any, ...]]:
    """The rows of the table: for some positions, the first page and the count."""
    from app.engine.positions import Position
    from app.screens import keyset
    from app.screens.task_views import views
    from app.screens.tasks import SIZE
    from app.workflow.tasks import count_waiting
    from bench.seeding import actor

    def page(engine: Engine, who: Any) -> None:
        todo = views(who)[0]
        with Session(engine) as session:
            rows = keyset.page(session, todo.statement, todo.orders, todo.key, None, None, SIZE).rows
            [(one[0].due_at, one[1].number, one[1].summary) for one in rows]

    def count(engine: Engine, who: Any, most: int = 1000) -> int:
        with Session(engine) as session:
            return count_waiting(session, who, most)

    for name in POSITIONS:
        who = actor(3, Position[name])
        for what, work in (("first page", page), ("count", count)):
            few, many = medians([partial(work, small, who), partial(work, big, who)], options.repeat)
            with counted(big) as sent:
                work(big, who)
            queries = sum(not one.startswith("BEGIN") for one in sent)
            yield f"{who.position_titles}, {what}", count(big, who, 10**6), few, many, many / few, queries
