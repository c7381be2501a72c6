"""附件 5 公开渠道采集报表."""

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Mapped

from app.areas.collection.registers import Channel
from app.engine.chain import Chain, Copy, Effect, Fill, Receive, Sign
from app.engine.declare import Prefill, column, lines, reference, rule
from app.engine.declaring import Line
from app.engine.form import Form, FormModel, Group
from app.engine.positions import Position
from app.engine.text import Text
from app.engine.types import Count, Day, LongText, Month, Text120, Text255, YesNo


class PublicReportItem(Line):
    """A month's total of one item of one channel (汇总明细)."""

    __tablename__ = "public_report_item"

    channel: Mapped[Channel] = reference(_("采集渠道"))
    item: Mapped[Text120] = column(_("信息项名称"))
    times: Mapped[Count] = column(_("采集次数"), total=True)
    records: Mapped[Count] = column(_("信息条数"), total=True)
    first_on: Mapped[Day] = column(_("最早采集日"))
    last_on: Mapped[Day] = column(_("最晚采集日"))
    checked: Mapped[YesNo | None] = column(_("已复核"))
    finding: Mapped[Text255 | None] = column(_("复核说明"))


class PublicCollectionReport(FormModel):
    """公开渠道采集报表: a month's collection from public channels, by channel and item (article 16.2.3)."""

    __tablename__ = "public_collection_report"

    month: Mapped[Month] = column(_("报表月份"), prefill=Prefill.THIS_MONTH, unique=True, sortable=True)
    note: Mapped[LongText | None] = column(_("编制说明"), full=True)
    list_count: Mapped[Count | None] = column(_("清单份数"), computed=True)
    channel_count: Mapped[Count | None] = column(_("渠道数"), computed=True)
    item_count: Mapped[Count | None] = column(_("信息项数"), computed=True)
    record_count: Mapped[Count | None] = column(_("信息条数合计"), computed=True)
    items: Mapped[list[PublicReportItem]] = lines(
        _("汇总明细"), computed=True, help=_("由当月的《公开渠道采集汇总信息清单》生成")
    )

    @rule(items)
    def reviewed_item_by_item(self) -> Text | None:
        if self.step != "review":
            return None
        left = [str(one.line_no) for one in self.items if not one.checked]
        return _("第 %(numbers)s 项尚未复核", numbers="、".join(left)) if left else None

    __form__ = Form(
        code="5", title=_("公开渠道采集报表"), articles=("16.2.3.3", "16.2.3.4", "16.2.3.5", "16.2.3.6"),
        makers=(Position.COLLECTOR,),
        columns=(month, list_count, channel_count, item_count, record_count), filters=(month,),
        summary=(month, record_count),
        groups=(
            Group(_("一、报表月份"), (month, note), "16.2.3.3"),
            Group(_("二、合计"), (list_count, channel_count, item_count, record_count), "16.2.3.3"),
        ),
        copies=(_("原件"), _("复印件（公司负责人存档）")),
        handed_in=(Effect("total_month", _("按当月清单汇总")),),
        chain=Chain(
            Fill("review", by=Position.COLLECTION_REVIEWER, label=_("采集复核员复核"), verb=_("复核通过"),
                 article="16.2.3.3", fills=(PublicReportItem.checked, PublicReportItem.finding),
                  optional=(PublicReportItem.finding,),
                 hint=_("对照当月清单逐项复核，复核一项勾选一项")),
            Sign("sign", by=Position.COLLECTION_HEAD, label=_("信息采集部负责人签字"), differs=("review",),
                 article="16.2.3.4", hint=_("确认各项已复核后签字")),
            Copy("copy", by=Position.GENERAL_MANAGER, label=_("抄送总经理"), article="16.2.3.4"),
            Receive("receive", by=Position.DATA_MANAGER, label=_("数据管理员签收"), article="16.2.3.5",
                    hint=_("与《公开渠道采集数据移交清单》及数据文件一并签收")),
            Receive("archive", by=Position.ARCHIVIST, label=_("月末归档"), verb=_("归档"), differs=("receive",),
                    article="16.2.3.6", hint=_("由数据管理员于月末移交"),
                    effects=(Effect("file_document", _("归档状态改为已归档")),)),
        ),
    )
