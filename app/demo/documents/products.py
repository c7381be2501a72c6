"""Chapter 4 in the demo year: four products on their way, maintenance of those that are sold, indicators."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from app.demo.documents.hours import day
from app.demo.documents.plans import Plan

DEMAND = (
    "本项目源于去年四季度对会员单位的回访。回访共走访十二家小额贷款公司、融资担保公司和三家商业银行的小微业务部门，"
    "收回问卷四十一份。九成以上的受访人表示，现有标准报告侧重存量信用，对企业近两年的收入趋势、用工变化、"
    "上下游稳定性反映不足；七成受访人希望在受理贷款申请后三日内取得一份篇幅不超过四页、口径统一、便于同业比较的评价。\n"
    "从数据条件看，纳税、社保、公积金和水电缴费数据均已连续报送二十四个月以上，缺失率分别为百分之一点二、百分之二点六、"
    "百分之四点一和百分之三点三，可以支持按月计算的成长性指标。行业分类采用国民经济行业分类的大类，"
    "样本不足三十家的行业并入相近门类，避免中位数失真。\n"
    "从市场规模看，会员单位每年受理小微企业贷款申请约六千笔，若其中三成使用本产品，年需求约一千八百份；"
    "另有采购单位的供应商评审和园区招商需求，合计预计每年两千二百份左右。周边城市尚无同类产品，"
    "全国性机构的产品以司法和工商数据为主，缺少本地水电、公积金数据，时效也较慢。"
)
VAGUE = "请补充目标客户的规模和现有做法的不足，附调查问卷汇总。"
LACKING = "所用“用电波动”指标尚未建立，请先提出指标维护，再报立项。"
STAGES = ("product_proposal", "product_test_report", "product_review_opinion", "product_maintenance_notice")

proposal = partial(Plan, slug="product_proposal", maker="product_dev")
notice = partial(Plan, slug="product_maintenance_notice", maker="product_dev2")
indicator = partial(Plan, slug="indicator_maintenance_notice", maker="product_dev")


def plans() -> Iterator[Plan]:
    """All of the chapter."""
    yield proposal(
        at=day(1, 7), key="P1", given={"demand": DEMAND}, lines=3, files=True, back=("approve_research", VAGUE)
    )
    yield from stages("P1")
    yield proposal(at=day(4, 7), key="P2", given={"action": "change", "product": "BZ01"}, lines=3, files=True)
    yield from stages("P2")
    yield proposal(at=day(8, 7), key="P3", lines=3)
    yield from stages("P3", "product_review_opinion", "countersign")
    yield proposal(at=day(10, 7), key="P4", lines=4)
    yield from stages("P4", "product_test_report", "record")
    yield proposal(at=day(11, 5), ends="returned", files=True, back=("approve_technology", LACKING))
    yield proposal(maker="product_dev2", at=day(11, 17), ends="draft")
    yield from maintenance()
    yield from indicators()


def stages(key: str, last: str = STAGES[-1], ends: str = "done") -> Iterator[Plan]:
    """What follows a proposal, as far as it has come."""
    made_by = dict(zip(STAGES, ("product_dev", "product_admin", "committee_secretary", "product_dev"), strict=True))
    fields = ("proposal", "test_report", "basis")
    before = key
    for at, slug in enumerate(STAGES[1 : STAGES.index(last) + 1]):
        own = f"{key}:{slug}"
        yield Plan(
            slug=slug,
            maker=made_by[slug],
            after=before,
            days=at + 1,
            key=own,
            lines=4 if slug == STAGES[1] else 2,
            given=follows(fields[at], before),
            ends=ends if slug == last else "done",
            files=at > 0,
        )
        before = own


def follows(field: str, key: str) -> Any:
    """Values that name the document of that key."""
    return lambda made: {field: made[key].number}


def maintenance() -> Iterator[Plan]:
    """Products stopped and started, without review."""
    for action, code, reason, at, ends in (
        ("stop", "PL01", "名录数据来源升级，期间停止提供。", day(6, 9), "done"),
        ("start", "PL01", "名录数据来源升级完成，恢复提供。", day(6, 23), "done"),
        ("stop", "DZ01", "报告样本修订，修订期间停止受理。", day(11, 16), "issue"),
    ):
        yield notice(at=at, given={"action": action, "product": code, "reason": reason}, ends=ends)


def indicators() -> Iterator[Plan]:
    """Indicators proposed, tested and reviewed."""
    counted: Mapping[str, Any] = {
        "action": "change",
        "title": "调整“被执行案件数”的统计口径",
        "reason": "终结本次执行程序的案件应计入。",
    }
    yield indicator(at=day(3, 10), lines=3)
    yield indicator(at=day(7, 14), back=("test", "试算时除数为零的企业未处理，请补充计算规则。"))
    yield indicator(at=day(9, 22), lines=1, given=counted)
    yield indicator(at=day(11, 3), ends="record_review")
    yield indicator(maker="product_dev2", at=day(11, 20), ends="draft")
