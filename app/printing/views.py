"""Addresses of prints: /forms/<slug>/<id>/print.pdf, and several documents at once at /forms/<slug>/print.pdf?id=1&id=2."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from flask import abort, make_response, render_template, request, send_file
from flask_appbuilder import BaseView, expose
from flask_babel import lazy_gettext as _
from flask_login import login_required
from werkzeug.wrappers import Response

from app.audit.models import AuditAction
from app.audit.recording import record
from app.database import db, transaction
from app.documents.words import in_plain
from app.engine.catalogue import catalogue
from app.engine.spec import FormSpec
from app.engine.text import Text, msgid
from app.printing.documents import NoSuchCopy, TooMuch, print_documents, refuse_too_many
from app.security.manager import current_actor
from app.workflow.actor import Actor
from app.workflow.options import readable

MOST_ID = 2**31 - 1
"""Larger numbers name nothing."""


@dataclass(frozen=True)
class Words:
    """An error page's words."""

    title: Text
    what: Text
    advice: Text = ""


class Prints(BaseView):
    """Prints of documents, for those who may read them; anybody else is told that there is no such document."""

    route_base = "/forms"

    @expose("/<slug>/<int(max=2147483647):pk>/print.pdf")
    @login_required
    def one(self, slug: str, pk: int) -> Response:
        """A document: all copies, or the one of ?copy=n."""
        return answer(slug, [pk])

    @expose("/<slug>/print.pdf")
    @login_required
    def several(self, slug: str) -> Response:
        """Several documents, one after the other."""
        asked = list(dict.fromkeys(request.args.getlist("id")))
        if not asked or not all(one.isdecimal() and len(one) < 11 for one in asked):
            abort(400)
        return answer(slug, [int(one) for one in asked])


def answer(slug: str, keys: Sequence[int]) -> Response:
    """The PDF of those documents, shown in the browser; a page that says why where there is too much to print."""
    spec, actor = form_of(slug), the_actor()
    try:
        refuse_too_many(len(keys))
        documents = read(spec, actor, keys)
        plain = in_plain(actor, spec) or all(one.maker_id == actor.user_id for one in documents)
        content = print_documents(db.session(), spec, documents, copy=copy_asked(), plain=plain)
    except NoSuchCopy:
        abort(404)
    except TooMuch as much:
        return refusal(much.message)
    note(spec, actor, keys)
    which = documents[0].number if len(documents) == 1 else f"{len(documents)}份"
    return send(content, f"{msgid(spec.title)}_{which}.pdf")


def form_of(slug: str) -> FormSpec:
    """The form of that slug, or 404."""
    return next((one for one in catalogue.forms if one.slug == slug), None) or abort(404)


def the_actor() -> Actor:
    """The person of this request."""
    return current_actor() or abort(401)


def copy_asked() -> int | None:
    """The number of the copy that the address names."""
    asked = request.args.get("copy")
    if asked is None:
        return None
    return int(asked) if asked.isdecimal() and len(asked) < 3 else abort(404)


def read(spec: FormSpec, actor: Actor, keys: Sequence[int]) -> list[Any]:
    """The documents of those ids in that order, or 404 where the person may not read one of them."""
    found = [db.session().get(spec.model, key) if key <= MOST_ID else None for key in keys]
    if not all(one is not None and readable(actor, spec, one) for one in found):
        abort(404)
    return found


def note(spec: FormSpec, actor: Actor, keys: Sequence[int]) -> None:
    """Records that the documents were printed, before they leave."""
    with transaction(db.session()) as session:
        for key in keys:
            document = session.get_one(spec.model, key)
            record(session, actor, AuditAction.PRINT, spec.resource, document=document, detail={"copy": copy_asked()})


def refusal(message: Text) -> Response:
    """The page of a print that is too much."""
    words = Words(_("不能打印"), message)
    return make_response(render_template("error.html", title=words.title, words=words, code=413, reference=""), 413)


def send(content: bytes, name: str) -> Response:
    """A PDF under its Chinese name, for the browser's own viewer."""
    sent = send_file(BytesIO(content), "application/pdf", download_name=name, max_age=0)
    sent.headers["Cache-Control"] = "no-store"
    sent.headers["X-Content-Type-Options"] = "nosniff"
    return sent
