"""提取: the data manager, a witness at hand, opens what was delivered, sees what was found, and signs for it (article 16.1.1.4)."""

from collections.abc import Sequence
from typing import Any

from flask import Response, flash, make_response, redirect, request, url_for
from flask_appbuilder import BaseView

from app.areas.collection.extraction import jobs, operations
from app.areas.collection.extraction.models import ProviderSecret
from app.areas.collection.forms.collection_file_register import CollectionFileRegister
from app.database import db, transaction
from app.documents import attachments
from app.documents.values import Fault, Invalid
from app.jobs.models import Job, JobState
from app.screens import actions, faults, paths, proofs
from app.screens.document_pages import shown_in
from app.screens.exposing import ID, page, the_actor
from app.screens.jobs import row_of
from app.screens.translating import gettext as _
from app.workflow import door
from app.workflow.cases import open_case
from app.workflow.errors import Denied, Stale, Unproven
from app.workflow.options import Action

RESOURCE = "FJ02 数据采集文件登记表"
MOST_SECRET = 128


class Extraction(BaseView):
    """/extraction/"""

    route_base = "/extraction"
    default_view = "index"
    class_permission_name = RESOURCE
    method_permission_name = {"index": "read", "run": "read", "sign": "read"}

    @page(f"/{ID}")
    def index(self, pk: int) -> Response:
        """What was delivered, what is agreed, and what was found."""
        return self._page(pk)

    @page(f"/{ID}/run", "POST")
    def run(self, pk: int) -> Any:
        """Has the packages taken off in the background; the page shows how far it is, then what was found."""
        actor, form, session = the_actor(), request.form, db.session()
        operations.waiting(session, actor, pk)
        try:
            with transaction(session):
                jobs.start(
                    session, actor, pk, shown_in(form), form.get("witness", ""), form.get("password", "")[:MOST_SECRET],
                    remember=bool(form.get("remember")), accept=bool(form.get("accept")),
                )
        except Stale as stale:
            return self._page(pk, 409, problem=str(stale.message))
        except Denied as denied:
            return self._page(pk, 422, problem=str(denied.reason))
        except Invalid as invalid:
            return self._page(pk, 422, invalid.faults)
        return redirect(url_for("Extraction.index", pk=pk))

    @page(f"/{ID}/sign", "POST")
    def sign(self, pk: int) -> Any:
        """Signs the step with what was found."""
        actor, form, session, spec = the_actor(), request.form, db.session(), operations.spec()
        case = open_case(session, actor, spec, pk)
        if actions.done_already(actor, case, Action.APPROVE, shown_in(form).version):
            return redirect(paths.url(spec, "show", pk=pk))
        case = operations.waiting(session, actor, pk)
        register: Any = case.document
        said = {line.name: text for line in register.files if (text := form.get(f"fault-{line.id}", "").strip())}
        try:
            proof = proofs.sent(session, actor, case, Action.APPROVE, form)
            filled = operations.filled(session, register, said)
            with transaction(session):
                door.act(session, actor, spec, pk, Action.APPROVE, shown_in(form), opinion=form.get("opinion"), filled=filled, proof=proof)
        except Stale as stale:
            return self._page(pk, 409, problem=str(stale.message))
        except Unproven as unproven:
            return self._page(pk, 422, problem=str(unproven.reason))
        except Invalid as invalid:
            return self._page(pk, 422, invalid.faults)
        flash(_("提取结果已登记，等待监督人签字"), "success")
        return redirect(paths.url(spec, "show", pk=pk))

    def _page(self, pk: int, status: int = 200, found: Sequence[Fault] = (), problem: str | None = None) -> Response:
        actor, session, spec = the_actor(), db.session(), operations.spec()
        case = operations.waiting(session, actor, pk)
        register = case.document
        assert isinstance(register, CollectionFileRegister)
        job = ended_now(jobs.latest(session, pk), register)
        unopened = unopened_by(job)
        if status == 200 and job is not None:
            found, problem = unopened, job.problem
        summary = faults.Summary(problem) if problem else faults.summary(found) if found else None
        if summary is not None and found is unopened:
            summary = faults.Summary(_("口令打不开 %(count)s 个文件，没有登记提取结果", count=len(unopened)), summary.lines)
        return make_response(self.render_template(
            "collection/extraction.html", title=_("提取"), spec=spec, document=register, case=case, summary=summary,
            errors={str(one.path[0]): str(one.message) for one in found}, typed=request.form or typed_before(job), locked=bool(unopened),
            witnesses=operations.witnesses(session, actor, case), rows=operations.extracted(session, pk),
            received={one.name: one for one in attachments.of(session, pk)}, agreed=operations.terms(session, register),
            plain=operations.unencrypted(session, register),
            kept=session.get(ProviderSecret, register.provider.id), desk=actions.desk(session, actor, case),
            show=paths.url(spec, "show", pk=pk), list_url=paths.url(spec),
            running=row_of(actor, job, register) if job is not None and job.state.open else None,
        ), status)


def ended_now(job: Job | None, register: CollectionFileRegister) -> Job | None:
    """The latest extraction, where it was of the register as it is now."""
    seen = (register.version, register.digest)
    return job if job is not None and (job.params["version"], job.params["digest"]) == seen else None


def unopened_by(job: Job | None) -> list[Fault]:
    """Files that the last extraction's password did not open."""
    if job is None or job.state is not JobState.DONE:
        return []
    return [Fault(("password",), name, reason) for name, reason in job.result["unopened"]]


def typed_before(job: Job | None) -> dict[str, str]:
    """What was chosen for the extraction that has come to nothing, to be tried again; never the password."""
    if job is None:
        return {}
    return {"witness": job.params["witness"], **({"remember": "1"} if job.params["remember"] else {})}
