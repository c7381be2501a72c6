"""People of members see their own organisation's records alone, on every route there is (security 7; articles 36, 81)."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.security import generate_password_hash

from app.areas.organisation.operations import load_actor
from app.areas.organisation.registers import AccountLink, ExternalOrganisation
from app.audit.models import AuditAction, AuditEntry
from app.clock import now
from app.database import transaction
from app.demo.examples import example
from app.demo.people import PASSWORD
from app.demo.walk import draft, shown, submit
from app.documents import attachments
from app.documents.guard import writing
from app.documents.models import Attachment
from app.engine.catalogue import catalogue
from app.engine.document import Document
from app.engine.spec import FormSpec
from app.excel.models import ImportBatch
from app.jobs.kinds import job
from app.jobs.models import Job, JobState
from app.notices.models import Notice
from app.notices.operations import notify
from app.security.models import Role, User
from app.workflow.actor import Actor
from app.workflow.models import Delegation, Task

SECRET = "只有本单位知道的用途"
job("none", "没有内容的作业")(lambda run: {})
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n"
NEVER = {"export.xlsx", "evidence"}
"""What members may not do with records of their own either."""
KEY = re.compile(r"<int[^>]*:(\w+)>")


@dataclass
class Member:
    """A member's person, and everything with a key that is theirs."""

    actor: Actor
    client: FlaskClient
    documents: list[Document] = field(default_factory=list)
    keys: dict[str, list[int]] = field(default_factory=dict)
    """What a part of an address is followed by: tasks, notices, imports, delegations, sessions."""

    def attachments(self, session: Session) -> list[Attachment]:
        ids = [one.id for one in self.documents]
        return list(session.scalars(select(Attachment).where(Attachment.document_id.in_(ids))))


def orders() -> list[FormSpec]:
    """The forms that members read."""
    return [spec for spec in catalogue.forms if any(one.external for one in spec.reading)]


def person(session: Session, name: str, code: str, role: str) -> User:
    """An account of a member, made where there is none."""
    user = session.scalar(select(User).where(User.username == name))
    with transaction(session):
        if user is None:
            party = session.scalars(select(ExternalOrganisation).where(ExternalOrganisation.code == code)).one()
            user = User(username=name, last_name="程", first_name=name, email=f"{name}@example.com", created_on=now())
            session.add(user)
            session.flush()
            session.add(AccountLink(user_id=user.id, organisation_id=party.id))
        user.password, user.active = generate_password_hash(PASSWORD), True
        user.roles = list(session.scalars(select(Role).where(Role.name == role)))
    return session.scalars(select(User).where(User.username == name)).one()


def entered(app: Flask, name: str) -> FlaskClient:
    client = app.test_client()
    assert client.post("/login/", data={"username": name, "password": PASSWORD}).status_code == 302
    return client


def member(app: Flask, session: Session, name: str, code: str, number: int) -> Member:
    """A member with a draft and a submitted order of each kind, files, tasks, notices, a batch and a delegation."""
    actor = load_actor(session, person(session, name, code, "自助会员经办员"))
    found = Member(actor, entered(app, name))
    for spec in orders():
        for hand_in, again in ((True, 0), (False, 1)):
            raw = example(session, actor, spec, number + again, given={"purpose": f"{SECRET}{name}"})
            with transaction(session):
                document = draft(session, actor, spec, raw)
                attachments.add(session, actor, spec, document.id, shown(document), app.config["DATA_DIR"] / "attachments",
                                f"{SECRET}{name}.pdf", io.BytesIO(PDF))
            if hand_in:
                with transaction(session):
                    submit(session, actor, spec, document)
            found.documents.append(document)
    with transaction(session), writing(session):
        first = found.documents[0]
        task = Task(document_id=first.id, step="check", user_id=actor.user_id, opened_at=now())
        notify(session, [actor.user_id], f"{SECRET}{name}", "")
        hand = Delegation(
            from_user_id=actor.user_id, from_user_name=actor.name, to_user_id=1, to_user_name="x", starts_at=now(),
            ends_at=now() - timedelta(seconds=1), reason=f"{SECRET}{name}", created_by_id=actor.user_id,
            created_by_name=actor.name, created_at=now(),
        )
        batch = ImportBatch(
            kind="form", slug=orders()[0].slug, user_id=actor.user_id, user_name=actor.name, file_name=f"{SECRET}{name}.xlsx",
            stored=f"{name}{first.id}", size=1, sha256="0" * 64, received_at=now(),
        )
        job = Job(
            kind="none", title=f"{SECRET}{name}", user_id=actor.user_id, user_name=actor.name, params={}, total=0, done=0,
            queued_at=now(), state=JobState.DONE, checkpoint={}, result={},
        )
        session.add_all([task, hand, batch, job])
        session.flush()
        notices = session.scalars(select(Notice.id).where(Notice.title == f"{SECRET}{name}"))
        found.keys = {
            "tasks": [task.id], "notices": list(notices), "imports": [batch.id], "delegations": [hand.id],
            "jobs": [job.id], "account": [actor.user_id], "users": [actor.user_id],
        }
    return found


@pytest.fixture
def two(app: Flask, session: Session) -> Iterator[tuple[Member, Member]]:
    """People of two members."""
    ours, theirs = member(app, session, "member_operator", "HY001", 40), member(app, session, "other_member", "HY002", 60)
    yield ours, theirs
    with transaction(session):
        session.get_one(User, theirs.actor.user_id).active = False


def sent(method: str, document: Document | None, json: bool) -> dict[str, Any]:
    """A request's body, as whoever may change the document would send it."""
    if method in ("GET", "HEAD"):
        return {}
    values: dict[str, Any] = {} if json else {"action": "submit"}
    headers = {}
    if document is not None:
        values |= {"version": document.version, "digest": document.digest}
        headers = {"If-Match": f'"{document.version}-{document.digest}"'} if method == "DELETE" else {}
    return {"json": values, "headers": headers} if json else {"data": values}


def calls(app: Flask, theirs: Member, session: Session) -> Iterator[tuple[Rule, str, str, Document | None]]:
    """(rule, method, address, document) for every route that takes a key, with every key of theirs that it could mean."""
    files = theirs.attachments(session)
    for rule in app.url_map.iter_rules():
        names = KEY.findall(rule.rule)
        if not names:
            continue
        spec = next((one for one in catalogue if f"/{one.slug}/" in rule.rule), None)
        parts = [part for part in rule.rule.split("/") if part in theirs.keys]
        specs = [spec] if spec else orders() if "<slug>" in rule.rule else [None]
        for one in specs:
            known = [document for document in theirs.documents if one is None or document.form_code == getattr(one, "prefix", "")]
            documents = [] if parts else known or theirs.documents[:1]
            for key, document in [(each.id, each) for each in documents] or [(key, None) for key in theirs.keys[parts[0]]]:
                file = next((each.id for each in files if document and each.document_id == document.id), 1)
                address = rule.rule.replace("<slug>", one.slug if one else "x").replace("<string:action>", "submit")
                address = address.replace("<path:key>", str(key))
                address = re.sub(r"<int[^>]*:(?:aid|file_id)>", str(file), address)
                address = KEY.sub(str(key), address)
                for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
                    yield rule, method, address, document


def entries(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).where(AuditEntry.action == AuditAction.DENIED)) or 0


@pytest.mark.article("36")
def test_nothing_of_another_member_by_any_route(app: Flask, session: Session, two: tuple[Member, Member]) -> None:
    """security 7: every URL and API route with every id of the other: 404, or 403 where the form is no member's at all; an entry each."""
    ours, theirs = two
    known = {"tasks", "notices", "imports", "jobs", *(spec.slug for spec in orders())}
    requests = list(calls(app, theirs, session))
    assert len({rule.rule for rule, *_rest in requests}) > 300
    before, kept = entries(session), [(one.id, one.version, one.state) for one in theirs.documents]
    wrong, asked, not_found = [], 0, 0
    for rule, method, address, document in requests:
        files = method == "POST" and address.endswith("/attachments")
        body = sent(method, document, address.startswith("/api/"))
        if files:
            part = "file" if address.startswith("/api/") else "attachment"
            body = {"data": {**body.get("json", body.get("data")), part: (io.BytesIO(PDF), "x.pdf")}}  # type: ignore[dict-item]
        answer = ours.client.open(address, method=method, **body)
        text = answer.get_data(as_text=True)
        expected = 404 if set(address.split("/")) & known and not set(address.split("/")) & NEVER else 403
        asked, not_found = asked + 1, not_found + (answer.status_code == 404)
        if answer.status_code != expected or SECRET in text:
            wrong.append((rule.rule, method, address, answer.status_code))
        answer.close()
    assert not wrong, "\n".join(map(str, wrong))
    assert entries(session) - before == asked
    session.expire_all()
    assert [(one.id, one.version, one.state) for one in theirs.documents] == kept
    assert not_found > 60


def pages(app: Flask) -> Iterator[str]:
    """Every address that is opened without a key, of forms and registers each."""
    for rule in app.url_map.iter_rules():
        fields = re.search(r"<field>", rule.rule)
        if "GET" not in (rule.methods or ()) or KEY.search(rule.rule) or "<pk>" in rule.rule or "static" in rule.rule:
            continue
        for one in orders() if "<slug>" in rule.rule or fields else [None]:
            address = rule.rule.replace("<slug>", one.slug if one else "")
            yield re.sub(r"<[^>]*>", "member" if fields else "x", address)


def test_lists_searches_and_answers_know_nothing_of_it(app: Flask, session: Session, two: tuple[Member, Member]) -> None:
    """security 7: no page, list, count, choice or search of one member tells of the other's."""
    ours, theirs = two
    told = {SECRET + theirs.actor.username, *(one.number for one in theirs.documents)}
    addresses = {*pages(app)}
    addresses |= {f"/search?q={one.number}" for one in theirs.documents} | {f"/search?q={SECRET}"}
    for spec in orders():
        addresses |= {f"/forms/{spec.slug}/list?q={one.number}" for one in theirs.documents}
        addresses |= {f"/api/v1/forms/{spec.slug}/?member=HY002", f"/api/v1/forms/{spec.slug}/?size=200"}
    assert len(addresses) > 150
    for address in sorted(addresses):
        answer = ours.client.get(address)
        assert answer.status_code < 500, address
        text = re.sub(r"value=\"[^\"]*\"|<title>.*?</title>|q=[^\"&]*", "", answer.get_data().decode(errors="replace"))
        if "/search" not in address and "?q=" not in address:
            assert not [one for one in told if one in text], address
        assert not re.search(rf"/show/({'|'.join(str(one.id) for one in theirs.documents)})\"", text), address
        answer.close()


def test_people_of_one_organisation_see_what_they_ordered(app: Flask, session: Session, two: tuple[Member, Member]) -> None:
    """positions.md: their own organisation's orders, not each other's drafts; to change them is the maker's alone."""
    ours, theirs = two
    name = f"same{ours.documents[0].id}"
    person(session, name, "HY001", "自助会员主管")
    client = entered(app, name)
    for document in (*ours.documents, *theirs.documents):
        seen = document in ours.documents and document.submitted_at is not None
        slug, key = catalogue.form(document.form_code).slug, document.id
        for address in (f"/forms/{slug}/show/{key}", f"/api/v1/forms/{slug}/{key}", f"/forms/{slug}/{key}/print.pdf"):
            answer = client.get(address)
            assert answer.status_code == (200 if seen else 404), address
            answer.close()
        listed = client.get(f"/forms/{slug}/list?size=100").get_data(as_text=True)
        assert (f"/forms/{slug}/show/{document.id}\"" in listed) is seen, document.number
        assert (document.id in [one["id"] for one in client.get(f"/api/v1/forms/{slug}/?size=200").get_json()["rows"]]) is seen
        assert client.post(f"/forms/{slug}/edit/{document.id}", data={}).status_code in (403, 404)
    with transaction(session):
        session.scalars(select(User).where(User.username == name)).one().active = False


def test_an_outsider_by_any_other_role_stays_outside(app: Flask, session: Session, two: tuple[Member, Member]) -> None:
    """security 7: neither another role nor none makes staff of a member's account."""
    ours, theirs = two
    spec, document = orders()[0], theirs.documents[0]
    name = f"clerk{ours.documents[0].id}"
    user = person(session, name, "HY001", "业务审核员")
    assert load_actor(session, user).external
    assert entered(app, name).get(f"/forms/{spec.slug}/show/{document.id}").status_code == 404
    with transaction(session):
        session.scalars(select(User).where(User.username == name)).one().active = False
