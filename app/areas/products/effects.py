"""Effects of chapter 4's forms."""

from flask_babel import lazy_gettext as _

from app.areas.products import announcing, checking, indicators, maintaining
from app.areas.products.depending import not_maintained
from app.areas.products.executing import require_outside_hours
from app.areas.products.forms.indicator_maintenance_notice import IndicatorMaintenanceNotice
from app.areas.products.forms.product_maintenance_notice import ProductMaintenanceNotice
from app.areas.products.forms.product_proposal import ProductProposal
from app.areas.products.forms.product_review_opinion import ProductReviewOpinion
from app.areas.products.forms.product_test_report import Conclusion
from app.areas.products.registers import Environment
from app.documents.values import Fault, Invalid
from app.engine.catalogue import catalogue
from app.registers.environments import differences
from app.workflow.effects import Happening, effect
from app.workflow.errors import Denied


@effect("date_member_signatures")
def date_member_signatures(happening: Happening) -> None:
    """Puts each member's signing time beside the name, once all have signed (article 26.3.2)."""
    review, step = happening.case.document, happening.step
    assert isinstance(review, ProductReviewOpinion)
    assert step is not None
    signed = {one.seat: one.at for one in happening.case.signed(step.name)}
    for line in review.members:
        line.signed_at = signed.get(f"user:{line.member.user_id}")


@effect("check_proposed_code")
def check_proposed_code(happening: Happening) -> None:
    """核对产品代码未被使用."""
    proposal = happening.case.document
    assert isinstance(proposal, ProductProposal)
    checking.check_code(happening.session, proposal)


@effect("add_development_product")
def add_development_product(happening: Happening) -> None:
    """产品加入开发环境 (article 26.1.2)."""
    proposal = happening.case.document
    assert isinstance(proposal, ProductProposal)
    proposal.development_code = maintaining.add_to_development(happening.session, proposal).code


@effect("fix_product_notice")
def fix_product_notice(happening: Happening) -> None:
    """One notice for a review opinion; the product's content before is written down."""
    notice = happening.case.document
    assert isinstance(notice, ProductMaintenanceNotice)
    checking.check_basis(happening.session, notice)
    notice.content_old = notice.product.content if notice.product else None


@effect("maintain_product")
def maintain_product(happening: Happening) -> None:
    """产品按通知单维护生效, outside business hours (articles 26.4, 27.2)."""
    notice = happening.case.document
    assert isinstance(notice, ProductMaintenanceNotice)
    maintaining.maintain(happening.session, notice, require_outside_hours(happening).date())
    announcing.prepare(happening)


@effect("try_indicators")
def try_indicators(happening: Happening) -> None:
    """在试验副本中试改指标: what the trial says stands with the tester's words (article 30.2)."""
    notice = happening.case.document
    assert isinstance(notice, IndicatorMaintenanceNotice)
    wrong = indicators.rehearse(happening.session, notice)
    if wrong and notice.test_result is Conclusion.PASSED:
        label = happening.case.spec.field("test_result").label
        raise Invalid([Fault(("test_result",), label, _("试验副本中不能完成：%(wrong)s", wrong=wrong))])
    found = _("试验副本中不能完成：%(wrong)s", wrong=wrong) if wrong else _("试验副本中两个环境均可完成")
    notice.test_note = f"{notice.test_note or ''}\n{found}".strip()[:2000]


@effect("change_development_indicators")
def change_development_indicators(happening: Happening) -> None:
    """开发环境指标变更, after the products that use them (articles 30.4.1, 30.4.3)."""
    notice = happening.case.document
    assert isinstance(notice, IndicatorMaintenanceNotice)
    if missing := not_maintained(happening.session, notice):
        raise Denied(_("产品 %(codes)s 使用该指标，其产品维护通知单执行后才能维护指标", codes="、".join(missing)))
    indicators.change_in(happening.session, notice, Environment.DEVELOPMENT)


@effect("import_indicators")
def import_indicators(happening: Happening) -> None:
    """指标导入生产环境，并核对两环境一致 (articles 29, 30.4.2)."""
    notice = happening.case.document
    assert isinstance(notice, IndicatorMaintenanceNotice)
    indicators.import_from_development(happening.session, notice)
    codes = {one.code for one in notice.indicators}
    register = catalogue.register("indicators")
    if wrong := [one for one in differences(happening.session, [register]) if one.key in codes]:
        raise Denied(_("导入后两个环境仍不一致：%(code)s %(field)s", code=wrong[0].key, field=wrong[0].field))
    announcing.prepare(happening)


@effect("announce_maintenance")
def announce_maintenance(happening: Happening) -> None:
    """通知发至各部门 (article 32)."""
    announcing.announce(happening)
