"""S6 查询记录差异核对清单."""

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Mapped

from app.engine.chain import MAKER, Chain, Check, Effect, Fill
from app.engine.choice import Choice
from app.engine.declare import Prefill, choice, column, document, lines, rule
from app.engine.declaring import Line
from app.engine.document import Document
from app.engine.form import Form, FormModel, Group
from app.engine.positions import Position
from app.engine.text import Text
from app.engine.types import Code64, Day, LongText, Moment, Text120, Text255, YesNo


class QueryResult(Choice):
    """What the papers show of a query (articles 115.3, 116)."""

    AUTHORISED = "authorised", _("查询已获授权")
    UNAUTHORISED = "unauthorised", _("查询未获授权")


class QueryDifferenceItem(Line):
    """One disputed query record (查询记录)."""

    __tablename__ = "query_difference_item"

    record_no: Mapped[Code64] = column(_("查询记录编号"))
    queried_at: Mapped[Moment] = column(_("查询时间"))
    queried_by: Mapped[Text120] = column(_("查询单位"))
    report_no: Mapped[Code64 | None] = column(_("报告编号"))
    claim: Mapped[Text255] = column(_("异议内容"))
    application: Mapped[Document | None] = document(_("查询申请单"), "13", "14")
    application_found: Mapped[YesNo | None] = column(_("有申请单"))
    authorisation_found: Mapped[YesNo | None] = column(_("有信息主体授权书"))
    agrees: Mapped[YesNo | None] = column(_("与查询记录相符"))
    result: Mapped[QueryResult | None] = choice(QueryResult, _("核对结果"))
    opinion: Mapped[Text255 | None] = column(_("核对意见"))

    @rule(result)
    def follows_from_papers(self) -> Text | None:
        papers = self.application_found and self.authorisation_found and self.agrees
        wrong = self.result is QueryResult.AUTHORISED and not papers
        return _("缺少申请单或授权书，或与记录不符，不能认定已获授权") if wrong else None


class QueryDifferenceList(FormModel):
    """查询记录差异核对清单: disputed queries checked against applications and authorisations (article 115.3)."""

    __tablename__ = "query_difference_list"

    dispute: Mapped[Document] = document(_("异议申请单"), "28")
    applicant_name: Mapped[Text120] = column(_("异议申请人"))
    printed_on: Mapped[Day] = column(_("打印日期"), prefill=Prefill.TODAY, sortable=True)
    written_result: Mapped[LongText | None] = column(_("书面核对结果"), full=True)
    checked_on: Mapped[Day | None] = column(_("核对日期"))
    registered_at: Mapped[Moment | None] = column(_("结果登记时间"))
    registration_note: Mapped[LongText | None] = column(_("登记说明"), full=True)
    items: Mapped[list[QueryDifferenceItem]] = lines(_("查询记录"), least=1)

    @rule(checked_on)
    def checked_after_printing(self) -> Text | None:
        return _("不能早于打印日期") if self.checked_on and self.checked_on < self.printed_on else None

    @rule(written_result)
    def every_item_checked(self) -> Text | None:
        if not self.written_result:
            return None
        open_ones = "、".join(one.record_no for one in self.items if one.result is None)
        return _("尚有未核对的查询记录：%(open)s", open=open_ones) if open_ones else None

    __form__ = Form(
        code="S6", title=_("查询记录差异核对清单"), articles=("115.3.1", "115.3.2"), makers=(Position.IT_STAFF,),
        columns=(applicant_name, dispute, printed_on, checked_on, registered_at),
        filters=(printed_on, checked_on), summary=(applicant_name, dispute),
        groups=(
            Group(_("一、异议申请"), (dispute, applicant_name, printed_on), article="115.3.1"),
            Group(_("二、核对结果"), (written_result, checked_on), article="115.3.2"),
            Group(_("三、结果登记"), (registered_at, registration_note), article="115.3.2"),
        ),
        readers=(Position.SERVICE_STAFF, Position.DISPUTE_REVIEWER),
        chain=Chain(
            Fill("check", by=Position.ARCHIVIST, label=_("档案管理员核对"), verb=_("核对并签字"), article="115.3.2",
                 fills=(QueryDifferenceItem.application, QueryDifferenceItem.application_found,
                        QueryDifferenceItem.authorisation_found, QueryDifferenceItem.agrees,
                        QueryDifferenceItem.result, QueryDifferenceItem.opinion, written_result, checked_on),
                 optional=(QueryDifferenceItem.application, QueryDifferenceItem.opinion),
                 hint=_("逐项核对信用报告查询申请单和信息主体授权书")),
            Check("authorise", by=Position.IT_HEAD, label=_("信息技术部负责人审核授权"), verb=_("授权"), differs=("check",),
                  article="115.3.2", hint=_("审核核对结果，授权登记")),
            Fill("register", by=MAKER, label=_("信息技术人员登记结果"), verb=_("登记"), article="115.3.2", returnable=False,
                 fills=(registered_at, registration_note), optional=(registration_note,),
                 effects=(Effect("register_item_result", _("已获授权的确认不存在，未获授权的更正")),)),
        ),
    )
