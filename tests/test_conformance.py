"""Every form of the catalogue, through its screens: list, add, refusals, lines, edit, show; and rights by position."""

import re
from collections.abc import Callable, Mapping
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.database import db
from app.demo.documents import prepare
from app.engine.catalogue import Catalogue
from app.engine.codecs import Codec, LongTextCodec, TextCodec
from app.engine.document import Document
from app.engine.fields import FieldSpec
from app.engine.positions import Position
from app.engine.spec import FormSpec
from app.workflow.permissions import MAKE, READ, grants, sign
from tests.sheets import sheet_data

Login = Callable[[str], FlaskClient]
Actors = Mapping[str, Any]
Example = Callable[..., dict[str, Any]]


def declared() -> Catalogue:
    """The catalogue, compiled when tests are collected."""
    from app import models
    from app.engine.catalogue import catalogue

    models.load(("app.areas",))
    return catalogue


FORMS = [spec.slug for spec in declared().forms]
KEYED = [spec.slug for spec in declared().forms if not spec.generated]
REGISTERS = [spec.slug for spec in declared().registers]


@pytest.fixture
def spec(request: pytest.FixtureRequest) -> FormSpec:
    return declared().form(request.param)


@pytest.fixture
def maker(spec: FormSpec, client_for: Login) -> FlaskClient:
    return client_for(spec.makers[0].code)


@pytest.fixture
def raw(spec: FormSpec, session: Session, actors: Actors, example: Example) -> dict[str, Any]:
    """Valid values, with the documents that they refer to made first."""
    prepare(session, spec, [actors[f"{one.code}{half}"] for one in Position for half in (("",) if one.external else ("", "/2"))])
    number = session.scalar(select(func.count()).select_from(Document)) or 0
    return example(spec, 1000 + number)


def wrong_value(codec: Codec) -> str | None:
    """Something that the codec refuses; None where any text will do."""
    if isinstance(codec, TextCodec):
        return "长" * (codec.max_length + 1)
    return "不是这样的值" if not isinstance(codec, LongTextCodec) else None


def text_of(page: Any) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.get_data(as_text=True))))


def save(client: FlaskClient, spec: FormSpec, raw: Mapping[str, Any]) -> Any:
    return client.post(f"/forms/{spec.slug}/add", data=sheet_data(spec, raw))


@pytest.mark.parametrize("spec", FORMS, indirect=True)
def test_list(spec: FormSpec, maker: FlaskClient) -> None:
    page = maker.get(f"/forms/{spec.slug}/list")
    assert page.status_code == 200
    shown = text_of(page)
    assert str(spec.title) in shown
    assert all(str(one.label) in shown for one in spec.columns)


@pytest.mark.parametrize("spec", KEYED, indirect=True)
def test_add_edit_show(spec: FormSpec, maker: FlaskClient, raw: dict[str, Any], session: Session) -> None:
    sheet = maker.get(f"/forms/{spec.slug}/add")
    inputs = set(re.findall(r'name="([^"]+)"', sheet.get_data(as_text=True)))
    assert {one.name for one in spec.writable} <= inputs
    assert all(str(line.label) in text_of(sheet) for line in spec.lines if line.writable)

    answer = save(maker, spec, raw)
    assert answer.status_code == 302, text_of(answer)[:1500]
    key = int(answer.location.rsplit("/", 1)[1])
    session.rollback()  # what the request wrote is seen by a new transaction only
    document: Any = session.get(spec.model, key)
    assert document.number.startswith(f"{spec.prefix}-")
    for line in spec.lines:
        if line.writable:
            assert len(getattr(document, line.name)) == len(raw[line.name])

    shown = text_of(maker.get(answer.location))
    assert document.number in shown
    for one in spec.fields:
        if one.read(document) is not None and not one.codec.widget.startswith(("radio", "select", "tick")):
            assert one.show(document).split("\n")[0][:20].strip() in shown, one.name

    before = document.digest
    data = sheet_data(spec, {**raw, "remarks": "改过的备注"}, version=str(document.version), digest=document.digest)
    answer = maker.post(f"/forms/{spec.slug}/edit/{key}", data=data)
    assert answer.status_code == 302, text_of(answer)[:1500]
    session.rollback()
    assert document.remarks == "改过的备注"
    assert document.digest != before


@pytest.mark.parametrize("spec", KEYED, indirect=True)
def test_required_fields_are_asked_for(spec: FormSpec, maker: FlaskClient, raw: dict[str, Any], session: Session) -> None:
    count = session.scalar(select(func.count()).select_from(Document))
    answer = save(maker, spec, {})
    assert answer.status_code in (200, 422)
    page = text_of(answer)
    required = [one for one in spec.writable if one.required]
    assert all(str(one.label) in page for one in required)
    assert page.count("必填") >= len(required)
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Document)) == count


def cells(spec: FormSpec) -> list[tuple[str | None, FieldSpec]]:
    return [(None, one) for one in spec.writable] + [
        (line.name, one) for line in spec.lines if line.writable for one in line.fields if one.writable
    ]


@pytest.mark.parametrize("spec", KEYED, indirect=True)
def test_wrong_values_are_refused_and_kept(spec: FormSpec, maker: FlaskClient, raw: dict[str, Any]) -> None:
    """security 18: what was typed comes back. All fields wrong at once, each with its own message."""
    typed: dict[str, Any] = {}
    expected = 0
    for line, one in cells(spec):
        if (value := wrong_value(one.codec)) is None:
            continue
        expected += 1
        if line is None:
            typed[one.name] = value
        else:
            typed.setdefault(line, [{}])[0][one.name] = value
    answer = save(maker, spec, typed)
    assert answer.status_code in (200, 422)
    html = answer.get_data(as_text=True)
    assert html.count("error-text") >= sum(line is None for line, one in cells(spec) if wrong_value(one.codec))
    for line, one in cells(spec):
        if line is None and one.codec.widget in ("text", "number", "date", "datetime", "month"):
            assert unescape(html).count(str(typed[one.name])) >= 1, one.name
    assert f"有 {expected} 处" in text_of(answer) or expected == 0 or "处需要改正" in text_of(answer)


@pytest.mark.article("74")
@pytest.mark.parametrize("position", list(Position), ids=lambda one: one.code)
def test_rights_of_a_position(position: Position, client_for: Login, actors: Actors) -> None:
    """Each form: who may list, open the sheet, create; exactly as the declarations say."""
    client, actor = client_for(position.code), actors[position.code]
    for spec in declared().forms:
        may_read, may_make = position in spec.reading, position in spec.makers
        assert actor.may(READ, spec.resource) is may_read
        assert client.get(f"/forms/{spec.slug}/list").status_code == (200 if may_read else 403), spec.slug
        sheet = client.get(f"/forms/{spec.slug}/add").status_code
        assert sheet == (200 if may_make and not spec.generated else 403), spec.slug
        made = client.post(f"/api/v1/forms/{spec.slug}/", json={"state": "done"}).status_code
        assert made in ((422, 403) if may_make else (403,)), spec.slug
        assert actor.may(MAKE, spec.resource) is may_make
        for step in spec.chain:
            if step.waits:
                assert actor.may(sign(step), spec.resource) is (position in spec.signers(step)), (spec.slug, step.name)


def test_roles_hold_what_declarations_give_and_no_more(session: Session) -> None:
    from app.security.models import Permission, PermissionView, Role, ViewMenu, assoc_permissionview_role

    held = {
        tuple(row)
        for row in session.execute(
            select(Permission.name, ViewMenu.name, Role.name)
            .select_from(assoc_permissionview_role)
            .join(PermissionView, PermissionView.id == assoc_permissionview_role.c.permission_view_id)
            .join(Permission, Permission.id == PermissionView.permission_id)
            .join(ViewMenu, ViewMenu.id == PermissionView.view_menu_id)
            .join(Role, Role.id == assoc_permissionview_role.c.role_id)
        )
    }
    resources = {spec.resource for spec in declared()}
    wanted = {(permission, resource, position.role) for permission, resource, position in grants(declared())}
    assert {row for row in held if row[1] in resources} == wanted


@pytest.mark.parametrize("slug", REGISTERS)
def test_registers_are_shown_and_not_changed(slug: str, client_for: Login) -> None:
    client = client_for("inspector")
    register = declared().register(slug)
    page = client.get(f"/registers/{slug}/list")
    assert page.status_code == 200
    assert all(str(one.label) in text_of(page) for one in register.columns)
    row = db.session.scalar(select(register.model).limit(1))
    if row is not None:
        assert client.get(f"/registers/{slug}/show/{row.id}").status_code == 200
    for verb in ("add", "edit/1", "delete/1"):
        assert client.post(f"/registers/{slug}/{verb}").status_code in (404, 405)
