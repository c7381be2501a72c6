"""Registers of chapter 3: the channel book and the published data structures."""

from datetime import date

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Mapped, mapped_column

from app.areas.organisation.registers import Agreement, ExternalOrganisation, Status, UpdateCycle
from app.engine.choice import Choice
from app.engine.declare import choice, column, foreign_key, reference
from app.engine.positions import Position
from app.engine.register import Register, RegisterModel
from app.engine.text import Text
from app.engine.types import Code30, Day, LongText, Name60, Ordinal, Text120, Text255
from app.intake.terms import Encoding, FileFormat

READERS = (
    Position.COLLECTOR, Position.COLLECTION_REVIEWER, Position.DATA_ENTRY, Position.COLLECTION_HEAD,
    Position.DATA_MANAGER, Position.IT_STAFF, Position.IT_HEAD, Position.ARCHIVIST, Position.GENERAL_MANAGER,
)


class Method(Choice):
    """采集方式 (article 16)."""

    NETWORK = "network", _("联网采集")
    BULK_COPY = "bulk_copy", _("批量拷盘")
    MANUAL = "manual", _("人工录入")
    PUBLIC = "public", _("公开渠道")


class Carrier(Choice):
    """载体 of a delivery."""

    LINE = "line", _("专线")
    DISC = "disc", _("光盘")
    USB = "usb", _("U盘")
    MAIL = "mail", _("邮件")
    PAPER = "paper", _("纸质")
    CORRECTION = "correction", _("异议更正")


class ChannelKind(Choice):
    """Kinds of public channel (article 16.2)."""

    SITE = "site", _("网站")
    PRESS = "press", _("报刊")
    GAZETTE = "gazette", _("公报")


class Channel(RegisterModel):
    """采集渠道册: the public, authoritative sources that may be collected from (article 16.2).

    The collector keeps it by import, the head of the department lets the rows in (‡).
    """

    __tablename__ = "channel"

    code: Mapped[Code30] = column(_("渠道代码"), unique=True)
    name: Mapped[Text120] = column(_("渠道名称"), sortable=True)
    kind: Mapped[ChannelKind] = choice(ChannelKind, _("类别"))
    publisher: Mapped[Text120] = column(_("主办单位"))
    address: Mapped[Text255] = column(_("地址或刊号"))
    content: Mapped[Text255 | None] = column(_("采集内容"))
    status: Mapped[Status] = choice(Status, _("状态"))

    __register__ = Register(
        slug="channels", title=_("采集渠道册"), key=code, name=name, articles=("16.2.3",), readers=READERS,
        usable=(Status.ACTIVE,),
        columns=(code, name, kind, publisher, address, content, status), filters=(kind, status),
        amendable=True, imports=(Position.COLLECTOR,), confirms=(Position.COLLECTION_HEAD,),
    )


class DataStructure(RegisterModel):
    """数据结构: a published version of what form 1 describes; import and load use it.

    `family_id`: the first version of the same structure (itself, for a first version); keys are compared within a family.
    `made_by_id` is the form 1 that published it, whose lines are its fields.
    """

    __tablename__ = "data_structure"

    code: Mapped[Code30] = column(_("结构代码"), unique=True)
    name: Mapped[Text120] = column(_("结构名称"), sortable=True)
    edition: Mapped[Ordinal] = column(_("版本"))
    provider: Mapped[ExternalOrganisation | None] = reference(_("数据提供单位"))
    agreement: Mapped[Agreement | None] = reference(_("数据采集协议"))
    subject: Mapped[Name60] = column(_("数据类别"))
    method: Mapped[Method] = choice(Method, _("采集方式"))
    format: Mapped[FileFormat] = choice(FileFormat, _("文件格式"))
    encoding: Mapped[Encoding] = choice(Encoding, _("字符编码"))
    cycle: Mapped[UpdateCycle] = choice(UpdateCycle, _("更新周期"))
    layout: Mapped[LongText | None] = column(_("结构说明"))
    published: Mapped[Day] = column(_("发布日期"))
    status: Mapped[Status] = choice(Status, _("状态"))
    family_id: Mapped[int | None] = mapped_column(foreign_key("data_structure"), index=True, sort_order=9000)

    __register__ = Register(
        slug="data_structures", title=_("数据结构"), key=code, name=name, articles=("16.1.1",), readers=READERS,
        usable=(Status.ACTIVE,),
        columns=(code, name, edition, provider, subject, method, format, cycle, published, status),
        filters=(provider, method, status), forms=("1",),
    )


def lapsed(agreement: Agreement, on: date) -> Text | None:
    """Why nothing may be collected under the agreement on that day (article 16.1), or None."""
    if agreement.status is not Status.ACTIVE:
        return _("协议已停用")
    if not agreement.valid_from <= on <= agreement.valid_to:
        start, end = agreement.valid_from.isoformat(), agreement.valid_to.isoformat()
        return _("协议不在有效期内（%(start)s 至 %(end)s）", start=start, end=end)
    return None
