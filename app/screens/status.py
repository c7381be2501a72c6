"""Where a document stands, in words: 草稿, 待签收, 已退回 …"""

from dataclasses import dataclass
from typing import Any, Protocol

from flask_babel import lazy_gettext as _

from app.engine.catalogue import catalogue
from app.engine.document import State
from app.engine.fields import StepSpec
from app.engine.spec import FormSpec
from app.engine.text import Text


class Standing(Protocol):
    """A document, or a row with what its status needs."""

    form_code: str
    state: State
    step: str | None


@dataclass(frozen=True)
class Status:
    """A status label: its words and Bootstrap's tone."""

    words: Text
    tone: str


TONES = {
    State.DRAFT: "default", State.PENDING: "info", State.RETURNED: "warning", State.WITHDRAWN: "default",
    State.DONE: "success", State.TERMINATED: "danger",
}


def status(document: Standing) -> Status:
    """The status of a document; a pending one says what it waits for."""
    step = step_of(document.form_code, document.step) if document.state is State.PENDING else None
    words = _("待%(step)s", step=step.label) if step else document.state.title
    return Status(words, TONES[document.state])


def form_of(code: str) -> FormSpec | None:
    """The form of that prefix, or None where it is declared no more."""
    try:
        return catalogue.form(code)
    except KeyError:
        return None


def step_of(code: str, name: str | None) -> StepSpec | None:
    """The step of that name in the form's chain, or None where it is declared no more."""
    spec = form_of(code)
    return next((step for step in spec.chain if step.name == name), None) if spec else None


@dataclass(frozen=True)
class Work:
    """A task or document in a list: what it is called, and where it is opened."""

    title: Text
    url: str


def document_words(document: Any) -> Work:
    """A document by its form."""
    spec = form_of(document.form_code)
    return Work(spec.title, f"/forms/{spec.slug}/show/{document.id}") if spec else Work(document.form_code, "")


def task_words(task: Any, document: Any) -> Work:
    """A task by its step and form: 签收《数据采集文件登记表》."""
    work, step = document_words(document), step_of(document.form_code, task.step)
    return Work(_("%(step)s《%(form)s》", step=step.label, form=work.title), work.url) if step else work
