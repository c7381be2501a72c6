"""Chapter 3 in the demo year: structures, the months' deliveries, and what followed from them."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Any

from app.demo.documents.hours import YEAR, day
from app.demo.documents.plans import Plan

DELIVERIES = (
    (1, 8, (1, 2, 3, 4, 6, 7, 8, 10, 11)),
    (2, 11, (2, 6, 10)),
    (4, 18, (6, 9, 11)),
    (7, 14, (1, 7, 10)),
    (8, 20, (11,)),
)
"""Provider, day of the month, months."""
FAULTY = {(1, 3): "answered", (2, 6): "resubmitted", (4, 9): "answered"}
RETURNED = {(2, 2): "数量与清单不符，请核对光盘后重新登记。", (1, 7): "所属期间与文件名不一致，请核对。"}
IMPORTED = {(1, 1), (1, 2), (1, 4), (2, 2), (4, 6), (1, 8), (2, 10), (1, 10), (1, 11), (4, 11), (8, 11)}
TO_BE_LOADED = (1, 11)
"""Imported, and still to be loaded."""
LOADED_BADLY = {(4, 6), (4, 11), (8, 11)}

structure = partial(Plan, slug="data_structure_analysis", maker="data_manager")
register = partial(Plan, slug="collection_file_register", maker="collector")


def plans() -> Iterator[Plan]:
    """Structures, deliveries, and what lies about in November."""
    yield from structures()
    for provider, number, months in DELIVERIES:
        for month in months:
            yield from delivery(provider, month, number)
    yield from unfinished()


def structures() -> Iterator[Plan]:
    """Structures that were agreed anew: one of sixty fields, one sent back once, one that waits."""
    yield structure(at=day(1, 6), lines=8, files=True)
    detailed = {
        "provider": "TG006",
        "agreement": "CJ-2025-006",
        "name": "公积金缴存信息（明细）",
        "subject": "公积金缴存信息",
    }
    yield structure(at=day(4, 2), lines=60, given=detailed)
    yield structure(at=day(8, 13), lines=7, back=("review", "“所属期”的日期格式与样例文件不符，应为 yyyyMM。"))
    yield structure(at=day(11, 9), lines=8, ends="approve", given={"provider": "TG008", "agreement": "CJ-2025-008"})
    yield structure(maker="data_manager2", at=day(11, 19), ends="draft")


def unfinished() -> Iterator[Plan]:
    """Drafts, one withdrawn, one given back, one that waits for the safe."""
    yield register(at=day(11, 20), given=delivered(6, 11), ends="draft")
    yield register(maker="collector2", at=day(11, 23, 10), given=delivered(3, 11), ends="draft")
    yield register(at=day(10, 21), given=delivered(6, 10), ends="withdrawn")
    broken = "光盘无法读取，请与提供单位联系换盘。"
    yield register(
        maker="collector2", at=day(11, 12), given=delivered(3, 10), ends="returned", back=("receive", broken)
    )
    yield register(at=day(10, 13), given=delivered(6, 9), ends="store")


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
    yield register(
        maker="collection_reviewer" if provider == 7 else "collector2" if month % 3 == 0 else "collector",
        at=day(month, number, 9 + provider % 6, 5 * month),
        key=key,
        given=delivered(provider, month),
        broken=1 if which in FAULTY else 0,
        back=("receive", RETURNED[which]) if which in RETURNED else None,
        files=month in (1, 6, 11),
    )
    keeper = "data_manager" if month % 2 else "data_manager2"
    if which in FAULTY:
        yield from faults(provider, month, FAULTY[which])
    if which in IMPORTED:
        yield from imported(key, keeper, f"SJ-{provider:04d}-1", loaded=which != TO_BE_LOADED, loaded_badly=which in LOADED_BADLY)
    yield disc(key)


def imported(key: str, keeper: str, structure_code: str, *, loaded: bool, loaded_badly: bool) -> Iterator[Plan]:
    """The import of a delivery, and the register of what could not be loaded."""
    own = f"import:{key}"
    yield Plan(slug="import_file_register", maker=keeper, after=key, key=own, given={"structure": structure_code}, loaded=loaded)
    if loaded_badly:
        yield Plan(slug="load_error_register", maker=keeper, after=f"{own}@loaded", drafted=True)


def disc(key: str) -> Plan:
    """The disc with the files of a register, in the safe: the system drafts its record."""
    return Plan(slug="media_safe_record", maker="data_manager", after=key, days=0, drafted=True)


def faults(provider: int, month: int, outcome: str) -> Iterator[Plan]:
    """The notice of a faulty file; where it is delivered again, with the new register."""
    key, again = f"notice:{provider}:{month}", f"again:{provider}:{month}"
    source = f"delivery:{provider}:{month}"
    notice = partial(
        Plan,
        slug="error_file_return_notice",
        maker="data_manager",
        after=source,
        key=key,
        drafted=True,
    )
    if outcome != "resubmitted":
        yield notice()
        return
    yield notice(steps={"answer": lambda case, made: {"outcome": outcome, "resubmission": made[again].number}})
    yield register(after=f"{key}@answer", days=4, key=again, given=delivered(provider, month))
