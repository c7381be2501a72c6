"""What became of a register row (历次变更): each version with its form, who signed that, and what it changed."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.documents.words import in_plain
from app.engine.catalogue import catalogue
from app.engine.document import Document
from app.engine.fields import FieldSpec
from app.engine.spec import FormSpec, RegisterSpec
from app.engine.text import Text
from app.registers.models import RegisterVersion
from app.registers.versions import CHANGED, DELETED, NEW, history
from app.registers.wording import VersionWords
from app.workflow.actor import Actor
from app.workflow.models import Decision, SignOff

KINDS: dict[str, Text] = {NEW: _("新增"), CHANGED: _("修改"), DELETED: _("删除")}
"""What a version says became of the row."""
MADE = (Decision.SUBMIT, Decision.RESUBMIT, Decision.APPROVE)


@dataclass(frozen=True)
class Change:
    """A field of a version, old and new in words; sensitive values masked."""

    field: FieldSpec
    old: str
    new: str


@dataclass(frozen=True)
class Told:
    """A version, the document that made it (None: set-up or import), who signed that, and what it changed."""

    version: RegisterVersion
    document: Document | None
    signed: tuple[SignOff, ...]
    changes: tuple[Change, ...]

    @property
    def source(self) -> Text:
        """Where a version without a form comes from: an import, or first set-up."""
        return source_title(self.version)


def tell(session: Session, actor: Actor, spec: RegisterSpec, row_id: int, until: int | None = None) -> list[Told]:
    """Every version of a row, the latest (or that of number `until`) first."""
    kept = list(history(session, spec, row_id, until))
    words = VersionWords(session, actor, plain=in_plain(actor, spec))
    words.learn(spec.fields, [one.values for one in kept])
    keys = {one.document_id for one in kept if one.document_id}
    documents = documents_of(session, keys)
    signed = signed_on(session, keys)
    return [
        Told(one, documents.get(one.document_id or 0), tuple(signed.get(one.document_id or 0, ())), changes(spec, words, before, one))
        for one, before in zip(kept, [*kept[1:], None], strict=False)
    ]


def changes(
    spec: RegisterSpec, words: VersionWords, before: RegisterVersion | None, version: RegisterVersion
) -> tuple[Change, ...]:
    """What a version has otherwise than the one before it; of a first one, what it holds."""
    old = before.values if before else {}
    return tuple(
        Change(one, *words.apart(one, old, version.values))
        for one in spec.fields if old.get(one.name, "") != version.values.get(one.name, "")
    )


def part_title(form: FormSpec | None, one: SignOff) -> Text:
    """What a signer did in words: the step's label, or 制表."""
    return next((step.label for step in form.chain if step.name == one.step), _("制表")) if form else _("制表")


def form_of(document: Document) -> FormSpec | None:
    """The document's form; None where it is declared no more."""
    try:
        return catalogue.form(document.form_code)
    except KeyError:
        return None


def source_title(version: RegisterVersion) -> Text:
    """Where a version without a form comes from: an import, or first set-up."""
    return version.source or _("初始登记")


def documents_of(session: Session, keys: Iterable[int]) -> dict[int, Document]:
    """The documents of these ids."""
    return {one.id: one for one in session.scalars(select(Document).where(Document.id.in_(keys)))} if keys else {}


def signed_on(session: Session, keys: Iterable[int]) -> dict[int, list[SignOff]]:
    """Who proposed, approved, entered and confirmed: the signatures that stand, by document, in order."""
    standing = (SignOff.document_id.in_(keys), SignOff.voided.is_(False), SignOff.decision.in_(MADE))
    found: dict[int, list[SignOff]] = {}
    for one in session.scalars(select(SignOff).where(*standing).order_by(SignOff.sequence)) if keys else ():
        found.setdefault(one.document_id, []).append(one)
    return found
