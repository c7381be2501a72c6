"""S2 目标企业资料收集清单."""

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Mapped

from app.areas.business.registers import TargetEnterprise
from app.areas.organisation.registers import Employee
from app.engine.chain import MAKER, Chain, Fill
from app.engine.choice import Choice
from app.engine.conditions import when
from app.engine.declare import Prefill, choice, column, document, lines, person, reference, rule
from app.engine.declaring import Line
from app.engine.document import Document
from app.engine.form import Form, FormModel, Group
from app.engine.positions import Position
from app.engine.text import Text
from app.engine.types import Code30, Day, FileName, LongText, Moment, Name60, Ordinal, Phone, Text120, Text255, YesNo


class SentBy(Choice):
    """How the list reaches the enterprise (article 56.3)."""

    FAX = "fax", _("传真")
    POST = "post", _("邮寄")


class RequestedMaterial(Line):
    """One material asked for (资料明细)."""

    __tablename__ = "requested_material"

    material: Mapped[Text120] = column(_("资料名称"))
    requirement: Mapped[Text255 | None] = column(_("要求"), help=_("期间、份数、是否盖章等"))
    original: Mapped[YesNo] = column(_("须原件"), default=False)
    wanted: Mapped[Ordinal | None] = column(_("需要份数"), total=True)
    got: Mapped[YesNo | None] = column(_("已收到"))
    got_on: Mapped[Day | None] = column(_("收到日期"), required_when=when(got))
    note: Mapped[Text255 | None] = column(_("收到情况"))


class MaterialRequestList(FormModel):
    """目标企业资料收集清单: what the enterprise is asked to prepare for the investigation (article 56.3)."""

    __tablename__ = "material_request_list"

    project_no: Mapped[Code30] = column(_("项目编号"))
    order: Mapped[Document | None] = document(_("调查报告申请单"), "14")
    project_manager: Mapped[Employee] = person(_("项目经理"), position=Position.ANALYST, prefill=Prefill.ME)
    enterprise_name: Mapped[Text120] = column(_("目标企业名称"))
    enterprise: Mapped[TargetEnterprise | None] = reference(_("系统内目标企业"))
    contact: Mapped[Name60] = column(_("企业联系人"))
    contact_title: Mapped[Name60 | None] = column(_("联系人职务"))
    phone: Mapped[Phone] = column(_("联系电话"))
    sent_by: Mapped[SentBy] = choice(SentBy, _("发送方式"))
    fax: Mapped[Phone | None] = column(_("传真号码"), required_when=when(sent_by, SentBy.FAX))
    address: Mapped[Text255 | None] = column(_("邮寄地址"), required_when=when(sent_by, SentBy.POST))
    sent_on: Mapped[Day] = column(_("发送日期"), prefill=Prefill.TODAY, sortable=True)
    wanted_by: Mapped[Day | None] = column(_("请于何日前备齐"))
    visit_at: Mapped[Moment | None] = column(_("约定实地调查时间"))
    visit_place: Mapped[Text255 | None] = column(_("实地调查地点"))
    outline: Mapped[FileName | None] = column(_("调查提纲"), help=_("附件中的文件名"))
    message: Mapped[LongText | None] = column(_("致企业说明"), full=True)
    materials: Mapped[list[RequestedMaterial]] = lines(_("资料明细"), least=1)

    @rule(wanted_by)
    def wanted_after_sending(self) -> Text | None:
        return _("不能早于发送日期") if self.wanted_by and self.wanted_by < self.sent_on else None

    @rule(visit_at)
    def visit_after_sending(self) -> Text | None:
        return _("不能早于发送日期") if self.visit_at and self.visit_at.date() < self.sent_on else None

    @rule(enterprise)
    def same_enterprise(self) -> Text | None:
        other = self.enterprise is not None and self.enterprise.name != self.enterprise_name
        return _("与目标企业名称不一致") if other else None

    __form__ = Form(
        code="S2", title=_("目标企业资料收集清单"), articles=("56.1", "56.3"), makers=(Position.ANALYST,), alone=True,
        columns=(project_no, enterprise_name, contact, sent_by, sent_on, visit_at, project_manager),
        filters=(project_no, sent_by, sent_on, project_manager), summary=(enterprise_name, project_no),
        groups=(
            Group(_("一、项目与目标企业"), (project_no, order, project_manager, enterprise_name, enterprise, contact,
                                     contact_title, phone), article="56.1"),
            Group(_("二、发送"), (sent_by, fax, address, sent_on, wanted_by, message), article="56.3"),
            Group(_("三、实地调查约定"), (visit_at, visit_place, outline), article="57"),
        ),
        readers=(Position.PRODUCT_HEAD, Position.ARCHIVIST),
        chain=Chain(
            Fill("collect", by=MAKER, label=_("登记收到的资料"), verb=_("登记"), article="56.3",
                 fills=(RequestedMaterial.got, RequestedMaterial.got_on, RequestedMaterial.note),
                 optional=(RequestedMaterial.note,),
                 hint=_("逐项登记已收到的资料")),
        ),
    )
