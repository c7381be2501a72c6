"""Extraction: what is received and extracted becomes original files, under a witness; faulty files go back (form 3)."""

import io
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.areas.collection import originals
from app.areas.collection.extraction import gnupg, secrets
from app.areas.collection.extraction.models import ExtractedFile, ProviderSecret
from app.areas.collection.extraction.operations import extracted
from app.areas.organisation.registers import ExternalOrganisation
from app.audit.models import AuditEntry
from app.database import transaction
from app.demo.examples import example as make_example
from app.demo.packages import AGREED, announced, deliver, extract, packed
from app.demo.prerequisites import everybody
from app.demo.walk import draft, make, shown, step_on, submit
from app.documents import attachments
from app.documents.links import links_of
from app.documents.models import Attachment
from app.documents.values import Invalid
from app.engine.catalogue import catalogue
from app.engine.document import Document, State
from app.jobs.running import run_waiting
from app.security import sealing
from app.workflow.cases import case_of
from app.workflow.door import act
from app.workflow.errors import Denied
from app.workflow.models import SignOff
from app.workflow.options import Action
from tests.packages import gpg_to, stop_agent

FORM = "collection_file_register"


def delivery(session: Session, actors: Mapping[str, Any], method: str = "network", maker: str = "collector", broken: int = 0) -> Any:
    """A submitted form 2 with its files."""
    spec, number = catalogue.form(FORM), session.scalar(select(func.count()).select_from(Document)) or 0
    raw = make_example(session, actors[maker], spec, number, given={"method": method})
    with transaction(session):
        document = draft(session, actors[maker], spec, raw)
        deliver(session, actors[maker], spec, document, broken=broken)
        return submit(session, actors[maker], spec, document)


def sign_as(session: Session, actor: Any, document: Any, **more: Any) -> None:
    with transaction(session):
        act(session, actor, catalogue.form(FORM), document.id, Action.APPROVE, shown(document), **more)


def received(session: Session, actors: Mapping[str, Any], **options: Any) -> Any:
    """One that waits for extraction."""
    document = delivery(session, actors, **options)
    sign_as(session, actors["data_manager"], document)
    assert document.step == "extract"
    return document


def run_on_page(session: Session, client: FlaskClient, address: str, sent: Mapping[str, str]) -> str:
    """The page once the worker has taken the packages off."""
    answer = client.post(f"{address}/run", data=sent)
    assert (answer.status_code, answer.location) == (302, address), text(answer)
    assert "data-progress" in text(client.get(address))
    run_waiting(session)
    session.rollback()
    return text(client.get(address))


def text(answer: Any) -> str:
    return str(answer.get_data(as_text=True))


def hidden(page: str) -> dict[str, str]:
    return {name: re.search(rf'name="{name}" value="([^"]*)"', page)[1] for name in ("version", "digest")}  # type: ignore[index]


def staff_no(session: Session, actor: Any) -> str:
    from app.areas.organisation.registers import Employee

    return session.scalars(select(Employee.staff_no).where(Employee.id == actor.employee_id)).one()


@pytest.mark.article("16.1.1")
def test_a_delivery_is_extracted_on_its_page(
    app: Flask, session: Session, actors: Mapping[str, Any], client_for: Callable[[str], FlaskClient]
) -> None:
    """A wrong password is asked for again; the right one is kept nowhere in plain text; the witness then signs."""
    document = received(session, actors)
    client, address = client_for("data_manager"), f"/extraction/{document.id}"
    assert address in text(client.get(f"/forms/{FORM}/show/{document.id}"))
    page = text(client.get(address))
    sent = {**hidden(page), "witness": staff_no(session, actors["data_manager/2"])}
    assert client.post(f"{address}/run", data={**sent, "witness": "", "password": AGREED}).status_code == 422
    page = run_on_page(session, client, address, {**sent, "password": "Wrong-Secret-1!", "remember": "1"})
    assert "口令不正确" in page
    assert "口令打不开 2 个文件，没有登记提取结果" in page
    assert "Wrong-Secret-1!" not in page
    assert 'name="accept"' in page
    assert f'value="{sent["witness"]}" selected' in page
    assert extracted(session, document.id) == {}
    page = run_on_page(session, client, address, {**sent, "password": AGREED, "remember": "1"})
    assert "口令不正确" not in page
    rows = extracted(session, document.id)
    assert {one.result.value for one in rows.values()} == {"good"}
    assert all(one.encrypted and one.layers == "zip" for one in rows.values())
    found = originals.of(session, document.id)
    for one in found:
        path = app.config["DATA_DIR"] / "originals" / one.stored
        assert originals.digest_of(path) == one.sha256
        assert path.read_bytes() == packed(session, document.structure.code, one.name)
    assert AGREED not in page
    assert client.post(f"{address}/sign", data={**hidden(page), "opinion": "已核对"}).status_code == 302
    session.rollback()
    assert (document.step, document.extraction.value) == ("witness", "good")
    assert [one.extracted_records for one in document.files] == [one.records for one in document.files]
    assert document.extraction_witness.user_id == actors["data_manager/2"].user_id
    step_on(session, catalogue.form(FORM), document, everybody(session))
    assert document.step == "store"
    kept = session.get_one(ProviderSecret, document.provider.id)
    assert AGREED not in kept.sealed
    entries = session.scalars(select(AuditEntry).where(AuditEntry.document_id == document.id)).all()
    assert any('"extracted"' in one.detail for one in entries)
    assert not any(AGREED in one.detail for one in session.scalars(select(AuditEntry)))
    assert list((app.config["DATA_DIR"] / "extracting").iterdir()) == []


@pytest.mark.article("16.1.1")
def test_the_agreed_password_is_used_where_it_is_kept(
    session: Session, actors: Mapping[str, Any], client_for: Callable[[str], FlaskClient]
) -> None:
    document = received(session, actors)
    with transaction(session):
        secrets.keep(session, actors["data_manager"], document.provider, AGREED)
    client, address = client_for("data_manager"), f"/extraction/{document.id}"
    page = text(client.get(address))
    assert "保存的约定口令" in page
    sent = {**hidden(page), "witness": staff_no(session, actors["data_manager/2"])}
    run_on_page(session, client, address, sent)
    assert {one.result.value for one in extracted(session, document.id).values()} == {"good"}


def test_a_kept_password_needs_its_key(app: Flask, session: Session, actors: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    provider = session.scalars(select(ExternalOrganisation).where(ExternalOrganisation.code == "TG008")).one()
    with transaction(session):
        secrets.keep(session, actors["data_manager"], provider, "另一个 Secret")
    assert secrets.agreed(session, provider.id) == "另一个 Secret"
    sealed = session.get_one(ProviderSecret, provider.id).sealed
    with pytest.raises(sealing.Unopened):
        sealing.unseal(sealed, secrets.PURPOSE, provider.id + 1)
    monkeypatch.setitem(app.config, "SECRETS_KEY", "another key")
    with pytest.raises(Denied):
        secrets.agreed(session, provider.id)


@pytest.mark.article("16.1.1")
def test_a_faulty_file_goes_back_by_form_3(
    session: Session, actors: Mapping[str, Any], client_for: Callable[[str], FlaskClient]
) -> None:
    """The draft of form 3 names register, provider and file, and carries it."""
    document = received(session, actors, broken=1)
    client, address = client_for("data_manager"), f"/extraction/{document.id}"
    sent = {**hidden(text(client.get(address))), "witness": staff_no(session, actors["data_manager/2"]), "password": AGREED}
    page = run_on_page(session, client, address, sent)
    assert "已损坏" in page
    answer = client.post(f"{address}/sign", data={**hidden(page), f"fault-{document.files[1].id}": "缺少“所属期止”字段"})
    assert answer.status_code == 302, text(answer)
    session.rollback()
    assert document.extraction.value == "faulty"
    assert [one.result.value for one in document.files] == ["faulty", "faulty"]
    assert document.files[1].fault == "缺少“所属期止”字段"
    assert originals.of(session, document.id) == []
    notice = next(one for one in links_of(session, document).results if one.form_code == "FJ03")
    notice = session.get_one(catalogue.form("FJ03").model, notice.id)
    assert (notice.state, notice.maker_id) == (State.DRAFT, actors["data_manager"].user_id)
    assert notice.provider is document.provider
    assert [one.file for one in notice.faults] == [one.name for one in document.files]
    carried = {one.name: one.sha256 for one in attachments.of(session, notice.id)}
    assert carried == {one.name: one.sha256 for one in attachments.of(session, document.id)}
    with transaction(session):
        act(session, actors["data_manager"], catalogue.form("FJ03"), notice.id, Action.SUBMIT, shown(notice))
    assert notice.step == "receive"


@pytest.mark.article("16.1.1")
@pytest.mark.skipif(shutil.which("gpg") is None, reason="gpg: no such program")
def test_a_delivery_to_the_bureaus_own_key_needs_no_password(
    app: Flask, session: Session, actors: Mapping[str, Any], client_for: Callable[[str], FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Encrypted to the public key that the bureau gives out; nobody types anything."""
    spec, home = catalogue.form(FORM), app.config["DATA_DIR"] / "gnupg"
    monkeypatch.setattr(gnupg, "KEY_BITS", 1024)  # soon made
    try:
        recipient = gnupg.make_key(home, "云州征信", "data@example.com")
        raw = make_example(session, actors["collector"], spec, 0, given={"method": "network"}, lines=1)
        name = raw["files"][0]["name"].removesuffix(".zip")
        whole = packed(session, raw["structure"], name)
        sealed = gpg_to(whole, recipient, home)
        said = {**announced(session, raw["structure"], name), "bytes": str(len(sealed))}
        raw["files"] = [{"name": f"{name}.gpg", **said}]
        with transaction(session):
            document: Any = draft(session, actors["collector"], spec, raw)
            folder = app.config["DATA_DIR"] / "attachments"
            file = io.BytesIO(sealed)
            attachments.add(session, actors["collector"], spec, document.id, shown(document), folder, f"{name}.gpg", file)
            submit(session, actors["collector"], spec, document)
        sign_as(session, actors["data_manager"], document)
        client, address = client_for("data_manager"), f"/extraction/{document.id}"
        run_on_page(session, client, address, {
            **hidden(text(client.get(address))), "witness": staff_no(session, actors["data_manager/2"])})
        [row] = extracted(session, document.id).values()
        assert (row.result.value, row.layers, row.encrypted, row.fault) == ("good", "gpg", True, None)
        [kept] = originals.of(session, document.id)
        assert (app.config["DATA_DIR"] / "originals" / kept.stored).read_bytes() == whole
    finally:
        stop_agent(home)


def sent_open(session: Session, actors: Mapping[str, Any]) -> Any:
    """A form 2 that waits for extraction, its files without the encryption that was agreed."""
    spec = catalogue.form(FORM)
    raw = make_example(session, actors["collector"], spec, 0, given={"method": "network"})
    for one in raw["files"]:
        one["name"] = one["name"].removesuffix(".zip")
        one |= announced(session, raw["structure"], one["name"])
    with transaction(session):
        document: Any = draft(session, actors["collector"], spec, raw)
        deliver(session, actors["collector"], spec, document)
        submit(session, actors["collector"], spec, document)
    sign_as(session, actors["data_manager"], document)
    return document


@pytest.mark.article("16.1.1")
def test_files_that_came_open_against_the_agreement_are_faulty_or_accepted_with_a_reason(
    session: Session, actors: Mapping[str, Any], client_for: Callable[[str], FlaskClient]
) -> None:
    """security 18: the fault is filled in; to clear it takes an opinion, which stands in the trail."""
    document = sent_open(session, actors)
    client, address = client_for("data_manager"), f"/extraction/{document.id}"
    sent = {**hidden(text(client.get(address))), "witness": staff_no(session, actors["data_manager/2"])}
    page = run_on_page(session, client, address, sent)
    first, second = document.files
    assert page.count('value="没有按约定加密：约定') == 2
    seen = {**hidden(page), f"fault-{first.id}": "没有按约定加密", f"fault-{second.id}": ""}
    refused = client.post(f"{address}/sign", data=seen)
    assert refused.status_code == 422
    assert f"“{second.name}”没有按约定加密：按正常登记的，须在意见中写明理由" in text(refused)
    assert text(refused).count('value="没有按约定加密') == 1
    session.rollback()
    assert document.step == "extract"
    assert client.post(f"{address}/sign", data={**seen, "opinion": "电话核实：提供单位加密机故障，专线传输"}).status_code == 302
    session.rollback()
    assert [(one.result.value, one.fault) for one in document.files] == [("faulty", "没有按约定加密"), ("good", None)]
    assert [one.name for one in originals.of(session, document.id)] == [second.name]
    notice = next(one for one in links_of(session, document).results if one.form_code == "FJ03")
    assert [one.file for one in session.get_one(catalogue.form("FJ03").model, notice.id).faults] == [first.name]
    said = session.scalars(select(SignOff.opinion).where(SignOff.document_id == document.id, SignOff.step == "extract")).all()
    assert said == ["电话核实：提供单位加密机故障，专线传输"]


@pytest.mark.article("16.1.1")
def test_no_channel_takes_open_files_without_a_word(session: Session, actors: Mapping[str, Any]) -> None:
    """security 5: the door itself asks for the reason."""
    document = sent_open(session, actors)
    with transaction(session):
        case = case_of(session, catalogue.form(FORM), document)
        right = dict(extract(session, actors["data_manager"], case, staff_no(session, actors["data_manager/2"])))
    with pytest.raises(Invalid, match="没有按约定加密"):
        sign_as(session, actors["data_manager"], document, filled=right)
    sign_as(session, actors["data_manager"], document, filled=right, opinion="提供单位已说明")
    assert document.step == "witness"


@pytest.mark.article("14")
def test_counts_are_compared(session: Session, actors: Mapping[str, Any], client_for: Callable[[str], FlaskClient]) -> None:
    """flows.md 14: bytes and records that were announced against those found."""
    spec = catalogue.form(FORM)
    raw = make_example(session, actors["collector"], spec, 0, given={"method": "network"}, lines=3)
    raw["files"][0]["records"] = "9999"
    raw["files"][1]["bytes"] = "17"
    with transaction(session):
        document: Any = draft(session, actors["collector"], spec, raw)
        deliver(session, actors["collector"], spec, document)
        lost = attachments.of(session, document.id)[2]
        attachments.remove(session, actors["collector"], spec, document.id, shown(document), lost.id)
        submit(session, actors["collector"], spec, document)
    sign_as(session, actors["data_manager"], document)
    client, address = client_for("data_manager"), f"/extraction/{document.id}"
    sent = {**hidden(text(client.get(address))), "witness": staff_no(session, actors["data_manager/2"]), "password": AGREED}
    run_on_page(session, client, address, sent)
    faults = [one.fault for one in extracted(session, document.id).values()]
    assert [fault[:5] for fault in faults if fault] == ["记录数不符", "字节数不符", "没有收到这"]


@pytest.mark.article("16.1.1")
def test_the_step_needs_what_was_extracted(session: Session, actors: Mapping[str, Any]) -> None:
    """The step is refused without an extraction, and for results that it does not bear out (security 5)."""
    document = received(session, actors)
    filled = {
        "extraction": "good", "extraction_witness": staff_no(session, actors["data_manager/2"]),
        "files": {str(one.id): {"result": "good", "extracted_records": "1"} for one in document.files},
    }
    with pytest.raises(Invalid, match="尚未提取"):
        sign_as(session, actors["data_manager"], document, filled=filled)
    with transaction(session):
        case = case_of(session, catalogue.form(FORM), document)
        right = dict(extract(session, actors["data_manager"], case, staff_no(session, actors["data_manager/2"])))
    for changed in ({"extracted_records": "1"}, {"decrypted_name": "another.csv"}):
        files = {key: {**value, **changed} for key, value in right["files"].items()}
        with pytest.raises(Invalid):
            sign_as(session, actors["data_manager"], document, filled={**right, "files": files})
    for witness in (staff_no(session, actors["data_manager"]), "CJ-none"):
        with pytest.raises(Invalid):
            sign_as(session, actors["data_manager"], document, filled={**right, "extraction_witness": witness})
    sign_as(session, actors["data_manager"], document, filled=right)
    assert document.step == "witness"


@pytest.mark.article("14")
def test_nobody_extracts_alone(session: Session, actors: Mapping[str, Any], client_for: Callable[[str], FlaskClient]) -> None:
    """security 1: the witness is another data manager; the collector does not extract; nor does anybody twice."""
    document = received(session, actors)
    client, address = client_for("data_manager"), f"/extraction/{document.id}"
    page = text(client.get(address))
    own = staff_no(session, actors["data_manager"])
    assert f'value="{own}"' not in page
    assert client.post(f"{address}/run", data={**hidden(page), "witness": own, "password": AGREED}).status_code == 422
    for other in ("collector", "it_head"):
        assert client_for(other).get(address).status_code == 403
    assert client_for("clerk").get(address).status_code in (403, 404)
    stale = {**hidden(page), "version": "1", "witness": staff_no(session, actors["data_manager/2"]), "password": AGREED}
    assert client.post(f"{address}/run", data=stale).status_code == 409
    assert session.scalar(select(func.count()).select_from(ExtractedFile).where(ExtractedFile.document_id == document.id)) == 0


@pytest.mark.article("16.1.3")
def test_keyed_files_are_original_as_received(app: Flask, session: Session, actors: Mapping[str, Any]) -> None:
    document = delivery(session, actors, "manual", "collection_reviewer")
    assert originals.of(session, document.id) == []
    sign_as(session, actors["data_manager"], document)
    found = originals.of(session, document.id)
    assert [(one.name, one.records) for one in found] == [(one.name, one.records) for one in document.files]
    assert [one.sha256 for one in found] == [one.sha256 for one in document.files]


@pytest.mark.article("16.1.3")
def test_receipt_is_refused_without_the_files(session: Session, actors: Mapping[str, Any]) -> None:
    spec, maker = catalogue.form(FORM), actors["collection_reviewer"]
    raw = make_example(session, maker, spec, 0, given={"method": "manual"})
    with transaction(session):
        document = submit(session, maker, spec, draft(session, maker, spec, raw))
    with pytest.raises(Denied, match="没有收到文件"):
        sign_as(session, actors["data_manager"], document)
    assert document.step == "receive"


@pytest.mark.article("20")
def test_the_months_files_are_originals_once_received(session: Session, actors: Mapping[str, Any]) -> None:
    from app.demo.prerequisites import prepare

    spec, people = catalogue.form("S1"), everybody(session)
    prepare(session, spec, people)
    document: Any = make(session, actors["collector"], spec, make_example(session, actors["collector"], spec, 0))
    step_on(session, spec, document, people)
    assert [one.name for one in originals.of(session, document.id)] == [one.name for one in document.files]


def test_a_file_goes_over_to_another_document(app: Flask, session: Session, actors: Mapping[str, Any]) -> None:
    """A copy of its own: taking it off one document leaves the other's."""
    spec, maker, folder = catalogue.form(FORM), actors["collector"], app.config["DATA_DIR"] / "attachments"
    with transaction(session):
        one, other = (draft(session, maker, spec, make_example(session, maker, spec, at)) for at in range(2))
        first = attachments.add(session, maker, spec, one.id, shown(one), folder, "甲.txt", io.BytesIO(b"x"))
        second = attachments.copy(session, maker, spec, other.id, shown(other), folder, first)
    assert (second.name, second.sha256, second.document_id) == (first.name, first.sha256, other.id)
    assert first.stored != second.stored
    assert Path(folder / second.stored).read_bytes() == b"x"
    assert session.scalar(select(func.count()).select_from(Attachment).where(Attachment.document_id == other.id)) == 1


