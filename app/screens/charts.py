"""Charts as SVG made on the server, so that they print: stacked columns of up to three series, and their scale.

Every chart stands beside a table of the same numbers; `templates/charts.html` draws what is computed here.
"""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 1120, 300
LEFT, TOP, BOTTOM = 56, 16, 266
LINES = 5
"""Lines of the scale, about so many."""
SERIES = ("a", "b", "c")
"""Classes of the style sheet's series colours."""


@dataclass(frozen=True)
class Bar:
    """One column: `label` below it, `values` from the bottom up, one for each series."""

    label: str
    values: tuple[int, ...]


@dataclass(frozen=True)
class Block:
    """A piece of a column. `series`: its class."""

    series: str
    x: float
    y: float
    width: float
    height: float
    title: str


@dataclass(frozen=True)
class Mark:
    """A text, or a line of the scale, at a place."""

    x: float
    y: float
    text: str


@dataclass(frozen=True)
class Chart:
    """What is drawn. `keys`: class and title of each series."""

    title: str
    keys: tuple[tuple[str, str], ...]
    blocks: tuple[Block, ...]
    totals: tuple[Mark, ...]
    labels: tuple[Mark, ...]
    scale: tuple[Mark, ...]

    @property
    def box(self) -> str:
        """The drawing's size, as SVG takes it."""
        return f"0 0 {WIDTH} {HEIGHT}"


def stacked(title: str, series: Sequence[str], bars: Sequence[Bar]) -> Chart:
    """Stacked columns; `series` are the titles, at most three."""
    most = max((sum(bar.values) for bar in bars), default=0)
    step = step_of(most)
    top = max(step, -(-most // step) * step)
    unit = (BOTTOM - TOP) / top
    pace = (WIDTH - LEFT) / max(len(bars), 1)
    width = min(40.0, pace * 0.6)
    blocks: list[Block] = []
    totals: list[Mark] = []
    labels: list[Mark] = []
    for at, bar in enumerate(bars):
        middle, y = LEFT + pace * (at + 0.5), float(BOTTOM)
        for name, key, value in zip(SERIES, series, bar.values, strict=False):
            height = value * unit
            y -= height
            if value:
                blocks.append(Block(name, round(middle - width / 2, 1), round(y, 1), round(width, 1), round(height, 1),
                                    f"{bar.label} {key} {value:,}"))
        if sum(bar.values):
            totals.append(Mark(round(middle, 1), round(y - 6, 1), f"{sum(bar.values):,}"))
        labels.append(Mark(round(middle, 1), HEIGHT - 12, bar.label))
    scale = tuple(Mark(LEFT, round(BOTTOM - value * unit, 1), f"{value:,}") for value in range(0, top + 1, step))
    return Chart(title, tuple(zip(SERIES, series, strict=False)), tuple(blocks), tuple(totals), tuple(labels), scale)


def step_of(most: int) -> int:
    """The distance of the scale's lines: 1, 2 or 5 times a power of ten."""
    power = 1
    while True:
        for factor in (1, 2, 5):
            if most <= factor * power * LINES:
                return factor * power
        power *= 10
