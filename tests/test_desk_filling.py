"""Steps whose signer fills in fields: with the signer's own password, and authorised on the spot on the fill page."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.database import transaction
from app.demo.examples import step_example
from app.demo.people import PASSWORD
from app.demo.prerequisites import everybody
from app.engine.catalogue import catalogue
from app.workflow.cases import case_of
from tests.test_desk import document, hidden, parameter, posted, receiver, text, trail, url, waiting_at

ROOT = Path(__file__).parent.parent

FORM = '''
"""S9 现场测试单."""
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Mapped

from app.engine.chain import Authorise, Chain
from app.engine.declare import column
from app.engine.form import Form, FormModel
from app.engine.positions import Position
from app.engine.types import Text120


class OnTheSpot(FormModel):
    """现场测试单."""
    __tablename__ = "on_the_spot"

    title: Mapped[Text120] = column(_("项目名称"))
    result: Mapped[Text120 | None] = column(_("授权结果"))

    __form__ = Form(
        code="S9", title=_("现场测试单"), articles=("19",), makers=(Position.CLERK,), columns=(title,), summary=(title,),
        chain=Chain(Authorise("witness", by=Position.SERVICE_HEAD, label=_("现场授权"), fills=(result,))),
    )
'''

TRY = """
import json, re
from app import create_app
from app.demo.people import PASSWORD
from app.database import db
from app.engine.base import Model
from app.engine.catalogue import catalogue
from app.workflow.models import SignOff

app = create_app({"TESTING": True, "DEMO": True, "DEMO_DOCUMENTS": False, "WTF_CSRF_ENABLED": False, "RATELIMIT_ENABLED": False})
with app.app_context():
    db.session.remove()
    assert app.test_cli_runner().invoke(args=["setup"], catch_exceptions=False).exit_code == 0
    Model.metadata.tables["on_the_spot"].create(db.engine)
    slug = catalogue.form("S9").slug
client = app.test_client()
client.post("/login/", data={"username": "clerk", "password": PASSWORD})
made = client.post(f"/forms/{slug}/add", data={"title": "试", "_do": "submit", "_key": "a"})
pk = made.location.rsplit("/", 1)[1]
page = client.get(f"/forms/{slug}/show/{pk}").get_data(as_text=True)
found = {"link": f"/forms/{slug}/fill/{pk}" in page, "dialog": 'id="authorise"' in page}
page = client.get(f"/forms/{slug}/fill/{pk}").get_data(as_text=True)
hidden = {name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)[1] for name in ("_version", "_digest")}

def fill(**sent):
    answer = client.post(f"/forms/{slug}/fill/{pk}", data={**hidden, "result": "当面核对一致", "_opinion": "可", **sent})
    return [answer.status_code, answer.get_data(as_text=True)]

status, page = fill(_authoriser="service_head", _password="Wrong-Secret-1!", _code="135790")
found["wrong"] = [status, "Wrong-Secret-1!" in page, "135790" in page, "当面核对一致" in page, 'value="service_head"' in page]
found["maker"] = fill(_authoriser="clerk", _password=PASSWORD)[0]
found["other"] = fill(_authoriser="it_head", _password=PASSWORD)[0]
found["empty"] = fill(_authoriser="service_head", _password=PASSWORD, result="")[0]
found["right"] = fill(_authoriser="service_head", _password=PASSWORD)[0]
found["again"] = fill(_authoriser="service_head", _password=PASSWORD)[0]
with app.app_context():
    found["signed"] = [one.operator_name is not None for one in db.session.query(SignOff).filter_by(document_id=int(pk), step="witness")]
print("FOUND" + json.dumps(found))
"""


@pytest.mark.article("19")
def test_a_step_that_fills_fields_is_authorised_on_its_page(tmp_path: Path) -> None:
    """security 21: nothing of a proof is shown again."""
    (tmp_path / "spot.py").write_text(FORM, encoding="utf-8")
    environment = {
        **os.environ, "PYTHONPATH": f"{ROOT}:{tmp_path}", "DATA_DIR": str(tmp_path / "data"), "DATABASE_URL": "",
        "FORM_PACKAGES": "app.areas,spot",
    }
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", TRY], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert json.loads(done.stdout.split("FOUND", 1)[1]) == {
        "link": True, "dialog": False, "wrong": [422, False, False, True, True], "maker": 403, "other": 403, "empty": 422,
        "right": 302, "again": 302, "signed": [True],
    }


def test_filling_asks_for_the_password_too(session: Session, client_for: Callable[[str], FlaskClient]) -> None:
    spec = catalogue.form("FJ02")
    step = next(one for one in spec.chain if one.fills_fields)
    pk = waiting_at(session, spec, step.name)
    name = receiver(session, spec, pk)
    signer = next(one for one in everybody(session) if one.username == name)
    with transaction(session):  # the files are extracted
        case = case_of(session, spec, session.get_one(spec.model, pk))
        raw: dict[str, Any] = step_example(session, signer, case, step)
    values = posted(spec, {key: value for key, value in raw.items() if not isinstance(value, dict)})
    values |= {
        f"{line}-{row}-{column}": cell
        for line, rows in raw.items() if isinstance(rows, dict) for row, cells in rows.items() for column, cell in cells.items()
    }
    client = client_for(name)
    with parameter(session, "sign_password", "是"):
        page = text(client.get(url(spec, "fill", pk)))
        assert 'name="_password"' in page
        sent = {**values, **{one: hidden(page, one) for one in ("_version", "_digest")}}
        answer = client.post(url(spec, "fill", pk), data={**sent, "_password": "Wrong-Secret-1!", "_opinion": "已提取"})
        assert answer.status_code == 422
        assert "Wrong-Secret-1!" not in text(answer)
        assert "已提取" in text(answer)
        answer = client.post(url(spec, "fill", pk), data={**sent, "_password": PASSWORD})
        assert answer.status_code == 302, text(answer)[-3000:]
    assert trail(session, pk)[-1].step == step.name
    assert document(session, pk).step != step.name
