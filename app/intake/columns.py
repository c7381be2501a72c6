"""A column of a chunk to standard values: by whole columns where it can be, by value with a memory of values where not."""

import re
from collections.abc import Sequence
from decimal import Decimal

from app.intake.converting import GUARDED, NOTHING, Convert, Wrong, converter, limits, regular
from app.intake.expressions import NUMERIC
from app.intake.layout import Field
from app.intake.terms import FieldType, Validation
from app.standards.uscc import LENGTH, is_plain_uscc

REMEMBERED = 8_192
"""Values of a column that are remembered with their standard text."""
RARE = 0.7
"""Where more of a chunk's values are new than this, remembering them is not worth its while for some chunks."""
PAUSE = 20
INFINITE = Decimal("Infinity")


class Memory(dict[str, str]):
    """Standard values by source value; `wrong` are those of the chunk that break a rule."""

    def __init__(self, convert: Convert) -> None:
        super().__init__()
        self.convert = convert
        self.wrong: dict[str, Wrong] = {}
        self.missed = 0
        self.keeping = True

    def __missing__(self, raw: str) -> str:
        self.missed += 1
        if raw in self.wrong:
            return ""
        try:
            value = self.convert(raw)
        except Wrong as wrong:
            self.wrong[raw] = wrong
            return ""
        if self.keeping:
            self[raw] = value
        return value


class Column:
    """The column of one field."""

    def __init__(self, field: Field, *, fixed: bool = False) -> None:
        self.field = field
        self._memory = Memory(converter(field, fixed=fixed))
        self._regular = regular(field, fixed=fixed)
        self._limits = limits(field) if field.type in NUMERIC else (-INFINITE, INFINITE)
        self._text = field.type is FieldType.TEXT and field.validation is None
        self._length = None if fixed else field.length
        self._required = field.required or field.key_part
        self._codes = field.type is FieldType.TEXT and field.validation is Validation.USCC and (self._length or LENGTH) >= LENGTH
        self._pause = 0

    def standard(self, values: Sequence[str]) -> tuple[list[str], dict[str, Wrong]]:
        """Standard values in the order of the source values, and what is wrong with which source values."""
        if self._regular is not None:
            if self._plain_numbers(values, self._regular):
                return list(values), {}
        elif self._text and (found := self._plain(values)) is not None:
            return found, {}
        elif self._codes:
            return self._unified_codes(values)
        return self._looked_up(values)

    def _unified_codes(self, values: Sequence[str]) -> tuple[list[str], dict[str, Wrong]]:
        """A column of 统一社会信用代码, hardly one like another: looked up are only those that are not plainly sound."""
        doubtful = [at for at, one in enumerate(values) if not is_plain_uscc(one)]
        found = list(values)
        standard, wrong = self._looked_up([values[at] for at in doubtful])
        for at, one in zip(doubtful, standard, strict=True):
            found[at] = one
        return found, wrong

    def _plain_numbers(self, values: Sequence[str], regular: "re.Pattern[str]") -> bool:
        """Whether a column holds numbers within their limits, all written as standard text."""
        text = "\n".join(values)
        if text.count("\n") != len(values) - 1 or not regular.fullmatch(text):
            return False
        least, most = self._limits
        if least <= 0 and most == INFINITE:  # none of them is negative
            return True
        found = list(map(Decimal, filter(None, values)))
        return not found or (least <= min(found) and max(found) <= most)

    def _plain(self, values: Sequence[str]) -> list[str] | None:
        """A column of texts without anything to clean but blanks, or None."""
        if not "".join(values).isprintable():
            return None
        found = list(map(str.strip, values))
        if self._length is not None and len(max(found, key=len)) > self._length:
            return None
        special = set(found)
        if (self._required and "" in special) or not NOTHING.isdisjoint(special):
            return None
        return None if any(one[:1] == "'" and one[1:2] in GUARDED for one in special) else found

    def _looked_up(self, values: Sequence[str]) -> tuple[list[str], dict[str, Wrong]]:
        memory = self._memory
        memory.wrong, memory.missed = {}, 0
        if len(memory) > REMEMBERED:
            memory.clear()
        if self._pause:
            self._pause -= 1
        memory.keeping = not self._pause
        found = [memory[one] for one in values]
        if memory.keeping and memory.missed > RARE * len(values) and len(values) > 500:
            self._pause = PAUSE
            memory.clear()
        return found, memory.wrong
