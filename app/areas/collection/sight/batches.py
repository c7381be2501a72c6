"""批次全程: the whole way of an import batch, from the delivery's register to the credit database, with people and times."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.areas.collection.base_store.models import BaseBatch, BaseFaultCount, BaseFile, BatchState
from app.areas.collection.credit.models import LoadBatch
from app.areas.collection.forms.error_file_return_notice import ErrorFileReturnNotice
from app.areas.collection.forms.load_error_register import LoadErrorRegister
from app.areas.collection.registers import DataStructure
from app.engine.catalogue import catalogue
from app.engine.document import Document
from app.engine.text import Text
from app.workflow.errors import Missing
from app.workflow.models import Decision, SignOff


@dataclass(frozen=True)
class Act:
    """One decision on a document: at which step, by whom, when."""

    step: Text
    decision: Text
    who: str
    position: str
    at: datetime
    opinion: str | None


@dataclass(frozen=True)
class Paper:
    """A document of the batch's way with what was done to it; `title` is its form's."""

    document: Document
    title: Text
    acts: Sequence[Act]


@dataclass(frozen=True)
class Broken:
    """How often a rule was broken in a field of the batch."""

    field: str
    rule: str
    count: int


@dataclass(frozen=True)
class Way:
    """The whole way of a batch."""

    batch: BaseBatch
    deliveries: Sequence[Paper]
    register: Paper
    loads: Sequence[LoadBatch]
    load_errors: Sequence[Paper]
    notices: Sequence[Paper]
    broken: Sequence[Broken]


@dataclass(frozen=True)
class Asked:
    """What the list of batches is asked for."""

    provider_id: int | None = None
    structure_id: int | None = None
    state: BatchState | None = None


def batches(asked: Asked) -> Select[BaseBatch]:
    """The batches with their structures and providers, in no order."""
    found = select(BaseBatch).options(joinedload(BaseBatch.structure).joinedload(DataStructure.provider))
    if asked.provider_id is not None:
        found = found.where(BaseBatch.provider_id == asked.provider_id)
    if asked.structure_id is not None:
        found = found.where(BaseBatch.structure_id == asked.structure_id)
    return found.where(BaseBatch.state == asked.state) if asked.state is not None else found


def way(session: Session, batch_id: int) -> Way:
    """The whole way of a batch; raises Missing."""
    statement = select(BaseBatch).where(BaseBatch.id == batch_id).options(
        joinedload(BaseBatch.structure).joinedload(DataStructure.provider), selectinload(BaseBatch.files)
    )
    batch = session.scalar(statement)
    if batch is None:
        raise Missing
    sources = list(dict.fromkeys(one.source_id for one in batch.files))
    loads = session.scalars(select(LoadBatch).where(LoadBatch.batch_id == batch.id).order_by(LoadBatch.id)).all()
    errors = session.scalars(load_errors(batch, loads)).all()
    notices = session.scalars(returned(batch, sources)).all()
    made = papers(session, [batch.register_id, *sources, *errors, *notices])
    return Way(
        batch, [made[one] for one in sources], made[batch.register_id], loads, [made[one] for one in errors],
        [made[one] for one in notices], broken(session, batch.id),
    )


def load_errors(batch: BaseBatch, loads: Sequence[LoadBatch]) -> Select[int]:
    """The forms 7 of a batch."""
    form = LoadErrorRegister
    of_batch = or_(
        form.import_register_id == batch.register_id,  # type: ignore[attr-defined]
        form.id.in_([one.register_id for one in loads if one.register_id]),
    )
    return select(form.id).where(of_batch).order_by(form.id)


def returned(batch: BaseBatch, sources: list[int]) -> Select[int]:
    """The forms 3 that give files or records of a batch back."""
    form = ErrorFileReturnNotice
    return select(form.id).where(form.source_id.in_([batch.register_id, *sources])).order_by(form.id)  # type: ignore[attr-defined]


def papers(session: Session, document_ids: Iterable[int]) -> dict[int, Paper]:
    """Documents with the decisions on them, by key: two queries, however many there are."""
    keys = list(dict.fromkeys(document_ids))
    acts = defaultdict[int, list[SignOff]](list)
    for one in session.scalars(
        select(SignOff).where(SignOff.document_id.in_(keys), SignOff.voided.is_(False)).order_by(SignOff.document_id, SignOff.sequence)
    ):
        acts[one.document_id].append(one)
    found = {}
    for document in session.scalars(select(Document).where(Document.id.in_(keys))):
        spec = catalogue.form(document.form_code)
        told = [
            Act(spec.step(one.step).label if one.step else one.decision.title, words(one), signer(one), one.position, one.at, one.opinion)
            for one in acts[document.id]
        ]
        found[document.id] = Paper(document, spec.title, told)
    return found


def words(one: SignOff) -> Text:
    """What was decided; nothing where a step was simply signed."""
    return "" if one.decision is Decision.APPROVE or one.step is None else one.decision.title


def signer(one: SignOff) -> str:
    """Who decided; of a delegate both names."""
    return f"{one.user_name}（{one.for_user_name}）" if one.for_user_name else one.user_name


def broken(session: Session, batch_id: int) -> list[Broken]:
    """The faults of a batch by field and rule, the most frequent first."""
    one = BaseFaultCount
    statement = (
        select(one.field, one.rule, func.sum(one.count)).where(one.batch_id == batch_id).group_by(one.field, one.rule)
    )
    found = [Broken(name, rule, int(count)) for name, rule, count in session.execute(statement)]
    return sorted(found, key=lambda each: (-each.count, each.field, each.rule))


def batch_of(session: Session, register_id: int) -> BaseBatch | None:
    """The latest batch of a form 6, or of a form 2 whose files are in one."""
    files = select(BaseFile.batch_id).where(BaseFile.source_id == register_id)
    mine = or_(BaseBatch.register_id == register_id, BaseBatch.id.in_(files))
    return session.scalar(select(BaseBatch).where(mine).order_by(BaseBatch.id.desc()).limit(1))
