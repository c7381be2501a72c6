"""A form of 25 lines gets everything: tables, screens, REST, workbook, PDF, rights, without a change elsewhere."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

FORM = '''
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Mapped

from app.engine.chain import Chain, Check
from app.engine.declare import Prefill, column, lines
from app.engine.declaring import Line
from app.engine.form import Form, FormModel
from app.engine.positions import Position
from app.engine.types import Count, Day, Money, Text120


class StationeryItem(Line):
    """An item asked for."""
    __tablename__ = "stationery_item"

    name: Mapped[Text120] = column(_("品名"))
    number: Mapped[Count] = column(_("数量"), total=True)


class StationeryRequest(FormModel):
    """办公用品申领单: a form that did not exist yesterday."""
    __tablename__ = "stationery_request"

    needed_on: Mapped[Day] = column(_("需用日期"), prefill=Prefill.TODAY)
    purpose: Mapped[Text120] = column(_("用途"))
    budget: Mapped[Money | None] = column(_("预算"))
    items: Mapped[list[StationeryItem]] = lines(_("申领明细"), least=1)

    __form__ = Form(
        code="S9", title=_("办公用品申领单"), articles=("9",), makers=(Position.CLERK,),
        columns=(needed_on, purpose, budget), summary=(purpose,),
        chain=Chain(Check("head", by=Position.ADMIN_HEAD, label=_("综合管理部负责人审批"))),
    )
'''

TRY = """
import json, sys
from app import create_app
from app.database import db, transaction
from app.demo.people import PASSWORD
from app.engine.base import Model
from app.engine.catalogue import catalogue

app = create_app({"TESTING": True, "WTF_CSRF_ENABLED": False, "RATELIMIT_ENABLED": False, "DEMO_DOCUMENTS": False})
with app.app_context():
    db.session.remove()
    assert app.test_cli_runner().invoke(args=["setup"], catch_exceptions=False).exit_code == 0
    for table in ("stationery_request", "stationery_item"):
        Model.metadata.tables[table].create(db.engine)
clerk, head = app.test_client(), app.test_client()
for client, name in ((clerk, "clerk"), (head, "admin_head")):
    assert client.post("/login/", data={"username": name, "password": PASSWORD}).status_code == 302
found = {"list": clerk.get("/forms/stationery_request/list").status_code}
raw = {"needed_on": "2026-12-01", "purpose": "年终盘点", "budget": "120.50", "items": [{"name": "签字笔", "number": "20"}]}
made = clerk.post("/api/v1/forms/stationery_request/", json=raw)
assert made.status_code == 201, made.get_data(as_text=True)
made = made.json
base = f"/api/v1/forms/stationery_request/{made['id']}"
def act(client, action):
    now = client.get(base).json
    return client.post(f"{base}/actions/{action}", json={"version": now["version"], "digest": now["digest"]}).status_code
found["number"] = made["number"]
found["submit"] = act(clerk, "submit")
found["own"] = act(clerk, "approve")
found["approve"] = act(head, "approve")
found["state"] = clerk.get(base).json["state"]
for key, url in {
    "show": f"/forms/stationery_request/show/{made['id']}", "add": "/forms/stationery_request/add",
    "template": "/forms/stationery_request/template.xlsx", "export": "/forms/stationery_request/export.xlsx",
    "pdf": f"/forms/stationery_request/{made['id']}/print.pdf",
}.items():
    found[key] = clerk.get(url).status_code
print("FOUND" + json.dumps(found))
"""


@pytest.mark.article("XLS", "PDF", "API")
def test_twenty_five_lines_make_a_form(tmp_path: Path) -> None:
    (tmp_path / "stationery.py").write_text(FORM, encoding="utf-8")
    body = [line for line in FORM.split("class StationeryItem", 1)[1].splitlines() if line.strip()]
    assert len(body) <= 25
    environment = {
        **os.environ, "PYTHONPATH": f"{ROOT}:{tmp_path}", "DATA_DIR": str(tmp_path / "data"), "DATABASE_URL": "",
        "FORM_PACKAGES": "app.areas,stationery",
    }
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", TRY], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout.split("FOUND", 1)[1])
    assert found.pop("number").startswith("S9-")
    assert found.pop("state") == "done"
    assert found.pop("own") == 403
    assert set(found.values()) == {200}, found
