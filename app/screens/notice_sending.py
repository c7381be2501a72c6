"""Sending an announcement (发通知): the form, its preview with the number of readers, and choosing people by typing."""

import secrets
from collections.abc import Iterable
from dataclasses import asdict, astuple, dataclass
from typing import Any

from flask import Response, jsonify, make_response, redirect, request, url_for
from flask_babel import lazy_gettext as _
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.database import db, transaction
from app.documents import once, replays
from app.documents.values import Fault, Invalid
from app.notices import audience, people, publishing
from app.notices.audience import Audience
from app.notices.operations import TITLE
from app.screens import faults
from app.screens.exposing import data, page, the_actor
from app.screens.faults import Summary
from app.screens.translating import gettext
from app.security.words import role_title
from app.workflow.actor import Actor

KEY = "_key"
"""The page's one-time key."""
ROOMS = 4
"""Empty places for people at least."""


@dataclass(frozen=True)
class Typed:
    """What stands in the form."""

    title: str = ""
    body: str = ""
    everybody: bool = False
    departments: frozenset[int] = frozenset()
    roles: frozenset[int] = frozenset()
    people: tuple[str, ...] = ()


@dataclass(frozen=True)
class Preview:
    """How the announcement would go out."""

    audience: str
    count: int


class Sending:
    """/new and /people; mixed into the notices' view."""

    render_template: Any

    @page("/new", "GET", "POST")
    def new(self) -> Any:
        """The form; with `preview` what would be sent, else sends it."""
        if request.method == "GET":
            publishing.require_sender(the_actor())
            return self._form(Typed())
        typed = typed_in(request.form)
        if "preview" in request.form:
            return self._preview(typed)
        try:
            notice = sent_once(the_actor(), typed, request.form.get(KEY) or secrets.token_urlsafe(16))
        except Invalid as invalid:
            return self._form(typed, 422, faults=invalid.faults)
        return redirect(url_for("Notices.show", pk=notice))

    @data("/people")
    def people(self) -> Response:
        """People for what was typed so far."""
        publishing.require_sender(the_actor())
        return jsonify([asdict(one) for one in people.find(db.session(), request.args.get("q", ""))])

    def _preview(self, typed: Typed) -> Response:
        """The form with what would be sent above it, or what stands in the way."""
        session, actor = db.session(), the_actor()
        try:
            chosen = read(session, typed)
            count = publishing.checked(session, actor, chosen, typed.title, typed.body)
        except Invalid as invalid:
            return self._form(typed, 422, faults=invalid.faults)
        return self._form(typed, preview=Preview(audience.in_words(session, chosen), len(count)))

    def _form(self, typed: Typed, status: int = 200, *, faults: Iterable[Fault] = (), **more: Any) -> Response:
        session = db.session()
        errors = {str(fault.path[0]): str(fault.message) for fault in faults}
        return make_response(self.render_template(
            "notices/new.html", title=_("发通知"), typed=typed, errors=errors, summary=said(faults),
            departments=audience.departments(session), roles=audience.roles(session), role_title=role_title,
            places=[*typed.people, *[""] * ROOMS], most_title=TITLE, most_body=publishing.BODY,
            key=request.form.get(KEY) or secrets.token_urlsafe(16), **more,
        ), status)


def sent_once(actor: Actor, typed: Typed, page_key: str) -> int:
    """Sends an announcement, or names the one that the same page has sent already (security 17)."""
    key = once.key_of(f"notice {page_key}", repr([sorted(one) if isinstance(one, frozenset) else one for one in astuple(typed)]))
    try:
        return send(actor, typed, key)
    except IntegrityError:  # the same page arrived twice at the same moment
        return send(actor, typed, key)


def send(actor: Actor, typed: Typed, key: str) -> int:
    """One try."""
    with transaction(db.session()) as session:
        before = replays.kept(session, actor.user_id, key, key)
        if before is not None:
            return int(before.headers["notice"])
        row = replays.reserve(session, actor.user_id, key, key)
        notice = publishing.publish(session, actor, read(session, typed), typed.title, typed.body).id
        replays.answered(row, 303, {"notice": notice})
        return notice


def typed_in(form: MultiDict[str, str]) -> Typed:
    """What a page sent."""
    return Typed(
        form.get("title", ""), form.get("body", ""), form.get("whom") == "all", keys(form.getlist("department")),
        keys(form.getlist("role")), tuple(one for one in form.getlist("person") if one.strip()),
    )


def keys(given: Iterable[str]) -> frozenset[int]:
    """Keys as a page sends them; anything else names nothing."""
    return frozenset(int(one) for one in given if one.isascii() and one.isdigit() and len(one) < 10)


def read(session: Session, typed: Typed) -> Audience:
    """The audience that was typed; raises Invalid for people whom nobody knows."""
    if typed.everybody:
        return Audience(everybody=True)
    found, unknown = people.chosen(session, typed.people)
    if unknown:
        words = _("没有找到：%(names)s。请输入姓名后从列表中选择", names="、".join(unknown))
        raise Invalid([Fault(("people",), _("人员"), words)])
    return Audience(departments=typed.departments, roles=typed.roles, people=found)


def said(found: Iterable[Fault]) -> Summary | None:
    """The faults above the form."""
    lines = faults.summary(found).lines
    return Summary(gettext("有 %(count)s 处需要改正，改正后才能发送", count=len(lines)), lines) if lines else None
