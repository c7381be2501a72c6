"""Samples (样例文件): a structure drafted from one, and structures tried on one, by those who read form 1."""

import json
from typing import Any

from flask import current_app, flash, redirect, request
from flask_appbuilder import BaseView
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest

from app.areas.collection import sampling
from app.areas.collection.structures import NoLayout
from app.database import db, transaction
from app.documents import typing
from app.engine.document import Document
from app.intake.chunks import Unreadable
from app.intake.rules import Rule
from app.screens import paths
from app.screens.exposing import page, the_actor
from app.screens.panels import Values, panel
from app.screens.translating import gettext
from app.workflow.actor import Actor
from app.workflow.permissions import MAKE

SHOWN_FAULTS = 200
MOST_TYPED = 500_000
"""Characters of a draft that is handed on to the sheet."""


class StructureSamples(BaseView):
    """/structures/samples/"""

    route_base = "/structures/samples"
    default_view = "index"
    class_permission_name = "FJ01 数据结构分析表"
    method_permission_name = {"index": "read", "draft": "make"}

    @page("/", "GET", "POST")
    def index(self) -> Any:
        """Choose a sample and what to do with it; below it what came of it."""
        session, actor = db.session(), the_actor()
        structures, forms = sampling.choices(session, actor)
        shown: dict[str, Any] = {
            "title": _("样例文件"), "structures": structures, "forms": forms, "by": request.values.get("by", ""),
            "may_draft": actor.may(MAKE, sampling.form().resource), "problem": None, "most": current_app.config["MAX_CONTENT_LENGTH"] >> 20,
        }
        status = 200
        if request.method == "POST":
            try:
                shown |= self._taken(shown["by"])
            except (Unreadable, NoLayout) as wrong:
                shown["problem"], status = wrong.reason, 422
        return self.render_template("collection/samples.html", **shown), status

    def _taken(self, key: str) -> dict[str, Any]:
        """What came of the file sent; raises Unreadable, Missing, Denied, NoLayout."""
        session, actor, file = db.session(), the_actor(), request.files.get("file")
        if file is None or not file.filename:
            raise Unreadable(_("请选择样例文件"))
        with sampling.sample(current_app.config["DATA_DIR"], file.stream) as path:
            if not key:
                found, raw = sampling.guessed(session, actor, path)
                raw["name"] = file.filename.rpartition(".")[0][:120] or file.filename[:120]
                kept = typing.kept(session, actor, sampling.form(), typing.NEW)
                return {"guess": found, "raw": json.dumps(raw, ensure_ascii=False), "replaces": kept is not None,
                        "lines": raw["fields"], "file": file.filename}
            described = sampling.find(session, actor, key)
            titles = {one.name: one.title for one in described.layout.fields}
            return {"described": described, "tried": sampling.tried(described, path), "file": file.filename, "titles": titles,
                    "rule_title": rule_title, "shown_faults": SHOWN_FAULTS}

    @page("/draft", "POST")
    def draft(self) -> Any:
        """To the sheet of a new form 1, filled with what the sample suggests."""
        text = request.form.get("raw", "")
        try:
            raw = json.loads(text[:MOST_TYPED])
        except ValueError:
            raise BadRequest(gettext("请重新选择样例文件")) from None
        if not isinstance(raw, dict):
            raise BadRequest(gettext("请重新选择样例文件"))
        with transaction(db.session()) as session:
            sampling.keep_typed(session, the_actor(), raw)
        flash(gettext("已按样例填入格式和字段，请逐项核对、补齐后保存"), "info")
        return redirect(paths.url(sampling.form(), "add", restore=1))


@panel(sampling.SLUG, "collection/sample_panel.html")
def sample_panel(session: Session, _actor: Actor, document: Document) -> Values | None:
    """Beside form 1: the way to try it, or the structure that it has published, on a sample."""
    key = sampling.tried_by(session, document)
    return {"key": key} if key else None


def rule_title(rule: str) -> str:
    """A broken rule in words."""
    return str(Rule.of(rule).title)
