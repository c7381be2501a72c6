"""The generated screens: lists, sheets, documents, decisions, attachments and registers, as a browser uses them."""

import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.database import transaction
from app.demo.packages import deliver, extract
from app.documents import operations, typing
from app.documents.guard import NotByTheDoor
from app.documents.models import Attachment, SavedTyping
from app.engine.catalogue import catalogue
from app.engine.document import Document, State
from app.engine.spec import AnySpec, FormSpec
from app.workflow.cases import case_of
from app.workflow.models import SignOff

Client = Callable[[str], FlaskClient]
Example = Callable[..., dict[str, Any]]

SLUG = "collection_file_register"
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


class Browser(FlaskClient):
    """A client whose requests know nothing of the test's own application context: not its person, not its session."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        with self.application.app_context():
            return super().open(*args, **kwargs)


@pytest.fixture(autouse=True)
def _browsers(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "test_client_class", Browser)


@pytest.fixture
def spec(app: Flask) -> FormSpec:
    """附件 2: references, conditions, lines with totals, a step that completes fields."""
    return catalogue.form(SLUG)


@pytest.fixture
def values(spec: FormSpec, example: Example, actors: Any) -> dict[str, Any]:
    """What the collector keys, as the sheet posts it."""
    return posted(spec, example(spec, actor=actors["collector"]))


def posted(spec: FormSpec, raw: dict[str, Any]) -> dict[str, Any]:
    """Raw values under the names of the sheet."""
    data: dict[str, Any] = {}
    tables = {line.name for line in spec.lines}
    for name, value in raw.items():
        if name in tables:
            data |= {f"{name}-{at}-{column}": cell for at, row in enumerate(value) for column, cell in row.items()}
        else:
            data[name] = value
    return data


def text(answer: TestResponse) -> str:
    """The page's source."""
    return answer.get_data(as_text=True)


def hidden(page: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    assert found, name
    return found[1]


def shown(page: str) -> dict[str, str]:
    """The version and digest that a document page sends back."""
    return {name: hidden(page, name) for name in ("version", "digest")}


def made(client: FlaskClient, values: dict[str, Any], do: str = "save", **extra: Any) -> int:
    """The id of a document that the sheet makes."""
    answer = client.post(f"/forms/{SLUG}/add", data={**values, "_do": do, "_key": "", **extra})
    assert answer.status_code == 302, text(answer)[-3000:]
    return int(answer.location.rsplit("/", 1)[1])


def opened(client: FlaskClient, pk: int) -> str:
    """The page of a document."""
    answer = client.get(f"/forms/{SLUG}/show/{pk}")
    assert answer.status_code == 200
    return text(answer)


def act(client: FlaskClient, pk: int, action: str, **extra: str) -> TestResponse:
    """A decision on the document as it is shown now."""
    return client.post(f"/forms/{SLUG}/act/{pk}", data={"action": action, **shown(opened(client, pk)), **extra})


def count(session: Session, model: type[Any]) -> int:
    """How many rows there are now."""
    session.rollback()
    return session.scalar(select(func.count()).select_from(model)) or 0


def document(session: Session, pk: int) -> Document:
    """The document as it is now."""
    session.rollback()
    return session.get_one(Document, pk)


@contextmanager
def queries(app: Flask) -> Iterator[list[str]]:
    """The statements sent to the database."""
    from app.database import db

    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "ROLLBACK")):
            sent.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


# ---------- what there is, and what there is not ----------


def test_every_form_and_register_has_a_screen_of_its_own(app: Flask) -> None:
    rules = {rule.rule for rule in app.url_map.iter_rules()}
    for one in catalogue:
        base = f"/{'forms' if isinstance(one, FormSpec) else 'registers'}/{one.slug}"
        assert f"{base}/list" in rules


def test_no_stock_page_of_flask_appbuilder_is_left(app: Flask) -> None:
    """security 1, 8: no actions, no downloads of uploads, no deletion by GET."""
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith(("/forms/", "/registers/")):
            continue
        assert "/action" not in rule.rule
        assert "/download/" not in rule.rule
        assert not rule.rule.endswith("/list/")
        if rule.rule.endswith(("/delete/<int(max=2147483647):pk>", "/delete")):
            assert "GET" not in (rule.methods or ())


def test_flask_appbuilders_own_writing_is_refused(app: Flask, session: Session, spec: FormSpec) -> None:
    """security 4: whatever reaches the data access from the framework's side writes nothing."""
    from app.screens.interface import GuardedInterface

    interface = GuardedInterface(spec.model)
    for write in (interface.add, interface.edit, interface.delete, interface.delete_all):
        with pytest.raises(NotByTheDoor):
            write(None)


def test_the_data_access_reads_only_what_the_person_may_read(
    app: Flask, session: Session, client_for: Client, values: dict[str, Any], spec: FormSpec, actors: Any
) -> None:
    """security 7: another person's draft is not found by key nor by query."""
    from flask import g

    from app.screens.interface import GuardedInterface

    pk = made(client_for("collector"), values)
    session.rollback()
    for key, seen in (("collector", True), ("collector/2", False), ("cashier", False)):
        with app.test_request_context():
            actor = actors[key]
            g.user, g.actor = type("Person", (), {"id": actor.user_id, "is_authenticated": True})(), actor
            interface = GuardedInterface(spec.model)
            assert (interface.get(pk) is not None) is seen
            found = interface.apply_filters(interface.session.query(spec.model), None).filter(spec.model.id == pk)
            assert bool(found.count()) is seen


def test_a_crafted_address_does_not_reach_the_links(client_for: Client) -> None:
    """security 8: arguments that a list does not know are not carried on."""
    answer = client_for("collector").get(f"/forms/{SLUG}/list?_scheme=javascript&_external=1&endpoint=x&_anchor=y&q=a")
    assert answer.status_code == 200
    assert "javascript:" not in text(answer)


# ---------- every form opens ----------


@pytest.mark.parametrize("slug", [
    "collection_file_register", "media_safe_record", "brief_report_application", "user_maintenance", "product_proposal",
    "dispute_application", "parameter_maintenance", "organisation_maintenance", "product_contract",
])
def test_lists_and_empty_sheets_open(client_for: Client, app: Flask, slug: str) -> None:
    one = catalogue.form(slug)
    client = client_for(one.makers[0].code)
    assert client.get(f"/forms/{slug}/list").status_code == 200
    page = text(client.get(f"/forms/{slug}/add"))
    for field in one.writable:
        assert f'name="{field.name}"' in page


# ---------- lists ----------


def test_a_list_page_costs_at_most_twelve_queries(app: Flask, client_for: Client, values: dict[str, Any]) -> None:
    client = client_for("collector")
    for number in range(3):
        made(client, {**values, "medium_no": f"Q-{number}"})
    with queries(app) as sent:
        assert client.get(f"/forms/{SLUG}/list").status_code == 200
    assert len(sent) <= 12, "\n".join(sent)
    with queries(app) as sent:
        assert client.get("/registers/employees/list").status_code == 200
    assert len(sent) <= 12, "\n".join(sent)
    with queries(app) as sent:
        assert client.get(f"/forms/{SLUG}/counts").get_json()["all"] >= 3
    assert len(sent) <= 20, "\n".join(sent)


def test_a_list_shows_words_marks_its_order_and_links_the_rows(client_for: Client, values: dict[str, Any]) -> None:
    client = client_for("collector")
    pk = made(client, values)
    page = text(client.get(f"/forms/{SLUG}/list?sort=created_at&order=desc"))
    assert 'aria-sort="descending"' in page
    assert f'data-href="/forms/{SLUG}/show/{pk}"' in page
    assert '<span class="label label-default">草稿</span>' in page
    assert f'href="/forms/{SLUG}/export.xlsx' in page
    assert 'data-label="采集方式"' in page


def test_a_document_page_costs_no_query_a_line(app: Flask, client_for: Client, values: dict[str, Any]) -> None:
    client = client_for("collector")
    many = {f"files-{at}-{name}": value for at in range(20) for name, value in (("name", f"{at}.csv"), ("bytes", "1"), ("records", "1"))}
    few, lot = made(client, values), made(client, {**values, **many})
    counts = []
    for pk in (few, lot):
        with queries(app) as sent:
            opened(client, pk)
        counts.append(len(sent))
    assert counts[0] == counts[1]
    assert counts[0] <= 30


def test_chosen_documents_are_printed_together(client_for: Client, values: dict[str, Any]) -> None:
    client = client_for("collector")
    pk = made(client, values)
    page = text(client.get(f"/forms/{SLUG}/list"))
    assert f'id="chosen" action="/forms/{SLUG}/print.pdf"' in page
    assert f'name="id" value="{pk}" form="chosen"' in page


def test_pages_go_by_key_and_a_malformed_key_is_refused(client_for: Client, values: dict[str, Any]) -> None:
    client = client_for("collector")
    for _number in range(21):
        made(client, values)
    page = text(client.get(f"/forms/{SLUG}/list?view=mine"))
    following = re.search(r'<a href="([^"]*after=[^"]*)">下一页', page)
    assert following
    assert "上一页</a>" in text(client.get(following[1].replace("&amp;", "&")))
    assert client.get(f"/forms/{SLUG}/list?after=@@").status_code == 400


def test_another_persons_draft_is_neither_listed_nor_opened(client_for: Client, values: dict[str, Any]) -> None:
    """security 7."""
    pk = made(client_for("collector"), values)
    other = client_for("collector/2")
    assert f"/show/{pk}\"" not in text(other.get(f"/forms/{SLUG}/list?size=100"))
    for url in (f"show/{pk}", f"edit/{pk}", f"fill/{pk}", f"{pk}/attachments/1"):
        assert other.get(f"/forms/{SLUG}/{url}").status_code == 404
    assert client_for("cashier").get(f"/forms/{SLUG}/list").status_code == 403
    assert other.get(f"/forms/{SLUG}/show/99999999999999999999").status_code == 404


def test_sensitive_numbers_are_masked_in_lists_and_for_strangers(
    client_for: Client, session: Session, actors: Any
) -> None:
    model: Any = catalogue.register("employees").model
    one = session.scalars(select(model).where(model.resident_id.is_not(None))).first()
    page = text(client_for("archivist").get(f"/registers/employees/show/{one.id}"))
    assert one.resident_id not in page
    assert one.resident_id[-4:] in page
    assert one.resident_id in text(client_for("admin_head").get(f"/registers/employees/show/{one.id}"))


# ---------- making ----------


def test_a_sheet_saves_a_draft_and_submits_in_one_step(
    client_for: Client, session: Session, values: dict[str, Any]
) -> None:
    client = client_for("collector")
    draft = document(session, made(client, values))
    assert draft.state is State.DRAFT
    pending = document(session, made(client, values, do="submit"))
    assert (pending.state, pending.step) == (State.PENDING, "receive")
    assert "待签收" in opened(client, pending.id)


def test_faults_stand_at_their_fields_and_nothing_typed_is_lost(
    client_for: Client, session: Session, values: dict[str, Any]
) -> None:
    """security 18."""
    before = count(session, Document)
    wrong = {**values, "provider": "没有这一家", "files-1-records": "4,8O3", "files-5-name": "<b>&\"'.csv"}
    answer = client_for("collector").post(f"/forms/{SLUG}/add", data={**wrong, "_do": "save", "_key": "k"})
    page = text(answer)
    assert answer.status_code == 422
    assert 'value="没有这一家"' in page
    assert 'value="4,8O3"' in page
    assert "&lt;b&gt;&amp;&#34;&#39;.csv" in page
    assert 'href="#f-provider"' in page
    assert 'href="#f-files-1-records"' in page
    assert 'id="f-files-1-records-err"' in page
    assert count(session, Document) == before


def test_submitting_fails_whole(client_for: Client, session: Session, values: dict[str, Any]) -> None:
    """security 20: a draft that may not be submitted is not saved by the submit button either."""
    before = count(session, Document)
    wrong = {**values, "method": "bulk_copy", "second_collector": values["first_collector"]}
    answer = client_for("collector").post(f"/forms/{SLUG}/add", data={**wrong, "_do": "submit", "_key": "k"})
    assert answer.status_code == 422
    assert count(session, Document) == before


def test_a_double_click_makes_one_document(client_for: Client, session: Session, values: dict[str, Any]) -> None:
    """security 17: the same page sent twice names the same document; something else typed makes another."""
    client = client_for("collector")
    key = hidden(text(client.get(f"/forms/{SLUG}/add")), "_key")
    before = count(session, Document)
    first = made(client, values, _key=key)
    assert made(client, values, _key=key) == first
    assert count(session, Document) == before + 1
    assert made(client, {**values, "remarks": "另一份"}, _key=key) != first


def test_a_server_error_keeps_what_was_typed(
    client_for: Client, session: Session, values: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """security 18."""

    def fail(*_arguments: Any) -> None:
        raise RuntimeError("disk on fire")

    monkeypatch.setattr(operations, "create", fail)
    answer = client_for("collector").post(
        f"/forms/{SLUG}/add", data={**values, "remarks": "当面清点。", "_do": "save", "_key": "k"}
    )
    assert answer.status_code == 500
    assert "当面清点。" in text(answer)
    assert "disk on fire" not in text(answer)


def test_system_fields_are_not_taken_from_a_sheet(client_for: Client, session: Session, values: dict[str, Any]) -> None:
    """security 4."""
    forged = {"state": "done", "maker_name": "他人", "number": "FJ02-2020-000001", "version": "99", "extraction": "good"}
    made_now = document(session, made(client_for("collector"), {**values, **forged}))
    assert made_now.state is State.DRAFT
    assert made_now.maker_name != "他人"
    assert made_now.number != "FJ02-2020-000001"
    assert getattr(made_now, "extraction") is None  # noqa: B009


def test_only_makers_make(client_for: Client, values: dict[str, Any]) -> None:
    client = client_for("data_manager")
    assert client.get(f"/forms/{SLUG}/add").status_code == 403
    assert client.post(f"/forms/{SLUG}/add", data=values).status_code == 403


def test_the_address_prefills_fields_that_the_maker_keys(client_for: Client) -> None:
    page = text(client_for("collector").get(f"/forms/{SLUG}/add?medium_no=U-1&state=done"))
    assert 'value="U-1"' in page
    assert 'value="done"' not in page


# ---------- changing ----------


def test_a_stale_edit_is_shown_with_the_differences(
    client_for: Client, session: Session, values: dict[str, Any]
) -> None:
    client = client_for("collector")
    pk = made(client, values)
    first = text(client.get(f"/forms/{SLUG}/edit/{pk}"))
    seen = {name: hidden(first, name) for name in ("_version", "_digest")}
    assert client.post(f"/forms/{SLUG}/edit/{pk}", data={**values, **seen, "remarks": "甲"}).status_code == 302
    answer = client.post(f"/forms/{SLUG}/edit/{pk}", data={**values, **seen, "remarks": "乙"})
    page = text(answer)
    assert answer.status_code == 409
    assert ">甲<" in page
    assert re.search(r"<textarea[^>]*name=\"remarks\"[^>]*>\s*乙", page)
    fresh = {name: hidden(page, name) for name in ("_version", "_digest")}
    assert client.post(f"/forms/{SLUG}/edit/{pk}", data={**values, **fresh, "remarks": "乙"}).status_code == 302
    assert document(session, pk).remarks == "乙"


def test_after_submission_nothing_is_edited_and_the_typing_stays(
    client_for: Client, session: Session, values: dict[str, Any]
) -> None:
    """security 4."""
    client = client_for("collector")
    pk = made(client, values)
    page = text(client.get(f"/forms/{SLUG}/edit/{pk}"))
    seen = {name: hidden(page, name) for name in ("_version", "_digest")}
    assert act(client, pk, "submit").status_code == 302
    answer = client.post(f"/forms/{SLUG}/edit/{pk}", data={**values, **seen, "remarks": "后改"})
    assert answer.status_code == 403
    assert "后改" in text(answer)
    assert client.get(f"/forms/{SLUG}/edit/{pk}").status_code == 403
    assert document(session, pk).remarks != "后改"


def test_an_own_draft_is_deleted_and_nothing_else(client_for: Client, session: Session, values: dict[str, Any]) -> None:
    client = client_for("collector")
    pk = made(client, values)
    seen = shown(opened(client, pk))
    assert client_for("collector/2").post(f"/forms/{SLUG}/delete/{pk}", data=seen).status_code == 404
    assert client.post(f"/forms/{SLUG}/delete/{pk}", data={**seen, "version": "77"}).status_code == 409
    assert client.post(f"/forms/{SLUG}/delete/{pk}", data=seen).status_code == 302
    assert client.get(f"/forms/{SLUG}/show/{pk}").status_code == 404
    submitted = made(client, values, do="submit")
    seen = shown(opened(client, submitted))
    assert client.post(f"/forms/{SLUG}/delete/{submitted}", data=seen).status_code == 403


# ---------- typing that was not saved ----------


def test_typing_is_kept_offered_restored_and_let_go(client_for: Client, session: Session, values: dict[str, Any]) -> None:
    client = client_for("collector/2")
    kept = client.post(f"/forms/{SLUG}/autosave", data={**values, "provider": "半个名", "_document": "0"})
    assert "已自动保存" in kept.get_json()["message"]
    page = text(client.get(f"/forms/{SLUG}/add"))
    assert "恢复未保存的录入？" in page
    assert "半个名" not in page
    assert 'value="半个名"' in text(client.get(f"/forms/{SLUG}/add?restore=1"))
    made(client, values)
    assert "恢复未保存的录入？" not in text(client.get(f"/forms/{SLUG}/add"))
    client.post(f"/forms/{SLUG}/autosave", data={**values, "_document": "0"})
    assert client.post(f"/forms/{SLUG}/discard", data={"_document": "0"}).status_code == 302
    session.rollback()
    assert session.scalar(select(func.count()).select_from(SavedTyping).where(SavedTyping.document_id == typing.NEW)) == 0


def test_typing_is_kept_only_for_documents_that_the_person_may_edit(client_for: Client, values: dict[str, Any]) -> None:
    pk = made(client_for("collector"), values)
    other = client_for("collector/2")
    assert other.post(f"/forms/{SLUG}/autosave", data={**values, "_document": str(pk)}).status_code == 404
    assert client_for("cashier").post(f"/forms/{SLUG}/autosave", data=values).status_code == 403


# ---------- deciding ----------


def test_a_document_goes_through_its_chain(client_for: Client, session: Session, values: dict[str, Any]) -> None:
    maker, signer = client_for("collector"), client_for("data_manager")
    pk = made(maker, values, do="submit")
    page = opened(signer, pk)
    assert "轮到您签收" in page
    assert 'id="sign"' in page
    assert 'id="sign"' not in opened(maker, pk)
    assert act(signer, pk, "return", back_to="maker").status_code == 422
    answer = act(signer, pk, "return", back_to="maker", opinion="记录数与清单不符")
    assert answer.status_code == 302
    assert document(session, pk).state is State.RETURNED
    assert "记录数与清单不符" in opened(maker, pk)
    assert "记录数与清单不符" in text(maker.get(f"/forms/{SLUG}/edit/{pk}"))
    assert act(maker, pk, "submit").status_code == 302
    page = opened(signer, pk)
    assert "data-phrase>记录数与清单不符<" in page
    assert act(signer, pk, "approve").status_code == 302
    assert document(session, pk).step != "receive"


def test_a_return_without_opinion_comes_back_with_the_dialog_open(client_for: Client, values: dict[str, Any]) -> None:
    pk = made(client_for("collector"), values, do="submit")
    page = text(act(client_for("data_manager"), pk, "return", back_to="maker", opinion="  "))
    assert 'id="sign" aria-labelledby="h-sign" data-open' in page
    assert "退回时必填" in page


def test_a_decision_sent_twice_counts_once(client_for: Client, session: Session, values: dict[str, Any]) -> None:
    """security 2, 17."""
    pk = made(client_for("collector"), values, do="submit")
    signer, late = client_for("data_manager"), client_for("data_manager/2")
    data = {"action": "approve", **shown(opened(signer, pk))}
    other = {"action": "approve", **shown(opened(late, pk))}
    assert signer.post(f"/forms/{SLUG}/act/{pk}", data=data).status_code == 302
    assert signer.post(f"/forms/{SLUG}/act/{pk}", data=data).status_code == 302
    assert late.post(f"/forms/{SLUG}/act/{pk}", data={**other, "opinion": "已核"}).status_code == 409
    session.rollback()
    signed = session.scalars(select(SignOff).where(SignOff.document_id == pk, SignOff.step == "receive")).all()
    assert len(signed) == 1


def test_an_approval_is_bound_to_what_was_shown(client_for: Client, session: Session, values: dict[str, Any]) -> None:
    """security 3."""
    maker, signer = client_for("collector"), client_for("data_manager")
    pk = made(maker, values, do="submit")
    seen = {"action": "approve", **shown(opened(signer, pk))}
    assert act(maker, pk, "withdraw").status_code == 302
    page = text(maker.get(f"/forms/{SLUG}/edit/{pk}"))
    fresh = {name: hidden(page, name) for name in ("_version", "_digest")}
    changed = {**values, **fresh, "remarks": "改过", "_do": "submit"}
    assert maker.post(f"/forms/{SLUG}/edit/{pk}", data=changed).status_code == 302
    assert signer.post(f"/forms/{SLUG}/act/{pk}", data=seen).status_code == 409
    assert document(session, pk).step == "receive"


def test_the_maker_cannot_sign_the_own_document(client_for: Client, values: dict[str, Any]) -> None:
    """security 1."""
    client = client_for("collector")
    pk = made(client, values, do="submit")
    assert act(client, pk, "approve").status_code == 403
    assert client.post(f"/forms/{SLUG}/act/{pk}", data={"action": "delete"}).status_code == 400
    assert client.get(f"/forms/{SLUG}/fill/{pk}").status_code == 403


def extracted(session: Session, actors: Any, spec: FormSpec, pk: int, witness: str) -> dict[str, Any]:
    """The files of a register extracted: what the step then holds."""
    session.rollback()
    with transaction(session):
        case = case_of(session, spec, session.get_one(spec.model, pk))
        return dict(extract(session, actors["data_manager"], case, witness))


def test_a_step_that_completes_fields_has_its_own_page(
    client_for: Client, session: Session, spec: FormSpec, values: dict[str, Any], actors: Any
) -> None:
    number = catalogue.register("employees").key
    model: Any = catalogue.register("employees").model
    witness = session.get(model, actors["data_manager/2"].employee_id)
    key = getattr(witness, number)
    pk = made(client_for("collector"), {**values, "method": "network"})
    with transaction(session):
        deliver(session, actors["collector"], spec, session.get_one(spec.model, pk))
    assert act(client_for("collector"), pk, "submit").status_code == 302
    client = client_for("data_manager")
    assert act(client, pk, "approve").status_code == 302
    page = text(client.get(f"/forms/{SLUG}/fill/{pk}"))
    seen = {name: hidden(page, name) for name in ("_version", "_digest")}
    assert f'name="files-{first_row(session, spec, pk)}-result"' in page
    missing = client.post(f"/forms/{SLUG}/fill/{pk}", data={**seen, "extraction_witness": key, "_opinion": "已解密"})
    assert missing.status_code == 422
    assert "已解密" in text(missing)
    assert key in text(missing)
    right = extracted(session, actors, spec, pk, key)
    filled = {name: value for name, value in right.items() if name != "files"}
    for row, given in right["files"].items():
        filled |= {f"files-{row}-{name}": value for name, value in given.items()}
    answer = client.post(f"/forms/{SLUG}/fill/{pk}", data={**seen, **filled})
    assert answer.status_code == 302, re.findall(r'<li><a href="#f-[^>]*>([^<]*)', text(answer))
    assert document(session, pk).step == "witness"


def rows(session: Session, spec: FormSpec, pk: int) -> list[Any]:
    """The lines of a document."""
    session.rollback()
    return list(getattr(session.get(spec.model, pk), "files"))  # noqa: B009


def first_row(session: Session, spec: FormSpec, pk: int) -> int:
    """The id of its first line."""
    return int(rows(session, spec, pk)[0].id)


# ---------- nothing by GET, nothing without a token ----------


def test_a_change_without_its_token_is_refused(
    app: Flask, client_for: Client, session: Session, values: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """security 8."""
    client = client_for("collector")
    pk = made(client, values)
    seen = shown(opened(client, pk))
    before = count(session, Document)
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    for url, data in (
        ("add", values), (f"edit/{pk}", values), (f"delete/{pk}", seen), (f"act/{pk}", {"action": "submit", **seen}),
        (f"fill/{pk}", {}), (f"{pk}/attachments", seen), (f"{pk}/attachments/1/delete", seen), ("autosave", values),
        ("discard", {}),
    ):
        assert client.post(f"/forms/{SLUG}/{url}", data=data).status_code == 400, url
    assert count(session, Document) == before
    assert document(session, pk).state is State.DRAFT


def test_nothing_changes_by_get(client_for: Client, session: Session, values: dict[str, Any]) -> None:
    """security 8."""
    client = client_for("collector")
    pk = made(client, values)
    version = document(session, pk).version
    for url in (f"delete/{pk}", f"act/{pk}?action=submit", f"{pk}/attachments", f"{pk}/attachments/1/delete", "autosave", "discard"):
        assert client.get(f"/forms/{SLUG}/{url}").status_code == 405, url
    for url in (f"show/{pk}", f"edit/{pk}", f"edit/{pk}?restore=1", "add", "list"):
        assert client.get(f"/forms/{SLUG}/{url}").status_code == 200, url
    assert document(session, pk).version == version


def test_pages_carry_no_script_or_style_of_their_own(client_for: Client, values: dict[str, Any]) -> None:
    client = client_for("collector")
    pk = made(client, values)
    for url in ("list", "add", f"show/{pk}", f"edit/{pk}"):
        page = text(client.get(f"/forms/{SLUG}/{url}"))
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=", page), url


# ---------- attachments ----------


def upload(client: FlaskClient, pk: int, name: str, content: bytes = PDF) -> TestResponse:
    """Adds a file to a document."""
    data = {**shown(opened(client, pk)), "attachment": (io.BytesIO(content), name)}
    return client.post(f"/forms/{SLUG}/{pk}/attachments", data=data, content_type="multipart/form-data")


def test_attachments_keep_their_chinese_name_and_are_guarded(
    client_for: Client, session: Session, values: dict[str, Any]
) -> None:
    """security 7, 15."""
    client = client_for("collector")
    pk = made(client, values)
    assert upload(client, pk, "介质交接单 扫描件.pdf").status_code == 302
    session.rollback()
    attachment = session.scalars(select(Attachment).where(Attachment.document_id == pk)).one()
    url = f"/forms/{SLUG}/{pk}/attachments/{attachment.id}"
    answer = client.get(url)
    assert answer.data == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "filename*=UTF-8''%E4%BB%8B%E8%B4%A8" in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.mimetype == "application/pdf"
    answer.close()
    assert client_for("collector/2").get(url).status_code == 404
    assert client_for("cashier").get(url).status_code == 403
    other = made(client, values)
    assert client.get(f"/forms/{SLUG}/{other}/attachments/{attachment.id}").status_code == 404
    seen = shown(opened(client, pk))
    assert client.post(f"{url}/delete", data=seen).status_code == 302
    assert client.get(url).status_code == 404


def test_a_wrong_file_is_refused_in_words(client_for: Client, session: Session, values: dict[str, Any]) -> None:
    """security 15: type by content."""
    client = client_for("collector")
    pk = made(client, values)
    for name, content in (("程序.exe", b"MZ"), ("假的.pdf", b"<html>"), ("空.pdf", b"")):
        answer = upload(client, pk, name, content)
        assert answer.status_code == 422
        assert "附件" in text(answer)
    session.rollback()
    assert session.scalar(select(func.count()).where(Attachment.document_id == pk)) == 0


def test_files_come_with_the_sheet_and_go_with_its_failure(
    app: Flask, client_for: Client, session: Session, values: dict[str, Any]
) -> None:
    client = client_for("collector")
    pk = made(client, {**values, "attachment": (io.BytesIO(PDF), "清单.pdf")}, do="submit")
    session.rollback()
    assert session.scalars(select(Attachment.name).where(Attachment.document_id == pk)).all() == ["清单.pdf"]
    folder = app.config["DATA_DIR"] / "attachments"
    before = set(folder.iterdir())
    files = [(io.BytesIO(PDF), "好.pdf"), (io.BytesIO(b"MZ"), "坏.exe")]
    answer = client.post(f"/forms/{SLUG}/add", data={**values, "attachment": files, "_do": "save", "_key": "z"})
    assert answer.status_code == 422
    assert set(folder.iterdir()) == before


# ---------- choosing by typing ----------


def test_lookups_are_for_people_of_the_form(app: Flask, client_for: Client) -> None:
    url = f"/forms/{SLUG}/lookup/provider"
    assert app.test_client().get(url).status_code == 401
    assert client_for("cashier").get(url).status_code == 403
    assert client_for("collector").get(f"/forms/{SLUG}/lookup/method").status_code == 404
    assert client_for("collector").get(f"/forms/{SLUG}/lookup/maker_name").status_code == 404


def test_lookups_find_eligible_rows_by_code_and_name(client_for: Client, session: Session) -> None:
    client = client_for("collector")
    found = client.get(f"/forms/{SLUG}/lookup/provider").get_json()
    assert 0 < len(found) <= 20
    model: Any = catalogue.register("external_organisations").model
    providers = set(session.scalars(select(model.code).where(model.kind == "provider", model.status == "active")))
    assert {one["key"] for one in found} <= providers
    one = found[0]
    for text_typed in (one["key"], one["title"][2:5], f"{one['key']} {one['title']}"):
        again = client.get(f"/forms/{SLUG}/lookup/provider", query_string={"q": text_typed}).get_json()
        assert one["key"] in [each["key"] for each in again]
    assert client.get(f"/forms/{SLUG}/lookup/provider", query_string={"q": "%"}).get_json() == []


def test_lookups_keep_to_the_row_chosen_before(client_for: Client) -> None:
    client = client_for("collector")
    providers = client.get(f"/forms/{SLUG}/lookup/provider").get_json()
    whole = {one["key"] for one in client.get(f"/forms/{SLUG}/lookup/agreement").get_json()}
    parts = [
        {one["key"] for one in client.get(f"/forms/{SLUG}/lookup/agreement", query_string={"within": each["key"]}).get_json()}
        for each in providers
    ]
    assert all(part <= whole for part in parts)
    assert any(part < whole for part in parts)
    assert client.get(f"/forms/{SLUG}/lookup/agreement?within=nobody").get_json() == []


def test_outsiders_choose_among_their_own(client_for: Client, actors: Any, session: Session) -> None:
    """security 7: a member sees no other member, and no employee."""
    client = client_for("member_operator")
    found = client.get("/forms/brief_report_application/lookup/member").get_json()
    model: Any = catalogue.register("external_organisations").model
    own = session.get(model, actors["member_operator"].organisation_id)
    assert {one["key"] for one in found} <= {own.code}
    assert client.get("/forms/brief_report_application/lookup/marked_by").get_json() == []


# ---------- register changes ----------


def test_a_register_change_shows_old_and_new_side_by_side(client_for: Client, session: Session) -> None:
    form = "/forms/organisation_maintenance"
    client = client_for("admin_head")
    model: Any = catalogue.register("organisations").model
    record = session.scalars(select(model).where(model.parent_id.is_not(None))).first()
    present = client.get(f"{form}/present", query_string={"record": record.code}).get_json()
    assert present["name"] == record.name
    assert client.get(f"{form}/present?record=nobody").get_json() == {}
    assert client_for("cashier").get(f"{form}/present", query_string={"record": record.code}).status_code == 403
    values = {"action": "change", "record": record.code, "reason": "更名", "name": "滨江营业网点", "_do": "submit"}
    answer = client.post(f"{form}/add", data=values)
    assert answer.status_code == 302, text(answer)[-2000:]
    page = text(client.get(answer.location))
    assert f"<del>{record.name}</del>" in page
    assert "<ins>滨江营业网点</ins>" in page


# ---------- registers ----------


def test_registers_are_read_and_never_written(client_for: Client, app: Flask) -> None:
    client = client_for("admin_head")
    page = text(client.get("/registers/organisations/list"))
    row = re.search(r'data-href="(/registers/organisations/show/\d+)"', page)
    assert row
    record = text(client.get(row[1]))
    assert "机构维护申请单" in record
    assert "初始登记" in record
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/registers/organisations/") and "Screen." in rule.endpoint:
            assert rule.methods == {"GET", "HEAD", "OPTIONS"}, rule
    assert client.get("/registers/organisations/show/2147483646").status_code == 404


def test_specs_make_the_views(app: Flask) -> None:
    views = {type(view).__name__: view for view in app.extensions["appbuilder"].baseviews}
    one: AnySpec
    for one in catalogue:
        view = views[f"{one.model.__name__}Screen"]
        assert view.class_permission_name == one.resource
        assert view.datamodel.obj is one.model
