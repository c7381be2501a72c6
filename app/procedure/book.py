"""The procedure read from its data files, and looked up by reference."""

import json
import re
from functools import cache
from importlib.resources import files
from typing import Any

from app.procedure.model import Article, Chapter, Item, Requirement, UnknownReference, parse
from app.procedure.numbering import Numbering


@cache
def chapters() -> tuple[Chapter, ...]:
    """The 13 chapters."""
    return tuple(Chapter(**row) for row in _rows("chapters"))


@cache
def articles() -> tuple[Article, ...]:
    """The 122 articles, each with its items."""
    items = [Item(**row) for row in _rows("items")]
    below: dict[int, list[Item]] = {}
    for item in items:
        below.setdefault(parse(item.ref)[0], []).append(item)
    return tuple(
        Article(
            number=row["number"], chapter=row["chapter"], title=row["title"],
            numbering=tuple(map(Numbering, row["numbering"])), items=tuple(below.get(row["number"], ())),
        )
        for row in _rows("articles")
    )


@cache
def requirements() -> tuple[Requirement, ...]:
    """Every requirement row, in the order of the chapters."""
    return tuple(
        Requirement(id=row["id"], title=row["title"], chapter=row["chapter"], articles=tuple(row["articles"]))
        for row in _rows("requirements")
    )


def find_article(ref: str) -> Article:
    """The article that a reference like 16 or 16.1.3 stands in; raises UnknownReference."""
    number, *below = parse(ref)
    if number > len(articles()) or (below and ref not in _titles()):
        raise UnknownReference(f"the procedure has no {ref}")
    return articles()[number - 1]


def knows_article(ref: str) -> bool:
    """Whether the procedure has that article or item."""
    return ref in _titles()


def title_of(ref: str) -> str:
    """The short title of an article or item: 联网采集 for 16.1.1; raises UnknownReference."""
    try:
        return _titles()[ref]
    except KeyError:
        raise UnknownReference(f"the procedure has no {ref}") from None


def find_requirement(ref: str) -> Requirement:
    """The requirement row of that id, with whichever dash and blanks: 6–9 is 6-9; raises UnknownReference."""
    wanted = re.sub(r"\s*,\s*", ", ", re.sub("[–—]", "-", ref)).strip()
    try:
        return _requirements_by_id()[wanted]
    except KeyError:
        raise UnknownReference(f"there is no requirement {ref}") from None


@cache
def _titles() -> dict[str, str]:
    titles = {str(article.number): article.title for article in articles()}
    return titles | {item.ref: item.title for article in articles() for item in article.items}


@cache
def _requirements_by_id() -> dict[str, Requirement]:
    return {row.id: row for row in requirements()}


def _rows(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((files(__package__) / "data" / f"{name}.json").read_text("utf-8"))
    return rows
