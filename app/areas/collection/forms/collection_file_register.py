"""附件 2 数据采集文件登记表."""

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Mapped

from app.areas.collection.registers import Carrier, DataStructure, Method, lapsed
from app.areas.organisation.registers import PROVIDER, Agreement, AgreementKind, Employee, ExternalOrganisation
from app.engine.chain import Chain, Effect, Fill, Receive, Sign
from app.engine.choice import Choice
from app.engine.conditions import when
from app.engine.declare import Prefill, choice, column, document, lines, person, reference, rule
from app.engine.declaring import Line
from app.engine.document import Document
from app.engine.form import Form, FormModel, Group
from app.engine.positions import Position
from app.engine.text import Text
from app.engine.types import Code30, Count, Day, FileName, Moment, Name60, Phone, Sha256, Text255


class Extraction(Choice):
    """提取结果 of a file."""

    GOOD = "good", _("正常")
    FAULTY = "faulty", _("有误")


class Original(Choice):
    """原始资料 of manual collection: keyed by the collector, or on the same day by a data_entry clerk (16.1.3)."""

    ELECTRONIC = "electronic", _("电子数据")
    PAPER = "paper", _("纸质资料")


KEPT = Effect("keep_originals", _("无需提取的文件存为原始文件"))


class CollectionFile(Line):
    """One delivered file (文件明细)."""

    __tablename__ = "collection_file"

    name: Mapped[FileName] = column(_("文件名"))
    bytes: Mapped[Count] = column(_("字节数"), total=True)
    records: Mapped[Count] = column(_("记录数"), total=True)
    sha256: Mapped[Sha256 | None] = column(_("SHA-256"), computed=True, help=_("自动计算"))
    decrypted_name: Mapped[FileName | None] = column(_("解密后文件名"))
    extracted_records: Mapped[Count | None] = column(_("解密后记录数"), total=True)
    result: Mapped[Extraction | None] = choice(Extraction, _("提取结果"))
    fault: Mapped[Text255 | None] = column(_("差错说明"))

    @rule(records, at_submit=True)
    def records_said(self) -> Text | None:
        return _("请填写提供单位报送的记录数") if self.records == 0 else None

    @rule(fault)
    def fault_said(self) -> Text | None:
        unsaid = self.result is Extraction.FAULTY and not self.fault
        return _("提取有误的文件须说明差错") if unsaid else None


class CollectionFileRegister(FormModel):
    """数据采集文件登记表: what a provider delivered, by which way, received and extracted by whom (article 16)."""

    __tablename__ = "collection_file_register"

    provider: Mapped[ExternalOrganisation] = reference(_("数据提供单位"), where=PROVIDER)
    agreement: Mapped[Agreement] = reference(
        _("数据采集协议"), within=provider, where=Agreement.kind == AgreementKind.COLLECTION
    )
    structure: Mapped[DataStructure] = reference(_("数据结构"), within=provider, help=_("提取和导入都按此版本"))
    period_from: Mapped[Day] = column(_("所属期间起"))
    period_to: Mapped[Day] = column(_("所属期间止"))
    method: Mapped[Method] = choice(Method, _("采集方式"))
    carrier: Mapped[Carrier] = choice(Carrier, _("载体"))
    medium_no: Mapped[Code30 | None] = column(
        _("介质编号"), help=_("与介质标签一致"), required_when=when(carrier, Carrier.DISC, Carrier.USB)
    )
    verification: Mapped[Document | None] = document(
        _("异议数据核对书"), "30", required_when=when(carrier, Carrier.CORRECTION)
    )
    received_at: Mapped[Moment] = column(_("接收时间"), prefill=Prefill.NOW, sortable=True)
    delivered_by: Mapped[Name60 | None] = column(_("提供单位经办人"))
    delivered_by_phone: Mapped[Phone | None] = column(_("经办人电话"))
    first_collector: Mapped[Employee] = person(_("第一采集人"), position=Position.COLLECTOR, prefill=Prefill.ME)
    second_collector: Mapped[Employee | None] = person(
        _("第二采集人"), position=Position.COLLECTOR, help=_("批量拷盘和异议更正须双人采集"),
        required_when=when(method, Method.BULK_COPY) | when(carrier, Carrier.CORRECTION),
    )
    original: Mapped[Original | None] = choice(Original, _("原始资料"), required_when=when(method, Method.MANUAL))
    keyed_by: Mapped[Employee | None] = person(_("录入人"), required_when=when(method, Method.MANUAL))
    keyed_on: Mapped[Day | None] = column(
        _("录入日期"), help=_("纸质资料须当日录入"), required_when=when(method, Method.MANUAL)
    )
    reviewed_by: Mapped[Employee | None] = person(
        _("复核人"), help=_("逐条复核后填制本表"), required_when=when(method, Method.MANUAL)
    )
    extraction: Mapped[Extraction | None] = choice(
        Extraction, _("提取结果"), required_when=when(method, Method.NETWORK, Method.BULK_COPY)
    )
    extraction_witness: Mapped[Employee | None] = person(
        _("提取监督人"), position=Position.DATA_MANAGER, required_when=when(method, Method.NETWORK, Method.BULK_COPY)
    )
    files: Mapped[list[CollectionFile]] = lines(_("文件明细"), least=1, help=_("文件作为附件上传"))

    @rule(period_to)
    def period_in_order(self) -> Text | None:
        return _("不能早于所属期间起") if self.period_to < self.period_from else None

    @rule(agreement)
    def agreement_in_force(self) -> Text | None:
        return lapsed(self.agreement, self.received_at.date())

    @rule(method)
    def collected_by_agreement(self) -> Text | None:
        public = self.method is Method.PUBLIC
        return _("公开渠道采集的数据填《公开渠道采集汇总信息清单》") if public else None

    @rule(carrier)
    def paper_is_paper(self) -> Text | None:
        paper = self.method is Method.MANUAL and self.original is Original.PAPER
        if paper and self.carrier is not Carrier.PAPER:
            return _("原始资料是纸质资料，载体应为“纸质”")
        return _("载体为“纸质”的，须人工录入纸质资料") if self.carrier is Carrier.PAPER and not paper else None

    @rule(second_collector)
    def two_collectors(self) -> Text | None:
        return _("第二采集人不能与第一采集人相同") if self.second_collector is self.first_collector else None

    @rule(keyed_on)
    def keyed_the_same_day(self) -> Text | None:
        late = self.original is Original.PAPER and self.keyed_on not in (None, self.received_at.date())
        return _("纸质资料须于接收当日录入") if late else None

    @rule(reviewed_by)
    def keyed_and_reviewed(self) -> Text | None:
        if self.method is not Method.MANUAL or self.reviewed_by is None:
            return None
        if self.reviewed_by is self.keyed_by:
            return _("复核人不能与录入人相同")
        if self.original is Original.PAPER and self.reviewed_by is self.first_collector:
            return _("纸质资料须由另一名数据采集员复核")
        return None if self.reviewed_by.user_id == self.maker_id else _("人工录入的登记表由复核人填制")

    @rule(files)
    def names_differ(self) -> Text | None:
        names = [one.name for one in self.files]
        return _("文件名重复") if len(set(names)) < len(names) else None

    __form__ = Form(
        code="2", title=_("数据采集文件登记表"), articles=("16.1.1.3", "16.1.2.3", "16.1.3.2", "16.1.3.3", "115.2.4"),
        makers=(Position.COLLECTOR, Position.COLLECTION_REVIEWER),
        columns=(provider, method, carrier, period_from, period_to, received_at, first_collector, extraction),
        filters=(provider, method, carrier, extraction, received_at),
        summary=(provider, structure, method),
        groups=(
            Group(_("一、提供单位与协议"), (provider, agreement, structure, period_from, period_to), "16.1.1.3"),
            Group(
                _("二、采集方式与载体"),
                (method, carrier, medium_no, verification, received_at, delivered_by, delivered_by_phone), "16.1.2.2",
            ),
            Group(_("三、采集人员"), (first_collector, second_collector), "14.2"),
            Group(_("四、人工录入"), (original, keyed_by, keyed_on, reviewed_by), "16.1.3"),
            Group(_("五、提取"), (extraction, extraction_witness), "16.1.1.4"),
        ),
        readers=(Position.COLLECTION_HEAD, Position.IT_HEAD, Position.ARCHIVIST),
        chain=Chain(
            Receive("receive", by=Position.DATA_MANAGER, label=_("签收"), article="16.1.1.3",
                    differs=(first_collector, second_collector), when=~when(carrier, Carrier.CORRECTION),
                    hint=_("核对文件与登记内容一致后签收"),
                    effects=(KEPT, Effect("hand_over_originals", _("人工录入的原始文件列入当日档案移交清单")),)),
            Receive("receive_correction", by=Position.IT_STAFF, label=_("签收更正数据"), article="115.2.4",
                    differs=(first_collector, second_collector), when=when(carrier, Carrier.CORRECTION),
                    hint=_("核对更正后的数据文件与提供单位回复的《异议数据核对书》"), effects=(KEPT,)),
            Fill("extract", by=Position.DATA_MANAGER, label=_("提取"), article="16.1.1.4",
                 differs=(first_collector, second_collector),
                 when=when(method, Method.NETWORK, Method.BULK_COPY) & ~when(carrier, Carrier.CORRECTION),
                 hint=_("在另一名数据管理员监督下解压、解密，逐个文件登记结果"),
                 fills=(extraction, extraction_witness, CollectionFile.decrypted_name, CollectionFile.extracted_records,
                        CollectionFile.result, CollectionFile.fault),
                 optional=(CollectionFile.decrypted_name, CollectionFile.extracted_records, CollectionFile.fault),
                 page="/extraction/{}", ready="extracted",
                 effects=(Effect("return_faulty_files", _("有误的文件填《差错文件返还通知书》")),)),
            Sign("witness", by=extraction_witness, label=_("监督人签字"), differs=("extract",), article="16.1.1.4",
                 when=when(method, Method.NETWORK, Method.BULK_COPY) & ~when(carrier, Carrier.CORRECTION),
                 hint=_("确认提取在监督下进行，结果属实")),
            Receive("store", by=Position.SAFE_KEEPER, label=_("入柜"), verb=_("入柜"), article="16.1.1.5",
                    differs=("receive", "extract", "witness"), when=~when(carrier, Carrier.CORRECTION),
                    hint=_("核对光盘编号和封存后入柜"), effects=(Effect("store_disc", _("光盘入柜，做存放记录")),)),
        ),
    )
