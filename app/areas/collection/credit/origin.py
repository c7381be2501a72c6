"""来源: the whole way of a fact, from the provider's file to the credit database, with forms, people and times."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from app.areas.collection.base_store.models import BaseFile, BaseRecord
from app.areas.collection.base_store.reading import Version, history
from app.areas.collection.credit import reading
from app.areas.collection.credit.models import CreditFact
from app.areas.collection.credit.reading import Told
from app.engine.document import Document
from app.engine.text import Text


@dataclass(frozen=True)
class Station:
    """A step of the way: what happened, its number, the form that it stands on, who, when; the batch or load that it is."""

    title: Text
    number: str
    form: Document | None
    people: Sequence[tuple[Text, str]]
    at: datetime | None
    batch_id: int | None = None
    load_id: int | None = None


@dataclass(frozen=True)
class Corrected:
    """A version of the record, and what it says in the fact's indicator; None where it was never loaded."""

    version: Version
    fact: CreditFact | None


def way(session: Session, one: Told) -> list[Station]:
    """Delivery, import and load of the fact's record, in order."""
    batch, load = one.batch, one.fact.load
    source = session.get_one(Document, session.get_one(BaseFile, one.place.file_id).source_id)
    found = [
        Station(_("报送"), one.provider or str(_("公开渠道")), source, [(_("登记"), source.maker_name)], source.submitted_at),
        Station(_("导入基础数据库"), batch.number, session.get(Document, batch.register_id),
                people((_("操作"), batch.operator_name), (_("监督"), batch.witness_name)), batch.imported_at, batch_id=batch.id),
        Station(_("重新装载") if load.reload_of_id else _("装载征信数据库"), load.number,
                session.get(Document, load.register_id) if load.reload_of_id and load.register_id else None,
                people((_("操作"), load.operator_name), (_("现场授权"), load.authoriser_name)), load.loaded_at, load_id=load.id),
    ]
    if one.structure.made_by_id is not None:
        structure, described = one.structure, session.get_one(Document, one.structure.made_by_id)
        found.insert(0, Station(_("数据结构"), structure.code, described, [(_("制表"), described.maker_name)], described.finished_at))
    return found


def people(*named: tuple[Text, str | None]) -> list[tuple[Text, str]]:
    """Those who are known."""
    return [(part, name) for part, name in named if name]


def versions(session: Session, one: Told) -> list[Corrected]:
    """Every version of the fact's record, the latest first, with what each says in the indicator."""
    record = session.get_one(BaseRecord, one.fact.record_id)
    found = history(session, record)
    facts = {fact.record_id: fact for fact in reversed(reading.of_records(session, one.fact.indicator, [each.record.id for each in found]))}
    return [Corrected(each, facts.get(each.record.id)) for each in found]
