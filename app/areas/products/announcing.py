"""The notice to all departments after a product or indicators were maintained (article 32): drafted from the form."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from flask_babel import force_locale
from flask_babel import lazy_gettext as _

from app.areas.products.forms.indicator_maintenance_notice import IndicatorMaintenanceNotice
from app.areas.products.forms.product_maintenance_notice import ProductMaintenanceNotice
from app.calendar.deadlines import due
from app.clock import now
from app.engine.text import Text
from app.notices.audience import Audience
from app.notices.operations import TITLE, notify
from app.notices.publishing import BODY, publish
from app.workflow.effects import Happening


def prepare(happening: Happening) -> None:
    """Puts the draft into the form and before the product developer, who has until the second working day to send it."""
    document: Any = happening.case.document
    document.notice_title, document.notice_text = title, body = draft(document)
    words = _("待您于 %(until)s 前发出：%(title)s", until=f"{until(happening):%Y-%m-%d %H:%M}", title=title)
    notify(happening.session, {document.maker_id}, words, body, document=document)


def until(happening: Happening) -> datetime:
    """When the notice is due: the deadline of the step that sends it."""
    case = happening.case
    step = next(one for one in case.spec.chain if one.name == "announce")
    assert step.deadline is not None
    found = due(happening.session, step.deadline, now(), case.read)
    assert found is not None
    return found


def announce(happening: Happening) -> None:
    """Tells all staff, in the name of the product developer who signs, in the words left standing; as drafted for none."""
    document: Any = happening.case.document
    title, body = draft(document)
    document.notice_title, document.notice_text = document.notice_title or title, document.notice_text or body
    publish(happening.session, happening.actor, Audience(everybody=True), document.notice_title, document.notice_text)


def draft(document: Any) -> tuple[str, str]:
    """Title and text of the notice about a maintenance that is done."""
    with force_locale("zh"):
        product = isinstance(document, ProductMaintenanceNotice)
        title, lines = (of_product if product else of_indicators)(document)
        body = "\n".join(str(line) for line in lines)
    return str(title)[:TITLE], body[:BODY]


def of_product(notice: ProductMaintenanceNotice) -> tuple[Text, Iterator[Text]]:
    """Title and lines of a product's notice."""
    code, name = notice.code, notice.name
    if notice.product is not None:
        code, name = notice.product.code, notice.product.name
    title = _("产品维护通知：%(action)s%(name)s（%(code)s）", action=notice.action.title, name=name, code=code)
    return title, product_lines(notice, str(code), str(name))


def product_lines(notice: ProductMaintenanceNotice, code: str, name: str) -> Iterator[Text]:
    """What there is to say of a product."""
    yield _("产品：%(name)s（%(code)s）", name=name, code=code)
    yield _("维护类别：%(action)s", action=notice.action.title)
    yield _("生效时间：%(at)s", at=f"{notice.executed_at:%Y-%m-%d %H:%M}")
    for one in notice.changes:
        yield _("%(field)s：由“%(old)s”改为“%(new)s”", field=one.field, old=one.old or "", new=one.new)
    yield _("维护原因：%(reason)s", reason=notice.reason)
    yield _("依据：产品维护通知单 %(number)s", number=notice.number)


def of_indicators(notice: IndicatorMaintenanceNotice) -> tuple[Text, Iterator[Text]]:
    """Title and lines of a notice of indicators."""
    title = _("指标维护通知：%(action)s %(count)s 个指标", action=notice.action.title, count=len(notice.indicators))
    return title, indicator_lines(notice)


def indicator_lines(notice: IndicatorMaintenanceNotice) -> Iterator[Text]:
    """What there is to say of indicators."""
    yield _("维护事项：%(title)s", title=notice.title)
    yield _("维护类别：%(action)s", action=notice.action.title)
    yield _("生效日期：%(day)s", day=f"{notice.imported_on:%Y-%m-%d}")
    for one in notice.indicators:
        yield _("指标：%(name)s（%(code)s）", name=one.name, code=one.code)
    yield _("维护原因：%(reason)s", reason=notice.reason)
    yield _("依据：指标维护通知单 %(number)s", number=notice.number)
