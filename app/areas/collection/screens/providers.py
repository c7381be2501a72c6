"""供数单位: what was agreed against what was delivered, volumes and quality over time (article 14)."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import request
from flask_appbuilder import BaseView
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from app.areas.collection.screens.linking import form_url
from app.areas.collection.screens.sight_books import overview_sheet, provider_sheets
from app.areas.collection.sight import providers, quality
from app.areas.collection.sight.permissions import EXPORT, RESOURCE
from app.areas.collection.sight.quality import Broken, Month
from app.areas.collection.sight.wording import field_title, field_titles, period_title, rule_title
from app.audit.models import AuditAction
from app.audit.recording import record
from app.clock import now
from app.database import db, transaction
from app.screens.books import Sheet, book, sent
from app.screens.charts import Bar, Chart, stacked
from app.screens.exposing import ID, page, the_actor
from app.screens.translating import gettext

MOST_PERIODS = 40
"""Periods of a structure that the page lists; the workbook has them all."""
TOP_RULES = 2
TONES = {"on_time": "success", "late": "warning", "overdue": "danger", "waiting": "default"}


@dataclass(frozen=True)
class Fault:
    """A line of the table of faults."""

    structure: str
    field: str
    rule: str
    count: int


class Providers(BaseView):
    """/collection/providers/"""

    route_base = "/collection/providers"
    default_view = "index"
    class_permission_name = RESOURCE
    method_permission_name = {"index": "list", "show": "list", "export": "export", "export_one": "export"}

    @page("/")
    def index(self) -> str:
        """All providers, those that are overdue first."""
        found = providers.overview(db.session(), now())
        only = request.args.get("overdue") == "1"
        return str(self.render_template(
            "collection/providers.html", title=_("供数单位总览"), found=[one for one in found if one.overdue] if only else found,
            every=found, only=only, exports=the_actor().may(EXPORT, RESOURCE), period_title=period_title,
        ))

    @page("/export.xlsx")
    def export(self) -> Response:
        """The same as a workbook."""
        found = providers.overview(db.session(), now())
        return taken([overview_sheet(found)], gettext("供数单位总览"), len(found))

    @page(f"/{ID}")
    def show(self, pk: int) -> str:
        """One provider: its periods, volumes and faults."""
        session, at = db.session(), now()
        found = providers.provider(session, pk, at)
        months = quality.months(session, pk, at.date())
        broken = faults(pk)
        return str(self.render_template(
            "collection/provider.html", title=found.organisation.name, it=found, months=months, broken=broken,
            volumes=volumes(months), kinds=kinds(months), most=MOST_PERIODS, tones=TONES, exports=the_actor().may(EXPORT, RESOURCE),
            period_title=period_title, form_url=form_url,
        ))

    @page(f"/{ID}/export.xlsx")
    def export_one(self, pk: int) -> Response:
        """The provider's tables as a workbook."""
        session, at = db.session(), now()
        found = providers.provider(session, pk, at)
        sheets = provider_sheets(found, quality.months(session, pk, at.date()), faults(pk))
        return taken(sheets, found.organisation.name, len(found.reports))


def taken(sheets: Sequence[Sheet], title: str, rows: int) -> Response:
    """The workbook; that it was taken out is recorded before it leaves."""
    content = book(sheets)
    with transaction(db.session()) as session:
        record(session, the_actor(), AuditAction.EXPORT, RESOURCE, title, detail={"format": "xlsx", "rows": rows})
    return sent(content, title)


def faults(provider_id: int) -> list[Fault]:
    """The provider's faults of the last months in words."""
    session = db.session()
    found = quality.broken(session, provider_id, providers.since(now()))
    titles = field_titles(session, {one.structure_id for one in found})
    return [told(one, titles) for one in found]


def told(one: Broken, titles: dict[str, str]) -> Fault:
    """A fault in words."""
    return Fault(one.structure, str(field_title(titles, one.field)), str(rule_title(one.rule)), one.count)


def volumes(months: Sequence[Month]) -> Chart:
    """Records by month, sound and rejected."""
    bars = [Bar(f"{one.start:%Y-%m}", (one.good, one.rejected)) for one in months]
    return stacked(gettext("每月记录数"), (gettext("合格"), gettext("拒收")), bars)


def kinds(months: Sequence[Month]) -> Chart:
    """Faults by month: the rules broken most, and all others."""
    total = sum((one.rules for one in months), start=type(months[0].rules)())
    top = [rule for rule, _count in total.most_common(TOP_RULES)]
    bars = [
        Bar(f"{one.start:%Y-%m}", (*(one.rules[rule] for rule in top), one.faults - sum(one.rules[rule] for rule in top)))
        for one in months
    ]
    return stacked(gettext("每月差错数"), (*(str(rule_title(rule)) for rule in top), gettext("其他规则")), bars)
