"""The record (审计日志): security 7, 20, 21, 25, 26."""

import hashlib
import io
import json
import sqlite3
import uuid
import zipfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, delete, func, select, text, update
from sqlalchemy.exc import DBAPIError, ProgrammingError
from sqlalchemy.orm import Session

from app.audit import exporting, heads, recording, verifying
from app.audit.chain import GENESIS, chained
from app.audit.entries import told
from app.audit.faults import Fault, Wrong
from app.audit.jobs import export_head
from app.audit.models import AuditAction, AuditEntry
from app.audit.settling import Unrecorded
from app.database import db, transaction
from app.demo.people import PASSWORD
from app.documents import operations
from app.documents.bulk import bulk_create
from app.documents.digest import digest_of
from app.documents.guard import writing
from app.documents.models import Attachment
from app.documents.resolver import DatabaseResolver
from app.documents.values import read
from app.engine.catalogue import catalogue
from app.engine.document import Document
from app.security.models import AccountSecurity, PasswordHistory, Role, User
from app.workflow import door
from app.workflow.door import Shown
from app.workflow.options import Action
from app.workflow.permissions import IMPORT, MAKE, READ
from bench import tampering


def entries(session: Session, *conditions: Any) -> list[AuditEntry]:
    """The entries, in order."""
    session.rollback()
    return list(session.scalars(select(AuditEntry).where(*conditions).order_by(AuditEntry.id)))


def last(session: Session) -> AuditEntry:
    """The latest entry."""
    return entries(session)[-1]


def number_of(session: Session) -> int:
    """How many entries there are."""
    session.rollback()
    return session.scalar(select(func.count()).select_from(AuditEntry)) or 0


def failing(session: Session, actor: Any) -> None:
    """An act that fails after it was noted."""
    with transaction(session):
        recording.record(session, actor, AuditAction.SYSTEM, "某事")
        raise ZeroDivisionError


def test_entries_are_chained(session: Session, actors: Mapping[str, Any]) -> None:
    """security 25."""
    actor = actors["sysadmin"]
    with transaction(session):
        recording.record(session, actor, AuditAction.SYSTEM, "某事", "a")
        recording.record(session, actor, AuditAction.SYSTEM, "某事", "b", detail={"what": "号码 11010519491231002X"})
    one, two = entries(session)[-2:]
    assert (two.id, two.previous) == (one.id + 1, one.digest)
    assert (two.user_name, two.channel, two.record) == (actor.name, "command", "b")
    assert "11010519491231002X" not in two.detail


def test_what_is_rolled_back_is_not_recorded(session: Session, actors: Mapping[str, Any]) -> None:
    """security 20."""
    before = number_of(session)
    with pytest.raises(ZeroDivisionError):
        failing(session, actors["sysadmin"])
    assert number_of(session) == before
    with transaction(session):
        recording.record(session, actors["sysadmin"], AuditAction.SYSTEM, "某事", "outside")
        savepoint = session.begin_nested()
        recording.record(session, actors["sysadmin"], AuditAction.SYSTEM, "某事", "inside")
        savepoint.rollback()
        with session.begin_nested():
            recording.record(session, actors["sysadmin"], AuditAction.SYSTEM, "某事", "kept")
    assert [one.record for one in entries(session)[before:]] == ["outside", "kept"]


def raw_rows(app: Flask) -> list[dict[str, Any]]:
    """The rows as they lie in the database."""
    with db.engine.connect() as connection:
        return [dict(row) for row in verifying.stored(connection)]


def key_of(app: Flask) -> bytes:
    """The key of the chain."""
    return str(app.config["AUDIT_KEY"]).encode()


def test_the_record_is_in_order(app: Flask, session: Session) -> None:
    """security 25: what the set-up did is recorded, and the command says so."""
    answer = app.test_cli_runner().invoke(args=["audit", "verify"])
    assert answer.exit_code == 0, answer.output
    assert answer.output == f"{number_of(session)} entries, in order\n"
    number, digest = heads.head(app.config["DATA_DIR"])
    assert (number, digest) == (last(session).id, last(session).digest)


REPLACED = "INSERT OR REPLACE INTO audit_entry SELECT * FROM audit_entry WHERE id = 3"


@pytest.mark.parametrize(
    "verb", ["UPDATE audit_entry SET detail = ''", "DELETE FROM audit_entry", "TRUNCATE audit_entry", REPLACED]
)
def test_the_database_refuses_to_change_entries(app: Flask, session: Session, verb: str) -> None:
    """security 26."""
    if verb.startswith("TRUNCATE") and db.engine.dialect.name == "sqlite":
        verb = "DELETE FROM audit_entry WHERE id = (SELECT max(id) FROM audit_entry)"
    if verb is REPLACED and db.engine.dialect.name == "postgresql":
        verb = "UPDATE audit_entry SET id = id WHERE false"
    with pytest.raises(DBAPIError, match="append-only"), db.engine.begin() as connection:
        connection.execute(text(verb))


def test_the_role_of_the_server_may_only_read_and_add(app: Flask, session: Session) -> None:
    """security 26: even without triggers the application's role on a server changes nothing."""
    if db.engine.dialect.name != "postgresql":
        pytest.skip("roles are PostgreSQL's")
    role = f"app_{uuid.uuid4().hex[:8]}"
    with db.engine.begin() as connection:
        connection.execute(text(f'CREATE ROLE "{role}"'))
    try:
        answer = app.test_cli_runner().invoke(args=["audit", "grants", role, "--apply"])
        assert answer.exit_code == 0, answer.output
        allowed, refused = ("SELECT count(*) FROM audit_entry", "UPDATE document SET step = step"), (
            "UPDATE audit_entry SET detail = ''", "DELETE FROM audit_entry", "TRUNCATE audit_entry",
            "ALTER TABLE audit_entry DISABLE TRIGGER ALL", "DROP TABLE audit_entry",
        )
        for statement in (*allowed, *refused):
            with db.engine.connect() as connection:
                connection.execute(text(f'SET ROLE "{role}"'))
                if statement in allowed:
                    connection.execute(text(statement))
                    continue
                with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
                    connection.execute(text(statement))
    finally:
        with db.engine.begin() as connection:
            connection.execute(text(f'DROP OWNED BY "{role}"'))
            connection.execute(text(f'DROP ROLE "{role}"'))


def test_grants_are_printed(app: Flask, session: Session) -> None:
    """security 26."""
    printed = app.test_cli_runner().invoke(args=["audit", "grants", "the app"]).output
    assert 'GRANT SELECT, INSERT ON audit_entry TO "the app";' in printed
    assert "REVOKE ALL ON audit_entry, alembic_version FROM PUBLIC" in printed


def test_any_tampering_is_found_and_the_first_bad_entry_named(app: Flask, session: Session) -> None:
    """security 25: three hundred tamperings of every kind; `python -m bench tamper` tries ten thousand."""
    rows = raw_rows(app)[-60:]
    key = key_of(app)
    rows = list(chained(key, 0, GENESIS, rows))
    known = {len(rows): rows[-1]["digest"]}
    assert verifying.check(key, rows, known) == verifying.Result(len(rows))
    chance = Random(25)
    for _try in range(300):
        tampered, first, kinds = tampering.tampered(chance, key, rows)
        found = verifying.check(key, tampered, known).fault
        assert found is not None, kinds
        assert (found.number, found.wrong) == (first, found.wrong if kinds is None else kinds), kinds


def test_what_is_cut_off_with_the_head_is_known_by_the_exported_heads(app: Flask, session: Session, tmp_path: Path) -> None:
    """security 25."""
    key, rows = key_of(app), raw_rows(app)
    line = exporting.export(session, key, tmp_path)
    assert line is not None
    assert line.number == len(rows)
    known = verifying.heads_of(key, tmp_path)
    assert known == {len(rows): rows[-1]["digest"]}
    assert verifying.check(key, rows[:-3], known).fault == Fault(len(rows) - 2, Wrong.CUT_OFF)
    log = tmp_path / exporting.NAME
    log.write_text(log.read_text().replace(f" {line.number} ", f" {line.number - 3} "))
    assert verifying.heads_of(key, tmp_path) == Fault(1, Wrong.NOTES)


def test_what_cannot_be_recorded_does_not_happen(
    session: Session, actors: Mapping[str, Any], example: Callable[..., dict[str, Any]]
) -> None:
    """security 21: the document is not there, and its number is not taken."""
    spec, before = catalogue.form("FJ02"), number_of(session)
    actor = actors[spec.makers[0].code]
    raw = example(spec)
    documents = select(func.count()).select_from(spec.model)
    held = session.scalar(documents)
    session.rollback()
    with db.engine.begin() as connection:
        connection.execute(text("ALTER TABLE audit_entry RENAME TO audit_gone"))
    try:
        with pytest.raises(DBAPIError), transaction(session):
            operations.create(session, actor, spec, raw)
    finally:
        session.rollback()
        with db.engine.begin() as connection:
            connection.execute(text("ALTER TABLE audit_gone RENAME TO audit_entry"))
    assert (number_of(session), session.scalar(documents)) == (before, held)


def test_a_fault_in_the_middle_leaves_neither_document_nor_entry(
    session: Session, actors: Mapping[str, Any], example: Callable[..., dict[str, Any]]
) -> None:
    """security 20."""
    spec, before = catalogue.form("FJ02"), number_of(session)
    raw = example(spec)
    with pytest.raises(ZeroDivisionError):
        create_and_fail(session, actors[spec.makers[0].code], spec, raw)
    assert number_of(session) == before


def create_and_fail(session: Session, actor: Any, spec: Any, raw: dict[str, Any]) -> None:
    """A document made, and then a fault."""
    with transaction(session):
        operations.create(session, actor, spec, raw)
        raise ZeroDivisionError


@pytest.fixture
def made(session: Session, actors: Mapping[str, Any], example: Callable[..., dict[str, Any]]) -> Any:
    """A draft of form 2."""
    spec = catalogue.form("FJ02")
    raw = example(spec, number_of(session))
    with transaction(session):
        return operations.create(session, actors[spec.makers[0].code], spec, raw)


def changes_of(entry: AuditEntry) -> dict[str, list[str]]:
    """Its field changes."""
    found: dict[str, list[str]] = json.loads(entry.detail).get("changes", {})
    return found


def test_making_and_changing_a_document(session: Session, actors: Mapping[str, Any], made: Any) -> None:
    """security 25: who, what, and each field with its old and new value; entries carry the version they led to."""
    spec = catalogue.form("FJ02")
    actor = actors[spec.makers[0].code]
    created = last(session)
    assert (created.action, created.document_id, created.record, created.version) == (
        AuditAction.CREATE, made.id, made.number, made.version,
    )
    assert created.user_id == actor.user_id
    one = next(one for one in spec.writable if changes_of(created).get(one.name))
    assert changes_of(created)[one.name] == ["", one.show(made)]
    with transaction(session):
        document = session.get_one(spec.model, made.id)
        before = document.remarks or ""
        raw = raw_of(spec, document) | {"remarks": "改过了"}
        operations.change(session, actor, spec, made.id, raw, Shown(document.version, document.digest))
    changed = last(session)
    assert (changed.action, changed.version) == (AuditAction.CHANGE, session.get_one(spec.model, made.id).version)
    assert changes_of(changed) == {"remarks": [before, "改过了"]}
    with transaction(session):
        document = session.get_one(spec.model, made.id)
        number = document.number
        operations.delete(session, actor, spec, made.id, Shown(document.version, document.digest))
    gone = last(session)
    assert (gone.action, gone.record) == (AuditAction.DELETE, number)
    assert changes_of(gone)["remarks"] == ["改过了", ""]


def raw_of(spec: Any, document: Any) -> dict[str, Any]:
    """A document's values as they are keyed."""
    raw: dict[str, Any] = {one.name: one.key(document) for one in spec.writable}
    for line in spec.lines:
        if line.writable:
            fields = [one for one in line.fields if one.writable]
            raw[line.name] = [{one.name: one.key(row) for one in fields} for row in getattr(document, line.name)]
    return raw


def test_lines_are_named_by_their_row(session: Session, actors: Mapping[str, Any], made: Any) -> None:
    """security 25: a changed cell, a row more, a row less."""
    spec = catalogue.form("FJ02")
    actor = actors[spec.makers[0].code]
    line = next(one for one in spec.lines if one.writable)
    raw = raw_of(spec, session.get_one(spec.model, made.id))
    raw[line.name].append({"name": "另一个文件.txt", "bytes": "1", "records": "1"})
    shown = Shown(made.version, made.digest)
    with transaction(session):
        operations.change(session, actor, spec, made.id, raw, shown)
    added = changes_of(last(session))
    rows = len(raw[line.name])
    assert added
    assert all(name.startswith(f"{line.name}[{rows}].") and old == "" for name, (old, _new) in added.items())
    document = session.get_one(spec.model, made.id)
    shown = Shown(document.version, document.digest)
    raw[line.name].pop()
    with transaction(session):
        operations.change(session, actor, spec, made.id, raw, shown)
    assert changes_of(last(session)) == {name: [new, old] for name, (old, new) in added.items()}


def test_a_change_that_nobody_recorded_does_not_commit(session: Session, made: Any) -> None:
    """security 25: a programming error is found at once."""
    with pytest.raises(Unrecorded), transaction(session), writing(session):
        session.get_one(type(made), made.id).remarks = "heimlich"
    assert session.get_one(type(made), made.id).remarks != "heimlich"


def test_registers_tell_of_themselves_and_mask(session: Session, actors: Mapping[str, Any]) -> None:
    """security 25: identity numbers are masked."""
    model: Any = catalogue.register("employees").model
    with transaction(session):
        recording.acting(session, actors["sysadmin"])
        with writing(session):
            row = session.scalars(select(model).order_by(model.id)).first()
            row.phone, row.resident_id = "027-85559999", "11010519491231002X"
    entry = last(session)
    assert (entry.action, entry.resource, entry.record) == (AuditAction.REGISTER, "台账 员工", row.staff_no)
    assert entry.user_name == actors["sysadmin"].name
    assert changes_of(entry)["phone"][1] == "027-85559999"
    assert changes_of(entry)["resident_id"][1] == "1101**********002X"
    assert "11010519491231002X" not in entry.detail


@pytest.mark.parametrize(("given", "kept"), [
    ("914201020000023008", "914201020000023008"),
    ("914201020000023009", "9142**********3009"),
    ("914201199001010060", "9142**********0060"),
    ("420102199001011237", "4201**********1237"),
    ("11010519491231002X", "1101**********002X"),
])
def test_of_eighteen_digits_only_a_credit_code_stands_in_clear(given: str, kept: str) -> None:
    """security 25: a code with a wrong check digit, or with a birth date in it, may be somebody's number."""
    assert told({"note": f"号码{given}。"}, {}) == f'{{"note": "号码{kept}。"}}'


def test_logging_in_and_out(app: Flask, session: Session, client_for: Callable[[str], FlaskClient]) -> None:
    """security 25: log in, failure, log out; never the password."""
    client = client_for("collector")
    entry = last(session)
    assert (entry.action, entry.record, entry.channel, entry.address) == (AuditAction.LOG_IN, "collector", "web", "127.0.0.1")
    client.post("/logout/")
    assert last(session).action is AuditAction.LOG_OUT
    client.post("/login/", data={"username": "collector", "password": "wrong-Password-1"})
    failed = last(session)
    assert (failed.action, failed.user_name, failed.user_id) == (AuditAction.LOG_IN_FAILED, "collector", None)
    client.post("/login/", data={"username": "x" * 60 + "\0号" * 10, "password": "wrong-Password-1"})
    assert last(session).user_name.startswith("xxx")
    app.test_client().post("/api/v1/security/login", json={"username": "nobody", "password": "wrong-Password-1", "provider": "db"})
    api = last(session)
    assert (api.action, api.user_name, api.channel) == (AuditAction.LOG_IN_FAILED, "nobody", "api")
    assert not [one for one in entries(session) if "wrong-Password-1" in one.detail + one.user_name]


@pytest.fixture
def _accounts_as_they_were(session: Session) -> Iterator[None]:
    """Passwords and failures of the accounts that a test plays with are put back."""
    names = ("archivist", "collector2")
    before = {one.username: one.password for one in session.scalars(select(User).where(User.username.in_(names)))}
    yield
    session.rollback()
    with transaction(session):
        for user in session.scalars(select(User).where(User.username.in_(names))):
            user.password, user.fail_login_count = before[user.username], 0
            session.execute(delete(PasswordHistory).where(PasswordHistory.user_id == user.id))
            session.execute(delete(AccountSecurity).where(AccountSecurity.user_id == user.id))


@pytest.mark.usefixtures("_accounts_as_they_were")
def test_a_locked_account_stays_locked_and_each_failure_is_recorded(app: Flask, session: Session) -> None:
    """security 9, 25: the right password opens it no more, by page and by API; another's account stays as it was."""
    before = number_of(session)
    client = app.test_client()
    for _try in range(5):
        client.post("/login/", data={"username": "archivist", "password": "wrong-Password-1"})
    assert client.post("/login/", data={"username": "archivist", "password": PASSWORD}).status_code == 200
    sent = {"username": "archivist", "password": PASSWORD, "provider": "db"}
    assert app.test_client().post("/api/v1/security/login", json=sent).status_code == 401
    assert [(one.action, one.user_name) for one in entries(session)[before:]] == [(AuditAction.LOG_IN_FAILED, "archivist")] * 7
    assert app.test_client().post("/login/", data={"username": "collector", "password": PASSWORD}).status_code == 302


@pytest.mark.usefixtures("_accounts_as_they_were")
def test_accounts_and_passwords(
    session: Session, client_for: Callable[[str], FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    """security 25: roles old and new, and that a password was set, by whom; nothing of the password."""
    monkeypatch.setattr("app.security.manager.initialised", lambda _session: False)  # the screens serve first set-up
    client = client_for("sysadmin")
    user = session.scalars(select(User).where(User.username == "collector2")).one()
    roles = {role.name: role.id for role in session.scalars(select(Role))}
    keep = [role.name for role in user.roles]
    data = {"username": user.username, "first_name": user.first_name, "last_name": user.last_name, "email": user.email, "active": "y",
            "roles": [roles[name] for name in (*keep, "产品研发员")], "still": "y"}
    user_id = user.id
    answer = client.post(f"/users/edit/{user_id}", data=data)
    assert answer.status_code == 302, answer.get_data(as_text=True)
    entry = last(session)
    assert (entry.action, entry.record, entry.user_name) == (AuditAction.PERMISSION, "collector2", entry.user_name)
    assert entry.user_name
    assert changes_of(entry)["roles"] == ["、".join(keep), "、".join(sorted([*keep, "产品研发员"]))]
    client.post(f"/users/edit/{user_id}", data=data | {"roles": [roles[name] for name in keep]})
    client.post(f"/resetpassword/form?pk={user_id}", data={"password": "Another-Word-77", "conf_password": "Another-Word-77"})
    entry = last(session)
    assert (entry.action, entry.record) == (AuditAction.PASSWORD, "collector2")
    assert "Another" not in entry.detail
    assert "scrypt" not in entry.detail


def test_a_document_that_is_not_theirs_to_know_of(
    session: Session, actors: Mapping[str, Any], example: Callable[..., dict[str, Any]], client_for: Callable[[str], FlaskClient]
) -> None:
    """security 7: 404, and an entry, on pages, prints, workbooks, attachments and REST."""
    spec = next(
        one for one in catalogue.forms
        if any(position.external for position in one.reading) and not one.generated and not one.makers[0].external
    )
    outsider = next(position for position in spec.reading if position.external)
    raw = example(spec, number_of(session))
    with transaction(session):
        document = operations.create(session, actors[spec.makers[0].code], spec, raw)
        number = document.number
    client = client_for(outsider.code)
    key = document.id
    session.rollback()
    addresses = (f"/forms/{spec.slug}/show/{key}", f"/forms/{spec.slug}/{key}/print.pdf", f"/forms/{spec.slug}/history/{key}",
                 f"/forms/{spec.slug}/{key}/attachments/1", f"/api/v1/forms/{spec.slug}/{key}",
                 f"/api/v1/forms/{spec.slug}/{key}/attachments")
    for address in addresses:
        assert client.get(address).status_code == 404, address
        entry = last(session)
        assert (entry.action, entry.record) == (AuditAction.DENIED, number), address
        assert json.loads(entry.detail)["path"] == address
    before = number_of(session)
    assert client.get(f"/forms/{spec.slug}/show/99999999").status_code == 404
    assert number_of(session) == before


def test_files_prints_and_workbooks_that_leave(
    app: Flask, session: Session, actors: Mapping[str, Any], made: Any, client_for: Callable[[str], FlaskClient]
) -> None:
    """security 25: attachments added, taken and removed; prints and exports."""
    spec = catalogue.form("FJ02")
    client = client_for(spec.makers[0].code)
    base = f"/forms/{spec.slug}"
    shown = {"version": made.version, "digest": made.digest}
    client.post(f"{base}/{made.id}/attachments", data={**shown, "attachment": (io.BytesIO(b"inhalt"), "说明.txt")})
    entry = last(session)
    assert (entry.action, json.loads(entry.detail)["attachment"]) == (AuditAction.ATTACH, "说明.txt")
    attachment = session.scalars(select(Attachment).where(Attachment.document_id == made.id)).one()
    for address, action in (
        (f"{base}/{made.id}/attachments/{attachment.id}", AuditAction.EXPORT),
        (f"{base}/{made.id}/print.pdf", AuditAction.PRINT),
        (f"{base}/{made.id}/export.xlsx", AuditAction.EXPORT),
        (f"{base}/export.xlsx", AuditAction.EXPORT),
    ):
        session.rollback()
        answer = client.get(address)
        assert answer.status_code == 200
        answer.close()
        entry = last(session)
        assert entry.action is action, address
        assert entry.resource == spec.resource
    document = session.get_one(spec.model, made.id)
    shown = {"version": document.version, "digest": document.digest}
    session.rollback()
    client.post(f"{base}/{made.id}/attachments/{attachment.id}/delete", data=shown)
    entry = last(session)
    assert (entry.action, json.loads(entry.detail)["how"]) == (AuditAction.ATTACH, "removed")


def test_inspectors_read_the_record_and_nobody_else(session: Session, client_for: Callable[[str], FlaskClient], made: Any) -> None:
    """security 26: searched by number, exported as a workbook, and the export recorded."""
    number = made.number
    session.rollback()
    client = client_for("inspector")
    text_ = client.get(f"/audit/?number={number}").get_data(as_text=True)
    assert number in text_
    assert "新建" in text_
    assert client.get("/audit/?person=inspector&action=log_in&since=2020-01-01&resource=UserDBModelView").status_code == 200
    assert client.get("/audit/?action=nonsense").status_code == 400
    assert "审计日志" in client.get("/").get_data(as_text=True)
    answer = client.get(f"/audit/export.xlsx?number={number}")
    assert answer.data[:2] == b"PK"
    answer.close()
    assert json.loads(last(session).detail)["rows"] >= 1
    for position in ("sysadmin", "collector", "general_manager"):
        other = client_for(position)
        for address in ("/audit/", "/audit/export.xlsx", f"/forms/{catalogue.form('FJ02').slug}/evidence/{made.id}"):
            assert other.get(address, headers={"Accept": "text/html"}).status_code in (302, 403, 404), address
            assert b"PK" not in other.get(address).data[:2]


def test_the_inspector_reads_everything_and_changes_nothing(actors: Mapping[str, Any]) -> None:
    """security 11."""
    inspector = actors["inspector"]
    assert all(inspector.may(READ, spec.resource) for spec in catalogue)
    changing = {name for name, _resource in inspector.permissions if name in (MAKE, IMPORT) or name.startswith("can_sign")}
    forms = {resource for name, resource in inspector.permissions if name in changing}
    assert not forms & {spec.resource for spec in catalogue if spec.area != "system"}


def test_history_shows_each_field(session: Session, client_for: Callable[[str], FlaskClient], made: Any) -> None:
    """security 25: 修改记录 for everybody who may read the document."""
    spec = catalogue.form("FJ02")
    key, number = made.id, made.number
    session.rollback()
    client = client_for(spec.makers[0].code)
    assert f"/forms/{spec.slug}/history/{key}" in client.get(f"/forms/{spec.slug}/show/{key}").get_data(as_text=True)
    page = client.get(f"/forms/{spec.slug}/history/{key}").get_data(as_text=True)
    assert number in page
    assert "新建" in page
    assert str(spec.writable[0].label) in page


def test_evidence_can_be_checked(
    session: Session, actors: Mapping[str, Any], client_for: Callable[[str], FlaskClient], made: Any
) -> None:
    """security 25: the pack opens, every digest in it is right, and taking it is recorded."""
    spec = catalogue.form("FJ02")
    maker = client_for(spec.makers[0].code)
    key = made.id
    for name in ("合同/../../扫描件.txt", "扫描件.txt"):
        document = session.get_one(spec.model, made.id)
        shown = {"version": document.version, "digest": document.digest}
        session.rollback()
        sent = maker.post(f"/forms/{spec.slug}/{key}/attachments", data={**shown, "attachment": (io.BytesIO(name.encode()), name)})
        assert sent.status_code == 302, sent.get_data(as_text=True)
    with transaction(session):
        document = session.get_one(spec.model, made.id)
        shown_now = Shown(document.version, document.digest)
        door.act(session, actors[spec.makers[0].code], spec, made.id, Action.SUBMIT, shown_now)
    answer = client_for("inspector").get(f"/forms/{spec.slug}/evidence/{made.id}")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    entry = last(session)
    assert (entry.action, entry.document_id) == (AuditAction.EXPORT, made.id)
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert len(names) == len(set(names))
        assert len([name for name in names if name.startswith("attachments/")]) == 2
        assert not [name for name in names if ".." in name.split("/") or name.startswith("/")]
        sums = dict(reversed(line.split("  ", 1)) for line in archive.read("SHA256SUMS").decode().splitlines())
        assert sums.keys() == set(names) - {"SHA256SUMS"}
        assert all(hashlib.sha256(archive.read(name)).hexdigest() == value for name, value in sums.items())
        log = json.loads(archive.read("log.json"))
        stored = {one.id: one.digest for one in entries(session, AuditEntry.document_id == made.id)}
        assert {one["id"]: one["digest"] for one in log} == stored
        note = archive.read("说明.txt").decode("utf-8-sig")
        assert "audit verify" in note
        assert "与审计日志核对：一致" in note
        assert json.loads(log[-1]["detail"]) == {"format": "evidence"}
        sealed = [json.loads(one["detail"]).get("sealed") for one in log[:-1]]
        assert sealed[-1] == json.loads(archive.read("trail.json"))["digest"]
        assert [one["digest"] for one in json.loads(archive.read("trail.json"))["trail"]] == [sealed[-2]]
        assert archive.read("trail.csv").decode("utf-8-sig").startswith("sequence,")
        assert archive.read(f"{made.number}.pdf")[:5] == b"%PDF-"


HARMS = {
    "content": "its content is not that of its digest", "digest": "its digest is not the one that its last entry has",
    "gone": "it is gone", "made": "no entry tells of it",
}


@pytest.mark.parametrize("harm", HARMS)
def test_documents_changed_past_the_application_are_named(
    app: Flask, session: Session, made: Any, harm: str
) -> None:
    """security 25: by the record, also where digest and content were made to fit, and whatever came or went unseen."""
    spec, number, key, check = catalogue.form("FJ02"), made.number, made.id, app.test_cli_runner()
    rows: Any = Document.__table__
    assert number not in check.invoke(args=["audit", "documents"]).output  # other tests harm documents of their own
    before = dict(session.execute(select(rows.c.number, rows.c.remarks, rows.c.digest).where(rows.c.id == key)).mappings().one())

    def put(**values: Any) -> None:
        session.execute(update(rows).where(rows.c.id == key).values(values))
        session.commit()

    put(**({"number": "FJ02-1999-000001"} if harm in ("gone", "made") else {"remarks": "背后改的"}))
    if harm != "content":
        put(digest=digest_of(session, spec, session.get_one(spec.model, key)))
    try:
        answer = check.invoke(args=["audit", "documents"])
        named = "FJ02-1999-000001" if harm == "made" else number
        assert (answer.exit_code, f"{named}: {HARMS[harm]}" in answer.output) == (1, True), answer.output
    finally:
        put(**before)
    assert number not in check.invoke(args=["audit", "documents"]).output


def test_documents_made_in_bulk_have_an_entry_each(
    session: Session, actors: Mapping[str, Any], example: Callable[..., dict[str, Any]]
) -> None:
    """security 25: what a workbook brings is recorded document by document, with its digest."""
    spec = catalogue.form("FJ02")
    actor, before = actors[spec.makers[0].code], number_of(session)
    raws = [example(spec, 500 + number) for number in range(3)]
    faults: list[Any] = []
    values = [read(spec, raw, DatabaseResolver(session, actor), faults) for raw in raws]
    assert not faults
    with transaction(session):
        numbers = bulk_create(session, actor, spec, values)
    found = entries(session)[before:]
    assert [(one.action, one.record) for one in found] == [(AuditAction.IMPORT, number) for number in numbers]
    documents = {one.id: one.digest for one in session.scalars(select(spec.model).where(spec.model.number.in_(numbers)))}
    assert {one.document_id: json.loads(one.detail)["sealed"] for one in found} == documents


def test_many_write_at_once_and_the_chain_holds(app: Flask, session: Session, actors: Mapping[str, Any]) -> None:
    """security 22, 25: eight threads, sixty-four acts, no gap and no fork."""
    actor, before = actors["sysadmin"], number_of(session)
    session.rollback()

    def write(name: str) -> None:
        with app.app_context():
            for number in range(8):
                with transaction(db.session()) as own:
                    recording.record(own, actor, AuditAction.SYSTEM, "并发", f"{name}-{number}")
            db.session.remove()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, "abcdefgh"))
    assert number_of(session) == before + 64
    with db.engine.connect() as connection:
        assert verifying.verify(connection, key_of(app), app.config["DATA_DIR"]).fault is None


def test_the_hourly_job_and_the_command_export_the_head(app: Flask, session: Session) -> None:
    """security 25."""
    export_head()
    answer = app.test_cli_runner().invoke(args=["audit", "head"])
    assert answer.exit_code == 0
    lines = (app.config["DATA_DIR"] / exporting.NAME).read_text().splitlines()
    assert lines[-1].split(" ")[1] == str(last(session).id)
    assert "app.audit.jobs.export_head" in [one["task"] for one in app.extensions["celery"].conf.beat_schedule.values()]


def test_the_command_names_the_first_bad_entry(app: Flask, session: Session, tmp_path: Path) -> None:
    """security 25: on a copy of the database whose triggers somebody dropped."""
    if db.engine.dialect.name != "sqlite":
        pytest.skip("the copy is an SQLite file")
    copy = tmp_path / "copy.db"
    session.rollback()
    with closing(sqlite3.connect(db.engine.url.database or "")) as connection, closing(sqlite3.connect(copy)) as target:
        connection.backup(target)
    engine = create_engine(f"sqlite:///{copy}")
    with engine.begin() as connection:
        for verb in ("UPDATE", "DELETE"):
            connection.exec_driver_sql(f"DROP TRIGGER audit_entry_no_{verb}")
        connection.exec_driver_sql("UPDATE audit_entry SET user_name = 'x' WHERE id = 17")
        connection.exec_driver_sql("DELETE FROM audit_entry WHERE id = 9")
    with engine.connect() as connection:
        assert verifying.verify(connection, key_of(app), app.config["DATA_DIR"]).fault == Fault(9, Wrong.MISSING)
    engine.dispose()


def test_the_record_is_still_in_order_after_all_this(app: Flask, session: Session) -> None:
    """security 25."""
    answer = app.test_cli_runner().invoke(args=["audit", "verify"])
    assert answer.exit_code == 0, answer.output
