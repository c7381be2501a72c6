"""Chapter 4 in the demo year: four products on their way, maintenance of those that are sold, indicators."""

from collections.abc import Iterator
from typing import Any

from app.demo.documents.hours import day
from app.demo.documents.plans import Plan

DEMAND = (
    "本项目源于今年一季度对会员单位的回访。回访共走访十二家小额贷款公司、融资担保公司和三家商业银行的小微业务部门，"
    "收回问卷四十一份。九成以上的受访人表示，现有标准报告侧重存量信用，对企业近两年的收入趋势、用工变化、"
    "上下游稳定性反映不足；七成受访人希望在受理贷款申请后三日内取得一份篇幅不超过四页、口径统一、便于同业比较的评价。\n"
    "从数据条件看，纳税、社保、公积金和水电缴费数据均已连续报送二十四个月以上，缺失率分别为百分之一点二、百分之二点六、"
    "百分之四点一和百分之三点三，可以支持按月计算的成长性指标。行业分类采用国民经济行业分类的大类，"
    "样本不足三十家的行业并入相近门类，避免中位数失真。\n"
    "从市场规模看，会员单位每年受理小微企业贷款申请约六千笔，若其中三成使用本产品，年需求约一千八百份；"
    "另有采购单位的供应商评审和园区招商需求，合计预计每年两千二百份左右。周边城市尚无同类产品，"
    "全国性机构的产品以司法和工商数据为主，缺少本地水电、公积金数据，时效也较慢。"
)


def plans() -> Iterator[Plan]:
    """All of the chapter."""
    yield from product("P1", 1, {"demand": DEMAND}, proposals=True)
    yield from product("P2", 4, {"action": "change", "product": "BZ01"})
    yield from product("P3", 8, {}, until="product_review_opinion", ends="countersign")
    yield from product("P4", 10, {}, until="product_test_report", ends="record")
    yield Plan(
        slug="product_proposal",
        maker="product_dev",
        at=day(11, 5),
        ends="returned",
        files=True,
        back=("approve_technology", "所用“用电波动”指标尚未建立，请先提出指标维护，再报立项。"),
    )
    yield Plan(slug="product_proposal", maker="product_dev2", at=day(11, 17), ends="draft")
    yield from maintenance()
    yield from indicators()


def product(
    key: str, month: int, given: dict[str, Any], until: str = "", ends: str = "done", proposals: bool = False
) -> Iterator[Plan]:
    """A product from its proposal to its maintenance notice, or to the form where it stands now."""
    proposal, test, review = f"{key}:proposal", f"{key}:test", f"{key}:review"
    sent_back = ("approve_research", "请补充目标客户的规模和现有做法的不足，附调查问卷汇总。") if proposals else None
    yield Plan(
        slug="product_proposal",
        maker="product_dev",
        at=day(month, 7),
        key=proposal,
        given=given,
        lines=3,
        files=True,
        back=sent_back,
    )
    stopped = until == "product_test_report"
    yield Plan(
        slug="product_test_report",
        maker="product_admin",
        after=proposal,
        days=2,
        key=test,
        lines=4,
        given=lambda made: {"proposal": made[proposal].number},
        ends=ends if stopped else "done",
    )
    if stopped:
        return
    stopped = until == "product_review_opinion"
    yield Plan(
        slug="product_review_opinion",
        maker="committee_secretary",
        after=test,
        days=3,
        key=review,
        files=True,
        given=lambda made: {"test_report": made[test].number},
        ends=ends if stopped else "done",
    )
    if not stopped:
        yield Plan(
            slug="product_maintenance_notice",
            maker="product_dev",
            after=review,
            days=1,
            files=True,
            given=lambda made: {"basis": made[review].number},
        )


def maintenance() -> Iterator[Plan]:
    """Products stopped and started again, without review."""
    stop = {"action": "stop", "product": "PL01", "reason": "名录数据来源升级，期间停止提供。"}
    yield Plan(slug="product_maintenance_notice", maker="product_dev2", at=day(6, 3), key="stopped", given=stop)
    stop = {"action": "stop", "product": "DZ01", "reason": "报告样本修订，修订期间停止受理。"}
    yield Plan(slug="product_maintenance_notice", maker="product_dev2", at=day(11, 16), given=stop, ends="issue")


def indicators() -> Iterator[Plan]:
    """Indicators proposed, tested and reviewed."""
    common = {"slug": "indicator_maintenance_notice", "maker": "product_dev"}
    yield Plan(**common, at=day(3, 10), lines=3)
    yield Plan(**common, at=day(7, 14), back=("test", "试算时除数为零的企业未处理，请补充计算规则。"))
    yield Plan(
        **common,
        at=day(9, 22),
        lines=1,
        given={"action": "change", "title": "调整“被执行案件数”的统计口径", "reason": "终结本次执行程序的案件应计入。"},
    )
    yield Plan(**common, at=day(11, 3), ends="record_review")
    yield Plan(slug="indicator_maintenance_notice", maker="product_dev2", at=day(11, 20), ends="draft")
