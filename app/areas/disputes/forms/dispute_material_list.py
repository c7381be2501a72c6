"""S3 异议受理资料清单."""

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Mapped

from app.areas.disputes.forms.dispute_application import DisputeApplication, DisputeMaterial
from app.engine.chain import Chain, Deadline, Receive, Unit
from app.engine.choice import Choice
from app.engine.declare import Prefill, choice, column, document, lines, rule
from app.engine.declaring import Line
from app.engine.document import Document
from app.engine.form import Form, FormModel, Group
from app.engine.positions import Position
from app.engine.text import Text
from app.engine.types import Day, Ordinal, Text120, Text255


class PaperForm(Choice):
    """Whether the paper itself or its copy is handed over."""

    ORIGINAL = "original", _("原件")
    COPY = "copy", _("复印件")


class ListedMaterial(Line):
    """One paper handed over (资料明细)."""

    __tablename__ = "dispute_material"

    material: Mapped[DisputeMaterial] = choice(DisputeMaterial, _("资料"))
    title: Mapped[Text120 | None] = column(_("名称"), help=_("更正证明等填写具体名称"))
    form: Mapped[PaperForm] = choice(PaperForm, _("原件或复印件"))
    copies: Mapped[Ordinal] = column(_("份数"), total=True)
    pages: Mapped[Ordinal] = column(_("页数"), total=True)
    note: Mapped[Text255 | None] = column(_("说明"))


class DisputeMaterialList(FormModel):
    """异议受理资料清单: the papers of a dispute, handed over at day's end with form 28 (article 113.1)."""

    __tablename__ = "dispute_material_list"

    dispute: Mapped[Document] = document(_("异议申请单"), "28")
    applicant_name: Mapped[Text120] = column(_("异议申请人"))
    handed_over_on: Mapped[Day] = column(_("移交日期"), prefill=Prefill.TODAY, sortable=True)
    pages: Mapped[Ordinal] = column(_("总页数"))
    materials: Mapped[list[ListedMaterial]] = lines(_("资料明细"), least=1)

    @rule(applicant_name)
    def of_the_dispute(self) -> Text | None:
        known = self.dispute.applicant_name if isinstance(self.dispute, DisputeApplication) else None
        return _("与异议申请单的申请人“%(name)s”不一致", name=known) if known not in (None, self.applicant_name) else None

    @rule(pages)
    def pages_of_materials(self) -> Text | None:
        total = sum(one.pages for one in self.materials)
        return _("应等于资料明细页数之和 %(total)s", total=total) if total != self.pages else None

    __form__ = Form(
        code="S3", title=_("异议受理资料清单"), articles=("113.1",), makers=(Position.SERVICE_STAFF,),
        columns=(applicant_name, dispute, handed_over_on, pages), filters=(handed_over_on,),
        summary=(applicant_name, handed_over_on),
        groups=(Group(_("一、异议申请"), (dispute, applicant_name, handed_over_on, pages), article="113.1"),),
        readers=(Position.SERVICE_HEAD, Position.ARCHIVIST),
        chain=Chain(
            Receive("receive", by=Position.DISPUTE_REVIEWER, label=_("复核人员签收"), article="113.1",
                    deadline=Deadline(1, Unit.DAY_END), hint=_("与申请单复核联、回执复核联一并核对后签收")),
        ),
    )
