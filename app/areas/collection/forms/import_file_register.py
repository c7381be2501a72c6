"""附件 6 数据导入文件登记表."""

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Mapped

from app.areas.collection.forms.collection_file_register import CollectionFile, CollectionFileRegister, Extraction
from app.areas.collection.forms.public_collection_handover import HandoverFile, PublicCollectionHandover
from app.areas.collection.registers import Carrier, DataStructure, Method
from app.areas.organisation.registers import Employee
from app.engine.chain import MAKER, Authorise, Chain, Check, Deadline, Effect, Execute, Sign, Unit
from app.engine.choice import Choice
from app.engine.conditions import when
from app.engine.declare import Prefill, choice, column, document, lines, person, reference, rule
from app.engine.declaring import Line
from app.engine.document import Document, State
from app.engine.form import Form, FormModel, Group
from app.engine.positions import Position
from app.engine.text import Text
from app.engine.types import Code30, Count, FileName, LongText, Moment, Text255


class ImportKind(Choice):
    """导入类别: ordinary deliveries, or the corrections of a dispute (article 115.2)."""

    DELIVERY = "delivery", _("报送数据")
    CORRECTION = "correction", _("异议更正数据")


class Preprocessing(Choice):
    """预处理结果."""

    GOOD = "good", _("全部合格")
    FAULTY = "faulty", _("部分有误")
    FAILED = "failed", _("无法格式化")


class ImportOutcome(Choice):
    """导入结果 of a file."""

    IMPORTED = "imported", _("全部导入")
    PARTLY = "partly", _("部分导入")
    REJECTED = "rejected", _("未导入")


class ImportFile(Line):
    """One file of a received register (导入文件)."""

    __tablename__ = "import_file"

    register: Mapped[Document] = document(_("登记表"), "2", "S1", help=_("已签收的登记表或移交清单"))
    name: Mapped[FileName] = column(_("文件名"))
    records: Mapped[Count] = column(_("记录数"), total=True)
    imported: Mapped[Count | None] = column(_("导入数"), computed=True, total=True)
    rejected: Mapped[Count | None] = column(_("拒收数"), computed=True, total=True)
    outcome: Mapped[ImportOutcome | None] = choice(ImportOutcome, _("导入结果"), computed=True)

    @rule(register)
    def received(self) -> Text | None:
        handed = self.register.state is State.PENDING and self.register.step not in ("receive", "receive_correction")
        return None if handed or self.register.state is State.DONE else _("尚未签收，不能导入")

    @rule(name)
    def file_of_register(self) -> Text | None:
        file = self.delivered()
        if file is None:
            return _("登记表中没有这个文件")
        faulty = isinstance(file, CollectionFile) and file.result is Extraction.FAULTY
        return _("提取有误的文件不能导入") if faulty else None

    @rule(records)
    def same_count(self) -> Text | None:
        file = self.delivered()
        counts = {getattr(file, "records", self.records), getattr(file, "extracted_records", None)}
        return None if self.records in counts else _("与登记表的记录数不一致")

    def delivered(self) -> CollectionFile | HandoverFile | None:
        """The file as its register has it, found by either of its names."""
        if not isinstance(self.register, CollectionFileRegister | PublicCollectionHandover):
            return None
        files = {name: one for one in self.register.files for name in (getattr(one, "decrypted_name", None), one.name)}
        return files.get(self.name)


class ImportFileRegister(FormModel):
    """数据导入文件登记表: files for the base store, by whom and under whose eyes they go in, the result (article 18)."""

    __tablename__ = "import_file_register"

    kind: Mapped[ImportKind] = choice(ImportKind, _("导入类别"))
    structure: Mapped[DataStructure] = reference(_("数据结构版本"))
    planned_at: Mapped[Moment] = column(_("计划导入时间"), prefill=Prefill.NOW, sortable=True)
    witness: Mapped[Employee] = person(_("监督人"), position=Position.DATA_MANAGER, help=_("另一名数据管理员"))
    deposit: Mapped[Document | None] = document(_("存放记录"), "S4", help=_("未及时导入而入柜时填写"))
    deposit_reason: Mapped[Text255 | None] = column(_("未及时导入原因"), required_when=when(deposit))
    preprocessed_at: Mapped[Moment | None] = column(_("预处理时间"), computed=True)
    preprocessing: Mapped[Preprocessing | None] = choice(Preprocessing, _("预处理结果"), computed=True)
    preprocessing_faults: Mapped[Count | None] = column(_("预处理差错数"), computed=True)
    batch_no: Mapped[Code30 | None] = column(_("导入批次"), computed=True)
    imported_at: Mapped[Moment | None] = column(_("导入时间"), computed=True, sortable=True)
    total: Mapped[Count | None] = column(_("总记录数"), computed=True)
    imported: Mapped[Count | None] = column(_("导入记录数"), computed=True)
    rejected: Mapped[Count | None] = column(_("拒收记录数"), computed=True)
    duplicates: Mapped[Count | None] = column(_("重复记录数"), computed=True)
    seconds: Mapped[Count | None] = column(_("用时（秒）"), computed=True)
    error_file: Mapped[FileName | None] = column(_("差错文件"), computed=True)
    explanation: Mapped[LongText | None] = column(_("结果说明"), full=True)
    files: Mapped[list[ImportFile]] = lines(_("导入文件"), least=1)

    @rule(witness)
    def another_data_manager(self) -> Text | None:
        return _("监督人须为另一名数据管理员") if self.witness.user_id == self.maker_id else None

    @rule(files)
    def files_fit(self) -> Text | None:
        names = [(one.register.number, one.name) for one in self.files]
        if len(set(names)) < len(names):
            return _("同一文件登记了两次")
        for one in self.files:
            correcting = isinstance(one.register, CollectionFileRegister) and one.register.carrier is Carrier.CORRECTION
            if correcting is not (self.kind is ImportKind.CORRECTION):
                return _("%(number)s 与导入类别不符", number=one.register.number)
            public = self.structure.method is Method.PUBLIC
            if public if isinstance(one.register, CollectionFileRegister) else not public:
                return _("%(number)s 的采集方式与数据结构不符", number=one.register.number)
            if isinstance(one.register, CollectionFileRegister) and one.register.structure is not self.structure:
                return _("%(number)s 登记的是另一数据结构版本", number=one.register.number)
        return None

    __form__ = Form(
        code="6",
        title=_("数据导入文件登记表"),
        articles=("18.1", "18.2", "18.3", "18.4", "20", "115.2.4"),
        makers=(Position.DATA_MANAGER, Position.IT_STAFF),
        columns=(structure, kind, planned_at, witness, total, imported, rejected, imported_at),
        filters=(kind, structure, preprocessing, planned_at),
        summary=(structure, kind, planned_at),
        groups=(
            Group(_("一、导入计划"), (kind, structure, planned_at, witness), "18.1"),
            Group(_("二、未及时导入"), (deposit, deposit_reason), "18.1"),
            Group(_("三、预处理"), (preprocessed_at, preprocessing, preprocessing_faults), "18.2"),
            Group(
                _("四、导入结果"),
                (batch_no, imported_at, total, imported, rejected, duplicates, seconds, error_file, explanation),
                "18.3",
            ),
        ),
        readers=(Position.COLLECTOR, Position.COLLECTION_HEAD, Position.SAFE_KEEPER, Position.ARCHIVIST),
        chain=Chain(
            Check(
                "approve",
                by=Position.IT_HEAD,
                label=_("信息技术部负责人审批"),
                article="18.2",
                hint=_("核对文件均已签收；异议更正数据批准后即授权装载"),
                effects=(Effect("authorise_correction", _("异议更正数据同时授权装载所涉异议项")),),
            ),
            Execute(
                "preprocess",
                by=MAKER,
                label=_("导入预处理"),
                verb=_("预处理"),
                article="18.2",
                deadline=Deadline(0, Unit.DAYS, since=planned_at),
                fills=(deposit, deposit_reason),
                optional=(deposit, deposit_reason),
                hint=_("将报送文件格式化；曾入柜的填写存放记录"),
                effects=(Effect("preprocess_files", _("按数据结构格式化文件，列出差错")),),
            ),
            Authorise(
                "import",
                by=witness,
                label=_("监督导入"),
                verb=_("监督导入"),
                differs=("approve",),
                ready="preprocessed",
                article="18.1",
                hint=_("当面验证身份后，监督导入基础数据库"),
                effects=(Effect("import_files", _("导入基础数据库，补填导入结果")),),
            ),
            Sign(
                "confirm",
                by=MAKER,
                label=_("导入结果确认"),
                verb=_("确认"),
                ready="imported",
                article="18.3",
                fills=(explanation,),
                optional=(explanation,),
                hint=_("核对导入结果与差错文件"),
                effects=(Effect("return_rejected_records", _("拒收的记录填《差错文件返还通知书》")),),
            ),
        ),
    )
