"""Checks rows against their layout and gives the standard values of those without fault, a chunk at a time.

Values are checked by column: what a column holds often is looked at once. Then what fields say together, then the key.
"""

from collections.abc import Collection, Iterator, Sequence
from itertools import compress
from operator import itemgetter

from flask_babel import lazy_gettext as _

from app.engine.text import Text
from app.intake.chunks import Checked, Chunk, Row, RowFault
from app.intake.columns import Column
from app.intake.duplicates import Duplicates, digest
from app.intake.expressions import Comparison, comparison
from app.intake.layout import Layout
from app.intake.limits import shown
from app.intake.rules import Rule
from app.intake.terms import FileFormat, Role, Validation

FEW = 20
"""Values that are looked for one by one in a column rather than among all of its values."""
Found = dict[int, list[RowFault]]
"""Faults by the place of their row in the chunk."""


class Checker:
    """The rules of one file. With `duplicates`, a row whose key an earlier good row has is a fault."""

    def __init__(self, layout: Layout, duplicates: Duplicates | None = None) -> None:
        self.layout, self.duplicates = layout, duplicates
        self._columns = [Column(one, fixed=layout.format is FileFormat.FIXED) for one in layout.fields]
        self._comparisons = comparisons_of(layout)
        self._period = (layout.place(Role.VALID_FROM), layout.place(Role.VALID_TO))

    def check(self, chunk: Chunk) -> Checked:
        """The chunk's rows, good and bad, and every fault of the bad ones."""
        faults: Found = {}
        columns = self._standard(chunk, faults)
        rows = list(map(list, zip(*columns, strict=True)))
        self._together(chunk, columns, faults)
        keys = self._keys(columns)
        if self.duplicates is not None:
            self._unique(self.duplicates, chunk, keys, faults)
        return self._sorted(chunk, rows, keys, faults)

    def _standard(self, chunk: Chunk, faults: Found) -> list[list[str]]:
        """Standard values by column."""
        if not chunk.rows:
            return [[] for _one in self._columns]
        found = []
        for column, values in zip(self._columns, zip(*chunk.rows, strict=True), strict=True):
            standard, wrong = column.standard(values)
            found.append(standard)
            if wrong:
                name = column.field.name
                for at in places(values, wrong):
                    raw, why = values[at], wrong[values[at]]
                    add(faults, at, RowFault(chunk.numbers[at], name, shown(raw), why.rule.value, why.reason))
        return found

    def _together(self, chunk: Chunk, columns: list[list[str]], faults: Found) -> None:
        """What fields say together, in rows whose fields are right each."""
        start, end = self._period
        if start is not None and end is not None:
            reason = _("早于“%(start)s”", start=self.layout.fields[start].title)
            for at, (first, last) in enumerate(zip(columns[start], columns[end], strict=True)):
                if first and last and last < first[: len(last)] and at not in faults:
                    self._fault(chunk, at, end, Rule.PERIOD, reason, faults)
        for one in self._comparisons:
            reason = _("应%(expression)s", expression=self.layout.fields[one.place].expression)
            for at in one.broken(columns):
                if at not in faults:
                    self._fault(chunk, at, one.place, Rule.COMPARE, reason, faults)

    def _keys(self, columns: list[list[str]]) -> list[bytes]:
        key = self.layout.key
        texts = columns[key[0]] if len(key) == 1 else map("\x1f".join, zip(*(columns[at] for at in key), strict=True))
        return list(map(digest, texts))

    def _unique(self, duplicates: Duplicates, chunk: Chunk, keys: list[bytes], faults: Found) -> None:
        for at, (number, key) in enumerate(zip(chunk.numbers, keys, strict=True)):
            if at in faults:
                continue
            first = duplicates.first(key, number)
            if first != number:
                place = self.layout.key[0]
                self._fault(chunk, at, place, Rule.DUPLICATE, _("主键与第 %(row)s 行重复", row=first), faults)

    def _fault(self, chunk: Chunk, at: int, place: int, rule: Rule, reason: Text, faults: Found) -> None:
        name, value = self.layout.fields[place].name, chunk.rows[at][place]
        add(faults, at, RowFault(chunk.numbers[at], name, shown(value), rule.value, reason))

    def _sorted(self, chunk: Chunk, rows: list[Row], keys: list[bytes], faults: Found) -> Checked:
        """Good and bad rows apart."""
        if not faults and not chunk.broken:
            return Checked(list(zip(chunk.numbers, rows, strict=True)), keys)
        sound = bytearray(b"\1") * len(rows)
        for at in faults:
            sound[at] = 0
        checked = Checked(list(compress(zip(chunk.numbers, rows, strict=True), sound)), list(compress(keys, sound)))
        bad: list[tuple[int, Row | str]] = [(chunk.numbers[at], chunk.rows[at]) for at in faults]
        bad += [(one.row, chunk.raw[one.row]) for one in chunk.broken]
        checked.bad = sorted(bad, key=itemgetter(0))
        checked.faults = sorted([*(one for some in faults.values() for one in some), *chunk.broken], key=lambda one: one.row)
        return checked


def comparisons_of(layout: Layout) -> list[Comparison]:
    """The comparisons that the layout's fields are held to."""
    return [
        comparison(layout.fields, at, one.expression or "")
        for at, one in enumerate(layout.fields) if one.validation is Validation.COMPARE
    ]


def places(values: Sequence[str], wanted: Collection[str]) -> Iterator[int]:
    """Where a column holds one of the wanted values."""
    if len(wanted) > FEW:
        yield from (at for at, one in enumerate(values) if one in wanted)
        return
    for one in wanted:
        at = -1
        for _turn in range(values.count(one)):
            at = values.index(one, at + 1)
            yield at


def add(faults: Found, at: int, fault: RowFault) -> None:
    """Notes a fault of a row."""
    faults.setdefault(at, []).append(fault)


def key_of(layout: Layout, row: Sequence[str]) -> bytes:
    """The digest of the key of a row of standard values, as `Checked.keys` has it."""
    return digest("\x1f".join([row[at] for at in layout.key]))
