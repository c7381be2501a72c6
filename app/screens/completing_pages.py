"""Completing (填写): the page of a step whose signer fills in fields before signing."""

from dataclasses import replace
from typing import Any

from flask import Response, redirect, request

from app.database import db, transaction
from app.documents.paper import paper_of
from app.documents.resolver import DatabaseResolver
from app.documents.values import Fault, Invalid
from app.documents.words import Words, in_plain
from app.engine.chain import Kind
from app.engine.fields import StepSpec
from app.screens import actions, paths, proofs
from app.screens.document_pages import DocumentPages, qr
from app.screens.exposing import ID, page, the_actor
from app.screens.faults import Line, Summary
from app.screens.prefills import first_value
from app.screens.sheet_pages import failure, shown_of
from app.screens.sheet_views import SheetView
from app.screens.sheets import Completions, Sheet, blank, completing_class
from app.screens.translating import gettext as _
from app.screens.typed import typed
from app.workflow import door
from app.workflow.case import Case
from app.workflow.cases import open_case
from app.workflow.errors import Denied, Missing, Stale, Unproven
from app.workflow.options import Action, option


class CompletingPages(DocumentPages):
    """/fill."""

    @page(f"/fill/{ID}", "GET", "POST")
    def fill(self, pk: int) -> Any:
        """The step's fields, and its signature."""
        actor, spec = the_actor(), self.spec
        case = open_case(db.session(), actor, spec, pk)
        answer = option(actor, case, forward(case))
        step = answer.step
        if request.method == "POST":
            return self._completed(case, step)
        if answer.reason is not None:
            raise Denied(answer.reason)
        if step is None or not step.fills_fields:
            return redirect(paths.url(spec, "show", pk=pk))
        sheet = blank(completing_class(spec, step), spec, present_values(case, step),
                      version=case.document.version, digest=case.document.digest)
        return self._page(case, step, sheet)

    def _completed(self, case: Case, step: StepSpec | None) -> Any:
        """Signs with what was filled in, or shows the page again with it."""
        actor, spec, pk = the_actor(), self.spec, case.document.id
        if step is None or not step.fills_fields:
            version = shown_of(Sheet()).version
            if any(actions.done_already(actor, case, one, version) for one in (Action.APPROVE, Action.AUTHORISE)):
                return self._decided(pk)
            raise Denied(_("这一步已办理，或不需要填写"))
        sheet, action, session = completing_class(spec, step)(), forward(case), db.session()
        shown, opinion = shown_of(sheet), request.form.get("_opinion", "")
        try:
            proof = proofs.sent(session, actor, case, action, request.form)
            with transaction(session):
                door.act(session, actor, spec, pk, action, shown, opinion=opinion, filled=sheet.raw(), proof=proof)
        except Missing:
            raise
        except Exception as error:
            case = open_case(db.session(), actor, spec, pk)
            if isinstance(error, Denied | Stale) and actions.done_already(actor, case, action, shown.version):
                return self._decided(pk)
            if isinstance(error, Denied) and not (isinstance(error, Unproven) or option(actor, case, action).allowed):
                raise
            if isinstance(error, Stale):
                sheet.version.data, sheet.digest.data = case.document.version, case.document.digest
            said, status = what_stood_in_the_way(error, case, sheet)
            return self._page(case, step, sheet, status, summary=said, opinion=opinion)
        return self._decided(pk)

    def _page(
        self, case: Case, step: StepSpec, sheet: Sheet, status: int = 200, summary: Summary | None = None, opinion: str = ""
    ) -> Response:
        """The page."""
        session, actor = db.session(), the_actor()
        words = Words(plain=in_plain(actor, self.spec))
        for line in self.spec.lines:
            words.learn(session, line.fields, getattr(case.document, line.name))
        view = SheetView(self.spec, sheet, case.document, summary, step=step, words=words)
        return self.answer("forms/fill.html", status, view=view, step=step, document=case.document, case=case, opinion=opinion,
                           typed=request.form,
                           paper=paper_of(session, self.spec, case.document, case, plain=words.plain),
                           qr=qr(case.document), desk=actions.desk(session, actor, case))


def what_stood_in_the_way(error: Exception, case: Case, sheet: Sheet) -> tuple[Summary, int]:
    """What the page says above the fields, and the answer's status."""
    said, status = failure(numbered(error, case, sheet), sheet, submitting=True)
    if isinstance(error, Stale):
        changed = [Line(None, name, f"{old} → {new}") for name, old, new in error.changes]
        return replace(said, lines=tuple(changed)), status
    if said.lines:
        said = replace(said, title=_("有 %(count)s 处需要改正，改正后才能签字", count=len(said.lines)))
    return said, 422 if isinstance(error, Unproven) else status


def forward(case: Case) -> Action:
    """The action that completes the present step: by its signer, or on the spot by the authoriser."""
    current = case.current
    return Action.AUTHORISE if current is not None and current.kind is Kind.AUTHORISE else Action.APPROVE


def present_values(case: Case, step: StepSpec) -> dict[str, Any]:
    """What the step's fields hold already, or start with."""
    session, actor = db.session(), the_actor()
    resolver = DatabaseResolver(session, actor)
    values: dict[str, Any] = {}
    for name in step.fills:
        one = case.spec.field(name)
        values[name] = typed(one, case.document, resolver) or first_value(session, actor, one)
    for line in case.spec.lines:
        columns = [line.field(column) for name, column in step.line_fills if name == line.name]
        if columns:
            values[line.name] = {
                str(row.id): {one.name: typed(one, row, resolver) for one in columns}
                for row in getattr(case.document, line.name)
            }
    return values


def numbered(error: Exception, case: Case, sheet: Sheet) -> Exception:
    """Rules name rows by their place; here rows go by their ids."""
    if not isinstance(error, Invalid):
        return error
    tables = {name for name, table in sheet.tables.items() if isinstance(table, Completions)}

    def by_id(fault: Fault) -> Fault:
        match fault.path:
            case (str(name), int(at), str(column)) if name in tables:
                row = getattr(case.document, name)[at]
                return Fault((name, str(row.id), column), fault.label, fault.message, fault.value)
        return fault

    return Invalid([by_id(fault) for fault in error.faults])


