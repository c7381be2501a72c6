"""The credit database read: as of any day, with origin and history; form 7 from a load's errors, and its reload (article 19)."""

import csv
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.areas.business.registers import TargetEnterprise
from app.areas.collection.credit import error_file, error_register, operations, reading
from app.areas.collection.credit.models import LoadBatch, LoadState
from app.areas.collection.credit.reading import Asked
from app.areas.collection.forms.load_error_register import LoadErrorRegister, ReloadResult
from app.audit.models import AuditAction, AuditEntry
from app.clock import SHANGHAI, now
from app.database import transaction
from app.demo.people import PASSWORD
from app.demo.prerequisites import everybody
from app.demo.walk import shown, step_on, submit
from app.documents import attachments
from app.documents import operations as documents
from app.documents.guard import writing
from app.engine.catalogue import catalogue
from app.engine.document import State
from app.jobs.running import run_waiting
from app.screens.saving import folder
from app.workflow.errors import Denied
from tests.credit_data import Store, again, code, facts, fresh, loaded, matched, registration, store

Actors = Mapping[str, Any]
Client = Callable[[str], FlaskClient]


@pytest.fixture
def base(session: Session, actors: Actors) -> Store:
    return store(session, actors["data_manager"])


@pytest.fixture
def people(actors: Actors) -> tuple[Any, Any]:
    return actors["data_manager"], actors["it_head"]


def row(number: int, **more: str) -> dict[str, str]:
    return {"tyshxydm": code(number), "qymc": f"云州第{number}有限公司", "ssq": "2026-10-01", "qsys": "3", **more}


def enterprise(session: Session, number: int) -> int:
    session.rollback()
    return session.scalars(select(TargetEnterprise.id).where(TargetEnterprise.uscc == code(number))).one()


def values(session: Session, enterprise_id: int, asked: Asked) -> list[str]:
    session.rollback()
    return [one.fact.value for one in reading.facts_of(session, enterprise_id, asked).facts]


@pytest.mark.article("19")
def test_facts_as_of_what_was_known_and_what_was_valid(session: Session, people: tuple[Any, Any], base: Store) -> None:
    """What was known on a day stays to be read after it was corrected; what was valid on a day goes by the record's dates."""
    number, first_day = fresh(), datetime(2026, 11, 2, 10, tzinfo=SHANGHAI)
    with clock.at(first_day):
        loaded(session, *people, base.batch([row(number, qsys="1", jzrq="2026-10-31"), row(number, qsys="7", ssq="2026-11-01")]))
    with clock.at(first_day + timedelta(days=5)):
        loaded(session, *people, base.batch([row(number, qsys="2", jzrq="2026-10-31")]))
    key = enterprise(session, number)
    assert values(session, key, Asked(known=date(2026, 11, 1))) == []
    assert sorted(values(session, key, Asked(known=date(2026, 11, 2)))) == ["1", "7"]
    assert sorted(values(session, key, Asked(known=date(2026, 11, 6)))) == ["1", "7"]
    assert sorted(values(session, key, Asked(known=date(2026, 11, 7)))) == ["2", "7"]
    assert sorted(values(session, key, Asked())) == ["2", "7"]
    assert values(session, key, Asked(valid=date(2026, 10, 15))) == ["2"]
    assert values(session, key, Asked(valid=date(2026, 11, 15))) == ["7"]
    assert values(session, key, Asked(known=date(2026, 11, 3), valid=date(2026, 10, 15))) == ["1"]
    assert sorted(values(session, key, Asked(superseded=True))) == ["1", "2", "7"]


@pytest.mark.article("19", "100")
def test_a_fact_tells_its_whole_way_and_its_corrections(
    session: Session, people: tuple[Any, Any], base: Store, client_for: Client
) -> None:
    """flows.md row 19: provider, batch, file, row, forms, people; security 25: each reading is recorded."""
    number = fresh()
    first = loaded(session, *people, base.batch([row(fresh()), row(number, qsys="1")]))
    second = loaded(session, *people, base.batch([row(number, qsys="2")]))
    told = next(one for one in reading.facts_of(session, enterprise(session, number), Asked()).facts)
    assert (told.place.row, told.batch.id, told.fact.load_id) == (2, second.batch_id, second.id)
    client = client_for("data_manager")
    listed = client.get(f"/collection/credit/{told.fact.enterprise_id}").get_data(as_text=True)
    assert f"/collection/credit/facts/{told.fact.id}" in listed
    assert f"/collection/credit/rows/{told.place.file_id}/2" in listed
    page = client.get(f"/collection/credit/facts/{told.fact.id}").get_data(as_text=True)
    for words in (first.batch.number, second.number, told.batch.number, "云州市税务征收管理中心", people[0].name, people[1].name, "已更正"):
        assert words in page
    session.rollback()
    reads = select(AuditEntry).where(AuditEntry.action == AuditAction.READ, AuditEntry.resource == "企业信用信息")
    entry = session.scalars(reads.order_by(AuditEntry.id.desc()).limit(1)).one()
    assert (entry.user_name, entry.record) == (people[0].name, told.fact.enterprise.code)


def test_only_those_who_need_it_read_credit_data(session: Session, people: tuple[Any, Any], base: Store, client_for: Client) -> None:
    """security 7: nobody without the position reads, by page or REST; members do not."""
    number = fresh()
    loaded(session, *people, base.batch([row(number)]))
    key = enterprise(session, number)
    for who, status in (("inspector", 200), ("analyst", 200), ("service_staff", 200), ("cashier", 403), ("member_operator", 403)):
        client = client_for(who)
        assert client.get(f"/collection/credit/{key}").status_code in ((status,) if status == 200 else (302, 403))
        assert client.get(f"/api/v1/collection/credit/{code(number)}/facts").status_code == status
    assert client_for("inspector").get("/collection/credit/2147483647").status_code == 404
    rows = client_for("inspector").get(f"/api/v1/collection/credit/{code(number)}/facts").get_json()["rows"]
    assert [(one["indicator"], one["value"], one["row"]) for one in rows] == [("ZB0001", "3", 2)]
    shown_to = {
        who: client_for(who).get(f"/registers/target_enterprises/show/{key}").get_data(as_text=True) for who in ("data_manager", "cashier")
    }
    assert f"/collection/credit/{key}" in shown_to["data_manager"]
    assert f"/collection/credit/{key}" not in shown_to["cashier"]


@pytest.mark.article("19")
def test_a_load_by_its_pages(session: Session, people: tuple[Any, Any], base: Store, client_for: Client) -> None:
    """flows.md row 19: begun, authorised in the operator's page, done; a wrong password is refused there and counted."""
    number = fresh()
    batch_id = base.batch([row(number), row(fresh(), qsys="三")])
    client = client_for("data_manager")
    assert client_for("collector").post("/collection/loads/start", data={"batch_id": batch_id}).status_code in (302, 403)
    address = client.post("/collection/loads/start", data={"batch_id": batch_id}).headers["Location"]
    run_waiting(session)
    answer = client.get(address)
    page = answer.get_data(as_text=True)
    assert answer.mimetype == "text/html"
    assert "现场授权并装载" in page
    assert code(number) in page
    typed = {"_authoriser": "it_head", "_password": "Wrong-2026!"}
    answer = client.post(f"{address}/authorise", data=typed)
    assert answer.status_code == 422
    assert "用户名、密码或动态口令不正确" in answer.get_data(as_text=True)
    assert client.post(f"{address}/authorise", data={"_authoriser": "data_manager", "_password": PASSWORD}).status_code == 403
    assert client_for("data_manager/2").post(f"{address}/authorise", data={**typed, "_password": PASSWORD}).status_code == 403
    assert client.post(f"{address}/authorise", data={**typed, "_password": PASSWORD}).status_code == 302
    run_waiting(session)
    page = client.get(address).get_data(as_text=True)
    for words in ("装载完成", "登记装载差错", "不是指标", people[1].name):
        assert words in page
    file = client.get(f"{address}/errors")
    assert file.status_code == 200
    assert "三" in file.get_data().decode("utf-8-sig")
    file.close()
    for view in ("waiting", "batches", "loads"):
        assert client.get(f"/collection/loads/?view={view}").status_code == 200


@pytest.mark.article("19")
def test_a_load_by_rest(session: Session, people: tuple[Any, Any], base: Store, client_for: Client) -> None:
    """The same by REST, once for each key (security 17)."""
    batch_id = base.batch([row(fresh())])
    load = matched(session, people[0], batch_id)
    client, address = client_for("data_manager"), f"/api/v1/collection/loads/{load.id}"
    assert client.get(address).get_json()["state"] == "matched"
    number = load.batch.number
    assert client.post("/api/v1/collection/loads/", json={"batch": number}).status_code == 403
    assert client.post("/api/v1/collection/loads/", json={"batch": "DR-0"}).status_code == 404
    assert client.post(f"{address}/authorise", json={"user_name": "it_head", "password": "x"}).status_code == 403
    proof = {"user_name": "it_head", "password": PASSWORD}
    assert client.post(f"{address}/authorise", json={**proof, "state": "loaded"}).status_code == 422
    answer = client.post(f"{address}/authorise", json=proof, headers={"Idempotency-Key": "load-once"})
    assert (answer.status_code, answer.get_json()["state"]) == (200, "loading")
    again_ = client.post(f"{address}/authorise", json=proof, headers={"Idempotency-Key": "load-once"})
    assert again_.headers["Idempotent-Replay"] == "true"
    run_waiting(session)
    assert client.get(address).get_json()["authoriser"] == people[1].name
    assert client.get("/api/v1/collection/loads/").get_json()["rows"][0]["number"] == load.number


def drafted(session: Session, operator: Any, load_id: int) -> LoadErrorRegister:
    """The form 7 of a load's errors."""
    with transaction(session):
        document = error_register.draft(session, operator, load_id, folder())
    assert isinstance(document, LoadErrorRegister)
    return document


def handed_in(session: Session, operator: Any, document: Any) -> None:
    """Completed by its maker and handed in."""
    spec = catalogue.form("FJ07")
    raw = {one.name: one.key(document) for one in spec.writable} | {
        "cause_kind": "unmatched", "cause": "企业尚未登记", "disposal": "reload", "remedy": "已补登记",
        "errors": [{one.name: one.key(line) for one in spec.line("errors").fields} for line in document.errors],
    }
    with transaction(session):
        documents.change(session, operator, spec, document.id, raw, shown(document))
        submit(session, operator, spec, document)


@pytest.mark.article("19", "20")
def test_errors_make_a_form_7_whose_authorisation_loads_again_what_failed(
    session: Session, people: tuple[Any, Any], base: Store, actors: Actors
) -> None:
    """flows.md row 19: error file, form 7, cause, reload of the failed records alone, each reload authorised anew."""
    number, other = fresh(), fresh()
    by_code = [{"zch": registration(one), "qymc": f"云州{one}公司", "ssq": "2026-10-01", "qsys": "5"} for one in (number, other)]
    load = loaded(session, *people, base.batch([row(fresh()), *by_code]))
    assert (load.matched, load.rejected) == (1, 2)
    path = error_file.folder() / str(load.error_file)
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))
    assert [line[2] for line in lines[1:]] == ["3", "4"]
    assert registration(number) in lines[1]
    document = drafted(session, people[0], load.id)
    assert (document.load_batch, len(document.errors), document.import_register.id) == (load.number, 2, load.batch.register_id)
    assert [one.name for one in attachments.of(session, document.id)] == [load.error_file] == [document.error_file]
    with pytest.raises(Denied), transaction(session):
        error_register.draft(session, people[0], load.id, folder())
    with transaction(session), writing(session):
        session.add(TargetEnterprise(code=f"T{number}", name=f"云州{number}公司", registration_no=registration(number), status="active"))
    handed_in(session, people[0], document)
    spec, everyone = catalogue.form("FJ07"), everybody(session)
    while document.state is State.PENDING:
        assert step_on(session, spec, document, everyone)
        session.refresh(document)
    assert document.authorised_by is not None
    run_waiting(session)
    session.expire_all()
    reload = session.scalars(select(LoadBatch).where(LoadBatch.reload_of_id == load.id)).one()
    assert (document.reload_batch, document.reloaded, document.reload_rejected, document.reload_result) == (
        reload.number, 1, 1, ReloadResult.PARTLY)
    assert (reload.state, reload.records, reload.matched, reload.rejected) == (LoadState.LOADED, 2, 1, 1)
    assert (reload.operator_id, reload.authoriser_id) == (people[0].user_id, document.authorised_by.user_id)
    assert [value for _record, _indicator, value, _current in facts(session, reload.id)] == ["5"]
    following = drafted(session, people[0], reload.id)
    assert (following.load_batch, len(following.errors)) == (reload.number, 1)
    with transaction(session):
        third = operations.reload(session, *people, again(session, load.id), document.id)
    assert (third.reload_of_id, third.records) == (reload.id, 1)
    with pytest.raises(Denied), transaction(session):
        operations.reload(session, *people, again(session, reload.id), document.id)
    with pytest.raises(Denied), transaction(session):
        error_register.draft(session, people[0], load.id, folder())
    run_waiting(session)


@pytest.mark.article("19")
def test_a_form_7_is_about_a_load_that_has_errors(session: Session, people: tuple[Any, Any], base: Store) -> None:
    """One cannot register what did not happen, nor twice."""
    load = loaded(session, *people, base.batch([row(fresh()), row(fresh(), qsys="三")]))
    document = drafted(session, people[0], load.id)
    spec = catalogue.form("FJ07")
    with transaction(session), writing(session):
        document.load_batch = "ZZ-2026-999999"
        from app.documents.sealing import seal

        seal(session, spec, document)
        from app.audit.recording import record

        record(session, people[0], AuditAction.CHANGE, spec.resource, document=document)
    with pytest.raises(Denied):
        handed_in(session, people[0], document)


@pytest.mark.article("115.2")
def test_corrections_of_a_dispute_are_authorised_by_their_form_6(session: Session, actors: Actors, base: Store) -> None:
    """flows.md row 115.2: the head's signature on form 6 is the authorisation; nobody proves identity again."""
    from app.workflow.models import Decision, SignOff

    head, number = actors["it_head"], fresh()
    batch_id = base.batch([row(number)])
    with transaction(session), writing(session):
        from app.areas.collection.base_store.models import BaseBatch
        from app.areas.collection.forms.import_file_register import ImportFileRegister, ImportKind
        from app.audit.recording import record

        register = session.get_one(ImportFileRegister, session.get_one(BaseBatch, batch_id).register_id)
        register.kind = ImportKind.CORRECTION
        session.add(SignOff(
            document_id=register.id, sequence=900, round=1, step="approve", decision=Decision.APPROVE, user_id=head.user_id,
            user_name=head.name, position="", at=now(), version=register.version, digest=register.digest, voided=False,
        ))
        record(session, head, AuditAction.CHANGE, catalogue.form("FJ06").resource, document=register)
    load = matched(session, actors["it_staff"], batch_id)
    assert (load.state, load.authoriser_id) == (LoadState.LOADED, head.user_id)
