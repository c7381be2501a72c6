"""合计: what a month's lists add up to, by channel and item (article 16.2.3.3)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.collection.forms.public_collection_list import PublicCollectionList
from app.areas.collection.forms.public_collection_report import PublicCollectionReport, PublicReportItem
from app.engine.document import State


def lists_of(session: Session, month: str) -> Sequence[PublicCollectionList]:
    """The finished forms 4 of a month (2026-11), corrected ones in place of what they correct."""
    done = select(PublicCollectionList).where(PublicCollectionList.state == State.DONE).order_by(PublicCollectionList.id)
    first, last = PublicCollectionList.working_day >= first_day(month), PublicCollectionList.working_day < first_day(after(month))
    rows = session.scalars(done.where(first, last)).all()
    corrected = {one.amends_id for one in rows}
    return [one for one in rows if one.id not in corrected]


def total(session: Session, report: PublicCollectionReport) -> None:
    """Writes the totals of the report's month into it; items that were reviewed and have not changed stay reviewed."""
    lists = lists_of(session, report.month)
    before = {(one.channel.id, one.item): one for one in report.items}
    found: dict[tuple[int, str], dict[str, Any]] = {}
    for one in lists:
        for item in one.items:
            row = found.setdefault((item.channel.id, item.item), {"channel": item.channel, "times": 0, "records": 0, "days": []})
            row["times"] += 1
            row["records"] += item.records
            row["days"].append(one.working_day)
    report.items = [
        line_of(before.get(key), number, key[1], row) for number, (key, row) in enumerate(sorted(found.items(), key=order), 1)
    ]
    report.list_count, report.item_count = len(lists), len({item for _channel, item in found})
    report.channel_count = len({channel for channel, _item in found})
    report.record_count = sum(row["records"] for row in found.values())


def order(entry: tuple[tuple[int, str], dict[str, Any]]) -> tuple[str, str]:
    """By channel, then item."""
    return entry[1]["channel"].code, entry[0][1]


def line_of(line: PublicReportItem | None, number: int, item: str, row: dict[str, Any]) -> PublicReportItem:
    """The line of one item; a new count is reviewed anew."""
    values = {"times": row["times"], "records": row["records"], "first_on": min(row["days"]), "last_on": max(row["days"])}
    if line is None or any(getattr(line, name) != value for name, value in values.items()):
        line = line or PublicReportItem(channel=row["channel"], item=item)
        line.checked = None
        for name, value in values.items():
            setattr(line, name, value)
    line.line_no = number
    return line


def first_day(month: str) -> date:
    """The first day of a month."""
    year, number = map(int, month.split("-"))
    return date(year, number, 1)


def after(month: str) -> str:
    """The month after."""
    year, number = map(int, month.split("-"))
    return f"{year + number // 12}-{number % 12 + 1:02d}"
