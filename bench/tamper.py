"""Tampering with the record in ten thousand random ways (security 25): each is found, and the first bad entry named."""

import time
from collections import Counter
from random import Random
from typing import Any

from app.audit.chain import GENESIS, chained
from app.audit.verifying import Result, check
from bench.audit import KEY, made
from bench.harness import Options, show
from bench.tampering import tampered

HEAD = ("", "tamperings", "found", "first bad entry named", "kind named")


def run(options: Options) -> None:
    """`--runs` tamperings with a record of `--rows` entries (100), drawn by `--seed`."""
    rows = list(chained(KEY, 0, GENESIS, made(options.rows or 100)))
    known = {len(rows): rows[-1]["digest"]}
    assert check(KEY, rows, known) == Result(len(rows))
    chance, counts, start = Random(options.seed), Counter[str](), time.perf_counter()
    for _run in range(options.runs):
        counts.update(outcome(*tampered(chance, KEY, rows), known))
    taken = time.perf_counter() - start
    named = [counts[one] for one in ("found", "named", "kind")]
    show(f"篡改审计日志, {options.runs:,} 次, {taken:.0f} s", HEAD, [("any", options.runs, *named)])
    if min(named[:2]) < options.runs:
        raise SystemExit(1)


def outcome(rows: list[dict[str, Any]], first: int, wrong: Any, known: dict[int, str]) -> list[str]:
    """What of it was found."""
    fault = check(KEY, rows, known).fault
    if fault is None:
        return []
    found = ["found"]
    if fault.number == first:
        found.append("named")
        if wrong in (None, fault.wrong):
            found.append("kind")
    return found
