"""The table of the record."""

from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.engine.base import Model
from app.engine.choice import Choice, ChoiceType


class AuditAction(Choice):
    """What was done."""

    CREATE = "create", _("新建")
    CHANGE = "change", _("修改")
    DELETE = "delete", _("删除")
    DECIDE = "decide", _("签批")
    ATTACH = "attach", _("附件")
    IMPORT = "import", _("导入")
    EXPORT = "export", _("导出")
    PRINT = "print", _("打印")
    READ = "read", _("查阅")
    LOG_IN = "log_in", _("登录")
    LOG_IN_FAILED = "log_in_failed", _("登录失败")
    LOG_OUT = "log_out", _("退出")
    PROVE_FAILED = "prove_failed", _("身份验证失败")
    DENIED = "denied", _("越权访问")
    PASSWORD = "password", _("密码变更")
    PERMISSION = "permission", _("权限变更")
    REGISTER = "register", _("台账变更")
    DELEGATE = "delegate", _("委托")
    HAND_OVER = "hand_over", _("交接")
    CLAIM = "claim", _("认领")
    NOTIFY = "notify", _("发通知")
    SYSTEM = "system", _("系统")


class AuditEntry(Model):
    """审计日志: one thing that somebody did. `digest` is the keyed hash over it and the entry before (security 25).

    `id` counts from 1 without gaps. No foreign keys: the record stands by itself, whatever becomes of what it names.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_document_id", "document_id", "id"),
        Index("ix_audit_entry_user_id", "user_id", "id"),
        Index("ix_audit_entry_action", "action", "id"),
        Index("ix_audit_entry_resource", "resource", "record", "id"),
        Index("ix_audit_entry_at", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column()
    user_id: Mapped[int | None] = mapped_column()
    user_name: Mapped[str] = mapped_column(String(64))
    position: Mapped[str] = mapped_column(String(255))
    channel: Mapped[str] = mapped_column(String(12))
    """web, api, job or command."""
    address: Mapped[str | None] = mapped_column(String(45))
    action: Mapped[AuditAction] = mapped_column(ChoiceType(AuditAction))
    resource: Mapped[str] = mapped_column(String(80))
    """The form or register as permissions name it, or what else was touched."""
    record: Mapped[str | None] = mapped_column(String(64))
    """The row's key: a document's number, a register's code, a user name."""
    document_id: Mapped[int | None] = mapped_column()
    version: Mapped[int | None] = mapped_column()
    """The document's version after it."""
    detail: Mapped[str] = mapped_column(Text)
    """JSON: what the action was about; field changes as {"changes": {field: [old, new]}}."""
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))
