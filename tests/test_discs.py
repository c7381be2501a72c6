"""Discs: sealed packages, their safe records, the proof that they still match, and their movements (flows.md 16.1.1)."""

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.areas.collection import originals
from app.areas.collection.discs import effects
from app.areas.collection.discs.verifying import verify
from app.database import transaction
from app.demo.people import PASSWORD
from app.demo.prerequisites import everybody
from app.demo.walk import shown, step_on, to_the_end
from app.documents.links import links_of
from app.engine.catalogue import catalogue
from app.engine.document import State
from app.jobs.running import run_waiting
from app.workflow.door import act
from app.workflow.errors import Denied
from app.workflow.options import Action
from tests.test_extraction import delivery, text

S4 = "media_safe_record"


def record_of(session: Session, actors: Mapping[str, Any], method: str = "network", maker: str = "collector") -> Any:
    """The draft that a stored delivery gives rise to."""
    document = to_the_end(session, catalogue.form("FJ02"), delivery(session, actors, method, maker), everybody(session))
    found = next(one for one in links_of(session, document).results if one.form_code == "S4")
    return session.get_one(catalogue.form(S4).model, found.id)


def handed_in(session: Session, actors: Mapping[str, Any], record: Any) -> None:
    with transaction(session):
        maker = next(one for one in everybody(session) if one.user_id == record.maker_id)
        act(session, maker, catalogue.form(S4), record.id, Action.SUBMIT, shown(record))


@pytest.fixture
def disc(app: Flask, session: Session, actors: Mapping[str, Any]) -> Any:
    """A disc in the safe."""
    record = record_of(session, actors)
    handed_in(session, actors, record)
    return to_the_end(session, catalogue.form(S4), record, everybody(session))


def package(app: Flask, record: Any) -> Path:
    return Path(app.config["DATA_DIR"] / "discs" / f"{record.sha256}.zip")


@pytest.mark.article("16.1.1")
@pytest.mark.parametrize(("method", "maker"), [("network", "collector"), ("bulk_copy", "collector"), ("manual", "collection_reviewer")])
def test_a_stored_delivery_drafts_its_safe_record(session: Session, actors: Mapping[str, Any], method: str, maker: str) -> None:
    record = record_of(session, actors, method, maker)
    register = record.registers[0].register
    signed = {one.username: one.user_id for one in everybody(session)}
    assert record.state is State.DRAFT
    assert record.maker_id == record.operator.user_id != record.witness.user_id
    assert record.maker_id in (signed["data_manager"], signed["data_manager2"])
    assert record.registers[0].files == len(originals.of(session, register.id)) == 2
    assert record.medium_no == f"GP-{register.number}"
    if register.extraction_witness is not None:
        assert record.witness is register.extraction_witness


@pytest.mark.article("16.1.1")
def test_the_package_holds_the_originals_and_what_the_register_says(app: Flask, session: Session, disc: Any) -> None:
    """Its digest stands in the record that the witness signs."""
    path = package(app, disc)
    assert originals.digest_of(path) == disc.sha256
    register = disc.registers[0].register
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        manifest = json.loads(archive.read("manifest.json"))
        for one in originals.of(session, register.id):
            assert archive.read(f"files/{register.number}/{one.name}") == (app.config["DATA_DIR"] / "originals" / one.stored).read_bytes()
        assert "SHA256SUMS" in names
    assert manifest["medium_no"] == disc.medium_no
    assert manifest["registers"][0]["fields"]["数据提供单位"].endswith(register.provider.name)
    assert verify(session, disc, app.config["DATA_DIR"] / "discs") == []
    assert [one.direction.value for one in disc.movements] == ["in"]


def rewritten(path: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    """The package made anew with other content, under its old name."""
    with zipfile.ZipFile(path) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    change(held)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in held.items():
            archive.writestr(name, content)
    path.write_bytes(target.getvalue())


@pytest.mark.article("16.1.1")
def test_tampering_is_found_and_named(
    app: Flask, session: Session, disc: Any, client_for: Callable[[str], FlaskClient]
) -> None:
    """A changed, a missing, an added file; a damaged package; none at all (security 25)."""
    path, runner = package(app, disc), app.test_cli_runner()
    whole = path.read_bytes()
    register = disc.registers[0].register
    first, second = (f"files/{register.number}/{one.name}" for one in originals.of(session, register.id))
    client = client_for("safe_keeper")
    assert "一致，2 个文件未被改动" in text(client.post(f"/discs/{disc.id}/check"))
    assert runner.invoke(args=["discs", "verify", disc.medium_no]).exit_code == 0

    def change(held: dict[str, bytes]) -> None:
        held[first] += b"1"
        del held[second]
        held["files/more.csv"] = b"1"

    rewritten(path, change)
    page = text(client.post(f"/discs/{disc.id}/check"))
    for said in (f"文件 {first} 被改动", f"缺少文件 {second}", "多出文件 files/more.csv", "SHA-256 与存放记录不一致"):
        assert said in page
    result = runner.invoke(args=["discs", "verify"])
    assert result.exit_code == 1
    assert f"文件 {first} 被改动" in result.output
    path.write_bytes(whole[: len(whole) // 2])
    assert "不能打开" in text(client.post(f"/discs/{disc.id}/check"))
    path.unlink()
    assert "丢失" in text(client.post(f"/discs/{disc.id}/check"))
    path.write_bytes(whole)
    assert runner.invoke(args=["discs", "verify", disc.medium_no]).exit_code == 0
    assert runner.invoke(args=["discs", "verify", "none"]).exit_code == 1


@pytest.mark.article("18")
def test_a_large_package_is_made_in_the_background(
    app: Flask, session: Session, actors: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody signs before it is there; the signature then binds to its digest."""
    monkeypatch.setattr(effects, "AT_ONCE", 1)
    monkeypatch.setattr("app.jobs.running.TOLD_EVERY", 0.0)  # a sign of life with every piece
    record = record_of(session, actors)
    handed_in(session, actors, record)
    assert record.sha256 is None
    with pytest.raises(Denied, match="正在制作"):
        step_on(session, catalogue.form(S4), record, everybody(session))
    run_waiting(session)
    session.refresh(record)
    assert originals.digest_of(package(app, record)) == record.sha256
    to_the_end(session, catalogue.form(S4), record, everybody(session))


@pytest.mark.article("16.1.1")
def test_two_people_stand_for_every_movement(
    session: Session, actors: Mapping[str, Any], disc: Any, client_for: Callable[[str], FlaskClient]
) -> None:
    """Out and in by turns, by the keeper, under a witness who proves identity; nobody witnesses for himself (security 1)."""
    client, address = client_for("safe_keeper"), f"/discs/{disc.id}/move"

    def move(direction: str, witness: str = "data_manager", password: str = PASSWORD, by: FlaskClient = client, **more: str) -> Any:
        session.rollback()
        session.refresh(disc)
        sent = {"version": str(disc.version), "digest": disc.digest, "direction": direction, "reason": "重新导入", "_authoriser": witness,
                "_password": password, **more}
        return by.post(address, data=sent)

    assert move("in").status_code == 422  # it is in
    assert move("out", password="Wrong-Secret-1!").status_code == 422
    assert move("out", witness="safe_keeper").status_code == 422
    assert move("out", witness="clerk").status_code == 422
    assert move("out", reason="").status_code == 422
    assert move("out", by=client_for("data_manager"), witness="data_manager2").status_code == 422
    assert client_for("clerk").post(address).status_code == 403
    assert move("out", version="1").status_code == 409
    assert move("out").status_code == 302
    assert move("out").status_code == 422
    assert move("in", witness="data_manager2").status_code == 302
    session.rollback()
    session.refresh(disc)
    assert [(one.direction.value, one.who.user_id) for one in disc.movements[1:]] == [
        ("out", actors["safe_keeper"].user_id), ("in", actors["safe_keeper"].user_id)]
    assert disc.movements[1].witness.user_id == actors["data_manager"].user_id
    page = text(client.get(f"/discs/{disc.id}"))
    assert "Wrong-Secret" not in page
    assert page.count("重新导入") == 2
    assert f"/discs/{disc.id}" in text(client.get(f"/forms/{S4}/show/{disc.id}"))
