"""附件 30 异议数据核对书."""

from datetime import timedelta

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Mapped

from app.areas.organisation.registers import PROVIDER, Employee, ExternalOrganisation
from app.clock import today
from app.engine.chain import MAKER, Chain, Check, Deadline, Effect, Execute, Fill, Receive, Unit
from app.engine.choice import Choice
from app.engine.conditions import when
from app.engine.declare import choice, column, document, lines, person, reference, rule
from app.engine.declaring import Line
from app.engine.document import Document
from app.engine.form import Form, FormModel, Group
from app.engine.positions import Position
from app.engine.text import Text
from app.engine.types import Code64, Count, Day, FileName, LongText, Moment, Name60, Phone, Sha256, Text120, Text255

DAYS_TO_ANSWER = 10
"""Calendar days from the sending (article 115.2.6)."""


class ProviderAnswer(Choice):
    """信息提供单位答复 (article 115.2); 逾期未回复 is set by the system."""

    AGREED = "agreed", _("同意更正")
    REFUSED = "refused", _("不同意")
    OVERDUE = "overdue", _("逾期未回复")


class VerificationItem(Line):
    """One disputed item with the record of the difference file (核对项)."""

    __tablename__ = "verification_item"

    record_no: Mapped[Code64] = column(_("记录编号"))
    file_record: Mapped[Code64] = column(_("文件记录号"))
    field: Mapped[Text120] = column(_("信息项"))
    value_in_report: Mapped[Text255] = column(_("报送的内容"))
    value_claimed: Mapped[Text255] = column(_("申请更正为"))
    confirmed_value: Mapped[Text255 | None] = column(_("提供单位核定"))


class DisputeVerificationLetter(FormModel):
    """异议数据核对书: asks the provider whether its data are right, and keeps its answer (article 115.2)."""

    __tablename__ = "dispute_verification_letter"

    dispute: Mapped[Document] = document(_("异议申请单"), "28")
    provider: Mapped[ExternalOrganisation] = reference(_("信息提供单位"), where=PROVIDER)
    contact: Mapped[Name60 | None] = column(_("联系人"))
    phone: Mapped[Phone | None] = column(_("联系电话"))
    difference_file: Mapped[FileName] = column(_("外部差异文件"), help=_("附件中的文件名，报送格式"))
    difference_sha256: Mapped[Sha256 | None] = column(_("差异文件 SHA-256"), computed=True)
    file_maker: Mapped[Employee] = person(_("差异文件制作人"), position=Position.IT_STAFF)
    proof_copies: Mapped[Count] = column(_("证明材料复印件份数"))
    question: Mapped[LongText] = column(_("核对事项"), full=True)
    sent_at: Mapped[Moment | None] = column(_("呈送时间"), sortable=True)
    sent_how: Mapped[Text120 | None] = column(_("呈送方式"))
    received_by: Mapped[Name60 | None] = column(_("提供单位签收人"))
    answer_due: Mapped[Day | None] = column(_("答复期限"), computed=True, help=_("呈送之日起 10 日"))
    answer: Mapped[ProviderAnswer | None] = choice(ProviderAnswer, _("答复"))
    answered_on: Mapped[Day | None] = column(
        _("答复日期"), required_when=when(answer, ProviderAnswer.AGREED, ProviderAnswer.REFUSED)
    )
    answer_scan: Mapped[FileName | None] = column(
        _("答复扫描件"), help=_("附件中的文件名"),
        required_when=when(answer, ProviderAnswer.AGREED, ProviderAnswer.REFUSED),
    )
    answer_reason: Mapped[LongText | None] = column(
        _("答复说明"), full=True, required_when=when(answer, ProviderAnswer.REFUSED)
    )
    first_collector: Mapped[Employee | None] = person(
        _("第一取回人"), position=Position.COLLECTOR, required_when=when(answer, ProviderAnswer.AGREED)
    )
    second_collector: Mapped[Employee | None] = person(
        _("第二取回人"), position=Position.COLLECTOR, required_when=when(answer, ProviderAnswer.AGREED)
    )
    corrected_register: Mapped[Document | None] = document(_("更正文件登记表"), "2", help=_("载体为异议更正"))
    registered_result: Mapped[LongText | None] = column(_("人工登记结果"), full=True)
    items: Mapped[list[VerificationItem]] = lines(_("核对项"), least=1)

    @rule(second_collector)
    def two_collectors(self) -> Text | None:
        same = self.second_collector is not None and self.second_collector is self.first_collector
        return _("更正文件须双人取回，两名取回人不能相同") if same else None

    @rule(answered_on)
    def answered_after_sending(self) -> Text | None:
        if self.answered_on is None:
            return None
        if self.answered_on > today():
            return _("不能晚于今天")
        early = self.sent_at is not None and self.answered_on < self.sent_at.date()
        return _("不能早于呈送时间") if early else None

    @rule(answer)
    def really_overdue(self) -> Text | None:
        if self.answer is not ProviderAnswer.OVERDUE:
            return None
        due = self.sent_at.date() + timedelta(days=DAYS_TO_ANSWER) if self.sent_at else None
        return None if due and today() > due else _("呈送未满 10 日，不能作逾期未回复处理")

    __form__ = Form(
        code="30", title=_("异议数据核对书"), articles=("115.2.2", "115.2.3", "115.2.4", "115.2.5", "115.2.6"),
        makers=(Position.COLLECTOR,),
        columns=(provider, dispute, sent_at, answer_due, answer, answered_on),
        filters=(provider, answer, sent_at, answer_due), summary=(provider, dispute, answer),
        groups=(
            Group(_("一、异议与提供单位"), (dispute, provider, contact, phone), article="115.2.3"),
            Group(_("二、差异文件与核对事项"), (difference_file, difference_sha256, file_maker, proof_copies, question),
                  article="115.2.2"),
            Group(_("三、呈送"), (sent_at, sent_how, received_by, answer_due), article="115.2.3"),
            Group(_("四、答复"), (answer, answered_on, answer_scan, answer_reason, first_collector, second_collector,
                               corrected_register), article="115.2.4"),
            Group(_("五、处理登记"), (registered_result,), article="115.2.5"),
        ),
        readers=(Position.SERVICE_STAFF, Position.DISPUTE_REVIEWER, Position.IT_HEAD, Position.ARCHIVIST),
        chain=Chain(
            Check("approve", by=Position.COLLECTION_HEAD, label=_("信息采集部负责人审核"), control=True, article="115.2.3",
                  hint=_("核对差异文件、证明材料复印件与异议项一致")),
            Fill("send", by=MAKER, label=_("呈送信息提供单位"), verb=_("登记呈送"), article="115.2.3",
                 fills=(sent_at, sent_how, received_by), optional=(received_by,),
                 effects=(Effect("set_provider_due", _("登记答复期限")),)),
            Fill("answer", by=MAKER, label=_("登记提供单位答复"), verb=_("登记答复"), article="115.2.4",
                 deadline=Deadline(DAYS_TO_ANSWER, Unit.DAYS, since=sent_at), returnable=False,
                 fills=(answer, answered_on, answer_scan, answer_reason, first_collector, second_collector,
                        corrected_register, VerificationItem.confirmed_value),
                 optional=(corrected_register, VerificationItem.confirmed_value),
                 hint=_("同意更正的，双人取回更正后的文件并填写数据采集文件登记表"),
                 effects=(Effect("lapse_unanswered", _("10 日内未答复的由系统处理为逾期未回复")),)),
            Receive("receive", by=Position.IT_STAFF, label=_("信息技术人员签收更正文件"), article="115.2.4",
                    differs=(first_collector, second_collector), when=when(answer, ProviderAnswer.AGREED),
                    effects=(Effect("import_correction", _("填写数据导入文件登记表，导入后更改异议项")),)),
            Execute("register_refusal", by=Position.IT_STAFF, label=_("信息技术人员人工登记"), verb=_("登记"), article="115.2.5",
                    when=when(answer, ProviderAnswer.REFUSED), fills=(registered_result,),
                    effects=(Effect("register_item_result", _("异议项登记为确认不存在")),)),
        ),
    )
