"""A delivery all the way: form 2, extraction, form 6, preprocessing, import, form 3, load, form 7."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.areas.collection.base_store.models import BaseBatch
from app.areas.collection.credit import error_register
from app.areas.collection.credit import operations as loading
from app.areas.collection.credit.models import LoadBatch, LoadState
from app.areas.collection.extraction import operations as extraction
from app.areas.collection.forms.collection_file_register import CollectionFileRegister, Extraction
from app.areas.collection.forms.load_error_register import LoadErrorRegister
from app.areas.collection.registers import Carrier, Method
from app.areas.organisation.registers import Employee
from app.clock import now
from app.demo.documents.hours import days_later, working
from app.demo.load.company import structure_of
from app.demo.load.content import Content
from app.demo.load.desk import Desk
from app.demo.load.schedule import Delivery
from app.demo.packages import opened, zipped
from app.engine.document import Document
from app.intake.terms import Encryption
from app.workflow.proof import Proof

RESENT = 4
"""Working days until a file that nobody could read is delivered again."""
WITNESS = "data_manager2"


@dataclass(frozen=True)
class Outcome:
    """What has become of a delivery; `batch` None where extraction found its file faulty.

    `notices`: forms 3 about a file of which nothing could be read: they wait until it is delivered again.
    """

    register: CollectionFileRegister
    batch: BaseBatch | None
    loads: tuple[LoadBatch, ...] = ()
    notices: tuple[Document, ...] = ()


def bring(desk: Desk, delivery: Delivery, content: Content, *, reload: bool) -> Outcome:
    """A delivery from its arrival on; `reload`: what was not loaded is tried again, not given up."""
    desk.moment = delivery.at
    register = receive(desk, delivery, content)
    if register.extraction is Extraction.FAULTY:
        return Outcome(register, None)
    batch, notices = imported(desk, register)
    if not batch.imported:
        return Outcome(register, batch, notices=notices)
    for notice in notices:
        desk.moment = days_later(desk.moment, 2)
        answer(desk, notice, None)
    return Outcome(register, batch, tuple(loaded(desk, batch, reload=reload)))


def receive(desk: Desk, delivery: Delivery, content: Content) -> CollectionFileRegister:
    """Form 2 with its file, signed for, extracted under a witness, stored; a faulty file is returned by form 3."""
    kind, structure = delivery.kind, structure_of(desk, delivery.kind)
    packed = kind.encryption is not Encryption.NONE
    name = f"{delivery.name}.zip" if packed else delivery.name
    data = zipped(delivery.name, content.data) if packed else content.data
    raw: dict[str, Any] = {
        "provider": kind.code, "agreement": f"CJ-{kind.code}", "structure": structure.code,
        "period_from": delivery.span.start.isoformat(), "period_to": delivery.span.end.isoformat(), "method": kind.method.value,
        "carrier": kind.carrier.value, "received_at": f"{desk.moment:%Y-%m-%d %H:%M}", "delivered_by": "数据管理科",
        "first_collector": staff_no(desk, "collector"),
        "files": [{"name": name, "bytes": str(len(data)), "records": str(content.rows)}],
    }
    if kind.method is Method.BULK_COPY:
        raw["second_collector"] = staff_no(desk, "collector2")
    if kind.carrier is Carrier.DISC:
        raw["medium_no"] = f"P{delivery.span.start:%y%m}{kind.code}"
    register: Any = desk.file("collection_file_register", "collector", raw, {name: data})
    desk.sign(register, "receive", by=desk.people["data_manager"])
    extract(desk, register)
    for notice in desk.drafts("error_file_return_notice", register):
        give_back(desk, notice)
    for step in ("witness", "store"):
        desk.sign(register, step)
    return register  # type: ignore[no-any-return]


def extract(desk: Desk, register: Any) -> None:
    """The step `extract`, as its page does it: unpacked, counted, kept, signed."""
    actor = desk.people["data_manager"]
    with desk.act() as session:
        witness = session.scalars(select(Employee).where(Employee.staff_no == staff_no(desk, WITNESS))).one()
        opened(session, actor, register, witness, desk.data)
    desk.sign(register, "extract", extraction.filled(desk.session, register), by=actor)


def give_back(desk: Desk, notice: Any) -> None:
    """Form 3: handed in, received by a collector, sent to the provider; it waits for the answer."""
    desk.submit(notice, desk.maker_of(notice))
    desk.sign(notice, "receive", by=desk.people["collector"])
    if notice.provider is not None:
        sent = {"sent_on": desk.moment.date().isoformat(), "sent_by": "network", "sent_to": "数据管理科"}
        desk.sign(notice, "send", sent, by=desk.people["collector"])


def answer(desk: Desk, notice: Any, again: Document | None) -> None:
    """What the provider says to a form 3: delivered again, or corrected with the next delivery."""
    filled: dict[str, Any] = {"answered_on": desk.moment.date().isoformat(), "answered_by": "数据管理科"}
    if again is not None:
        filled |= {"outcome": "resubmitted", "resubmission": again.number}
    else:
        filled |= {"outcome": "answered", "answer": "已核对差错记录，更正后的数据随下期报送。"}
    desk.sign(notice, "answer", filled, by=desk.people["collector"])


def imported(desk: Desk, register: Any) -> tuple[BaseBatch, tuple[Document, ...]]:
    """Form 6: approved, preprocessed, imported under a witness, confirmed; what was rejected goes back by form 3."""
    files = [
        {"register": register.number, "name": one.decrypted_name or one.name, "records": str(one.extracted_records or one.records)}
        for one in register.files
    ]
    raw = {
        "kind": "delivery", "structure": register.structure.code, "planned_at": f"{desk.moment:%Y-%m-%d %H:%M}",
        "witness": staff_no(desk, WITNESS), "files": files,
    }
    form = desk.file("import_file_register", "data_manager", raw)
    desk.sign(form, "approve")
    desk.sign(form, "preprocess")
    desk.jobs()
    desk.sign(form, "import", by=desk.people[WITNESS])
    desk.jobs()
    desk.session.expire_all()
    desk.sign(form, "confirm")
    notices = tuple(desk.drafts("error_file_return_notice", form))
    for notice in notices:
        give_back(desk, notice)
    return latest(desk, form.id), notices


def latest(desk: Desk, register_id: int) -> BaseBatch:
    """The last batch of a form 6."""
    mine = select(BaseBatch).where(BaseBatch.register_id == register_id)
    return desk.session.scalars(mine.order_by(BaseBatch.id.desc()).limit(1)).one()


def loaded(desk: Desk, batch: BaseBatch, *, reload: bool) -> list[LoadBatch]:
    """The load, authorised on the spot; its errors by form 7."""
    operator, head = desk.people["data_manager"], desk.people["it_head"]
    with desk.act() as session:
        load = loading.start(session, operator, batch.id)
        key = load.id
    desk.jobs()
    with desk.act() as session:
        loading.authorise(session, operator, key, Proof(head, now()))
    desk.jobs()
    desk.session.expire_all()
    load = desk.session.get_one(LoadBatch, key)
    if load.state is LoadState.LOADED and load.rejected:
        errors(desk, load, reload=reload)
    mine = select(LoadBatch).where(LoadBatch.batch_id == batch.id).order_by(LoadBatch.id)
    return list(desk.session.scalars(mine))


def errors(desk: Desk, load: LoadBatch, *, reload: bool) -> None:
    """Form 7: the cause is found, approved, and the records are loaded again or given back."""
    with desk.act() as session:
        form = error_register.draft(session, desk.people["data_manager"], load.id, desk.data / "attachments")
        key = form.id
    form = desk.session.get_one(LoadErrorRegister, key)
    disposal = "reload" if reload else "return"
    said = error_register.raw(desk.session, load, form.error_file) | {
        "cause_kind": "unmatched", "cause": "记录中没有统一社会信用代码，按注册号和名称找不到唯一的企业。", "disposal": disposal,
        "remedy": "已与供数单位核对，补充企业后重新装载。" if reload else "返还供数单位补充统一社会信用代码。",
    }
    desk.submit(form, "data_manager", said)
    desk.sign(form, "approve")
    if reload:
        desk.sign(form, "reload")
        desk.jobs()


def staff_no(desk: Desk, name: str) -> str:
    """The staff number of a person."""
    employee = desk.session.get_one(Employee, desk.people[name].employee_id)
    return employee.staff_no


def resent(delivery: Delivery, seen: datetime) -> Delivery:
    """The same period delivered again, after the notice was received."""
    again = working(days_later(seen, RESENT) + timedelta(minutes=5))
    return Delivery(delivery.kind, delivery.span, delivery.previous, delivery.due, again, mistaken=False)
