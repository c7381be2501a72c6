"""Tables of providers and batches as workbooks take them."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from app.areas.collection.sight.providers import Provider
from app.areas.collection.sight.quality import Month
from app.areas.collection.sight.wording import period_title
from app.screens.books import Sheet
from app.screens.translating import gettext as _


def overview_sheet(found: Sequence[Provider]) -> Sheet:
    """A row for each provider."""
    headings = [
        _("机构代码"), _("数据提供单位"), _("应报期数"), _("按期"), _("迟报"), _("逾期未报"), _("最长逾期（工作日）"), _("最近报送"),
        _("记录数"), _("拒收数"),
    ]
    rows = [
        [one.organisation.code, one.organisation.name, str(len(one.reports)),
         *(str(sum(each.state.value == state for each in one.reports)) for state in ("on_time", "late", "overdue")),
         str(one.longest), moment(one.last), str(one.records), str(one.rejected)]
        for one in found
    ]
    return _("供数单位总览"), headings, rows


def provider_sheets(one: Provider, months: Sequence[Month], faults: Sequence[Any]) -> list[Sheet]:
    """Periods, months and faults of one provider."""
    month_rows = [
        [f"{each.start:%Y-%m}", str(each.total), str(each.good), str(each.rejected), str(each.imported), str(each.duplicates),
         str(each.faults)]
        for each in months
    ]
    headings = [_("月份"), _("记录数"), _("合格"), _("拒收"), _("导入"), _("重复"), _("差错数")]
    fault_rows = [[each.structure, each.field, each.rule, str(each.count)] for each in faults]
    return [
        (_("报送情况"), period_headings(), list(period_rows(one))), (_("每月数量"), headings, month_rows),
        (_("差错分布"), [_("数据结构"), _("字段"), _("规则"), _("差错数")], fault_rows),
    ]


def period_headings() -> list[str]:
    """What stands above the periods."""
    return [
        _("数据结构"), _("所属期间"), _("期间起"), _("期间止"), _("应报时间"), _("接收时间"), _("状态"), _("迟报或逾期（工作日）"),
        _("记录数"), _("登记表"),
    ]


def period_rows(one: Provider) -> Iterator[list[str]]:
    """A row for each period of each structure."""
    for stream in one.streams:
        for each in stream.reports:
            received = each.deliveries[0].received_at if each.deliveries else None
            yield [
                stream.agreed.structure.name, str(period_title(stream.agreed.cycle, each.period)), each.period.start.isoformat(),
                each.period.end.isoformat(), moment(each.due), moment(received), str(each.state.title), str(each.days or ""),
                str(each.records or ""), "、".join(delivery.number for delivery in each.deliveries),
            ]


def moment(value: datetime | None) -> str:
    """2026-11-23 09:41, nothing for none."""
    return f"{value:%Y-%m-%d %H:%M}" if value else ""
