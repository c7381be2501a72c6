"""附件 4 公开渠道采集汇总信息清单."""

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Mapped

from app.areas.collection.registers import Channel, ChannelKind
from app.areas.organisation.registers import Employee
from app.engine.chain import Chain, Effect
from app.engine.declare import Prefill, column, lines, person, reference, rule
from app.engine.declaring import Line
from app.engine.form import Form, FormModel, Group
from app.engine.positions import Position
from app.engine.text import Text
from app.engine.types import Count, Day, FileName, Moment, Text120, Text255, YesNo


class PublicItem(Line):
    """One item collected from a public channel (信息项)."""

    __tablename__ = "public_item"

    collected_at: Mapped[Moment] = column(_("采集时间"))
    item: Mapped[Text120] = column(_("信息项名称"))
    records: Mapped[Count] = column(_("信息条数"), total=True)
    channel: Mapped[Channel] = reference(_("采集渠道"), help=_("限采集渠道册所列渠道"))
    source: Mapped[Text255] = column(_("信息来源"), help=_("发布机构及栏目"))
    address: Mapped[Text255] = column(_("地址"), help=_("网址；报刊、公报为刊期和版面"))
    published_on: Mapped[Day] = column(_("发布时间"))
    file: Mapped[FileName | None] = column(_("数据文件名"), help=_("登记内容的 Excel 文件，作为附件上传"))
    permitted: Mapped[YesNo] = column(_("可依法采集"), default=False, help=_("法律法规未规定保密或禁止采集"))
    identified: Mapped[YesNo] = column(_("企业可识别"), default=False, help=_("能匹配、确认到企业"))

    @rule(records)
    def something_collected(self) -> Text | None:
        return _("没有采集到信息的不登记") if self.records == 0 else None

    @rule(address)
    def address_of_site(self) -> Text | None:
        site = self.channel.kind is ChannelKind.SITE and not self.address.startswith(("http://", "https://"))
        return _("网站渠道应填写网址，以 http:// 或 https:// 开头") if site else None

    @rule(published_on)
    def published_before(self) -> Text | None:
        return _("不能晚于采集时间") if self.published_on > self.collected_at.date() else None

    @rule(permitted)
    def not_forbidden(self) -> Text | None:
        return None if self.permitted else _("法律法规规定保密或禁止采集的信息不得采集，须确认后勾选")

    @rule(identified)
    def not_unknown(self) -> Text | None:
        return None if self.identified else _("无法辨识、匹配或确认企业的信息不采集，须确认后勾选")


class PublicCollectionList(FormModel):
    """公开渠道采集汇总信息清单: what a collector found in public channels on one working day (article 16.2)."""

    __tablename__ = "public_collection_list"

    working_day: Mapped[Day] = column(_("工作日"), prefill=Prefill.TODAY, sortable=True)
    collector: Mapped[Employee] = person(_("采集人"), position=Position.COLLECTOR, prefill=Prefill.ME)
    item_count: Mapped[Count | None] = column(_("信息项数"), computed=True)
    record_count: Mapped[Count | None] = column(_("信息条数合计"), computed=True)
    items: Mapped[list[PublicItem]] = lines(_("信息项明细"), least=1)

    @rule(items)
    def collected_that_day(self) -> Text | None:
        other = next((one for one in self.items if one.collected_at.date() != self.working_day), None)
        if other is None:
            return None
        return _("“%(item)s”的采集时间不在工作日 %(day)s", item=other.item, day=self.working_day.isoformat())

    __form__ = Form(
        code="4", title=_("公开渠道采集汇总信息清单"), articles=("16.2.1", "16.2.2", "16.2.3.2"),
        makers=(Position.COLLECTOR,),
        columns=(working_day, collector, item_count, record_count), filters=(working_day, collector),
        summary=(working_day, collector),
        groups=(Group(_("一、采集"), (working_day, collector, item_count, record_count), "16.2.3.2"),),
        readers=(Position.COLLECTION_REVIEWER, Position.COLLECTION_HEAD, Position.DATA_MANAGER, Position.ARCHIVIST),
        alone=True, chain=Chain(), handed_in=(Effect("count_items", _("计算信息项数和信息条数")),),
    )
