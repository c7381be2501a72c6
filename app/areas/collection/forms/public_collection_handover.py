"""S1 公开渠道采集数据移交清单."""

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Mapped

from app.areas.collection.forms.public_collection_report import PublicCollectionReport
from app.areas.organisation.registers import Employee
from app.engine.chain import Chain, Effect, Fill, Receive, Sign
from app.engine.declare import Prefill, column, document, lines, person, rule
from app.engine.declaring import Line
from app.engine.document import Document, State
from app.engine.form import Form, FormModel, Group
from app.engine.positions import Position
from app.engine.text import Text
from app.engine.types import Code30, Count, FileName, Moment, Month, Sha256, Text255


class HandoverFile(Line):
    """One data file handed over (数据文件)."""

    __tablename__ = "handover_file"

    name: Mapped[FileName] = column(_("文件名"))
    content: Mapped[Text255 | None] = column(_("内容"))
    bytes: Mapped[Count | None] = column(_("字节数"), computed=True)
    records: Mapped[Count] = column(_("记录数"), total=True)
    sha256: Mapped[Sha256 | None] = column(_("SHA-256"), computed=True, help=_("自动计算"))


class PublicCollectionHandover(FormModel):
    """公开渠道采集数据移交清单: a month's data files, handed over with the report (article 16.2.3)."""

    __tablename__ = "public_collection_handover"

    report: Mapped[Document] = document(_("公开渠道采集报表"), "5")
    month: Mapped[Month] = column(_("数据月份"), prefill=Prefill.THIS_MONTH)
    handed_over_at: Mapped[Moment] = column(_("移交时间"), prefill=Prefill.NOW, sortable=True)
    collector: Mapped[Employee] = person(_("移交人"), position=Position.COLLECTOR, prefill=Prefill.ME)
    medium_no: Mapped[Code30 | None] = column(_("光盘编号"), help=_("与介质标签一致"))
    burnt_at: Mapped[Moment | None] = column(_("刻录时间"))
    witness: Mapped[Employee | None] = person(_("刻录监督人"), position=Position.DATA_MANAGER)
    files: Mapped[list[HandoverFile]] = lines(_("数据文件"), least=1, help=_("文件作为附件上传"))

    @rule(month)
    def month_of_report(self) -> Text | None:
        other = isinstance(self.report, PublicCollectionReport) and self.report.month != self.month
        return _("与报表月份不一致") if other else None

    @rule(report, at_submit=True)
    def report_signed(self) -> Text | None:
        signed = self.report.state is State.DONE or self.report.step in ("receive", "archive")
        return None if signed else _("报表尚未经信息采集部负责人签字")

    @rule(files)
    def names_differ(self) -> Text | None:
        names = [one.name for one in self.files]
        return _("文件名重复") if len(set(names)) < len(names) else None

    __form__ = Form(
        code="S1", title=_("公开渠道采集数据移交清单"), articles=("16.2.3.5", "16.2.3.7", "20"),
        makers=(Position.COLLECTOR,),
        columns=(month, report, collector, handed_over_at, medium_no, witness),
        filters=(month, collector, handed_over_at), summary=(month, report),
        groups=(
            Group(_("一、移交"), (report, month, handed_over_at, collector), "16.2.3.5"),
            Group(_("二、刻录"), (medium_no, burnt_at, witness), "16.2.3.7"),
        ),
        readers=(Position.COLLECTION_REVIEWER, Position.COLLECTION_HEAD, Position.IT_STAFF, Position.IT_HEAD,
                 Position.SAFE_KEEPER, Position.ARCHIVIST),
        handed_in=(Effect("measure_files", _("登记数据文件的字节数")),),
        chain=Chain(
            Receive("receive", by=Position.DATA_MANAGER, label=_("数据管理员签收"), differs=(collector,),
                    article="16.2.3.5", hint=_("核对数据文件的名称、记录数和 SHA-256 与清单一致后签收"),
                    effects=(Effect("keep_originals", _("数据文件存为原始文件")),)),
            Fill("burn", by=Position.DATA_MANAGER, label=_("刻录光盘"), differs=(collector,), article="16.2.3.7",
                 fills=(medium_no, burnt_at, witness), hint=_("在另一名数据管理员监督下刻录")),
            Sign("witness", by=witness, label=_("监督人签字"), differs=("burn",), article="16.2.3.7",
                 hint=_("确认光盘内容与清单一致"), effects=(Effect("store_disc", _("光盘入柜，做存放记录")),)),
        ),
    )
