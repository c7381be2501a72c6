"""装载预处理 as a job: a load's records are matched and mapped, some at a time; nothing enters the credit database yet."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.areas.collection.bulk import insert_rows
from app.areas.collection.credit import operations, telling
from app.areas.collection.credit.ending import ended
from app.areas.collection.credit.evaluating import FAULT_COLUMNS, Evaluated, chunks, evaluate
from app.areas.collection.credit.identity import Identity
from app.areas.collection.credit.mapping import FactMapping, mapping_of
from app.areas.collection.credit.matching import Matcher
from app.areas.collection.credit.models import LoadBatch, LoadEnterprise, LoadFault, LoadState
from app.jobs.kinds import job
from app.jobs.running import Refused, Run
from app.workflow.errors import Denied

AT_ONCE = 500
"""New enterprises of a statement: databases limit its values."""


RESULTS = {"records": _("记录数"), "matched": _("可装载记录数"), "rejected": _("差错记录数"), "facts": _("信用信息项数")}


@job(operations.MATCH, _("装载预处理"), ended, results=RESULTS)
def match(run: Run) -> Mapping[str, Any]:
    """Matches and maps every record, from the checkpoint on; a load that is authorised already goes on to be loaded."""
    session, load = run.session, operations.find(run.session, run.params["load_id"])
    mapping = mapping_for(session, load)
    matcher, load_id, total = Matcher(load.id), load.id, load.records
    done, facts = run.checkpoint.get("done", 0), run.checkpoint.get("facts", 0)
    for rows in chunks(session, load, run.checkpoint.get("last", 0), loading=False):
        found = evaluate(session, load_id, mapping, matcher, rows)
        done, facts = done + found.records, facts + found.count
        with run.chunk(done, total, {"last": rows[-1][0], "done": done, "facts": facts}):
            insert_rows(session, LoadFault, FAULT_COLUMNS, found.faults)
            propose(session, load_id, found)
    result = {"records": done, "facts": facts}
    with run.finish(result, done):
        load = operations.find(session, load_id, lock=True)
        load.facts, load.rejected = facts, operations.rejected(session, load_id)
        load.matched = load.records - load.rejected
        proposed = select(func.count()).where(LoadEnterprise.load_id == load_id)
        load.new_enterprises = session.scalar(proposed) or 0
        result |= {"matched": load.matched, "rejected": load.rejected}
        settle(session, load)
    return result


def mapping_for(session: Session, load: LoadBatch) -> FactMapping:
    """The mapping of a load's structure; raises Refused."""
    try:
        return mapping_of(session, load.batch.structure)
    except Denied as denied:
        raise Refused(denied.reason) from None


def propose(session: Session, load_id: int, found: Evaluated) -> None:
    """Notes the new enterprises; of one that was noted before the first name stays."""
    insert: Any = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    rows = [proposed(load_id, identity, record_id) for identity, record_id in found.new.values()]
    for at in range(0, len(rows), AT_ONCE):
        session.execute(insert(LoadEnterprise).values(rows[at : at + AT_ONCE]).on_conflict_do_nothing())


def proposed(load_id: int, identity: Identity, record_id: int) -> dict[str, Any]:
    """A new enterprise as a row."""
    return {
        "load_id": load_id, "uscc": identity.uscc, "name": identity.name, "registration_no": identity.sound_registration_no,
        "record_id": record_id, "made": False,
    }


def settle(session: Session, load: LoadBatch) -> None:
    """Matched: the operator is told; what a form has authorised is loaded at once."""
    if load.authoriser_id is None:
        load.state = LoadState.MATCHED
        telling.tell(session, load, _("装载预处理完成，待现场授权"))
        return
    operations.load_now(session, telling.operator_of(session, load), load)


