"""Arrivals: drop folders watched, uploads of provider operators, receipts, and form 2 half filled in (flows.md 16.1.1)."""

import gzip
import hashlib
import os
import re
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.areas.collection.arrival import fetching, receiving
from app.areas.collection.arrival.models import Arrival, ArrivalState, Way
from app.areas.collection.arrival.scanning import scan
from app.areas.organisation.operations import load_actor
from app.areas.organisation.registers import ExternalOrganisation
from app.audit.models import AuditEntry
from app.database import transaction
from app.demo.packages import AGREED, announced, packed
from app.documents import attachments, operations
from app.documents.values import Invalid
from app.engine.catalogue import catalogue
from app.jobs.running import run_waiting
from app.security.models import User
from app.workflow.door import Shown, act
from app.workflow.errors import Denied, Missing
from app.workflow.options import Action

STRUCTURE = "SJ-0001-1"
NAME = f"{STRUCTURE}_202610_01.csv.zip"


@pytest.fixture
def drop(app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The drop folder, with a folder for every provider."""
    monkeypatch.setitem(app.config, "DROP_DIR", tmp_path / "drop")
    scan(session, tmp_path / "drop", app.config["DATA_DIR"] / "arrivals")
    assert (tmp_path / "drop" / "TG001").is_dir()
    return tmp_path / "drop"


def put(folder: Path, name: str, content: bytes = b"x,y\n", age: float = 60) -> Path:
    """A file that was last written to so many seconds ago."""
    path = folder / name
    path.write_bytes(content)
    os.utime(path, (time.time() - age,) * 2)
    return path


def arrived(app: Flask, session: Session, drop: Path) -> list[Arrival]:
    return scan(session, drop, app.config["DATA_DIR"] / "arrivals")


def stored(app: Flask, one: Arrival) -> Path:
    return Path(app.config["DATA_DIR"] / "arrivals" / one.stored)


def text(answer: Any) -> str:
    return str(answer.get_data(as_text=True))


@pytest.mark.article("16.1.1")
def test_complete_files_are_taken_in(app: Flask, session: Session, drop: Path) -> None:
    """What is still being written, hidden or a link stays where it is; a file is taken once."""
    folder = drop / "TG001"
    put(folder, "全量.csv", "企业\n".encode())
    put(folder, "new.csv", age=1)
    put(folder, "big.csv.part")
    put(folder, ".hidden.csv")
    put(folder, "empty.csv", b"")
    secret = put(drop.parent, "secret.csv")
    (folder / "link.csv").symlink_to(secret)
    (folder / "folder.csv").mkdir()
    found = arrived(app, session, drop)
    assert [(one.name, one.way, one.state) for one in found] == [("全量.csv", Way.DROP, ArrivalState.WAITING)]
    assert found[0].number.startswith("DJ-")
    assert stored(app, found[0]).read_bytes() == "企业\n".encode()
    assert found[0].sha256 == hashlib.sha256("企业\n".encode()).hexdigest()
    assert {path.name for path in folder.iterdir()} == {"new.csv", "big.csv.part", ".hidden.csv", "empty.csv", "link.csv", "folder.csv"}
    assert secret.exists()
    assert arrived(app, session, drop) == []
    assert session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.record == found[0].number)) == 1


@pytest.mark.article("14")
def test_announced_digests_are_compared(app: Flask, session: Session, drop: Path) -> None:
    folder, content = drop / "TG001", b"a,b\n"
    right = hashlib.sha256(content).hexdigest()
    for name, beside in (("a.csv", f"{right}  a.csv\n"), ("b.csv", "0" * 64), ("c.csv", "no digest")):
        put(folder, name, content)
        put(folder, f"{name}.sha256", beside.encode())
    states = {one.name: one.state for one in arrived(app, session, drop)}
    assert states == {"a.csv": ArrivalState.WAITING, "b.csv": ArrivalState.DAMAGED, "c.csv": ArrivalState.DAMAGED}
    assert not list(folder.glob("*.csv*"))


def test_a_crash_between_registering_and_moving_loses_nothing(
    app: Flask, session: Session, drop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """security 19: the next scan puts the very file in the place that was registered, and registers nothing twice."""
    put(drop / "TG001", "crash.csv", b"once\n")

    def killed(*_args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("app.areas.collection.arrival.scanning.place", killed)
        with pytest.raises(KeyboardInterrupt):
            arrived(app, session, drop)
    found = arrived(app, session, drop)
    same = session.scalars(select(Arrival).where(Arrival.name == "crash.csv")).all()
    assert [one.id for one in same] == [one.id for one in found]
    assert stored(app, found[0]).read_bytes() == b"once\n"


def test_a_providers_code_never_leads_out_of_the_drop_folder(app: Flask, session: Session, drop: Path, tmp_path: Path) -> None:
    """security 15"""
    other = tmp_path / "other"
    other.mkdir()
    put(other, "a.csv")
    (drop / "TG002").rmdir()
    (drop / "TG002").symlink_to(other)
    assert arrived(app, session, drop) == []
    assert (other / "a.csv").exists()


@pytest.mark.article("16.1.1")
def test_a_collector_fetches_into_form_2(
    app: Flask, session: Session, drop: Path, client_for: Callable[[str], FlaskClient], actors: Mapping[str, Any]
) -> None:
    """From the drop folder to a submitted form 2: provider, agreement, structure, period, files with their digests."""
    content = packed(session, STRUCTURE, NAME)
    put(drop / "TG001", NAME, content)
    client = client_for("collector")
    assert "到件" in text(client.get("/"))
    client.post("/arrivals/look")
    session.rollback()
    one = session.scalars(select(Arrival).where(Arrival.name == NAME).order_by(Arrival.id.desc())).first()
    assert one is not None
    page = text(client.get("/arrivals/?provider=TG001"))
    assert f'name="arrival" value="{one.id}"' in page
    assert "DJ-" in text(client.get(f"/arrivals/receipt/{one.id}"))
    assert client.post("/arrivals/fetch", data={}).status_code == 422
    answer = client.post("/arrivals/fetch", data={"arrival": str(one.id)})
    assert answer.status_code == 302, text(answer)
    session.rollback()
    register: Any = one.register
    assert (register.provider.code, register.structure.code, register.maker_id) == ("TG001", STRUCTURE, actors["collector"].user_id)
    assert (register.period_from.isoformat(), register.period_to.isoformat()) == ("2026-10-01", "2026-10-31")
    assert [(line.name, line.bytes, line.sha256) for line in register.files] == [(NAME, len(content), one.sha256)]
    kept = attachments.of(session, register.id)[0]
    assert (app.config["DATA_DIR"] / "attachments" / kept.stored).read_bytes() == content
    assert one.state is ArrivalState.FETCHED
    assert client.post("/arrivals/fetch", data={"arrival": str(one.id)}).status_code == 422
    assert announced(session, STRUCTURE, NAME)["bytes"] == str(len(content))
    assert AGREED.encode() not in content


@pytest.mark.article("14")
def test_records_are_counted_where_nothing_is_encrypted(
    app: Flask, session: Session, drop: Path, client_for: Callable[[str], FlaskClient], tmp_path: Path
) -> None:
    """Open files and open packages by the structure's layout; the collector is told which are left to enter."""
    plain = NAME.removesuffix(".zip")
    content = packed(session, STRUCTURE, plain)
    for name, whole in (
        (plain, content), (f"{plain}.gz", gzip.compress(content)), (f"2{NAME}", packed(session, STRUCTURE, NAME)),
        (f"{STRUCTURE}_bad.csv", b"\xff\xfe nothing as agreed"), (f"{STRUCTURE}.gpg", content),
    ):
        put(drop / "TG001", name, whole)
    client = client_for("collector")
    client.post("/arrivals/look")
    run_waiting(session)
    session.rollback()
    found = {one.name: one for one in session.scalars(select(Arrival).order_by(Arrival.id.desc()).limit(5))}
    true = int(announced(session, STRUCTURE, plain)["records"])
    assert true > 0
    assert {name: one.records for name, one in found.items()} == {
        plain: true, f"{plain}.gz": true, f"2{NAME}": None, f"{STRUCTURE}_bad.csv": None, f"{STRUCTURE}.gpg": None}
    assert list((app.config["DATA_DIR"] / "extracting").iterdir()) == []

    def fetched(*names: str) -> tuple[str, list[int]]:
        answer = client.post("/arrivals/fetch", data={"arrival": [str(found[one].id) for one in names]})
        page = text(client.get(answer.location))
        session.rollback()
        register = found[names[0]].register
        assert register is not None
        return page, [line.records for line in register.files]

    page, records = fetched(plain)
    assert records == [true]
    assert "记录数已清点" in page
    page, records = fetched(f"{plain}.gz", f"2{NAME}")
    assert sorted(records) == [0, true]
    assert "1 个文件已加密或不能按数据结构清点，请补填" in page
    register: Any = found[f"2{NAME}"].register
    spec = catalogue.form("FJ02")
    with pytest.raises(Invalid, match="请填写提供单位报送的记录数"), transaction(session):
        act(session, load_actor(session, session.get_one(User, register.maker_id)), spec, register.id, Action.SUBMIT,
            Shown(register.version, register.digest))


def test_the_page_names_the_providers_folder_and_no_path(
    app: Flask, session: Session, drop: Path, client_for: Callable[[str], FlaskClient]
) -> None:
    put(drop / "TG001", "where.csv")
    arrived(app, session, drop)
    page = text(client_for("collector").get("/arrivals/?provider=TG001"))
    assert '前置机目录 <span class="code">TG001</span>' in page
    assert str(drop) not in page


@pytest.mark.article("16.1.1")
def test_a_file_above_the_webs_limit_is_attached(
    app: Flask, session: Session, drop: Path, actors: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And an ending that no attachment may have: a delivery comes as the provider made it."""
    monkeypatch.setattr(attachments, "MOST_BYTES", 10)
    put(drop / "TG001", "202609.dat", b"0" * 100)
    one = arrived(app, session, drop)[0]
    data = app.config["DATA_DIR"]
    with transaction(session):
        document: Any = fetching.fetch(session, actors["collector"], [one.id], data / "arrivals", data / "attachments")
    assert [line.bytes for line in document.files] == [100]
    with transaction(session):  # a draft that is deleted gives the file back
        operations.delete(session, actors["collector"], catalogue.form("FJ02"), document.id, Shown(document.version, document.digest))
    session.refresh(one)
    assert one.state is ArrivalState.WAITING


def test_what_cannot_be_fetched_together(app: Flask, session: Session, drop: Path, actors: Mapping[str, Any]) -> None:
    put(drop / "TG001", "a1.csv")
    put(drop / "TG004", "a2.csv")
    put(drop / "TG001", "a3.csv")
    put(drop / "TG001", "a3.csv.sha256", b"0" * 64)
    ids = {one.name: one.id for one in arrived(app, session, drop)}
    data = app.config["DATA_DIR"]

    def fetch(*names: str) -> None:
        with transaction(session):
            fetching.fetch(session, actors["collector"], [ids.get(name, 0) for name in names], data / "arrivals", data / "attachments")

    with pytest.raises(Denied, match="同一数据提供单位"):
        fetch("a1.csv", "a2.csv")
    with pytest.raises(Denied, match="校验不符"):
        fetch("a3.csv")
    with pytest.raises(Missing):
        fetch("none")
    with transaction(session), pytest.raises(Denied):
        fetching.fetch(session, actors["data_manager"], [ids["a1.csv"]], data / "arrivals", data / "attachments")


@pytest.fixture
def operator(session: Session, client_for: Callable[[str], FlaskClient]) -> FlaskClient:
    return client_for("provider_operator")


def send(client: FlaskClient, name: str, content: bytes, digest: str = "") -> Any:
    headers = {"X-File-Name": quote(name), "X-File-Sha256": digest}
    return client.post("/deliveries/send", data=content, headers=headers, content_type="application/octet-stream")


@pytest.mark.article("16.1.1")
def test_a_providers_operator_uploads(app: Flask, session: Session, operator: FlaskClient, actors: Mapping[str, Any]) -> None:
    """Larger than a form's request may be: the body is read as it comes."""
    page = text(operator.get("/deliveries/"))
    assert "data-send-to" in page
    content = os.urandom(1024) * 1024 * 60
    assert len(content) > app.config["MAX_CONTENT_LENGTH"]
    digest = hashlib.sha256(content).hexdigest()
    answer = send(operator, "数据/../全量.zip", content, digest)
    assert answer.status_code == 201, text(answer)
    session.rollback()
    one = session.scalars(select(Arrival).where(Arrival.number == answer.get_json()["number"])).one()
    assert (one.name, one.size, one.sha256, one.state) == ("全量.zip", len(content), digest, ArrivalState.WAITING)
    assert one.provider_id == actors["provider_operator"].organisation_id
    assert stored(app, one).stat().st_size == len(content)
    receipt = text(operator.get(answer.get_json()["receipt"]))
    assert digest in receipt
    assert one.number in text(operator.get("/deliveries/"))


@pytest.mark.parametrize(("name", "content", "digest", "status"), [
    ("a.csv", b"", "", 422), ("", b"x", "", 422), ("../", b"x", "", 422), ("长" * 300, b"x", "", 422),
    ("a.csv", b"x", "abc", 422), ("a.csv", b"x", "0" * 64, 201),
])
def test_uploads_that_are_refused(session: Session, operator: FlaskClient, name: str, content: bytes, digest: str, status: int) -> None:
    """security 15; a file that is not what was announced is registered, and says so."""
    answer = send(operator, name, content, digest)
    assert answer.status_code == status, text(answer)
    if status == 201:
        assert answer.get_json()["state"] == "校验不符"


def test_an_upload_above_the_limit(app: Flask, session: Session, operator: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """security 15: 413 before anything is kept; a body without a length is cut off where it grows too long."""
    before = session.scalar(select(func.count()).select_from(Arrival))
    monkeypatch.setattr(receiving, "most_bytes", lambda session: 1000)
    assert send(operator, "a.csv", b"0" * 2000).status_code == 413
    folder = app.config["DATA_DIR"] / "arrivals" / "incoming"
    with pytest.raises(Invalid):
        receiving.write(folder, "a.csv", iter([b"0" * 600, b"0" * 600]), 1000)
    assert list(folder.iterdir()) == []
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Arrival)) == before


def test_an_upload_is_no_larger_than_the_server_lets_through(
    app: Flask, operator: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page says what holds, not what the parameter would like."""
    monkeypatch.setitem(app.config, "MAX_DELIVERY_LENGTH", 3 * 1024 * 1024)
    assert "每个文件不超过 3 MB" in text(operator.get("/deliveries/"))
    assert send(operator, "a.csv", b"0" * 4 * 1024 * 1024).status_code == 413


def test_an_upload_needs_its_token(app: Flask, session: Session, operator: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """security 8"""
    page = text(operator.get("/deliveries/"))
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    assert send(operator, "a.csv", b"x").status_code == 400
    assert token is not None
    answer = operator.post("/deliveries/send", data=b"x", content_type="application/octet-stream",
                           headers={"X-File-Name": "a.csv", "X-CSRFToken": token[1]})
    assert answer.status_code == 201


@pytest.mark.article("81-83")
def test_an_operator_sees_the_own_organisations_files_and_nothing_else(
    app: Flask, session: Session, drop: Path, operator: FlaskClient, actors: Mapping[str, Any]
) -> None:
    """security 7"""
    own = session.get_one(ExternalOrganisation, actors["provider_operator"].organisation_id)
    other = session.scalars(select(ExternalOrganisation).where(ExternalOrganisation.code == "TG004")).one()
    assert own.id != other.id
    put(drop / "TG004", "fremd.csv")
    foreign = arrived(app, session, drop)[0]
    assert foreign.number not in text(operator.get("/deliveries/"))
    assert operator.get(f"/deliveries/receipt/{foreign.id}").status_code == 404
    elsewhere = (
        "/arrivals/", f"/arrivals/receipt/{foreign.id}", "/forms/collection_file_register/list", "/audit/", "/extraction/1",
        "/collection/batches/", "/registers/external_organisations/list", "/api/v1/forms/collection_file_register/",
    )
    for address in elsewhere:
        assert operator.get(address).status_code in (403, 404), address
    for address in ("/arrivals/look", "/arrivals/fetch"):
        assert operator.post(address).status_code in (403, 404), address


def test_nobody_else_uploads(client_for: Callable[[str], FlaskClient]) -> None:
    for position in ("collector", "member_operator", "data_manager"):
        assert client_for(position).get("/deliveries/").status_code == 403
        assert send(client_for(position), "a.csv", b"x").status_code == 403
    assert client_for("data_manager").post("/arrivals/fetch", data={"arrival": "1"}).status_code == 403


def test_files_that_nothing_names_are_put_away(app: Flask, session: Session, drop: Path) -> None:
    """security 21: after a day; what a row names stays, however old."""
    from app.areas.collection.tidying import run

    data = app.config["DATA_DIR"]
    put(drop / "TG001", "kept.csv")
    kept = stored(app, arrived(app, session, drop)[0])
    for name in ("originals", "arrivals/incoming", "discs", "extracting/left"):
        (data / name).mkdir(parents=True, exist_ok=True)
    old = [put(data / name, "stray") for name in ("originals", "arrivals", "arrivals/incoming", "discs")]
    new = put(data / "originals", "new", age=60)
    for path in (*old, kept, data / "extracting" / "left"):
        os.utime(path, (time.time() - 90_000,) * 2)
    assert run(session, data) >= 5
    assert not any(path.exists() for path in (*old, data / "extracting" / "left"))
    assert kept.exists()
    assert new.exists()
    new.unlink()
