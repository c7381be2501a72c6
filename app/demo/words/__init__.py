"""Words of the examples: for a field its values by turns, or how far its day lies from today.

Keys are `form.field`, `line_table.field`, or a field's name alone where it means the same in every form.
"""

from app.demo.words import business, collection, common, disputes, organisation, products

WORDS: dict[str, tuple[str | None, ...]] = {
    **common.WORDS,
    **collection.WORDS,
    **products.WORDS,
    **business.WORDS,
    **organisation.WORDS,
    **disputes.WORDS,
}
DAYS: dict[str, int] = {
    **common.DAYS,
    **collection.DAYS,
    **products.DAYS,
    **business.DAYS,
    **organisation.DAYS,
    **disputes.DAYS,
}


def pick(number: int, where: str, name: str) -> str | None:
    """The value whose turn it is; raises KeyError where nobody wrote any."""
    found = WORDS.get(f"{where}.{name}") or WORDS[name]
    return found[number % len(found)]


def days_off(where: str, name: str) -> int:
    """How many days from today the field's day lies."""
    return DAYS.get(f"{where}.{name}", DAYS.get(name, 0))
