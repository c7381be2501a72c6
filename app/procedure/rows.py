"""Which requirement rows a reference belongs to."""

from itertools import groupby

from app.procedure.book import find_article, find_requirement, requirements
from app.procedure.model import Requirement, UnknownReference, parse

Parts = tuple[int, ...]


def row_for(ref: str) -> Requirement | None:
    """The one row that covers an article or item most specifically, or whose id it is: 6-9 for 7.

    None where no row covers it (111), or where only wider words than a row's own name it (16.1).
    Raises UnknownReference.
    """
    named = _named(ref)
    return named or next((rows[0] for rows in _covering(ref) if len(rows) == 1), None)


def rows_for(ref: str) -> tuple[Requirement, ...]:
    """Every row that a wide reference may stand for: both walks of 44, the three ways of 16.1.

    Raises UnknownReference.
    """
    if named := _named(ref):
        return (named,)
    covering = _covering(ref)
    return covering[0] if covering else _within(ref)


def _named(ref: str) -> Requirement | None:
    try:
        return find_requirement(ref)
    except UnknownReference:
        find_article(ref)
        return None


def _covering(ref: str) -> list[tuple[Requirement, ...]]:
    """The rows that cover it, the most specific first; together where equally so."""
    near = [(key, row) for row in requirements() if (key := _nearness(row, parse(ref)))]
    near.sort(key=lambda pair: pair[0])
    return [tuple(row for _, row in pairs) for _, pairs in groupby(near, key=lambda pair: pair[0])]


def _nearness(row: Requirement, target: Parts) -> tuple[int, int] | None:
    """Fewer articles are nearer, then deeper ones; None where the row does not cover it."""
    keys = [
        (last[0] - first[0], -len(first))
        for first, last in map(_bounds, row.articles)
        if first <= target[: len(first)] <= last
    ]
    return min(keys, default=None)


def _within(ref: str) -> tuple[Requirement, ...]:
    target = parse(ref)
    return tuple(
        row for row in requirements() if any(_bounds(one)[0][: len(target)] == target for one in row.articles)
    )


def _bounds(article: str) -> tuple[Parts, Parts]:
    first, _, last = article.partition("-")
    return parse(first), parse(last or first)
