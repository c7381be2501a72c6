"""Effects of chapter 10's forms, and what else their register changes mean."""

from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.system import permissions
from app.areas.system.forms.role_permission_maintenance import RolePermissionMaintenance
from app.areas.system.registers import CodeStatus, CodeTable, CodeValue
from app.documents.values import Fault, Invalid
from app.engine.catalogue import catalogue
from app.registers.changing import also
from app.registers.versions import NEW, keep
from app.workflow.effects import Happening, effect


@also("code_values")
def of_its_table(session: Session, document: Any, row: Any, kind: str) -> None:
    """新增: the value's full code, and its table where that is new too (form 27); the code above is there."""
    if kind == "create":
        row_of_table(session, document, row)
    if kind in ("create", "change") and document.parent_code is not None:
        parent_known(session, document, row)


def parent_known(session: Session, document: Any, row: Any) -> None:
    """The code above is one of the same table, and in use; raises Invalid."""
    own: Any = CodeValue
    same = (own.table_id == row.table_id, CodeValue.code == document.parent_code, CodeValue.status == CodeStatus.ACTIVE)
    if session.scalar(select(CodeValue.code).where(*same).limit(1)) is None:
        reason = _("该代码表中没有在用的上级代码“%(code)s”", code=document.parent_code)
        raise Invalid([Fault(("parent_code",), _("上级代码"), reason)])


def row_of_table(session: Session, document: Any, row: Any) -> None:
    """The value's table, made where it is new, and full code."""
    table = document.table
    if document.new_table_code:
        table = CodeTable(
            code=document.new_table_code, name=document.new_table_name, standard=document.new_table_standard,
            edition=document.new_table_edition, made_by_id=document.id,
        )
        session.add(table)
        session.flush()
        keep(session, catalogue.register("code_tables"), table, NEW, document)
    row.table_id = table.id
    row.full_code = document.full_code = f"{table.code}:{row.code}"


@effect("rehearse_permissions")
def rehearse_permissions(happening: Happening) -> None:
    """权限变更试行: tried on the roles as they are now (article 93.1)."""
    form = happening.case.document
    assert isinstance(form, RolePermissionMaintenance)
    permissions.propose(happening.session, happening.case.spec, form)


@effect("enter_permissions")
def enter_permissions(happening: Happening) -> None:
    """权限变更录入，待确认: tried again, on roles that are as they were (article 93.2)."""
    form = happening.case.document
    assert isinstance(form, RolePermissionMaintenance)
    permissions.enter(happening.session, happening.case.spec, form)


@effect("apply_permissions")
def apply_permissions(happening: Happening) -> None:
    """角色和权限变更生效 (article 93.3)."""
    form = happening.case.document
    assert isinstance(form, RolePermissionMaintenance)
    permissions.confirm(happening.session, happening.case.spec, form)
