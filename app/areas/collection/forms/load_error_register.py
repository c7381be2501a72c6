"""附件 7 装载差错文件登记表."""

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Mapped

from app.areas.organisation.registers import Employee
from app.engine.chain import Authorise, Chain, Check, Effect
from app.engine.choice import Choice
from app.engine.conditions import when
from app.engine.declare import choice, column, document, lines, person, rule
from app.engine.declaring import Line
from app.engine.document import Document
from app.engine.form import Form, FormModel, Group
from app.engine.positions import Position
from app.engine.text import Text
from app.engine.types import Code30, Code64, Count, FileName, LongText, Moment, Text120, Text255


class Cause(Choice):
    """原因类别 of load errors."""

    UNMATCHED = "unmatched", _("企业无法匹配")
    UNMAPPED = "unmapped", _("指标映射缺失")
    CODE = "code", _("代码值无对应")
    VALUE = "value", _("数据值有误")
    CONFLICT = "conflict", _("与已有数据冲突")
    SYSTEM = "system", _("系统故障")
    OTHER = "other", _("其他原因")


class Disposal(Choice):
    """处置方式: what becomes of the records."""

    RELOAD = "reload", _("重新装载")
    RETURN = "return", _("返还提供单位更正")
    DISCARD = "discard", _("不予装载")


class ReloadResult(Choice):
    """重新装载结果."""

    LOADED = "loaded", _("全部装载")
    PARTLY = "partly", _("仍有差错")
    FAILED = "failed", _("未能装载")


class LoadError(Line):
    """One record that was not loaded (装载差错)."""

    __tablename__ = "load_error"

    record_no: Mapped[Code64] = column(_("记录号"), help=_("基础数据库的记录号"))
    field: Mapped[Text120] = column(_("字段"))
    base_value: Mapped[Text255 | None] = column(_("基础库值"))
    reason: Mapped[Text255] = column(_("差错原因"))


class LoadErrorRegister(FormModel):
    """装载差错文件登记表: records that could not be loaded into the credit database, why, and what was done (19.2)."""

    __tablename__ = "load_error_register"

    import_register: Mapped[Document] = document(_("数据导入文件登记表"), "6")
    load_batch: Mapped[Code30] = column(_("装载批次"))
    loaded_at: Mapped[Moment] = column(_("装载时间"), sortable=True)
    error_file: Mapped[FileName] = column(_("差错文件"), help=_("作为附件上传"))
    cause_kind: Mapped[Cause | None] = choice(Cause, _("原因类别"))
    cause: Mapped[LongText | None] = column(_("差错原因"), full=True, help=_("提交前须查明"))
    disposal: Mapped[Disposal | None] = choice(Disposal, _("处置方式"))
    remedy: Mapped[LongText | None] = column(_("排除措施"), full=True, help=_("提交前须填写"))
    authorised_by: Mapped[Employee | None] = person(_("现场授权人"), position=Position.IT_HEAD, computed=True)
    authorised_at: Mapped[Moment | None] = column(_("授权时间"), computed=True)
    reload_batch: Mapped[Code30 | None] = column(_("重新装载批次"), computed=True)
    reloaded: Mapped[Count | None] = column(_("重新装载记录数"), computed=True)
    reload_rejected: Mapped[Count | None] = column(_("重新装载拒收数"), computed=True)
    reload_result: Mapped[ReloadResult | None] = choice(ReloadResult, _("重新装载结果"), computed=True)
    errors: Mapped[list[LoadError]] = lines(_("装载差错"), least=1)

    @rule(cause, at_submit=True)
    def cause_found(self) -> Text | None:
        return None if self.cause and self.cause_kind else _("提交前须查明并填写原因及其类别")

    @rule(remedy, at_submit=True)
    def remedied(self) -> Text | None:
        return None if self.remedy and self.disposal else _("提交前须填写处置方式和排除措施")

    __form__ = Form(
        code="7", title=_("装载差错文件登记表"), articles=("19.2", "20"), makers=(Position.DATA_MANAGER,),
        columns=(load_batch, import_register, loaded_at, error_file, cause_kind, disposal, reload_batch, reload_result),
        filters=(load_batch, cause_kind, disposal, reload_result, loaded_at),
        summary=(load_batch, cause_kind, disposal),
        groups=(
            Group(_("一、装载批次"), (import_register, load_batch, loaded_at, error_file), "19.2"),
            Group(_("二、原因与处置"), (cause_kind, cause, disposal, remedy), "19.2"),
            Group(
                _("三、重新装载"),
                (authorised_by, authorised_at, reload_batch, reloaded, reload_rejected, reload_result), "19.2",
            ),
        ),
        readers=(Position.IT_STAFF, Position.ARCHIVIST),
        handed_in=(Effect("check_load_batch", _("核对装载批次")),),
        chain=Chain(
            Check("approve", by=Position.IT_HEAD, label=_("信息技术部负责人审批"), control=True,
                  hint=_("核对差错原因已查明、故障已排除")),
            Authorise("reload", by=Position.IT_HEAD, label=_("重新装载现场授权"), article="19.2",
                      when=when(disposal, Disposal.RELOAD), ready="reloadable",
                      hint=_("在操作人的装载窗口当面验证身份，每次重新装载须另行授权"),
                      effects=(Effect("record_authorisation", _("登记授权人和授权时间")),
                               Effect("reload_batch", _("重新装载，补填批次和结果")))),
        ),
    )
