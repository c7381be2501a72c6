"""The made-up files of `flask demo load`: the same each time, in the agreed formats, with the faults that were put in."""

from datetime import date, datetime, time
from itertools import pairwise

import pytest

from app.areas.collection.sight.cycles import due, period_of, periods
from app.areas.organisation.registers import UpdateCycle
from app.calendar.days import Calendar
from app.demo.load.catalogue import INDICATORS, KINDS
from app.demo.load.content import content, rows_of
from app.demo.load.files import OTHER, file_of
from app.demo.load.kinds import Kind, Span
from app.demo.load.population import market
from app.demo.load.schedule import begin, deliveries
from app.intake.terms import Encoding, FieldType, FileFormat, Validation
from app.standards.tables import code_table
from app.standards.uscc import check_uscc

SPAN = Span(date(2026, 3, 1), date(2026, 3, 31))
HOLIDAY = Calendar({date(2026, 10, 5): False, date(2026, 10, 6): False, date(2026, 10, 10): True})
ids = [one.key for one in KINDS]


@pytest.fixture(scope="module")
def town():
    return market(7, 1200)


def test_the_same_seed_gives_the_same_enterprises(town) -> None:
    assert market(7, 1200) == town
    assert market(8, 50).enterprises != town.enterprises[:50]
    assert len({one.uscc for one in town.enterprises if one.uscc}) == 1180
    assert all(check_uscc(one.uscc) for one in town.enterprises[:200] if one.uscc)
    assert len(town.twins) == 6


@pytest.mark.parametrize("kind", KINDS, ids=ids)
def test_sound_rows_fit_their_structure(kind: Kind, town) -> None:
    rows = rows_of(town, kind, SPAN)
    assert rows == rows_of(town, kind, SPAN)
    for row in rows:
        assert len(row) == len(kind.columns)
        for column, value in zip(kind.columns, row, strict=True):
            assert value or not column.required, column.name
            if value and column.validation is Validation.USCC:
                check_uscc(value)
            if value and column.type is FieldType.CODE:
                assert value in {one.code for one in code_table(column.table or "").rows}, (column.name, value)
            if column.length and kind.format is not FileFormat.FIXED:
                assert len(value) <= column.length
    keys = [tuple(value for column, value in zip(kind.columns, row, strict=True) if column.key) for row in rows]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("kind", KINDS, ids=ids)
def test_files_are_written_as_agreed_or_in_another_encoding(kind: Kind, town) -> None:
    rows = rows_of(town, kind, SPAN)[:50]
    data = file_of(kind, rows)
    if kind.format is FileFormat.XLSX:
        assert data[:2] == b"PK"
        return
    assert rows[0][kind.place(kind.columns[0].name)] in data.decode(kind.encoding.value)
    with pytest.raises(UnicodeError):
        file_of(kind, rows, mistaken=True).decode(kind.encoding.value)
    assert OTHER[kind.encoding] != kind.encoding.value
    if kind.format is FileFormat.FIXED:
        lines = data.split(b"\r\n")[:-1]
        assert {len(line) for line in lines} == {sum(one.length or 0 for one in kind.columns)}


def test_indicators_are_named_once_and_exist(town) -> None:
    known = {code for code, _name, _type, _unit in INDICATORS}
    assert len(known) == len(INDICATORS)
    used = {one.indicator for kind in KINDS for one in kind.columns if one.indicator}
    assert used == known | {"ZB0001", "ZB0002"}


@pytest.mark.article("14")
def test_a_year_of_deliveries_has_late_ones_and_damaged_ones(town) -> None:
    first = begin(date(2026, 11, 28), 12)
    found = [one for kind in KINDS for one in deliveries(kind, town, first, datetime(2026, 11, 28, 17), Calendar({}))]
    assert first == date(2025, 11, 1)
    assert 100 < len(found) < 130
    assert any(one.at > one.due for one in found)
    assert any(one.mistaken for one in found)
    tax = [one for one in found if one.kind.key == "tax"]
    made = content(town, tax[3])
    assert made.data == content(town, tax[3]).data
    assert made.corrections
    assert sum(made.faults.values()) > 3
    assert len({one.name for one in found}) == len(found)


@pytest.mark.article("14")
@pytest.mark.parametrize(("cycle", "day", "start", "end"), [
    (UpdateCycle.DAY, date(2026, 2, 28), date(2026, 2, 28), date(2026, 2, 28)),
    (UpdateCycle.WEEK, date(2026, 1, 1), date(2025, 12, 29), date(2026, 1, 4)),
    (UpdateCycle.MONTH, date(2028, 2, 10), date(2028, 2, 1), date(2028, 2, 29)),
    (UpdateCycle.QUARTER, date(2026, 5, 31), date(2026, 4, 1), date(2026, 6, 30)),
    (UpdateCycle.YEAR, date(2026, 5, 31), date(2026, 1, 1), date(2026, 12, 31)),
])
def test_periods(cycle: UpdateCycle, day: date, start: date, end: date) -> None:
    found = period_of(cycle, day)
    assert (found.start, found.end) == (start, end)
    following = list(periods(cycle, start, date(2029, 1, 1)))
    assert following[0] == found
    assert all((after.start - before.end).days == 1 for before, after in pairwise(following))


@pytest.mark.article("14")
def test_the_day_a_report_is_due_is_a_working_day() -> None:
    september = period_of(UpdateCycle.MONTH, date(2026, 9, 1))
    assert due(september, 5, time(17), HOLIDAY) == datetime(2026, 10, 7, 17)
    assert due(september, 10, None, HOLIDAY) == datetime(2026, 10, 10, 23, 59, 59)
    assert [one.start.month for one in periods(UpdateCycle.QUARTER, date(2026, 2, 2), date(2026, 12, 1))] == [4, 7]
    assert Encoding.GBK.value == "gbk"
