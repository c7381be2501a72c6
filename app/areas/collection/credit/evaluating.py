"""Records evaluated, some at a time: the facts they become, the faults of those that cannot be loaded, new enterprises."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from app.areas.collection.base_store.models import BaseRecord
from app.areas.collection.credit.identity import Identity
from app.areas.collection.credit.mapping import FactMapping, Unfit
from app.areas.collection.credit.matching import Match, Matcher
from app.areas.collection.credit.models import LoadBatch, LoadFault

AT_ONCE = 5_000
"""Records of a chunk: memory does not grow with the batch."""

Record = tuple[int, str]
"""A record's id and its values as JSON."""
Fact = tuple[int, int, int, int, str, str | None, str | None]
"""Enterprise, indicator, record, load, value, from, to: FACT_COLUMNS."""
Fault = tuple[int, int, str | None, str, str, str]
"""Load, record, field, value, cause, reason: FAULT_COLUMNS."""

FACT_COLUMNS = ("enterprise_id", "indicator_id", "record_id", "load_id", "value", "valid_from", "valid_to")
FAULT_COLUMNS = ("load_id", "record_id", "field", "value", "cause", "reason")
LONGEST_VALUE = 1_000
"""Characters of a value that a fault keeps; the record has all of it."""


@dataclass
class Evaluated:
    """What came out of a chunk. A record is loaded whole or not at all: `facts` are those of sound records only."""

    records: int = 0
    rejected: int = 0
    count: int = 0
    """Facts, those of enterprises too that are not registered yet and so are not among `facts`."""
    facts: list[Fact] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    new: dict[str, tuple[Identity, int]] = field(default_factory=dict)
    """New enterprises by unified code, with the first record that names them."""


def records(load: LoadBatch, *, loading: bool) -> Select[int, str]:
    """The records of a load in order: of a reload those that failed before; while loading, without its own faults."""
    found = select(BaseRecord.id, BaseRecord.values).where(BaseRecord.batch_id == load.batch_id).order_by(BaseRecord.id)
    if load.reload_of_id is not None:
        found = found.where(exists().where(LoadFault.load_id == load.reload_of_id, LoadFault.record_id == BaseRecord.id))
    if loading:
        found = found.where(~exists().where(LoadFault.load_id == load.id, LoadFault.record_id == BaseRecord.id))
    return found


def chunks(session: Session, load: LoadBatch, after: int, *, loading: bool) -> Iterator[Sequence[Record]]:
    """The records after a key, AT_ONCE at a time; each chunk is read when it is asked for."""
    statement = records(load, loading=loading).limit(AT_ONCE)
    while rows := session.execute(statement.where(BaseRecord.id > after)).all():
        yield [(row[0], row[1]) for row in rows]
        after = rows[-1][0]


def evaluate(
    session: Session, load_id: int, mapping: FactMapping, matcher: Matcher, rows: Sequence[Record]
) -> Evaluated:
    """Evaluates records; reads the register of enterprises, writes nothing."""
    values = [json.loads(text) for _key, text in rows]
    identities = [mapping.identity(one) for one in values]
    matches = matcher.match(session, identities)
    found = Evaluated(records=len(rows))
    for (key, _text), one, identity in zip(rows, values, identities, strict=True):
        add(found, load_id, key, mapping, one, matches[identity], identity)
    return found


def add(
    found: Evaluated, load_id: int, key: int, mapping: FactMapping, values: Sequence[str], match: Match, identity: Identity
) -> None:
    """Adds what one record comes to."""
    faults: list[Unfit] = []
    start, end = mapping.validity(values, faults)
    facts = mapping.facts(values, faults)
    if match.cause is not None or faults:
        found.rejected += 1
        found.faults.extend(fault_rows(load_id, key, match, identity, faults))
        return
    found.count += len(facts)
    if match.enterprise_id is None:
        assert match.new is not None
        found.new.setdefault(match.new.uscc, (match.new, key))
        return
    enterprise_id = match.enterprise_id
    found.facts += [(enterprise_id, indicator, key, load_id, value, start, end) for indicator, value in facts]


def fault_rows(load_id: int, key: int, match: Match, identity: Identity, faults: Iterable[Unfit]) -> Iterator[Fault]:
    """The faults of a record: that of its match first, which is the record's own and no field's."""
    if match.cause is not None:
        said = " ".join(filter(None, identity))
        yield load_id, key, None, said[:LONGEST_VALUE], match.cause.value, str(match.reason)
    for one in faults:
        yield load_id, key, one.field, one.value[:LONGEST_VALUE], one.cause.value, str(one.reason)
