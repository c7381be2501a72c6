"""提取 as a job: packages are taken off in the background, for large deliveries take longer than a request may.

A typed password lies in the job's row sealed, under the key outside the database, and leaves it when the job ends.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session, object_session

from app.areas.collection.extraction import operations, secrets
from app.areas.collection.extraction.reading import Found, Means, delivery_of, stored, unpacked, working
from app.areas.collection.forms.collection_file_register import CollectionFileRegister
from app.areas.organisation.operations import load_actor
from app.documents.values import Invalid
from app.engine.text import Text
from app.jobs.kinds import BYTES, job
from app.jobs.models import Job
from app.jobs.operations import enqueue
from app.jobs.running import Refused, Run, Watch
from app.security.models import User
from app.security.sealing import Unopened
from app.workflow.actor import Actor, Origin
from app.workflow.case import Case
from app.workflow.comparing import Shown, compare
from app.workflow.errors import Denied, Missing, Stale
from app.workflow.readiness import ready

KIND = "extract"
PASSWORD = "password"


def start(
    session: Session, actor: Actor, document_id: int, shown: Shown, witness: str, password: str = "", *,
    remember: bool = False, accept: bool = False,
) -> Job:
    """Queues the extraction of a register's files, within the caller's transaction; `witness` by staff number.

    Without a password the one kept for the provider is used. `remember`: keep a typed one that opens; `accept`: files
    that it does not open count as faulty. Raises Missing, Denied, Stale, Invalid.
    """
    case = operations.waiting(session, actor, document_id, lock=True)
    compare(session, case, shown)
    operations.witness_named(session, actor, case, witness)
    register = case.document
    assert isinstance(register, CollectionFileRegister)
    if (before := latest(session, document_id)) is not None and before.state.open:
        raise Denied(_("正在提取，请等待完成，或先取消"))
    sealed = {PASSWORD: secrets.closed(password, register.provider.id)} if password else {}
    return enqueue(
        session, actor, KIND, title=f"{register.number} {register.provider.name}"[:200], document_id=document_id,
        total=delivery_of(session, register).size, version=shown.version, digest=shown.digest, witness=witness,
        remember=remember, accept=accept, **sealed,
    )


def latest(session: Session, document_id: int) -> Job | None:
    """The latest extraction of a register."""
    mine = (Job.kind == KIND, Job.document_id == document_id)
    return session.scalar(select(Job).where(*mine).order_by(Job.id.desc()).limit(1))


def ended(session: Session, job: Job) -> None:
    """Whatever the end: the password leaves the row."""
    job.params = {name: value for name, value in job.params.items() if name != PASSWORD}


RESULTS = {"files": _("文件数"), "faulty": _("有误"), "locked": _("口令打不开")}


@job(KIND, _("提取"), ended, RESULTS, unit=BYTES)
def extract(run: Run) -> Mapping[str, Any]:
    """Takes the packages off and notes what was found; from the beginning after a crash, for nothing is noted before the end.

    Where the password opens not everything, nothing is noted unless that was accepted; `unopened` says what.
    """
    with run.held() as session, in_words():
        register = operations.waiting(session, actor_of(run), run.document_id or 0).document
        assert isinstance(register, CollectionFileRegister)
        delivery, means = delivery_of(session, register), means_for(session, run, register)
    data, watch = means.data, Watch(run)
    with working(data, f"job{run.job_id}") as folder:
        found = unpacked(delivery, means, folder, watch)
        unopened = [one for one in found if one.locked and not run.params["accept"]]
        result = {"files": len(found), "faulty": sum(one.fault is not None and not one.locked for one in found),
                  "locked": sum(one.locked for one in found),
                  "unopened": [[one.name, str(one.fault)] for one in unopened]}
        with stored([] if unopened else found, data, watch.again) as kept, run.finish(result) as session, in_words():
            if not unopened:
                note(session, run, found, kept)
            ended(session, session.get_one(Job, run.job_id))
    return result


def means_for(session: Session, run: Run, register: CollectionFileRegister) -> Means:
    """The means, with the typed password, or the one kept for the provider."""
    sealed, provider_id = run.params.get(PASSWORD), register.provider.id
    password = secrets.opened(sealed, provider_id) if sealed else secrets.agreed(session, provider_id)
    return Means(current_app.config["DATA_DIR"], password)


def note(session: Session, run: Run, found: list[Found], kept: Mapping[str, Any]) -> None:
    """Notes what was found, for who had it done, if that person still may and the register still is what was shown."""
    actor, document_id = actor_of(run), run.document_id or 0
    shown = Shown(run.params["version"], run.params["digest"])
    operations.note(session, actor, document_id, shown, found, run.params["witness"], kept)
    sealed = run.params.get(PASSWORD)
    opened = any(one.encrypted for one in found) and not any(one.locked for one in found)
    if sealed and run.params["remember"] and opened:
        provider = session.get_one(CollectionFileRegister, document_id).provider
        secrets.keep(session, actor, provider, secrets.opened(sealed, provider.id))


def actor_of(run: Run) -> Actor:
    """Who had it done, as that person stands now; raises Refused where the account was stopped meanwhile (security 10)."""
    user = run.session.get_one(User, run.user_id)
    if not user.active:
        raise Refused(_("提取人的账号已停用，没有提取"))
    return load_actor(run.session, user, Origin("job"))


@contextmanager
def in_words() -> Iterator[None]:
    """Says why an extraction is refused as a job says it."""
    try:
        yield
    except Unopened:
        raise Refused(_("口令不能解开（密钥 SECRETS_KEY 已更换），请重新输入口令提取")) from None
    except Missing:
        raise Refused(_("登记表已删除或不在查看范围内，没有提取")) from None
    except Denied as denied:
        raise Refused(denied.reason) from None
    except Stale as stale:
        raise Refused(stale.message) from None
    except Invalid as invalid:
        raise Refused(invalid.faults[0].message) from None


@ready("extracted")
def extracted(case: Case, forward: bool) -> Text | None:
    """Nobody signs while files are being extracted."""
    session = object_session(case.document)
    found = latest(session, case.document.id) if forward and session is not None else None
    return _("正在提取，完成后再签字") if found is not None and found.state.open else None
