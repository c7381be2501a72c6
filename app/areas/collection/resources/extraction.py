"""提取 over REST: started, watched, signed; the same verbs as the page (article 16.1.1.4)."""

from collections.abc import Iterator
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from marshmallow import fields
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.api.answers import MAYBE, TEXT, WHOLE, YES_NO, json_content, named, values
from app.api.arguments import header, in_path, once
from app.api.basis import basis, tag
from app.api.bodies import json_object
from app.api.calling import caller
from app.api.jobs import job_json
from app.api.paths import operation as described
from app.api.proving import proof_sent
from app.api.reading import Json
from app.api.replay import answer_before, changing
from app.api.replies import reply
from app.api.resource import ID, Resource, operation
from app.api.schemas import Written, decision_fields, required_text, shown_fields, some_text, yes_no
from app.api.taking import plainly
from app.areas.collection.extraction import jobs, operations
from app.areas.collection.extraction.models import ExtractedFile
from app.areas.collection.forms.collection_file_register import CollectionFileRegister, Extraction
from app.areas.collection.resources.paging import moment
from app.areas.collection.resources.papers import PAPER, paper_json
from app.database import db
from app.documents.values import Fault, Invalid
from app.jobs.models import Job, JobState
from app.workflow import door
from app.workflow.cases import open_case
from app.workflow.comparing import Shown
from app.workflow.errors import Denied
from app.workflow.options import Action

RESOURCE = "FJ02 数据采集文件登记表"
MOST_FAULT = 200
RUN = Written.from_dict(shown_fields() | {
    "witness": required_text(30), "password": some_text(128), "remember": yes_no(), "accept": yes_no(),
}, name="ExtractionRun")()
SIGN = Written.from_dict(
    {name: one for name, one in decision_fields().items() if name not in ("back_to", "filled")}
    | {"faults": fields.Dict(
        keys=fields.String(), values=required_text(MOST_FAULT), error_messages={"invalid": _("应为 JSON 对象")})},
    name="ExtractionSignature",
)()


class ExtractionApi(Resource):
    """提取."""

    resource_name = "collection/extraction"
    class_permission_name = RESOURCE
    openapi_spec_tag = "提取"

    @operation(f"/{ID}")
    def get(self, pk: int) -> Response:
        """What was delivered, what was found, and how far an extraction is."""
        session = db.session()
        register = found(session, pk)
        return reply(state_json(session, register), 200, tag(register))

    @operation(f"/{ID}/run", methods=("POST",))
    def post_run(self, pk: int) -> Response:
        """Queues the extraction; the answer has its job."""
        sent = plainly(RUN, json_object())
        shown = basis(sent)
        return changing(lambda session: started(session, pk, shown, sent))

    @operation(f"/{ID}/sign", methods=("POST",))
    def post_sign(self, pk: int) -> Response:
        """Signs the step with what was found; `faults`: what else is wrong, by file name. A wrong proof counts first."""
        sent, session = plainly(SIGN, json_object()), db.session()
        shown = basis(sent)
        if before := answer_before():
            return before
        case = operations.waiting(session, caller(), pk)
        proof = proof_sent(session, caller(), case, Action.APPROVE, sent.get("proof"))
        said = sent.get("faults", {})
        return changing(lambda session: signed(session, pk, shown, said, opinion=sent.get("opinion"), proof=proof))

    def operations(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """What the API's description says of extraction."""
        whole = {"type": "integer", "nullable": True}
        file = named(
            name=TEXT, bytes=WHOLE, records=WHOLE, found_bytes=whole, found_records=whole, found_name=MAYBE,
            layers={"type": "array", "items": TEXT}, encrypted=YES_NO, result=values(Extraction) | {"nullable": True}, fault=MAYBE,
            against_agreement=MAYBE,
        )
        job = {"type": "object", "nullable": True}
        person, unopened = named(staff_no=TEXT, name=TEXT), named(name=TEXT, fault=TEXT)
        state = json_content(named(
            **PAPER["properties"], not_to_extract=MAYBE, witnesses={"type": "array", "items": person}, job=job,
            unopened={"type": "array", "items": unopened}, extracted_by=MAYBE, extracted_at=MAYBE, witness=MAYBE,
            files={"type": "array", "items": file},
        ))
        shown = {"version": WHOLE, "digest": TEXT}
        run = json_content(named(**shown, witness=TEXT, password=TEXT, remember=YES_NO, accept=YES_NO) | {"required": ["witness"]})
        proof = named(user_name=TEXT, password=TEXT, code=TEXT)
        sign = json_content(named(**shown, opinion=TEXT, proof=proof, faults={"type": "object", "additionalProperties": TEXT}))
        based = header("If-Match", gettext("读取单据时得到的 ETag；也可在内容中给出 version 与 digest"))
        asked, failing = [in_path("pk"), based, once()], ("400", "404", "409", "413", "415", "422", "428")
        yield "/{pk}", {"get": described(gettext("提取情况"), "200", state, [in_path("pk")], None, ["404"])}
        words = gettext("开始提取：在后台进行；accept 为 true 时口令打不开的文件按有误登记")
        yield "/{pk}/run", {"post": described(words, "202", state, asked, run, failing)}
        words = gettext("提取结果签字：faults 是另外发现的差错，按文件名；没有按约定加密而按正常登记的，须有 opinion")
        yield "/{pk}/sign", {"post": described(words, "200", json_content(PAPER), asked, sign, failing)}


def found(session: Session, pk: int) -> CollectionFileRegister:
    """A register that the caller reads; raises Missing."""
    register = open_case(session, caller(), operations.spec(), pk).document
    assert isinstance(register, CollectionFileRegister)
    return register


def started(session: Session, pk: int, shown: Shown, sent: dict[str, Any]) -> Response:
    """The state once the job is queued."""
    jobs.start(
        session, caller(), pk, shown, sent["witness"], sent.get("password", ""), remember=sent.get("remember", False),
        accept=sent.get("accept", False),
    )
    return reply(state_json(session, found(session, pk)), 202)


def signed(session: Session, pk: int, shown: Shown, said: dict[str, str], **decided: Any) -> Response:
    """The document once the step is signed."""
    register = found(session, pk)
    names = {one.name for one in register.files}
    if unknown := [name for name in said if name not in names]:
        raise Invalid([Fault(("faults", name), name, _("登记表没有这个文件")) for name in unknown])
    filled = operations.filled(session, register, said)
    document = door.act(session, caller(), operations.spec(), pk, Action.APPROVE, shown, filled=filled, **decided)
    session.flush()
    return reply(paper_json(document), 200, tag(document))


def state_json(session: Session, register: CollectionFileRegister) -> Json:
    """What the page shows; `not_to_extract`: why the caller may not, or null."""
    witnesses, reason = [], None
    try:
        case = operations.waiting(session, caller(), register.id)
        witnesses = [{"staff_no": one.staff_no, "name": one.name} for one in operations.witnesses(session, caller(), case)]
    except Denied as denied:
        reason = str(denied.reason)
    job, rows = jobs.latest(session, register.id), operations.extracted(session, register.id)
    against = operations.unencrypted(session, register)
    one = next(iter(rows.values()), None)
    return paper_json(register) | {
        "not_to_extract": reason, "witnesses": witnesses, "job": job_json(job, register) if job is not None else None,
        "unopened": unopened(job), "extracted_by": one.user_name if one else None, "extracted_at": moment(one.at) if one else None,
        "witness": one.witness.name if one else None,
        "files": [
            file_json(line, rows.get(line.name)) | {
                "against_agreement": str(against[line.name]) if line.name in against else None}
            for line in register.files
        ],
    }


def unopened(job: Job | None) -> list[Json]:
    """Files that the last extraction's password did not open."""
    if job is None or job.state is not JobState.DONE:
        return []
    return [{"name": name, "fault": fault} for name, fault in job.result["unopened"]]


def file_json(line: Any, row: ExtractedFile | None) -> Json:
    """A line of the register with what was found."""
    return {
        "name": line.name, "bytes": line.bytes, "records": line.records, "found_bytes": row.bytes if row else None,
        "found_records": row.records if row else None, "found_name": row.found_name if row else None,
        "layers": row.layers.split() if row else [], "encrypted": bool(row and row.encrypted),
        "result": row.result.value if row else None, "fault": row.fault if row else None,
    }
