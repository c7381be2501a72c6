"""Template filters for sheets and papers."""

from collections.abc import Sequence
from typing import Any

from app.documents.paper import Column
from app.documents.words import shortened
from app.engine.choice import Choice
from app.engine.codecs import Codec
from app.engine.fields import LineSpec
from app.engine.types import OrganisationCodeCodec, RegistrationNumberCodec, ResidentIdCodec, UsccCodec
from app.screens.language import cited

CHECKS: dict[type[Codec], str] = {
    UsccCodec: "uscc", ResidentIdCodec: "resident-id", OrganisationCodeCodec: "organisation-code",
    RegistrationNumberCodec: "registration-number",
}
"""The numbers whose check characters static/js/checks.js verifies while they are typed."""


def choices(choice: type[Choice]) -> list[tuple[str, str]]:
    """The values of a choice with their titles."""
    return [(one.value, str(one.title)) for one in choice]


def check(codec: Codec) -> str | None:
    """The name of the check of a number, or None where it has none."""
    return CHECKS.get(type(codec))


def titles(text: str, choice: type[Choice]) -> str:
    """Values of a set of choices, typed as values or titles, by their titles."""
    parts = [part.strip() for part in text.replace(",", "、").split("、") if part.strip()]
    return "、".join(str(found.title) if (found := choice.find(part)) else part for part in parts)


def rows(document: Any, line: LineSpec) -> list[Any]:
    """The rows of a document's lines."""
    return list(getattr(document, line.name))


def shares(columns: Sequence[Column]) -> list[str]:
    """The widths of a paper table's columns, beside the one of row numbers, by what usually stands in them."""
    widths = [16 if one.right else min(max(one.width, 2 * min(len(one.label), 5), 7), 24) for one in columns]
    return [f"{width * 93 / sum(widths):.1f}%" for width in widths]


def spread(found: Sequence[Any], most: int) -> list[Sequence[Any]]:
    """Things in rows of at most so many, the rows as even as can be: five by four are three and two."""
    rows = -(-len(found) // most)
    size = -(-len(found) // rows) if rows else 1
    return [found[start : start + size] for start in range(0, len(found), size)]


FILTERS = {
    "choices": choices, "check": check, "titles": titles, "rows": rows, "shortened": shortened, "cite": cited,
    "shares": shares, "spread": spread,
}
