"""附件 3 差错文件返还通知书."""

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Mapped

from app.areas.collection.forms.collection_file_register import CollectionFileRegister
from app.areas.collection.forms.import_file_register import ImportFileRegister
from app.areas.organisation.registers import PROVIDER, ExternalOrganisation
from app.engine.chain import Chain, Deadline, Effect, Execute, Fill, Receive, Unit
from app.engine.choice import Choice
from app.engine.conditions import when
from app.engine.declare import choice, column, document, lines, reference, rule
from app.engine.declaring import Line
from app.engine.document import Document
from app.engine.form import Form, FormModel, Group
from app.engine.positions import Position
from app.engine.text import Text
from app.engine.types import Count, Day, FileName, LongText, Name60, Ordinal, Text120, Text255


class Stage(Choice):
    """差错环节: where the fault came to light."""

    EXTRACTION = "extraction", _("提取")
    IMPORT = "import", _("导入")


class Transmission(Choice):
    """送达方式 of the notice to the provider."""

    BY_HAND = "by_hand", _("送达")
    NETWORK = "network", _("专网")
    MAIL = "mail", _("邮件")
    POST = "post", _("邮寄")
    FAX = "fax", _("传真")


class Outcome(Choice):
    """处理结果: how the notice was settled."""

    RESUBMITTED = "resubmitted", _("已重新报送")
    ANSWERED = "answered", _("已答复，不重新报送")


class FaultyRecord(Line):
    """A faulty file, or a group of faulty records of one kind (差错明细)."""

    __tablename__ = "faulty_record"

    file: Mapped[FileName] = column(_("文件名"))
    record_no: Mapped[Ordinal | None] = column(_("记录号"), help=_("整个文件有误时不填"))
    field: Mapped[Text120 | None] = column(_("字段"))
    value: Mapped[Text255 | None] = column(_("报送值"))
    error: Mapped[Text255] = column(_("差错说明"))
    count: Mapped[Count] = column(_("差错条数"), total=True)


class ErrorFileReturnNotice(FormModel):
    """差错文件返还通知书: files and records given back to their provider for correction (articles 16, 18.4)."""

    __tablename__ = "error_file_return_notice"

    source: Mapped[Document] = document(_("来源单据"), "2", "S1", "6", help=_("登记表、移交清单或导入登记表的编号"))
    stage: Mapped[Stage] = choice(Stage, _("差错环节"))
    provider: Mapped[ExternalOrganisation | None] = reference(
        _("数据提供单位"), where=PROVIDER, help=_("公开渠道数据由采集员更正，不填")
    )
    reason: Mapped[LongText] = column(_("返还原因"), full=True)
    demanded_by: Mapped[Day] = column(_("要求返还日期"), help=_("最迟应答复或重新报送的日期"), sortable=True)
    sent_on: Mapped[Day | None] = column(_("送达日期"), required_when=when(provider))
    sent_by: Mapped[Transmission | None] = choice(Transmission, _("送达方式"), required_when=when(provider))
    sent_to: Mapped[Name60 | None] = column(_("提供单位接收人"))
    outcome: Mapped[Outcome | None] = choice(Outcome, _("处理结果"))
    answered_on: Mapped[Day | None] = column(_("答复日期"))
    answered_by: Mapped[Name60 | None] = column(_("答复人"))
    answer: Mapped[LongText | None] = column(
        _("提供单位答复"), full=True, required_when=when(outcome, Outcome.ANSWERED)
    )
    resubmission: Mapped[Document | None] = document(
        _("重新报送登记表"), "2", "S1", required_when=when(outcome, Outcome.RESUBMITTED)
    )
    faults: Mapped[list[FaultyRecord]] = lines(_("差错明细"), least=1)

    @rule(provider)
    def provider_of_source(self) -> Text | None:
        owner = provider_of(self.source)
        if self.provider is owner:
            return None
        if owner is None:
            return _("公开渠道数据没有提供单位，由采集员更正")
        return _("来源单据的数据提供单位为%(name)s", name=owner.name)

    @rule(resubmission)
    def another_delivery(self) -> Text | None:
        if self.resubmission is None:
            return None
        if self.resubmission is self.source:
            return _("不能是来源单据本身")
        return None if provider_of(self.resubmission) is self.provider else _("不是同一数据提供单位的登记表")

    @rule(answered_on)
    def answered_after_sending(self) -> Text | None:
        early = self.answered_on is not None and self.sent_on is not None and self.answered_on < self.sent_on
        return _("不能早于送达日期") if early else None

    __form__ = Form(
        code="3", title=_("差错文件返还通知书"), articles=("16.1.1.4", "16.1.2.4", "18.4", "20"),
        makers=(Position.DATA_MANAGER,),
        columns=(provider, source, stage, demanded_by, sent_on, outcome, answered_on),
        filters=(provider, stage, outcome, demanded_by), summary=(provider, stage, source),
        groups=(
            Group(_("一、差错来源"), (source, stage, provider, reason, demanded_by), "16.1.1.4"),
            Group(_("二、送达"), (sent_on, sent_by, sent_to), "18.4"),
            Group(_("三、提供单位答复"), (outcome, answered_on, answered_by, answer, resubmission), "18.4"),
        ),
        copies=(_("原件"), _("复印件（数据管理员留存）")),
        readers=(Position.COLLECTION_HEAD, Position.IT_STAFF, Position.IT_HEAD, Position.ARCHIVIST),
        chain=Chain(
            Receive("receive", by=Position.COLLECTOR, label=_("采集员签收"), article="16.1.1.4",
                    hint=_("收齐通知书原件和有误的数据文件后签收")),
            Execute("send", by=Position.COLLECTOR, label=_("送数据提供单位"), verb=_("已送达"), article="18.4",
                    when=when(provider), fills=(sent_on, sent_by, sent_to), optional=(sent_to,),
                    hint=_("联系提供单位核对、处理，登记送达情况")),
            Fill("answer", by=Position.COLLECTOR, label=_("答复或重新报送"), verb=_("登记并办结"), article="18.4",
                 deadline=Deadline(0, Unit.DAYS, since=demanded_by),
                 fills=(outcome, answered_on, answered_by, answer, resubmission), optional=(answered_by,),
                 hint=_("登记提供单位的答复，或重新报送的登记表编号"),
                 effects=(Effect("close_notice", _("通知书办结")),)),
        ),
    )


def provider_of(source: Document) -> ExternalOrganisation | None:
    """The provider that the files of a register come from; None for public channels."""
    if isinstance(source, CollectionFileRegister):
        return source.provider
    return source.structure.provider if isinstance(source, ImportFileRegister) else None
