"""Loads and credit facts over REST: what the pages 数据装载 and 企业信用信息 do (article 19)."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.api.answers import MAYBE, TEXT, WHOLE, json_content, named, table, values
from app.api.arguments import in_path, once, query
from app.api.bodies import json_object
from app.api.calling import caller
from app.api.lists import size_asked
from app.api.paths import operation as described
from app.api.reading import Json
from app.api.replay import answer_before, changing
from app.api.replies import reply
from app.api.resource import ID, Resource, operation
from app.api.schemas import PROOF, Written, required_text
from app.api.taking import plainly
from app.areas.business.registers import TargetEnterprise
from app.areas.collection.base_store.models import BaseBatch
from app.areas.collection.credit import operations, reading
from app.areas.collection.credit.models import LoadBatch, LoadState
from app.areas.collection.credit.permissions import CREDIT, LIST, LOAD, LOADING, READ
from app.areas.collection.credit.reading import Asked, Told
from app.areas.collection.resources.paging import after_asked, moment, newest_first, paging
from app.audit.models import AuditAction
from app.audit.recording import record
from app.database import db, transaction
from app.documents.values import Fault, Invalid
from app.security.proving import prove
from app.workflow.errors import Denied, Missing

START = Written.from_dict({"batch": required_text(30)}, name="LoadStart")()


class LoadApi(Resource):
    """数据装载."""

    resource_name = "collection/loads"
    class_permission_name = LOADING
    openapi_spec_tag = LOADING

    @operation("/", permission=LIST)
    def get_list(self) -> Response:
        """Loads, the latest first."""
        return newest_first(db.session(), select(LoadBatch), LoadBatch.id, load_json)

    @operation(f"/{ID}", permission=LIST)
    def get(self, pk: int) -> Response:
        """One load."""
        return reply(load_json(operations.find(db.session(), pk)))

    @operation("/", methods=("POST",), permission=LOAD)
    def post_start(self) -> Response:
        """Begins the load of an imported batch, named by its number."""
        number = plainly(START, json_object())["batch"]
        return changing(lambda session: started(session, number))

    @operation(f"/{ID}/authorise", methods=("POST",), permission=LOAD)
    def post_authorise(self, pk: int) -> Response:
        """现场授权: with the authoriser's proof; a wrong one counts towards the lock."""
        sent, session = plainly(PROOF(), json_object()), db.session()
        if before := answer_before():
            return before
        if (reason := operations.not_to_authorise(operations.find(session, pk), caller())) is not None:
            raise Denied(reason)
        proof = prove(session, caller(), sent.get("user_name", "").strip(), sent.get("password", ""), sent.get("code", ""))
        return changing(lambda session: answered(session, operations.authorise(session, caller(), pk, proof)))

    @operation(f"/{ID}/cancel", methods=("POST",), permission=LOAD)
    def post_cancel(self, pk: int) -> Response:
        """Gives a load up."""
        return changing(lambda session: answered(session, operations.cancel(session, caller(), pk)))

    def operations(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """What the API's description says of loads."""
        one = named(
            id=WHOLE, number=TEXT, batch=TEXT, reload_of=MAYBE, state=values(LoadState), records=WHOLE, matched=WHOLE,
            new_enterprises=WHOLE, facts=WHOLE, superseded=WHOLE, rejected=WHOLE, operator=TEXT, authoriser=MAYBE,
            authorised_at=MAYBE, made_at=TEXT, loaded_at=MAYBE, job_id=WHOLE | {"nullable": True},
        )
        content, key, failing = json_content(one), [in_path("pk"), once()], ("400", "404", "422")
        begin = json_content(named(batch=TEXT | {"description": gettext("导入批次号")}) | {"required": ["batch"]})
        proof = json_content(named(user_name=TEXT, password=TEXT, code=TEXT))
        yield "/", {
            "get": described(gettext("装载批次"), "200", json_content(table(one, next=MAYBE)), paging(), None, ["422"]),
            "post": described(gettext("开始装载预处理"), "201", content, [once()], begin, (*failing, "413", "415")),
        }
        yield "/{pk}", {"get": described(gettext("一个装载批次"), "200", content, [in_path("pk")], None, ["404"])}
        yield "/{pk}/authorise", {
            "post": described(gettext("现场授权：授权人的用户名、密码和动态口令"), "200", content, key, proof, (*failing, "413", "415"))
        }
        yield "/{pk}/cancel", {"post": described(gettext("取消装载"), "200", content, key, None, failing)}


class CreditApi(Resource):
    """企业信用信息."""

    resource_name = "collection/credit"
    class_permission_name = CREDIT
    openapi_spec_tag = CREDIT

    @operation("/<string:code>/facts", permission=READ)
    def get_facts(self, code: str) -> Response:
        """An enterprise's facts, by its code or unified code, as of the days asked for; the reading is recorded."""
        asked = Asked(known=day("known"), valid=day("valid"), superseded=request.args.get("superseded") == "true")
        before, size = after_asked(), size_asked()
        with transaction(db.session()) as session:
            enterprise = enterprise_of(session, code)
            record(session, caller(), AuditAction.READ, CREDIT, enterprise.code, detail={"title": enterprise.name})
            enterprise_id = enterprise.id
        found = reading.facts_of(session, enterprise_id, asked, before, size)
        return reply({"rows": [fact_json(one) for one in found.facts], "next": str(found.before) if found.before else None})

    def operations(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """What the API's description says of credit facts."""
        one = named(
            id=WHOLE, indicator=TEXT, name=TEXT, type=TEXT, unit=MAYBE, value=TEXT, valid_from=MAYBE, valid_to=MAYBE, subject=TEXT,
            provider=MAYBE, batch=TEXT, load=TEXT, file=TEXT, row=WHOLE, record=WHOLE, loaded_at=MAYBE, superseded_at=MAYBE,
        )
        a_day = {"type": "string", "format": "date"}
        arguments = [
            in_path("code", TEXT) | {"description": gettext("企业编号或统一社会信用代码")},
            query("known", gettext("当时所知：截至该日终了"), a_day), query("valid", gettext("信息时点：在该日有效"), a_day),
            query("superseded", gettext("true 含已更正的"), {"type": "boolean"}), *paging(),
        ]
        words = gettext("企业的信用信息及其来源；每次查阅都记入审计日志")
        yield "/{code}/facts", {"get": described(words, "200", json_content(table(one, next=MAYBE)), arguments, None, ["404", "422"])}


def started(session: Session, number: str) -> Response:
    """The load just begun."""
    batch_id = session.scalar(select(BaseBatch.id).where(BaseBatch.number == number))
    if batch_id is None:
        raise Missing
    return answered(session, operations.start(session, caller(), batch_id), 201)


def answered(session: Session, load: LoadBatch, status: int = 200) -> Response:
    """The load as it is now."""
    session.flush()
    return reply(load_json(load), status)


def enterprise_of(session: Session, code: str) -> TargetEnterprise:
    """The enterprise of a code or unified code; raises Missing."""
    either = (TargetEnterprise.code == code) | (TargetEnterprise.uscc == code)
    found = session.scalar(select(TargetEnterprise).where(either).order_by(TargetEnterprise.id).limit(1))
    if found is None:
        raise Missing
    return found


def load_json(one: LoadBatch) -> Json:
    """A load."""
    return {
        "id": one.id, "number": one.number, "batch": one.batch.number, "reload_of": one.reload_of.number if one.reload_of else None,
        "state": one.state.value, "records": one.records, "matched": one.matched, "new_enterprises": one.new_enterprises,
        "facts": one.facts, "superseded": one.superseded, "rejected": one.rejected, "operator": one.operator_name,
        "authoriser": one.authoriser_name, "authorised_at": moment(one.authorised_at), "made_at": moment(one.made_at),
        "loaded_at": moment(one.loaded_at), "job_id": one.job_id,
    }


def fact_json(one: Told) -> Json:
    """A fact with where it came from."""
    fact, indicator = one.fact, one.fact.indicator
    return {
        "id": fact.id, "indicator": indicator.code, "name": indicator.name, "type": indicator.type.value, "unit": indicator.unit,
        "value": fact.value, "valid_from": fact.valid_from.isoformat() if fact.valid_from else None,
        "valid_to": fact.valid_to.isoformat() if fact.valid_to else None, "subject": one.structure.subject,
        "provider": one.provider, "batch": one.batch.number, "load": fact.load.number, "file": one.place.name, "row": one.place.row,
        "record": fact.record_id, "loaded_at": moment(fact.load.loaded_at), "superseded_at": moment(fact.superseded_at),
    }


def day(name: str) -> date | None:
    """A day asked for; raises Invalid."""
    text = request.args.get(name)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid([Fault((name,), name, _("应为日期，如 2026-05-01"), text)]) from None
