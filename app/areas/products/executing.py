"""When a product may be maintained in production: outside business hours (articles 26.4, 27.2)."""

from datetime import datetime

from flask_babel import lazy_gettext as _

from app.areas.products.forms.product_maintenance_notice import ProductMaintenanceNotice
from app.calendar.hours import in_business_hours, next_outside
from app.clock import now
from app.documents.values import Fault, Invalid
from app.engine.text import Text
from app.workflow.effects import Happening
from app.workflow.errors import Denied


def require_outside_hours(happening: Happening) -> datetime:
    """When the notice was executed; raises Denied in business hours, and Invalid for a time that cannot be."""
    session, notice = happening.session, happening.case.document
    assert isinstance(notice, ProductMaintenanceNotice)
    assert notice.executed_at is not None
    if in_business_hours(session, now()):
        opens = f"{next_outside(session, now()):%Y-%m-%d %H:%M}"
        raise Denied(_("营业时间内不能在生产环境执行，%(at)s 起可以执行", at=opens))
    if wrong := what_is_wrong(happening, notice.executed_at):
        raise Invalid([Fault(("executed_at",), happening.case.spec.field("executed_at").label, wrong)])
    return notice.executed_at


def what_is_wrong(happening: Happening, at: datetime) -> Text | None:
    """Why a notice cannot have been executed at that moment."""
    if at > now():
        return _("不能晚于现在")
    issued = happening.case.standing["issue"].at
    if at < issued.replace(second=0):
        return _("不能早于签发时间 %(at)s", at=f"{issued:%Y-%m-%d %H:%M}")
    return _("须在非营业时间") if in_business_hours(happening.session, at) else None
