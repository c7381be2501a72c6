"""How much a delivered file may hold at one place: enough for any real one, too little to hurt."""

MOST_LINE = 1_000_000
"""Characters of one line or record."""
MOST_FIELD = 100_000
"""Characters of one value."""
MOST_LINES = 200
"""Lines that one quoted value may run over."""
MOST_SHOWN = 200
"""Characters of a value that a fault repeats."""

MOST_SHEET_ROWS = 1_048_576
MOST_SHEET_COLUMNS = 300
MOST_CELLS = 12_000_000
"""Rows times columns of the area that the filled cells of a sheet span: what reading it takes in memory."""


def shown(value: str) -> str:
    """A value as a fault repeats it."""
    value = value.strip()
    return value if len(value) <= MOST_SHOWN else f"{value[:MOST_SHOWN]}…"
