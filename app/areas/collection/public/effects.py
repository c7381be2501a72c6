"""What handing in computes: form 4's counts, form 5's totals, S1's bytes."""

from app.areas.collection.forms.public_collection_handover import PublicCollectionHandover
from app.areas.collection.forms.public_collection_list import PublicCollectionList
from app.areas.collection.forms.public_collection_report import PublicCollectionReport
from app.areas.collection.public.totals import total
from app.documents import attachments
from app.workflow.effects import Happening, effect


@effect("count_items")
def count_items(happening: Happening) -> None:
    """信息项数、信息条数 of a day's list."""
    found = happening.case.document
    assert isinstance(found, PublicCollectionList)
    found.item_count, found.record_count = len({one.item for one in found.items}), sum(one.records for one in found.items)


@effect("total_month")
def total_month(happening: Happening) -> None:
    """汇总明细 of the month, from its lists as they are now."""
    report = happening.case.document
    assert isinstance(report, PublicCollectionReport)
    total(happening.session, report)


@effect("measure_files")
def measure_files(happening: Happening) -> None:
    """字节数 of the data files; their SHA-256 stands there already."""
    handover = happening.case.document
    assert isinstance(handover, PublicCollectionHandover)
    sizes = {one.name: one.size for one in attachments.of(happening.session, handover.id)}
    for line in handover.files:
        line.bytes = sizes.get(line.name)
