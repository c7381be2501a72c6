"""附件 15 网站受理业务登记表."""

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Mapped

from app.engine.chain import Chain, Effect, Execute
from app.engine.choice import Choice
from app.engine.declare import Prefill, choice, column, document, lines, rule
from app.engine.declaring import Line
from app.engine.document import Document
from app.engine.form import Form, FormModel, Group
from app.engine.positions import Position
from app.engine.text import Text
from app.engine.types import Code64, Count, FileName, Moment, Name60, Sha256, Text120, Uscc


class WebsiteForm(Choice):
    """Which application the customer filed online (articles 39, 44)."""

    BRIEF = "13", _("简明报告申请单")
    INVESTIGATION = "14", _("调查报告申请单")


class Comparison(Choice):
    """核对结果 of the exported with the imported file."""

    SAME = "same", _("一致")
    DIFFERENT = "different", _("不一致")


class WebsiteIntakeItem(Line):
    """One application in the exported file (申请单明细)."""

    __tablename__ = "website_intake_item"

    website_no: Mapped[Code64] = column(_("网站受理号"))
    form: Mapped[WebsiteForm] = choice(WebsiteForm, _("申请单种类"))
    customer_name: Mapped[Text120] = column(_("客户名称"))
    customer_uscc: Mapped[Uscc | None] = column(_("统一社会信用代码"))
    handler_name: Mapped[Name60 | None] = column(_("查询人"))
    filed_at: Mapped[Moment] = column(_("申请时间"))
    targets: Mapped[Count | None] = column(_("目标企业数"), total=True)
    application: Mapped[Document | None] = document(_("申请单"), "13", "14", computed=True, help=_("导入后生成"))


class WebsiteIntakeRegister(FormModel):
    """网站受理业务登记表: a file of applications exported from the website, and its import (articles 39.2, 44.2)."""

    __tablename__ = "website_intake_register"

    export_file: Mapped[FileName] = column(_("导出文件"), help=_("附件中的文件名"))
    exported_at: Mapped[Moment] = column(_("导出时间"), prefill=Prefill.NOW, sortable=True)
    sha256: Mapped[Sha256] = column(_("SHA-256"), help=_("导出时由系统显示"))
    count: Mapped[Count] = column(_("申请单份数"))
    imported_at: Mapped[Moment | None] = column(_("导入时间"), computed=True)
    imported_sha256: Mapped[Sha256 | None] = column(_("导入文件 SHA-256"), computed=True)
    imported_count: Mapped[Count | None] = column(_("导入份数"), computed=True)
    comparison: Mapped[Comparison | None] = choice(Comparison, _("系统核对结果"), computed=True)
    items: Mapped[list[WebsiteIntakeItem]] = lines(_("申请单明细"), least=1)

    @rule(count)
    def count_of_items(self) -> Text | None:
        listed = len(self.items)
        return _("与申请单明细 %(listed)s 份不符", listed=listed) if listed != self.count else None

    @rule(items)
    def each_once(self) -> Text | None:
        seen: set[str] = set()
        for one in self.items:
            if one.website_no in seen:
                return _("网站受理号 %(number)s 重复", number=one.website_no)
            seen.add(one.website_no)
        return None

    __form__ = Form(
        code="15", title=_("网站受理业务登记表"), articles=("39.2.1", "39.2.2", "44.2.1", "44.2.2"),
        makers=(Position.WEB_CLERK,),
        columns=(export_file, exported_at, count, imported_at, imported_count, comparison),
        filters=(exported_at, comparison), summary=(export_file, count),
        groups=(
            Group(_("一、导出"), (export_file, exported_at, sha256, count), article="39.2.1"),
            Group(_("二、导入与核对"), (imported_at, imported_sha256, imported_count, comparison), article="39.2.2"),
        ),
        readers=(Position.SERVICE_HEAD, Position.BUSINESS_MANAGER, Position.ARCHIVIST),
        chain=Chain(
            Execute("import", by=Position.AUDITOR_CLERK, label=_("业务审核员导入并核对"), verb=_("导入并签字"), article="39.2.2",
                    hint=_("导出文件的份数和摘要须与本表一致，不一致的退回"),
                    effects=(Effect("import_applications", _("导入申请单，核对份数和摘要")),)),
        ),
    )
