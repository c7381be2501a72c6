"""Chapter 3 in the demo year: structures, the months' deliveries, public channels, import and load."""

from calendar import monthrange
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from app.demo.documents.hours import YEAR, day
from app.demo.documents.plans import Made, Plan
from app.workflow.options import Case

DELIVERIES = ((1, 8, range(1, 12)), (2, 11, (2, 6, 10)), (4, 18, (6, 9, 11)), (7, 14, (1, 7, 10)), (8, 20, (9, 11)))
"""Provider, day of the month, months."""
FAULTY = {(1, 3): "answered", (2, 6): "resubmitted", (4, 9): "answered"}
RETURNED = {(2, 2): "数量与清单不符，请核对光盘后重新登记。", (1, 7): "所属期间与文件名不一致，请核对。"}
IMPORTED = {(1, 1), (1, 2), (1, 4), (2, 2), (7, 1), (4, 6), (1, 8), (2, 10), (1, 10), (1, 11)}
LOADED_BADLY = {(1, 2), (4, 6), (1, 8)}
IN_THE_SAFE = {(2, 2), (2, 6), (2, 10)}


def plans() -> Iterator[Plan]:
    """All of the chapter."""
    yield from structures()
    for provider, number, months in DELIVERIES:
        for month in months:
            yield from delivery(provider, month, number)
    yield from unfinished()
    yield from public()


def structures() -> Iterator[Plan]:
    """Structures that were agreed anew: one of sixty fields, one sent back once, one that waits."""
    common = {"maker": "data_manager", "slug": "data_structure_analysis"}
    yield Plan(**common, at=day(1, 6), lines=8, files=True)
    yield Plan(
        **common,
        at=day(4, 2),
        lines=60,
        given={"provider": "TG006", "agreement": "CJ-2025-006", "name": "公积金缴存信息（明细）"},
    )
    yield Plan(**common, at=day(8, 13), lines=7, back=("review", "“所属期”的日期格式与样例文件不符，应为 yyyyMM。"))
    yield Plan(
        **common, at=day(11, 9), lines=8, ends="approve", given={"provider": "TG008", "agreement": "CJ-2025-008"}
    )
    yield Plan(slug="data_structure_analysis", maker="data_manager2", at=day(11, 19), ends="draft")


def delivered(provider: int, month: int) -> dict[str, Any]:
    """What a provider delivered for the month before."""
    year, last = (YEAR, month - 1) if month > 1 else (YEAR - 1, 12)
    return {
        "provider": f"TG{provider:03d}",
        "agreement": f"CJ-2025-{provider:03d}",
        "structure": f"SJ-{provider:04d}-1",
        "period_from": date(year, last, 1).isoformat(),
        "period_to": date(year, last, monthrange(year, last)[1]).isoformat(),
    }


def delivery(provider: int, month: int, number: int) -> Iterator[Plan]:
    """One delivery, and what followed from it."""
    key, which = f"delivery:{provider}:{month}", (provider, month)
    maker = "collection_reviewer" if provider == 7 else "collector2" if month % 3 == 0 else "collector"
    yield Plan(
        slug="collection_file_register",
        maker=maker,
        at=day(month, number, 9 + provider % 6, 5 * month),
        key=key,
        given=delivered(provider, month),
        steps={"extract": faulty} if which in FAULTY else {},
        back=("receive", RETURNED[which]) if which in RETURNED else None,
        files=month in (1, 6, 11),
    )
    keeper = "data_manager" if month % 2 else "data_manager2"
    if which in FAULTY:
        yield from faults(provider, month, FAULTY[which])
    if which in IMPORTED:
        structure = {"structure": f"SJ-{provider:04d}-1"}
        yield Plan(slug="import_file_register", maker=keeper, after=key, key=f"import:{key}", given=structure)
    if which in LOADED_BADLY:
        imported = f"import:{key}"
        yield Plan(
            slug="load_error_register",
            maker=keeper,
            after=imported,
            given=lambda made: {"import_register": made[imported].number},
            files=True,
        )
    if which in IN_THE_SAFE:
        yield disc(key, keeper, "企业登记信息批量拷盘文件原件一盘，已封存。")


def disc(key: str, maker: str, content: str) -> Plan:
    """The disc with the files of a register, in the safe."""

    def given(made: Made) -> Mapping[str, Any]:
        register = made[key]
        return {"content": content, "registers": [{"register": register.number, "files": str(len(register.files))}]}

    return Plan(slug="media_safe_record", maker=maker, after=key, days=0, given=given)


def faulty(case: Case, made: Made) -> Mapping[str, Any]:
    """The first file could not be extracted."""
    document: Any = case.document
    files = {str(one.id): {"result": "good", "extracted_records": str(one.records)} for one in document.files}
    files[str(document.files[0].id)] = {"result": "faulty", "fault": "解密后缺少“所属期止”字段，与数据结构不符"}
    return {"extraction": "faulty", "files": files}


def faults(provider: int, month: int, outcome: str) -> Iterator[Plan]:
    """The notice of a faulty file; where it is delivered again, with the new register."""
    key, again = f"notice:{provider}:{month}", f"again:{provider}:{month}"
    source = f"delivery:{provider}:{month}"
    renewed = outcome == "resubmitted"
    yield Plan(
        slug="error_file_return_notice",
        maker="data_manager",
        after=source,
        key=key,
        given=lambda made: {"source": made[source].number},
        steps={"answer": lambda case, made: {"outcome": outcome, "resubmission": made[again].number}}
        if renewed
        else {},
    )
    if renewed:
        given = delivered(provider, month)
        yield Plan(
            slug="collection_file_register", maker="collector", after=f"{key}@answer", days=4, key=again, given=given
        )


def unfinished() -> Iterator[Plan]:
    """What lies about in November: drafts, one withdrawn, one given back, one that waits for the safe."""
    common = {"slug": "collection_file_register"}
    yield Plan(**common, maker="collector", at=day(11, 20), given=delivered(6, 11), ends="draft")
    yield Plan(**common, maker="collector2", at=day(11, 23, 10), given=delivered(3, 11), ends="draft")
    yield Plan(**common, maker="collector", at=day(10, 21), given=delivered(6, 10), ends="withdrawn")
    yield Plan(
        **common,
        maker="collector2",
        at=day(11, 12),
        given=delivered(3, 10),
        ends="returned",
        back=("receive", "光盘无法读取，请与提供单位联系换盘。"),
    )
    yield Plan(**common, maker="collector", at=day(10, 13), given=delivered(6, 9), ends="store")


def public() -> Iterator[Plan]:
    """Public channels: lists, the month's report, the handover with it, and its disc."""
    for number, (month, when) in enumerate(
        ((1, 15), (2, 10), (3, 12), (4, 16), (5, 14), (6, 18), (7, 9), (8, 20), (9, 17), (10, 15), (11, 13))
    ):
        yield Plan(
            slug="public_collection_list",
            maker="collector2" if number % 2 else "collector",
            at=day(month, when, 16),
            lines=3 + number % 3,
        )
    yield Plan(slug="public_collection_list", maker="collector2", at=day(11, 18, 16), lines=60)
    yield Plan(slug="public_collection_list", maker="collector2", at=day(11, 23, 16), lines=4, ends="draft")
    for month in range(2, 11, 2):
        report, handover = f"report:{month}", f"handover:{month}"
        maker = "collector2" if month % 4 else "collector"
        yield Plan(
            slug="public_collection_report",
            maker=maker,
            at=day(month, 26),
            key=report,
            given={"month": f"{YEAR}-{month:02d}"},
        )
        yield handed_over(report, handover, maker)
        if month % 4:
            yield disc(handover, "data_manager2", "公开渠道采集数据一盘，已封存。")
    yield Plan(
        slug="public_collection_report", maker="collector", at=day(11, 4), given={"month": f"{YEAR}-09"}, ends="sign"
    )


def handed_over(report: str, handover: str, maker: str) -> Plan:
    """The data files that go with a report."""
    return Plan(
        slug="public_collection_handover",
        maker=maker,
        after=f"{report}@receive",
        days=0,
        key=handover,
        given=lambda made: {"report": made[report].number},
        files=handover == "handover:4",
    )
