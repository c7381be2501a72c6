"""Kinds of steps that a declaration can use, tried on a form that uses them all: nothing but the declaration is needed."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent

FORM = '''
"""S8 项目结项单."""
from collections.abc import Mapping, Sequence

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Mapped

from app.areas.organisation.registers import Employee
from app.engine.chain import DEPARTMENT_HEAD, Chain, Check, Copy, Countersign, Fill
from app.engine.conditions import when
from app.engine.declare import column, person
from app.engine.form import Form, FormModel
from app.engine.positions import Position, TeamRole
from app.engine.types import Text120, YesNo


class ProjectClosing(FormModel):
    """项目结项单."""
    __tablename__ = "project_closing"

    title: Mapped[Text120] = column(_("项目名称"))
    large: Mapped[YesNo] = column(_("重大项目"), default=False)
    manager: Mapped[Employee] = person(_("项目经理"), position=Position.ANALYST)
    member: Mapped[Employee] = person(_("项目成员"), position=Position.ANALYST)
    score: Mapped[Text120 | None] = column(_("评分"))

    def team(self) -> Mapping[TeamRole, Sequence[Employee]]:
        return {TeamRole.PROJECT_MANAGER: [self.manager], TeamRole.PROJECT_MEMBER: [self.member]}

    __form__ = Form(
        code="S8", title=_("项目结项单"), articles=("52",), makers=(Position.CLERK, Position.PRODUCT_HEAD),
        columns=(title, manager), summary=(title,),
        chain=Chain(
            Check("manager", by=TeamRole.PROJECT_MANAGER, label=_("项目经理确认")),
            Check("head", by=DEPARTMENT_HEAD, label=_("部门负责人审核"), resumes=True),
            Copy("copy", by=Position.ARCHIVIST, label=_("抄送档案管理员")),
            Countersign("both", by=(Position.ADMIN_HEAD, Position.INSPECTION_HEAD), label=_("两部门会签")),
            Fill("rate", by=Position.GENERAL_MANAGER, label=_("总经理评分"), when=when(large, True), fills=(score,)),
            Check("final", by=(Position.GENERAL_MANAGER, Position.DEPUTY_MANAGER), label=_("公司审定"), when=when(large, True)),
        ),
    )
'''

TRY = """
import json
from sqlalchemy import select
from app import create_app
from app.areas.organisation.operations import load_actor
from app.database import db, transaction
from app.documents import operations
from app.documents.values import Invalid
from app.engine.base import Model
from app.engine.catalogue import catalogue
from app.security.models import User
from app.workflow.cases import case_of
from app.workflow.claiming import claim, read_copy, release
from app.workflow.door import Shown, act
from app.workflow.errors import Denied, Missing
from app.workflow.models import Task
from app.workflow.options import Action, may_not_sign
from app.workflow.tasks import waiting

app = create_app({"TESTING": True, "DEMO_DOCUMENTS": False})
found = {}
with app.app_context():
    db.session.remove()
    assert app.test_cli_runner().invoke(args=["setup"], catch_exceptions=False).exit_code == 0
    Model.metadata.tables["project_closing"].create(db.engine)
    session, spec = db.session(), catalogue.form("S8")

    def person(name):
        return load_actor(session, session.scalars(select(User).where(User.username == name)).one())

    def staff(name):
        return session.scalar(select(catalogue.register("employees").model.staff_no).where(
            catalogue.register("employees").model.user_id == person(name).user_id))

    def do(name, action, **more):
        try:
            with transaction(session):
                one = session.get(spec.model, key)
                act(session, person(name), spec, key, action, Shown(one.version, one.digest), **more)
            return "done"
        except (Denied, Missing, Invalid) as error:
            return type(error).__name__

    def at():
        session.rollback()
        one = session.get(spec.model, key)
        return [one.state.value, one.step]

    def case():
        session.rollback()
        return case_of(session, spec, session.get(spec.model, key))

    def todo(name):
        return len([1 for task, document in session.execute(waiting(person(name))) if document.id == key])

    raw = {"title": "年度分析", "large": "是", "manager": staff("analyst"), "member": staff("analyst2")}
    with transaction(session):
        key = operations.create(session, person("clerk"), spec, raw).id
    do("clerk", Action.SUBMIT)
    found["by team role"] = [todo("analyst"), todo("analyst2"), do("analyst2", Action.APPROVE), do("analyst", Action.APPROVE)]
    found["to the department's head"] = [at(), todo("service_head"), todo("it_head")]
    found["another head"] = do("it_head", Action.APPROVE)
    found["resumes: to the maker alone"] = do("service_head", Action.RETURN, opinion="补充附件", back_to="manager")
    found["returned"] = [do("service_head", Action.RETURN, opinion="补充附件"), at()]
    found["resumed at"] = [do("clerk", Action.SUBMIT), at(), len(case().signed("manager"))]
    found["terminated? not while it waits"] = do("clerk", Action.TERMINATE, opinion="不办了")
    found["signed"] = [do("service_head", Action.APPROVE), at()]
    found["copy"] = [todo("archivist"), todo("inspector")]
    copy = session.scalar(select(Task.id).where(Task.document_id == key, Task.reading))
    with transaction(session):
        read_copy(session, person("archivist"), copy)
    found["copy read"] = [todo("archivist"), at()]
    found["seats"] = [todo("admin_head"), todo("inspection_head"), todo("product_head")]
    task = session.scalar(select(Task.id).where(Task.document_id == key, Task.seat == "admin_head", Task.done_at.is_(None)))
    with transaction(session):
        claim(session, person("admin_head2"), task)
    found["claimed"] = [todo("admin_head"), todo("admin_head2"), do("admin_head", Action.APPROVE)]
    with transaction(session):
        release(session, person("admin_head2"), task)
    found["any order"] = [do("inspection_head", Action.APPROVE), at(), do("inspection_head2", Action.APPROVE)]
    found["countersigned twice"] = str(may_not_sign(person("inspection_head"), case(), spec.step("both")))
    found["the other seat"] = [do("admin_head", Action.APPROVE), at()]
    found["branch"] = [do("general_manager", Action.APPROVE, filled={"score": "优"}), at()]
    found["filled in, then checks"] = do("general_manager", Action.APPROVE)
    found["sent back to the filling"] = [do("deputy_manager", Action.RETURN, opinion="评分依据不足", back_to="rate"), at()]
    found["filled in by another"] = [do("general_manager2", Action.APPROVE, filled={"score": "优"}), at()]
    found["filled in before, then checks"] = do("general_manager", Action.APPROVE)
    found["checked"] = [do("deputy_manager", Action.APPROVE), at()]
    found["late copy changes nothing"] = do("archivist", Action.APPROVE)
    with transaction(session):
        second = operations.create(session, person("clerk"), spec, {**raw, "large": "否"}, amends=key)
        found["amends"] = second.amends_id == key
    try:
        with transaction(session):
            operations.create(session, person("clerk2"), spec, raw, amends=key)
    except Denied:
        found["one correction at a time"] = True
    key = second.id
    do("clerk", Action.SUBMIT)
    do("clerk", Action.WITHDRAW)
    found["terminated"] = [do("clerk", Action.TERMINATE, opinion="不办了"), at(), do("clerk", Action.SUBMIT)]
    print("FOUND" + json.dumps(found, ensure_ascii=False))
"""


def tried(tmp_path: Path, script: str) -> Any:
    """What a script found out in a process of its own, with the form in its catalogue."""
    (tmp_path / "closing.py").write_text(FORM, encoding="utf-8")
    environment = {
        **os.environ, "PYTHONPATH": f"{ROOT}:{tmp_path}", "DATA_DIR": str(tmp_path / "data"), "DATABASE_URL": "",
        "FORM_PACKAGES": "app.areas,closing",
    }
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.split("FOUND", 1)[1])


@pytest.mark.article("11", "107")
def test_every_kind_of_step(tmp_path: Path) -> None:
    assert tried(tmp_path, TRY) == {
        "by team role": [1, 0, "Denied", "done"],
        "to the department's head": [["pending", "head"], 1, 0],
        "another head": "Denied",
        "resumes: to the maker alone": "Invalid",
        "returned": ["done", ["returned", None]],
        "resumed at": ["done", ["pending", "head"], 1],
        "terminated? not while it waits": "Denied",
        "signed": ["done", ["pending", "both"]],
        "copy": [1, 0],
        "copy read": [0, ["pending", "both"]],
        "seats": [1, 1, 0],
        "claimed": [0, 1, "Denied"],
        "any order": ["done", ["pending", "both"], "Denied"],
        "the other seat": ["done", ["pending", "rate"]],
        "countersigned twice": "您已会签，等待其他人会签",
        "branch": ["done", ["pending", "final"]],
        "filled in, then checks": "Denied",
        "sent back to the filling": ["done", ["pending", "rate"]],
        "filled in by another": ["done", ["pending", "final"]],
        "filled in before, then checks": "Denied",
        "checked": ["done", ["done", None]],
        "late copy changes nothing": "Denied",
        "amends": True,
        "one correction at a time": True,
        "terminated": ["done", ["terminated", None], "Denied"],
    }
