"""Faults that rows of a delivery may have, one each: what every layout with such a field refuses."""

from collections.abc import Callable

from app.intake.layout import Layout
from app.intake.terms import FieldType, FileFormat, Role, Validation

Spoil = Callable[[Layout, list[str], list[str] | None], list[str] | None]
"""The row spoiled, given the last sound row before it; None where its layout cannot have that fault."""

NUMBERED = (Validation.USCC, Validation.ORGANISATION_CODE, Validation.REGISTRATION_NUMBER, Validation.RESIDENT_ID)


def missing(layout: Layout, row: list[str], before: list[str] | None) -> list[str] | None:
    """A required value left empty."""
    at = next((at for at, one in enumerate(layout.fields) if one.required), layout.key[0])
    row[at] = ""
    return row


def wrong_check_digit(layout: Layout, row: list[str], before: list[str] | None) -> list[str] | None:
    """A number whose check character does not fit."""
    at = next((at for at, one in enumerate(layout.fields) if one.validation in NUMBERED and row[at]), None)
    if at is None:
        return None
    row[at] = row[at][:-2] + ("1" if row[at][-2] == "0" else "0") + row[at][-1]
    return row


def no_such_day(layout: Layout, row: list[str], before: list[str] | None) -> list[str] | None:
    """A month that no year has."""
    found = (at for at, one in enumerate(layout.fields) if one.type in (FieldType.DATE, FieldType.MOMENT) and row[at])
    at = next(found, None)
    if at is None:
        return None
    value = row[at]
    row[at] = f"{value[:5]}13{value[7:]}" if not value[4].isdigit() else f"{value[:4]}13{value[6:]}"
    return row


def no_number(layout: Layout, row: list[str], before: list[str] | None) -> list[str] | None:
    """A word where a number belongs."""
    numeric = (FieldType.INTEGER, FieldType.DECIMAL, FieldType.AMOUNT)
    at = next((at for at, one in enumerate(layout.fields) if one.type in numeric), None)
    if at is None:
        return None
    row[at] = "待核"
    return row


def no_such_code(layout: Layout, row: list[str], before: list[str] | None) -> list[str] | None:
    """A code that the table does not hold."""
    at = next((at for at, one in enumerate(layout.fields) if one.codes), None)
    if at is None:
        return None
    row[at] = "#"
    return row


def repeated(layout: Layout, row: list[str], before: list[str] | None) -> list[str] | None:
    """The key of the row before."""
    if before is None:
        return None
    for at in layout.key:
        row[at] = before[at]
    return row


def short(layout: Layout, row: list[str], before: list[str] | None) -> list[str] | None:
    """A field too few."""
    return row[:-1] if layout.format in (FileFormat.CSV, FileFormat.TXT) and len(row) > 1 else None


def turned_round(layout: Layout, row: list[str], before: list[str] | None) -> list[str] | None:
    """A period that ends before it begins."""
    start, end = layout.place(Role.VALID_FROM), layout.place(Role.VALID_TO)
    fields = layout.fields
    if start is None or end is None or not row[start] or not row[end] or row[start] == row[end]:
        return None
    if (fields[start].type, fields[start].expression) != (fields[end].type, fields[end].expression):
        return None
    row[start], row[end] = row[end], row[start]
    return row


FAULTS: tuple[Spoil, ...] = (
    missing, wrong_check_digit, no_such_day, no_number, no_such_code, repeated, short, turned_round,
)
