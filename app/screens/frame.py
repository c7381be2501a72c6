"""The frame of every page. Contract for those who write pages:

Templates extend "frame.html" and fill its blocks:
  title        text of the window title, without the product's name
  body_class   e.g. "has-paper" where printing prints the paper only
  breadcrumb   after 首页: `{{ parts.crumb(spec.area | area) }}{{ parts.crumb(spec.title, url) }}{{ parts.here(_("编辑")) }}`
  heading      `<h1>` and beside it labels: `<span class="code">`, `{{ parts.status(document) }}`
  actions      buttons at the fixed place, the primary one last
  content      everything below the page head; flashed messages stand above it
  dialogs      `<dialog class="modal" id="…">` with Bootstrap's `.modal-dialog > .modal-content` inside
  head         further style sheets
  scripts      `<script type="module" src="{{ url_for('static', filename='js/…') }}"></script>`; frame.js is there already

Macros, after `{% import "parts.html" as parts %}`:
  icon(name)            mark, menu, search, plus, check, file
  crumb(title, url)     an item of the breadcrumb; `here(title)` the last one, this page
  status(document)      the document's state as a label: 草稿, 待签收, 已退回, …
  archive(document)     its archive state as a label
  deadline(moment)      the time left and the date of a deadline with its urgency, "—" for none
  warning(words)        a warning above the content, nothing for None
  csrf()                the hidden field that every POST form needs
  empty(words)          an empty state; as `{% call parts.empty(words) %}` with buttons below the words
  moment(value)         2026-11-23 09:41, "—" for none
  count(number, most)   12,345, or 1,000+ where it was counted no further
  pager(previous, next) 上一页 and 下一页 with their urls, None where there is none

Filters: `"collection" | area` is the area's title, `document | status` and `moment | deadline` are what the macros show.

Behaviour by attribute (frame.js):
  <tr data-href="url">            a click anywhere in the row opens it (links and buttons in it stay themselves)
  <button data-dialog="id">       opens the dialog; inside it `data-close` closes; focus, Esc and Tab are the browser's
  <form data-confirm="question">  asks first; also on a submit button
  <form data-guard>               warns before leaving with unsaved changes; `form.dataset.guard = "changed"` says so by hand
  <form data-submit-on-change>    a select or checkbox sends the form
  <input data-check-all="name">   ticks all checkboxes of that name in its table; rows get `.picked`
  <button data-print>             prints the page
  every POST form is sent once, however often its button is clicked

In every template: `actor` (None before login), `navigation` (groups of items), `task_count`, `notice_count`,
`company_name`, `languages`, `language`. Views behind login use `flask_login.login_required` or Flask-AppBuilder's
`has_access`; both lead to the login page and back.
"""

from typing import Any

from flask import Flask, current_app, g
from flask_babel import LazyString, get_locale, gettext
from sqlalchemy import select

from app.database import db
from app.documents.paper import COMPANY
from app.documents.parameters import parameter_text
from app.notices.operations import unread_count
from app.screens import deadlines, navigation, status
from app.screens.language import LANGUAGES, Language
from app.security.manager import current_actor
from app.security.urls import here
from app.workflow.tasks import waiting_counts

MOST_TASKS = 1000
"""Tasks and notices are counted no further; the badge then says 1,000+."""


def init_app(app: Flask) -> None:
    """Gives every template its context and filters."""
    app.context_processor(page_context)
    app.jinja_env.filters.update(
        area=navigation.area_title, deadline=deadlines.deadline, status=status.status, task_words=status.task_words,
        document_words=status.document_words, calendar_warning=deadlines.calendar_warning,
    )


def page_context() -> dict[str, Any]:
    """What every template has. Without a person, or where the database is gone (`g.plain`), nothing is asked of it."""
    actor = None if g.get("plain") else current_actor()
    context = {
        "actor": actor, "navigation": (), "task_count": 0, "notice_count": 0, "languages": LANGUAGES,
        "language": language(), "here": here, "company_name": LazyString(company_name), "product_name": LazyString(product_name),
    }
    if actor is not None:
        context |= {
            "navigation": navigation.of_request(actor), "task_count": task_count(), "notice_count": notice_count(),
        }
    return context


def language() -> Language:
    """The language of this page."""
    code = str(get_locale() or "zh")
    return next((one for one in LANGUAGES if one.code == code), LANGUAGES[0])


def product_name() -> str:
    """The product's name in the language of this page."""
    name: str = current_app.config["APP_NAME"]
    return str(gettext(name))


def company_name() -> str:
    """The company's name, a business parameter; empty where there is none yet."""
    return "" if g.get("plain") else parameter_text(db.session(), COMPANY) or ""


def task_count() -> int:
    """How many tasks and copies wait for the person of this request."""
    return sum(task_counts())


def task_counts() -> tuple[int, int]:
    """How many tasks wait to be done, and how many copies to be read."""
    todo, copies, _unread = badges()
    return todo, copies


def notice_count() -> int:
    """How many notices the person of this request has not read."""
    return badges()[2]


def badges() -> tuple[int, int, int]:
    """Tasks to do, copies to read and unread notices of the person of this request; counted once, in one statement."""
    if "badges" not in g:
        actor = current_actor()
        parts = (*waiting_counts(actor, MOST_TASKS), unread_count(actor, MOST_TASKS)) if actor else ()
        g.badges = tuple(db.session.execute(select(*parts)).one()) if parts else (0, 0, 0)
    todo, copies, unread = g.badges
    return int(todo), int(copies), int(unread)
