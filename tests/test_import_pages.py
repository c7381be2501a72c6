"""Imports on their pages and over REST: progress beside form 6, faults, error files, form 3 with one click."""

from collections.abc import Callable, Mapping
from html import unescape
from typing import Any
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.collection.base_store.returning import notices_of
from app.areas.collection.registers import DataStructure
from app.audit.models import AuditAction, AuditEntry
from app.audit.recording import record
from app.database import transaction
from app.demo.prerequisites import everybody
from app.documents.guard import writing
from app.documents.sealing import seal
from app.engine.catalogue import catalogue
from app.jobs import operations, running
from app.jobs.models import Job
from app.screens import paths
from app.workflow.errors import Denied
from tests import imports
from tests.imports import batch_of, csv, delivery, register, row, walk
from tests.rest import ok

Login = Callable[[str], FlaskClient]


@pytest.fixture
def people(session: Session) -> list[Any]:
    return everybody(session)


@pytest.fixture
def structure(session: Session, people: list[Any]) -> DataStructure:
    return imports.structure(session, people)


@pytest.fixture
def document(session: Session, people: list[Any], structure: DataStructure) -> Any:
    """A form 6 whose import waits for its confirmation, with two rejected rows."""
    content = csv([row(1), row(2, amount="许多"), row(3), "a,b"])
    found = register(session, people, delivery(session, people, structure, {"税务 九月.csv": content}))
    return walk(session, people, found, "confirm")


def url_of(client: FlaskClient, document: Any) -> str:
    with client.application.test_request_context():
        return str(paths.document_url(document))


def page(client: FlaskClient, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, answer.status_code
    return unescape(answer.get_data(as_text=True))


@pytest.mark.article("18")
def test_the_page_shows_the_batch_and_what_may_be_done(session: Session, document: Any, client_for: Login) -> None:
    batch = batch_of(session, document)
    maker = client_for("data_manager")
    text = page(maker, url_of(maker, document))
    for words in ("导入批次", batch.number, "已导入", "拒收 2 条", "下载差错文件", "填写返还通知书"):
        assert words in text
    faults = page(maker, f"/import-batches/{batch.id}/faults")
    for words in ("许多", "不是金额", "字段数", "整行", "yjse"):
        assert words in faults
    assert page(maker, f"/import-batches/{batch.id}/faults?file={batch.files[0].id}").count("不是金额") == 1
    assert maker.get(f"/import-batches/{batch.id}/faults?file=999999").status_code == 404
    assert maker.get("/import-batches/999999/faults").status_code == 404


@pytest.mark.article("18")
def test_the_error_file_is_downloaded_on_record(session: Session, document: Any, client_for: Login) -> None:
    """security 15, 25"""
    batch = batch_of(session, document)
    url = f"/import-batches/{batch.id}/files/{batch.files[0].id}/errors"
    answer = client_for("data_manager").get(url)
    assert answer.status_code == 200
    assert "差错1_税务 九月.csv" in unquote(answer.headers["Content-Disposition"])
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "许多" in answer.get_data(as_text=True)
    answer.close()
    session.rollback()
    taken = select(AuditEntry).where(AuditEntry.action == AuditAction.EXPORT, AuditEntry.document_id == document.id)
    assert any("差错1" in one.detail for one in session.scalars(taken))
    for who in ("clerk", "cashier", "member_operator"):
        assert client_for(who).get(url).status_code in (403, 404)


@pytest.mark.article("18")
def test_form_3_with_one_click_and_its_answer(
    session: Session, people: list[Any], structure: DataStructure, document: Any, client_for: Login
) -> None:
    """flows.md row 18: a resubmission is seen on form 3 and on form 6."""
    batch = batch_of(session, document)
    maker = client_for("data_manager")
    answer = maker.post(f"/import-batches/{batch.id}/notice")
    assert answer.status_code == 302
    session.rollback()
    [notice] = notices_of(session, document.id)
    text = page(maker, answer.headers["Location"])
    assert "差错1_税务 九月.csv" in text
    assert batch.number in text
    assert maker.post(f"/import-batches/{batch.id}/notice").status_code == 403
    assert "填写返还通知书" not in page(maker, url_of(maker, document))
    again = delivery(session, people, structure, {"again.csv": csv([row(2)])})
    with transaction(session), writing(session):
        notice.resubmission = again  # as its answer step does
        session.flush()
        seal(session, catalogue.form("error_file_return_notice"), notice)
        record(session, people[0], AuditAction.CHANGE, "test", document=notice)
    for url in (url_of(maker, document), url_of(maker, notice)):
        text = page(maker, url)
        assert "重新报送" in text
        assert again.number in text
    walk(session, people, document)
    assert len(notices_of(session, document.id)) == 1


@pytest.mark.article("18")
def test_progress_cancel_and_again_beside_the_document(
    session: Session, people: list[Any], structure: DataStructure, client_for: Login
) -> None:
    document = register(session, people, delivery(session, people, structure, {"a.csv": csv([row(1)])}))
    walk(session, people, document, "import", work=False)
    job = session.scalars(select(Job).where(Job.document_id == document.id)).one()
    maker = client_for("data_manager")
    url = url_of(maker, document)
    text = page(maker, url)
    assert f"/jobs/{job.id}/progress" in text
    assert "js/progress.js" in text
    assert "“导入预处理”正在进行" in text
    assert "取消作业" not in page(client_for("it_head"), url)
    answer = maker.post(f"/jobs/{job.id}/cancel", data={"back": "document"})
    assert answer.headers["Location"].endswith(url)
    text = page(maker, url)
    assert "重新运行" in text
    assert "预处理没有完成" in text
    assert "重新运行" not in page(client_for("it_head"), url)
    assert client_for("it_head").post(f"/jobs/{job.id}/again").status_code == 403
    assert maker.post(f"/jobs/{job.id}/again", data={"back": "document"}).status_code == 302
    running.run_waiting(session)
    assert "待导入" not in page(maker, url)
    assert "已预处理" in page(maker, url)
    assert maker.post(f"/jobs/{job.id}/again").status_code == 403


def test_a_job_is_not_run_again_once_the_document_has_moved_on(
    session: Session, people: list[Any], structure: DataStructure, actors: Mapping[str, Any]
) -> None:
    document = register(session, people, delivery(session, people, structure, {"a.csv": csv([row(1)])}))
    walk(session, people, document, "import", work=False)
    job = session.scalars(select(Job).where(Job.document_id == document.id)).one()
    with transaction(session):
        operations.cancel(session, actors["data_manager"], job.id)
    with transaction(session):
        operations.again(session, actors["data_manager"], job.id)
    running.run_waiting(session)
    with pytest.raises(Denied, match="不能重新预处理"), transaction(session):
        operations.again(session, actors["data_manager"], job.id)


@pytest.mark.article("API")
def test_batches_over_rest(session: Session, document: Any, client_for: Login) -> None:
    batch = batch_of(session, document)
    client = client_for("data_manager")
    [file] = ok(client.get(f"/api/v1/collection/batches/{batch.id}/files"))["rows"]
    assert (file["total"], file["good"], file["rejected"], file["imported"]) == (4, 2, 2, 2)
    faults = ok(client.get(f"/api/v1/collection/batches/{batch.id}/faults?size=1"))
    assert faults["rows"][0]["rule"] == "type"
    more = ok(client.get(f"/api/v1/collection/batches/{batch.id}/faults?size=1&after={faults['next']}"))
    assert (more["rows"][0]["rule_title"], more["next"]) == ("字段数", None)
    answer = client.get(file["links"]["errors"])
    assert answer.status_code == 200
    answer.close()
    for wrong in ("?after=x", "?nothing=1", "?file=a"):
        assert client.get(f"/api/v1/collection/batches/{batch.id}/faults{wrong}").status_code == 422
    assert client.get("/api/v1/collection/batches/999999/files").status_code == 404
    assert client_for("cashier").get(f"/api/v1/collection/batches/{batch.id}/files").status_code == 403
    described = ok(client.get("/api/v1/_openapi"))
    assert "/api/v1/collection/batches/{pk}/faults" in described["paths"]
