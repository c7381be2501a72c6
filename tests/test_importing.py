"""Importing (article 18): form 6 from the original files to the base store, in whole or not at all, and form 3 from it."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.collection.base_store import folders, reading
from app.areas.collection.base_store.models import BaseBatch, BaseFault, BaseFaultCount, BatchState
from app.areas.collection.base_store.returning import notices_of
from app.areas.collection.forms.import_file_register import ImportKind, ImportOutcome, Preprocessing
from app.areas.collection.registers import DataStructure
from app.audit.models import AuditAction
from app.audit.recording import record
from app.database import transaction
from app.demo.prerequisites import everybody
from app.demo.walk import shown
from app.documents import attachments
from app.documents.guard import writing
from app.documents.sealing import seal
from app.engine.catalogue import catalogue
from app.engine.document import State
from app.jobs.running import run_waiting
from app.notices.models import Notice
from app.workflow.cases import case_of
from app.workflow.door import act
from app.workflow.errors import Denied
from app.workflow.options import Action, option
from tests import imports
from tests.imports import batch_of, csv, currents, delivery, imported, register, row, rows_of, sound, uscc, walk

Actors = Mapping[str, Any]


@pytest.fixture
def people(session: Session) -> list[Any]:
    return everybody(session)


@pytest.fixture
def structure(session: Session, people: list[Any]) -> DataStructure:
    """A structure of the test's own: nobody else's keys are in its family."""
    return imports.structure(session, people)


def test_the_whole_way(session: Session, people: list[Any], structure: DataStructure) -> None:
    """flows.md row 18: preprocessing, witness, import, results, error file, form 3."""
    good = [row(number) for number in range(1, 9)]
    bad = [f"{uscc(9)[:-1]}X,错码企业,202609,100.00,20261015", f"{uscc(10)},,202609,十元,20261315", row(3)]
    files = {"九月_甲.csv": csv([*good[:5], *bad]), "九月_乙.csv": csv(good[5:])}
    document = register(session, people, delivery(session, people, structure, files))
    walk(session, people, document, "import")
    batch = batch_of(session, document)
    assert batch.state is BatchState.PREPARED
    assert (batch.total, batch.good, batch.rejected) == (11, 8, 3)
    assert document.preprocessing is Preprocessing.FAULTY
    assert document.preprocessing_faults == batch.faults == 5
    assert document.batch_no == batch.number
    assert document.error_file == "差错1_九月_甲.csv"
    assert rows_of(session, batch) == 0
    walk(session, people, document, "confirm")
    batch = batch_of(session, document)
    assert batch.state is BatchState.IMPORTED
    assert (document.total, document.imported, document.rejected, document.duplicates) == (11, 8, 3, 0)
    assert [(one.imported, one.rejected, one.outcome) for one in document.files] == [
        (5, 3, ImportOutcome.PARTLY), (3, 0, ImportOutcome.IMPORTED),
    ]
    assert (batch.operator_id, batch.witness_id) == (document.maker_id, document.witness.user_id)
    assert currents(session, batch.family_id) == rows_of(session, batch) == 8
    sound(session, batch.family_id)
    walk(session, people, document)
    assert document.state is State.DONE
    [notice] = notices_of(session, document.id)
    assert notice.state is State.DRAFT
    assert notice.source is not None
    assert notice.source.id == document.id
    fields = {str(one.field) for one in notice.faults}
    assert fields == {"统一社会信用代码（tyshxydm）", "企业名称（nsrmc）", "应缴金额（yjse）", "缴款日期（jkrq）"}
    assert sum(one.count for one in notice.faults) == 5
    assert [one.name for one in attachments.of(session, notice.id)] == ["差错1_九月_甲.csv"]


def test_the_error_file_gives_back_what_came(session: Session, people: list[Any], structure: DataStructure) -> None:
    """flows.md row 18: in the provider's own format, with row, field and reason."""
    wrong = f"{uscc(2)},=HYPERLINK(1),202609,abc,20261015"
    document = register(session, people, delivery(session, people, structure, {"a.csv": csv([row(1), wrong, "only,three,fields"])}))
    walk(session, people, document, "import")
    batch = batch_of(session, document)
    text = (folders.of(batch.number) / str(batch.files[0].error_file)).read_text("utf-8").splitlines()
    assert len(text) == 3
    assert text[1].startswith(f"{uscc(2)},'=HYPERLINK(1),202609,abc,20261015,3,yjse,")
    assert text[2].startswith("only,three,fields,4,")
    faults = session.scalars(select(BaseFault).where(BaseFault.batch_id == batch.id).order_by(BaseFault.id)).all()
    assert [(one.row_no, one.field, one.rule) for one in faults] == [(3, "yjse", "type"), (4, None, "field_count")]
    counts = session.scalars(select(BaseFaultCount).where(BaseFaultCount.batch_id == batch.id)).all()
    assert {(one.field, one.rule, one.count) for one in counts} == {("yjse", "type", 1), ("", "field_count", 1)}


def test_the_same_file_twice_adds_nothing_and_says_so(session: Session, people: list[Any], structure: DataStructure) -> None:
    """flows.md row 18"""
    content = csv([row(number) for number in range(20)])
    first = imported(session, people, structure, {"a.csv": content})
    before = batch_of(session, first)
    second = imported(session, people, structure, {"b.csv": content})
    batch = batch_of(session, second)
    assert (second.imported, second.rejected, second.duplicates) == (0, 0, 20)
    assert batch.files[0].same_as_id == before.files[0].id
    assert rows_of(session, batch) == 0
    assert second.files[0].outcome is ImportOutcome.REJECTED
    told = session.scalars(select(Notice).where(Notice.document_id == second.id)).all()
    assert any(before.number in one.body and "完全相同" in one.body for one in told)
    assert currents(session, batch.family_id) == 20
    sound(session, batch.family_id)


def test_corrections_supersede_and_earlier_versions_stay(session: Session, people: list[Any], structure: DataStructure) -> None:
    """flows.md row 18"""
    imported(session, people, structure, {"a.csv": csv([row(1), row(2), row(3)])})
    imported(session, people, structure, {"b.csv": csv([row(1), row(2, amount="250.00"), row(4)])})
    last = imported(session, people, structure, {"c.csv": csv([row(2, amount="300.00")])})
    batch = batch_of(session, last)
    assert (batch.imported, batch.corrections, batch.duplicates) == (1, 1, 0)
    family = batch.family_id
    assert currents(session, family) == 4
    sound(session, family)
    [record] = reading.records(session, batch.id)
    versions = reading.history(session, record)
    assert [reading.values_of(one.record)[3] for one in versions] == ["300.00", "250.00", "100.00"]
    assert [one.name for one in versions] == ["c.csv", "b.csv", "a.csv"]


def test_what_is_known_already_is_counted_as_a_duplicate(session: Session, people: list[Any], structure: DataStructure) -> None:
    imported(session, people, structure, {"a.csv": csv([row(1), row(2), row(3)])})
    second = imported(session, people, structure, {"b.csv": csv([row(2), row(3), row(4), row(5, amount="-")])})
    batch = batch_of(session, second)
    assert (second.total, second.imported, second.rejected, second.duplicates) == (4, 1, 1, 2)
    assert batch.files[0].duplicates == 2
    sound(session, batch.family_id)


def test_an_old_file_again_does_not_turn_a_correction_back(session: Session, people: list[Any], structure: DataStructure) -> None:
    old = csv([row(1, amount="1.00"), row(2, amount="1.00")])
    imported(session, people, structure, {"a.csv": old})
    imported(session, people, structure, {"b.csv": csv([row(1, amount="2.00")])})
    third = imported(session, people, structure, {"c.csv": old})
    assert (third.imported, third.duplicates) == (0, 2)
    sound(session, batch_of(session, third).family_id)


def test_a_key_counts_once_in_a_batch(session: Session, people: list[Any], structure: DataStructure) -> None:
    """Within a file and across the files of a batch."""
    document = register(session, people, delivery(
        session, people, structure, {"a.csv": csv([row(1), row(2), row(1)]), "b.csv": csv([row(2, amount="9.00"), row(3)])}
    ))
    walk(session, people, document, "import")
    batch = batch_of(session, document)
    faults = session.scalars(select(BaseFault).where(BaseFault.batch_id == batch.id).order_by(BaseFault.id)).all()
    assert [(one.row_no, one.rule) for one in faults] == [(4, "duplicate"), (2, "duplicate")]
    assert "第 2 行" in faults[0].reason
    assert "3（a.csv）" in faults[1].reason
    walk(session, people, document)
    assert document.imported == 3


def test_a_file_that_cannot_be_read_is_rejected_as_a_whole(session: Session, people: list[Any], structure: DataStructure) -> None:
    """security 13: nothing of it comes in, the other file does."""
    rotten = csv([row(number) for number in range(6000)]) + b"\xff\xfe\xff broken\n"
    document = register(session, people, delivery(session, people, structure, {"a.csv": rotten, "b.csv": csv([row(1), row(2)])}))
    walk(session, people, document, "confirm")
    batch = batch_of(session, document)
    assert [(one.good, one.rejected, one.imported) for one in batch.files] == [(0, 6001, 0), (2, 0, 2)]
    [fault] = session.scalars(select(BaseFault).where(BaseFault.batch_id == batch.id)).all()
    assert (fault.rule, fault.field) == ("unreadable", None)
    assert "编码" in fault.reason
    assert document.files[0].outcome is ImportOutcome.REJECTED
    walk(session, people, document)
    [notice] = notices_of(session, document.id)
    assert "编码" in notice.faults[0].error


def test_nothing_but_unreadable_files(session: Session, people: list[Any], structure: DataStructure) -> None:
    document = imported(session, people, structure, {"a.csv": b"\xff\xff\xff\n\n"})
    assert document.preprocessing is Preprocessing.FAILED
    assert document.imported == 0


def test_the_chain_waits_for_its_jobs(session: Session, people: list[Any], structure: DataStructure, actors: Actors) -> None:
    """flows.md row 18: before they are done nobody goes on, and the reason stands there beforehand."""
    document = register(session, people, delivery(session, people, structure, {"a.csv": csv([row(1)])}))
    spec, maker = catalogue.form("import_file_register"), actors["data_manager"]
    walk(session, people, document, "import", work=False)

    def refused(action: Action) -> str:
        answer = option(maker, case_of(session, spec, document), action)
        return str(answer.reason or "")

    assert "正在进行" in refused(Action.AUTHORISE)
    with pytest.raises(Denied, match="正在进行"):
        walk(session, people, document, "confirm", work=False)
    session.rollback()
    run_waiting(session)
    session.refresh(document)
    assert refused(Action.AUTHORISE) == ""
    walk(session, people, document, "confirm", work=False)
    assert "正在进行" in refused(Action.APPROVE)
    run_waiting(session)
    session.refresh(document)
    assert refused(Action.APPROVE) == ""
    assert "不能退回" in refused(Action.RETURN)


def test_the_standard_file_must_be_what_was_prepared(
    session: Session, people: list[Any], structure: DataStructure, actors: Actors
) -> None:
    """Else nothing comes in; returned and preprocessed anew it is another batch."""
    document = register(session, people, delivery(session, people, structure, {"a.csv": csv([row(1), row(2)])}))
    walk(session, people, document, "import")
    batch = batch_of(session, document)
    path = folders.of(batch.number) / "standard.txt"
    path.write_bytes(path.read_bytes().replace(b"100.00", b"900.00"))
    walk(session, people, document, "confirm")
    batch = batch_of(session, document)
    assert batch.state is BatchState.FAILED
    assert rows_of(session, batch) == 0
    told = session.scalars(select(Notice).where(Notice.document_id == document.id)).all()
    assert any("校验值不符" in one.body for one in told)
    session.rollback()
    with transaction(session):
        act(session, actors["data_manager"], catalogue.form("FJ06"), document.id, Action.RETURN, shown(document),
            opinion="标准文件有误，重新预处理", back_to="preprocess")
    assert document.step == "preprocess"
    walk(session, people, document)
    again = batch_of(session, document)
    assert (again.number, again.state, document.imported) == (f"{document.number}-2", BatchState.IMPORTED, 2)
    first = session.get_one(BaseBatch, batch.id)
    assert first.state is BatchState.CANCELLED
    assert not folders.of(first.number).exists()
    sound(session, again.family_id)


def test_the_original_file_must_be_what_was_kept(session: Session, people: list[Any], structure: DataStructure) -> None:
    brought = delivery(session, people, structure, {"a.csv": csv([row(1), row(2)])})
    document = register(session, people, brought)
    from app.areas.collection import originals

    kept = originals.find(session, brought.id, "a.csv")
    assert kept is not None
    (folders.originals() / kept.stored).write_bytes(b"other")
    walk(session, people, document, "import")
    assert batch_of(session, document).state is BatchState.FAILED


def test_the_row_that_a_record_came_from(session: Session, people: list[Any], structure: DataStructure) -> None:
    """flows.md row 19: origin by file and row."""
    document = imported(session, people, structure, {"a.csv": csv([row(1), "x,y", row(2, name="“引号”企业")])})
    batch = batch_of(session, document)
    found = reading.records(session, batch.id)
    origin = reading.original_row(session, batch.files[0], found[1].row_no)
    assert origin is not None
    assert (origin.number, origin.values) == (4, row(2, name="“引号”企业").split(","))
    broken = reading.original_row(session, batch.files[0], 3)
    assert broken is not None
    assert broken.text == "x,y"
    assert reading.original_row(session, batch.files[0], 99) is None


def test_a_correction_of_a_dispute_is_authorised_with_its_approval(
    session: Session, people: list[Any], structure: DataStructure
) -> None:
    """flows.md row 115.2: the IT head's signature on form 6 authorises loading, too."""
    document = register(session, people, delivery(session, people, structure, {"a.csv": csv([row(1)])}))
    with transaction(session), writing(session):
        document.kind = ImportKind.CORRECTION
        seal(session, catalogue.form("import_file_register"), document)
        record(session, people[0], AuditAction.CHANGE, "test", document=document)
    told = session.scalars(select(Notice).where(Notice.document_id == document.id)).all()
    walk(session, people, document, "import")
    signed = reading.loading_authorised_by(session, batch_of(session, document))
    assert signed is not None
    assert signed.step == "approve"
    more = session.scalars(select(Notice).where(Notice.document_id == document.id)).all()
    assert any("装载同时获得授权" in one.title for one in more if one not in told)
    plain = register(session, people, delivery(session, people, structure, {"b.csv": csv([row(2)])}))
    walk(session, people, plain, "import")
    assert reading.loading_authorised_by(session, batch_of(session, plain)) is None
