"""Stories of random people doing random things with every form, each act judged (tests/chain_machine.py).

Not a measurement: it fails with the story that breaks a rule, its seed and its log. `--seed SEED/NUMBER` tells it again.
"""

import time

from bench.harness import Options, databases, show
from bench.web import with_demo_company

TOLD = 500
"""A line of progress after so many stories."""
HEAD = ("database", "stories", "acts", "accepted", "refused", "by delegates", "finished", "steps signed", "of", "seconds")


def run(options: Options) -> None:
    """Tells `--runs` stories on SQLite, and on PostgreSQL where a server is given."""
    with databases(options) as engines:
        for engine in engines:
            with with_demo_company(engine.url.render_as_string(hide_password=False)):
                row = tell(options)
            show("随机流程", HEAD, [(engine.dialect.name, *row)])


def tell(options: Options) -> tuple[float | int, ...]:
    """Tells the stories; returns the row of the table."""
    from app.database import db
    from tests.chain_machine import Machine

    seed, _slash, only = options.seed.partition("/")
    machine, start = Machine(db.session(), seed), time.monotonic()
    for number in [int(only)] if only else range(options.runs):
        machine.run(number)
        if (number + 1) % TOLD == 0:
            print(f"{number + 1} stories, {machine.tally.actions} acts, {time.monotonic() - start:.0f} s", flush=True)
    tally = machine.tally
    accepted, refused = tally.accepted.total(), tally.refused.total()
    done = tally.finished.total()
    steps = sum(one.waits for spec in machine.specs for one in spec.chain)
    took = time.monotonic() - start
    return tally.runs, tally.actions, accepted, refused, tally.delegated, done, len(tally.steps), steps, took
