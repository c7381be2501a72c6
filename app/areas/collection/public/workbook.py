"""统一格式: the workbook in which a collector writes what was found that day, a record a row (article 16.2.3.2).

Forbidden items and records whose enterprise cannot be told are refused by row, as is everything else that is not as agreed.
"""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.business.registers import TargetEnterprise
from app.areas.collection.registers import Channel, ChannelKind
from app.areas.organisation.registers import Status
from app.areas.system.registers import CodeStatus, CodeTable, CodeValue
from app.documents.values import Fault, Invalid
from app.engine.text import Text, half_width
from app.intake.checking import Checker
from app.intake.chunks import Unreadable
from app.intake.layout import Field, Layout
from app.intake.reading import read
from app.intake.terms import Encoding, FieldType, FileFormat, Validation

FORBIDDEN = "forbidden_item"
"""The code table of items that law forbids to collect (article 16.2.2)."""
MOST_TOLD = 200
"""Faults that a page shows."""

FIELDS = (
    Field("信息项名称", "信息项名称", FieldType.TEXT, length=120, required=True, key_part=True),
    Field("信息来源", "信息来源", FieldType.TEXT, length=255, required=True),
    Field("发布时间", "发布时间", FieldType.DATE, required=True),
    Field("渠道代码", "渠道代码", FieldType.TEXT, length=30, required=True),
    Field("地址", "地址", FieldType.TEXT, length=255, required=True),
    Field("企业名称", "企业名称", FieldType.TEXT, length=120),
    Field("统一社会信用代码", "统一社会信用代码", FieldType.TEXT, length=18, validation=Validation.USCC),
    Field("信息内容", "信息内容", FieldType.TEXT, length=2000, required=True),
)
LAYOUT = Layout(FileFormat.XLSX, Encoding.UTF_8, FIELDS, header=True)

Group = tuple[str, str, str, str, str]
"""Item, channel, source, address, day of publication: what makes one line of form 4."""


@dataclass
class Found:
    """What a workbook holds: so many records of each group, in order, and what is wrong by row."""

    groups: dict[Group, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def examine(session: Session, path: Path, today: date) -> Found:
    """Reads the workbook; raises Invalid where it cannot be read at all, or is not in the uniform format."""
    found, rules = Found(), Rules(session, today)
    try:
        checker = Checker(LAYOUT)
        for chunk in read(path, LAYOUT):
            checked = checker.check(chunk)
            for fault in checked.faults:
                say(found, fault.row, fault.field, fault.reason, fault.value)
            for number, row in checked.good:
                if (wrong := rules.fault_of(row)) is not None:
                    say(found, number, *wrong)
                    continue
                item, source, day, channel, address = row[:5]
                key = (item, channel, source, address, day)
                found.groups[key] = found.groups.get(key, 0) + 1
    except Unreadable as error:
        raise Invalid([Fault(("file",), _("工作簿"), error.reason)]) from error
    if not found.groups and not found.faults:
        raise Invalid([Fault(("file",), _("工作簿"), _("没有一条记录"))])
    return found


def say(found: Found, row: int, column: str | None, reason: Text, value: str = "") -> None:
    """Notes a fault by row and column."""
    where = _("第 %(row)s 行 %(column)s", row=row, column=column or "")
    found.faults.append(Fault(("file", row, column or ""), where, reason, value))


class Rules:
    """What the law and the channel book ask of a record."""

    def __init__(self, session: Session, today: date) -> None:
        self.today = today
        self.channels = {one.code: one for one in session.scalars(select(Channel))}
        self.known = set(session.scalars(select(TargetEnterprise.name)))
        titles = select(CodeValue.title).join(CodeValue.table).where(CodeTable.code == FORBIDDEN, CodeValue.status == CodeStatus.ACTIVE)
        self.forbidden = tuple(session.scalars(titles))

    def fault_of(self, row: list[str]) -> tuple[str, Text, str] | None:
        """The column, what is wrong, and the value; None for a record that may be collected."""
        item, _source, day, code, address, name, uscc, _content = row
        channel = self.channels.get(code)
        if channel is None or channel.status is not Status.ACTIVE:
            return "渠道代码", _("采集渠道册中没有这个渠道，或已停用"), code
        if channel.kind is ChannelKind.SITE and not address.startswith(("http://", "https://")):
            return "地址", _("网站渠道应填写网址，以 http:// 或 https:// 开头"), address
        if date.fromisoformat(day) > self.today:
            return "发布时间", _("不能晚于今天"), day
        if word := next((one for one in self.forbidden if one in half_width(item)), None):
            return "信息项名称", _("“%(word)s”属于法律法规禁止采集的信息", word=word), item
        if not uscc and name not in self.known:
            return "企业名称", _("无法确认企业：须填写统一社会信用代码，或已建档企业的准确名称"), name
        return None
