"""装载 as a job: new enterprises are registered, facts written some at a time; all of it counts at once, at the end."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.areas.business.operations import AT_ONCE, NewEnterprise, register_enterprises
from app.areas.collection.bulk import insert_rows
from app.areas.collection.credit import error_file, error_register, operations, telling
from app.areas.collection.credit.ending import ended
from app.areas.collection.credit.evaluating import FACT_COLUMNS, FAULT_COLUMNS, Evaluated, Fault, chunks, evaluate
from app.areas.collection.credit.matching import Matcher
from app.areas.collection.credit.matching_job import RESULTS, mapping_for
from app.areas.collection.credit.models import CreditFact, LoadBatch, LoadEnterprise, LoadFault, LoadState
from app.areas.collection.credit.superseding import supersede
from app.areas.collection.forms.load_error_register import Cause
from app.audit.models import AuditAction
from app.clock import now
from app.jobs.kinds import job
from app.jobs.running import Run


@job(operations.LOAD_JOB, _("装载"), ended, results=RESULTS)
def load_facts(run: Run) -> Mapping[str, Any]:
    """Loads every matched record, from the checkpoint on."""
    session, load = run.session, operations.find(run.session, run.params["load_id"])
    mapping = mapping_for(session, load)
    matcher, load_id, total = Matcher(load.id), load.id, load.matched
    register_new(run, load)
    done, facts = run.checkpoint.get("done", 0), run.checkpoint.get("facts", 0)
    for rows in chunks(session, load, run.checkpoint.get("last", 0), loading=True):
        found = evaluate(session, load_id, mapping, matcher, rows)
        done, facts = done + found.records, facts + len(found.facts)
        with run.chunk(done, total, {"last": rows[-1][0], "done": done, "facts": facts}):
            insert_rows(session, CreditFact, FACT_COLUMNS, found.facts)
            insert_rows(session, LoadFault, FAULT_COLUMNS, [*found.faults, *left_over(load_id, found)])
    file = error_file.write(session, load)
    result = {"records": done, "facts": facts}
    with run.finish(result, done):
        load = operations.find(session, load_id, lock=True)
        finish(session, load, facts, file)
        result |= {"matched": load.matched, "rejected": load.rejected}
    return result


def register_new(run: Run, load: LoadBatch) -> None:
    """Registers the enterprises that the load's records propose and that are not registered yet."""
    session, load_id = run.session, load.id
    waiting = (
        select(LoadEnterprise.uscc, LoadEnterprise.name, LoadEnterprise.registration_no)
        .where(LoadEnterprise.load_id == load_id, LoadEnterprise.enterprise_id.is_(None))
        .order_by(LoadEnterprise.uscc).limit(AT_ONCE)
    )
    while rows := session.execute(waiting).all():
        with run.chunk(run.checkpoint.get("done", 0)):
            operator, made_by_id = telling.operator_of(session, load), load.batch.register_id
            new = [NewEnterprise(*row) for row in rows]
            for uscc, (key, made) in register_enterprises(session, operator, new, made_by_id).items():
                own = (LoadEnterprise.load_id == load_id, LoadEnterprise.uscc == uscc)
                session.execute(update(LoadEnterprise).where(*own).values(enterprise_id=key, made=made))


def left_over(load_id: int, found: Evaluated) -> list[Fault]:
    """Records whose enterprise was known when they were matched, and is not any more."""
    reason = str(_("目标企业在预处理之后有变化，请重新装载"))
    return [
        (load_id, record_id, None, identity.uscc, Cause.SYSTEM.value, reason) for identity, record_id in found.new.values()
    ]


def finish(session: Session, load: LoadBatch, facts: int, file: str | None) -> None:
    """The last transaction: the load counts from now on, corrected facts end, everybody concerned is told."""
    moment = now()
    load.superseded = supersede(session, load, moment)
    load.state, load.loaded_at, load.facts, load.error_file = LoadState.LOADED, moment, facts, file
    load.rejected = operations.rejected(session, load.id)
    load.matched = load.records - load.rejected
    made = select(func.count()).where(LoadEnterprise.load_id == load.id, LoadEnterprise.made)
    load.new_enterprises = session.scalar(made) or 0
    operator = telling.operator_of(session, load)
    operations.note(
        session, operator, AuditAction.IMPORT, load, total=load.records, facts=load.facts, rejected=load.rejected,
        superseded=load.superseded, new_enterprises=load.new_enterprises, authoriser=load.authoriser_name,
    )
    error_register.reload_done(session, load, operator)
    telling.tell(session, load, _("装载完成"))
