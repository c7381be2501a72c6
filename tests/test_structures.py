"""Data structures: published from form 1 in versions, read back as layouts, drafted from samples and tried on them."""

import html
import re
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.collection.forms.data_structure_analysis import DataStructureAnalysis
from app.areas.collection.registers import DataStructure
from app.areas.collection.structures import NoLayout, layout_of
from app.areas.organisation.registers import Status
from app.database import transaction
from app.demo.deliveries import sample_rows, write_file
from app.demo.prerequisites import everybody
from app.demo.structure_fields import DESCRIBED
from app.demo.walk import draft, make, to_the_end
from app.documents.values import Invalid
from app.engine.catalogue import catalogue
from app.intake.layout import Layout
from app.intake.terms import Encoding, FieldType, FileFormat, Role
from app.registers.models import RegisterVersion
from app.workflow.actor import Actor
from app.workflow.errors import Denied
from tests.deliveries import checked, rows_of

SLUG = "data_structure_analysis"
HOME = "/structures/samples/"


@pytest.fixture
def maker(actors: Mapping[str, Actor]) -> Actor:
    return actors["data_manager"]


@pytest.fixture
def raw(example: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    return example(catalogue.form(SLUG), 0, lines=8)


def published(session: Session, maker: Actor, raw: dict[str, Any]) -> DataStructure:
    """What becomes of a form 1 with those values."""
    spec = catalogue.form(SLUG)
    analysis = to_the_end(session, spec, make(session, maker, spec, raw), everybody(session))
    assert isinstance(analysis, DataStructureAnalysis)
    assert analysis.published is not None
    return analysis.published


@pytest.mark.article("16.1.1")
@pytest.mark.parametrize("number", range(1, 9))
def test_the_demo_structures_read_their_files(session: Session, tmp_path: Path, number: int) -> None:
    structure = session.scalars(select(DataStructure).where(DataStructure.code == f"SJ-{number:04d}-1")).one()
    layout = layout_of(session, structure)
    assert layout.place(Role.NAME) is not None
    write_file(tmp_path / "file", layout, sample_rows(layout, 200, number))
    found = checked(rows_of(tmp_path / "file", layout), layout, tmp_path)
    assert not found.faults
    assert len(found.good) == 200


@pytest.mark.article("16.1.1", "14")
def test_a_structure_is_published_in_versions(session: Session, maker: Actor, raw: dict[str, Any]) -> None:
    first = published(session, maker, raw)
    assert (first.edition, first.family_id, first.status) == (1, first.id, Status.ACTIVE)
    again = raw | {"previous": first.code, "encoding": "gb18030", "fields": raw["fields"][:-1]}
    second = published(session, maker, again)
    session.refresh(first)
    assert (second.edition, second.family_id, second.status) == (2, first.id, Status.ACTIVE)
    assert second.code.rpartition("-")[0] == first.code.rpartition("-")[0]
    assert first.status is Status.STOPPED
    assert len(layout_of(session, first).fields) == len(layout_of(session, second).fields) + 1
    assert layout_of(session, second).encoding is Encoding.GB18030
    kept = select(RegisterVersion.kind).where(RegisterVersion.register == "data_structures", RegisterVersion.row_id == first.id)
    assert list(session.scalars(kept.order_by(RegisterVersion.number))) == ["new", "changed"]


@pytest.mark.article("16.1.1")
def test_a_stale_revision_is_refused(session: Session, maker: Actor, raw: dict[str, Any]) -> None:
    """Two revisions of one structure: the second to be approved names what happened."""
    spec, people = catalogue.form(SLUG), everybody(session)
    first = published(session, maker, raw)
    waiting = make(session, maker, spec, raw | {"previous": first.code})
    published(session, maker, raw | {"previous": first.code})
    with pytest.raises(Denied) as denied:
        to_the_end(session, spec, waiting, people)
    assert first.code in str(denied.value.reason)
    session.rollback()


def test_a_structure_without_form_reads_nothing(session: Session) -> None:
    with pytest.raises(NoLayout):
        layout_of(session, DataStructure(code="SJ-9999-1"))


@pytest.mark.parametrize(("changes", "words"), [
    ({0: {"role": "name"}}, "只能有一个字段"),
    ({0: {"role": "valid_from"}}, "识别项的字段类型不符"),
    ({3: {"validation": "compare", "expression": "<=没有"}}, "没有字段"),
    ({3: {"validation": "compare", "expression": "应缴"}}, "各字段类型须可比"),
    ({3: {"validation": "range", "expression": "a~b"}}, "取值范围的两端"),
    ({1: {"validation": "regex", "expression": r"(a)\1"}}, "正则表达式有误"),
    ({1: {"indicator": "P:ZB0002"}}, "字段类型与指标的类型"),
    ({1: {"source_name": "TYSHXYDM"}}, "重复"),
    ({0: {"role": None}, 1: {"role": None}, 3: {"indicator": "P:ZB0002"}}, "须有识别企业的字段"),
])
def test_fields_that_do_not_go_together(
    session: Session, maker: Actor, raw: dict[str, Any], changes: dict[int, dict[str, Any]], words: str
) -> None:
    fields = [one | changes.get(at, {}) for at, one in enumerate(raw["fields"])]
    raw["fields"] = [{name: value for name, value in one.items() if value is not None} for one in fields]
    with pytest.raises(Invalid) as invalid, transaction(session):
        draft(session, maker, catalogue.form(SLUG), raw)
    assert words in " ".join(str(one.message) for one in invalid.value.faults)


def sample(tmp_path: Path, subject: str, session: Session, faults: float = 0.0) -> tuple[bytes, Layout]:
    """A demo provider's file."""
    number = list(DESCRIBED).index(subject) + 1
    structure = session.scalars(select(DataStructure).where(DataStructure.code == f"SJ-{number:04d}-1")).one()
    layout = layout_of(session, structure)
    write_file(tmp_path / "sample", layout, sample_rows(layout, 300, 3, faults=faults))
    return (tmp_path / "sample").read_bytes(), layout


def send(client: FlaskClient, url: str, file: bytes, **more: str) -> Any:
    return client.post(url, data={"file": (BytesIO(file), "样例文件.csv"), **more}, content_type="multipart/form-data")


@pytest.mark.article("16.1.1")
@pytest.mark.parametrize("subject", ["纳税信息", "企业登记信息", "执行案件信息", "环保处罚信息", "电费缴纳信息"])
def test_a_structure_is_drafted_from_a_sample(
    session: Session, client_for: Callable[[str], FlaskClient], tmp_path: Path, subject: str
) -> None:
    file, layout = sample(tmp_path, subject, session)
    answer = send(client_for("data_manager"), "/api/v1/structure_samples/draft", file)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    values = answer.json["values"]
    assert values["format"] == layout.format.value
    assert values["header_row"] == ("1" if layout.header else "0")
    if layout.format in (FileFormat.CSV, FileFormat.TXT):
        assert values.get("other_separator", {"comma": ",", "pipe": "|"}.get(values["separator"])) == layout.separator
    fields = values["fields"]
    assert len(fields) == len(layout.fields)
    assert [one.get("role") for one in fields if one.get("role") in ("uscc", "name")] == [
        one.role.value for one in layout.fields if one.role in (Role.USCC, Role.NAME)
    ]
    for guessed, told in zip(fields, layout.fields, strict=True):
        if told.type is FieldType.DATE:
            assert (guessed["type"], guessed.get("expression")) == ("date", told.expression), told.name
        if told.type is FieldType.YES_NO:
            assert guessed["type"] == "yes_no"


@pytest.mark.article("16.1.1")
def test_the_draft_stands_in_the_sheet(client_for: Callable[[str], FlaskClient], session: Session, tmp_path: Path) -> None:
    file, _layout = sample(tmp_path, "纳税信息", session)
    client = client_for("data_manager/2")
    page = send(client, HOME, file, by="").get_data(as_text=True)
    assert "填入数据结构分析表" in page
    assert "yyyyMMdd" in page
    typed = re.search(r'name="raw" value="([^"]*)"', page)
    assert typed is not None
    answer = client.post(f"{HOME}draft", data={"raw": html.unescape(typed[1])}, follow_redirects=True)
    sheet = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert 'value="tyshxydm"' in sheet
    assert 'value="样例文件"' in sheet


@pytest.mark.article("16.1.1")
def test_a_structure_is_tried_on_a_sample(client_for: Callable[[str], FlaskClient], session: Session, tmp_path: Path) -> None:
    file, _layout = sample(tmp_path, "纳税信息", session, faults=0.2)
    client = client_for("data_manager")
    page = send(client, HOME, file, by="SJ-0001-1")
    assert page.status_code == 200
    assert "行有差错" in page.get_data(as_text=True)
    found = send(client, "/api/v1/structure_samples/tried?by=SJ-0001-1", file).json
    assert found["total"] == 300
    assert 20 < found["bad"] < 100
    assert {"row", "field", "value", "rule", "rule_title", "reason"} == set(found["faults"][0])
    assert sum(one["count"] for one in found["counts"]) == len(found["faults"])
    refused = send(client, "/api/v1/structure_samples/tried?by=SJ-0004-1", file).json
    assert refused["refused"]["reason"]
    assert "不能按 SJ-0004-1 读取" in send(client, HOME, file, by="SJ-0004-1").get_data(as_text=True)


@pytest.mark.article("16.1.1")
def test_a_form_on_its_way_is_tried_too(
    client_for: Callable[[str], FlaskClient], session: Session, maker: Actor, raw: dict[str, Any], tmp_path: Path
) -> None:
    with transaction(session):
        document = draft(session, maker, catalogue.form(SLUG), raw)
        number = document.number
    client = client_for("data_manager")
    assert f'value="{number}"' in client.get(HOME).get_data(as_text=True)
    assert f"{HOME}?by={number}" in client.get(f"/forms/{SLUG}/show/{document.id}").get_data(as_text=True)
    found = send(client, f"/api/v1/structure_samples/tried?by={number}", b"x\n").json
    assert (found["by"], found["good"]) == (number, 0)
    assert send(client_for("data_manager/2"), f"/api/v1/structure_samples/tried?by={number}", b"x\n").status_code == 404


@pytest.mark.article("16.1.1")
def test_form_1_leads_to_its_structure_s_try_out(client_for: Callable[[str], FlaskClient], session: Session) -> None:
    made = select(DataStructure.made_by_id).where(DataStructure.code == "SJ-0001-1")
    page = client_for("data_manager").get(f"/forms/{SLUG}/show/{session.scalar(made)}").get_data(as_text=True)
    assert f"{HOME}?by=SJ-0001-1" in page


def test_samples_are_for_those_who_read_form_1(client_for: Callable[[str], FlaskClient]) -> None:
    """security 7"""
    assert client_for("clerk").get(HOME).status_code in (302, 403)
    assert send(client_for("clerk"), "/api/v1/structure_samples/tried?by=SJ-0001-1", b"x").status_code == 403
    collector = client_for("collector")
    assert send(collector, "/api/v1/structure_samples/draft", b"x").status_code == 403
    assert "据样例起草" not in collector.get(HOME).get_data(as_text=True)


@pytest.mark.parametrize("file", [b"", b"\xff\xfe\x00", b"PK\x03\x04", b"<r><!DOCTYPE x>", b"\x81\x00\x99"])
def test_bad_samples_get_an_answer(client_for: Callable[[str], FlaskClient], file: bytes) -> None:
    """security 12, 13"""
    client = client_for("data_manager")
    assert send(client, "/api/v1/structure_samples/draft", file).status_code == 422
    assert send(client, HOME, file, by="").status_code == 422
