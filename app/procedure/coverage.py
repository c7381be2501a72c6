"""Which requirement rows are cited by which forms and shown by which tests."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from app.procedure.book import requirements
from app.procedure.marks import TestCitation, collect_tests
from app.procedure.model import Requirement, UnknownReference
from app.procedure.rows import row_for, rows_for

__all__ = ["CoverageRow", "FormCitation", "TestCitation", "Unplaced", "collect_tests", "coverage", "unplaced"]


@dataclass(frozen=True, slots=True)
class FormCitation:
    """A form (表单) and the references that it cites."""

    code: str
    title: str
    articles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """A requirement with the forms that cite it and the tests that carry it."""

    requirement: Requirement
    forms: tuple[FormCitation, ...]
    tests: tuple[TestCitation, ...]

    @property
    def uncovered(self) -> bool:
        """No test shows it. A form is no proof, and rows about screens or jobs have none."""
        return not self.tests


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A reference that counts for no row: `known` when the procedure at least has it."""

    ref: str
    cited_by: str
    known: bool


def coverage(forms: Iterable[FormCitation], tests: Iterable[TestCitation]) -> list[CoverageRow]:
    """A row for each requirement. A form serves every row that its words may mean; a test shows the one it names."""
    placed_forms = [(form, _ids(form.articles, rows_for)) for form in forms]
    placed_tests = [(test, _ids(test.refs, _one_row)) for test in tests]
    return [
        CoverageRow(
            row,
            tuple(form for form, ids in placed_forms if row.id in ids),
            tuple(test for test, ids in placed_tests if row.id in ids),
        )
        for row in requirements()
    ]


def unplaced(forms: Iterable[FormCitation], tests: Iterable[TestCitation]) -> list[Unplaced]:
    """The references that `coverage` passes over, so that none is lost in silence."""
    cited = [(ref, form.code, rows_for) for form in forms for ref in form.articles]
    shown = [(ref, test.name, _one_row) for test in tests for ref in test.refs]
    return [
        Unplaced(ref, by, known=rows is not None)
        for ref, by, find in (*cited, *shown)
        if not (rows := _found(ref, find))
    ]


Finder = Callable[[str], tuple[Requirement, ...]]


def _one_row(ref: str) -> tuple[Requirement, ...]:
    row = row_for(ref)
    return (row,) if row else ()


def _found(ref: str, find: Finder) -> tuple[Requirement, ...] | None:
    try:
        return find(ref)
    except UnknownReference:
        return None


def _ids(refs: Iterable[str], find: Finder) -> set[str]:
    return {row.id for ref in refs for row in _found(ref, find) or ()}
