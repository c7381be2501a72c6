"""Providers and batches over REST: what the pages 供数单位总览 and 数据批次 show."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from app.api.answers import MAYBE, TEXT, WHOLE, json_content, named, table, values
from app.api.arguments import in_path, query
from app.api.lists import MOST_ROWS, USUAL_ROWS, size_asked
from app.api.paths import operation as described
from app.api.reading import Json
from app.api.replies import reply
from app.api.resource import ID, LARGEST, Resource, operation
from app.areas.collection.base_store.models import BaseBatch, BatchState
from app.areas.collection.sight import batches, providers, quality
from app.areas.collection.sight.batches import Asked, Paper, Way
from app.areas.collection.sight.permissions import LIST, RESOURCE
from app.areas.collection.sight.providers import Provider, Stream
from app.areas.collection.sight.punctuality import Punctuality, Report
from app.clock import now
from app.database import db
from app.documents.values import Fault, Invalid

OBJECT = {"type": "object"}
OBJECTS = {"type": "array", "items": OBJECT}
NUMBER = {"type": "number", "nullable": True}


class ProviderApi(Resource):
    """供数单位."""

    resource_name = "collection/providers"
    class_permission_name = RESOURCE
    openapi_spec_tag = RESOURCE

    @operation("/", permission=LIST)
    def get_list(self) -> Response:
        """All providers with structures in force, those that are overdue first."""
        return reply({"rows": [provider_json(one) for one in providers.overview(db.session(), now())], "next": None})

    @operation(f"/{ID}", permission=LIST)
    def get(self, pk: int) -> Response:
        """A provider with the periods of the last year, and its months and faults."""
        session, at = db.session(), now()
        found = providers.provider(session, pk, at)
        months = quality.months(session, pk, at.date())
        faults = quality.broken(session, pk, providers.since(at))
        return reply(provider_json(found) | {
            "structures": [stream_json(one) for one in found.streams],
            "months": [
                {"month": f"{one.start:%Y-%m}", "total": one.total, "rejected": one.rejected, "imported": one.imported,
                 "duplicates": one.duplicates, "faults": one.faults}
                for one in months
            ],
            "faults": [
                {"structure": one.structure, "field": one.field or None, "rule": one.rule, "count": one.count} for one in faults
            ],
        })

    def operations(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """What the API's description says of providers."""
        one = named(id=WHOLE, code=TEXT, name=TEXT, due=WHOLE, on_time=WHOLE, late=WHOLE, overdue=WHOLE, longest_overdue=WHOLE,
                    in_time_percent=NUMBER, last_received_at=MAYBE, records=WHOLE, rejected=WHOLE)
        whole = named(**one["properties"], structures=OBJECTS, months=OBJECTS, faults=OBJECTS)
        listed = json_content(table(one, next=MAYBE))
        words = gettext("供数单位近 12 个月的报送情况；longest_overdue 为最长逾期的工作日数")
        yield "/", {"get": described(words, "200", listed, [], None, [])}
        words = gettext("一个供数单位：各数据结构各期的应报与接收时间、每月数量、差错分布")
        yield "/{pk}", {"get": described(words, "200", json_content(whole), [in_path("pk")], None, ["404"])}


class BatchApi(Resource):
    """数据批次."""

    resource_name = "collection/batches"
    class_permission_name = RESOURCE
    openapi_spec_tag = RESOURCE

    @operation("/", permission=LIST)
    def get_list(self) -> Response:
        """The batches, the latest first."""
        wanted, after, size = asked()
        statement = batches.batches(wanted)
        if after is not None:
            statement = statement.where(BaseBatch.id < after)
        found = db.session().scalars(statement.order_by(BaseBatch.id.desc()).limit(size + 1)).all()
        rows = [batch_json(one) for one in found[:size]]
        return reply({"rows": rows, "next": str(rows[-1]["id"]) if len(found) > size else None})

    @operation(f"/{ID}", permission=LIST)
    def get(self, pk: int) -> Response:
        """A batch with its whole way: documents with people and times, files, faults, loads."""
        return reply(way_json(batches.way(db.session(), pk)))

    def operations(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """What the API's description says of batches."""
        one = named(
            id=WHOLE, number=TEXT, structure=TEXT, provider=MAYBE, state=values(BatchState), total=WHOLE, good=WHOLE,
            rejected=WHOLE, faults=WHOLE, imported=WHOLE, corrections=WHOLE, duplicates=WHOLE, prepared_at=MAYBE,
            imported_at=MAYBE, operator=MAYBE, witness=MAYBE,
        )
        whole = named(**one["properties"], register=OBJECT, deliveries=OBJECTS, files=OBJECTS, broken=OBJECTS, loads=OBJECTS,
                      load_errors=OBJECTS, notices=OBJECTS)
        arguments = [
            query("provider", gettext("只列这个供数单位的批次：其 id"), WHOLE), query("state", gettext("状态"), values(BatchState)),
            query("after", gettext("上一次回答中的 next：其后的一页"), TEXT),
            query("size", gettext("每页行数"), {"type": "integer", "minimum": 1, "maximum": MOST_ROWS, "default": USUAL_ROWS}),
        ]
        yield "/", {"get": described(gettext("数据批次"), "200", json_content(table(one, next=MAYBE)), arguments, None, ["422"])}
        words = gettext("一个批次的全程：单据及办理人和时间、文件、差错、装载")
        yield "/{pk}", {"get": described(words, "200", json_content(whole), [in_path("pk")], None, ["404"])}


def provider_json(one: Provider) -> Json:
    """A provider in numbers."""
    return {
        "id": one.organisation.id, "code": one.organisation.code, "name": one.organisation.name,
        "due": sum(each.state is not Punctuality.WAITING for each in one.reports),
        "on_time": one.number(Punctuality.ON_TIME), "late": one.number(Punctuality.LATE), "overdue": one.overdue,
        "longest_overdue": one.longest, "in_time_percent": one.in_time, "last_received_at": moment(one.last),
        "records": one.records, "rejected": one.rejected,
    }


def stream_json(one: Stream) -> Json:
    """A structure with its periods."""
    return {
        "structure": one.agreed.structure.code, "name": one.agreed.structure.name, "cycle": one.agreed.cycle.value,
        "agreement": one.agreed.agreement.agreement_no, "periods": [report_json(each) for each in one.reports],
    }


def report_json(one: Report) -> Json:
    """A period: when it was due, and what came."""
    return {
        "from": one.period.start.isoformat(), "to": one.period.end.isoformat(), "due_at": moment(one.due),
        "state": one.state.value, "days": one.days,
        "deliveries": [
            {"document_id": each.document_id, "number": each.number, "received_at": moment(each.received_at), "records": each.records}
            for each in one.deliveries
        ],
    }


def batch_json(one: BaseBatch) -> Json:
    """A batch in numbers."""
    numbers = ("total", "good", "rejected", "faults", "imported", "corrections", "duplicates")
    return {
        "id": one.id, "number": one.number, "structure": one.structure.code,
        "provider": one.structure.provider.name if one.structure.provider else None, "state": one.state.value,
        **{name: getattr(one, name) for name in numbers}, "prepared_at": moment(one.prepared_at),
        "imported_at": moment(one.imported_at), "operator": one.operator_name, "witness": one.witness_name,
    }


def way_json(way: Way) -> Json:
    """A batch with all that belongs to it."""
    return batch_json(way.batch) | {
        "register": paper_json(way.register), "deliveries": [paper_json(one) for one in way.deliveries],
        "files": [
            {"name": one.name, "sha256": one.sha256, "total": one.total, "good": one.good, "rejected": one.rejected,
             "imported": one.imported, "duplicates": one.duplicates, "same_as_id": one.same_as_id}
            for one in way.batch.files
        ],
        "broken": [{"field": one.field or None, "rule": one.rule, "count": one.count} for one in way.broken],
        "loads": [
            {"number": one.number, "state": one.state.value, "reload": one.reload_of_id is not None, "operator": one.operator_name,
             "authoriser": one.authoriser_name, "authorised_at": moment(one.authorised_at), "loaded_at": moment(one.loaded_at),
             "records": one.records, "matched": one.matched, "new_enterprises": one.new_enterprises, "facts": one.facts,
             "rejected": one.rejected}
            for one in way.loads
        ],
        "load_errors": [paper_json(one) for one in way.load_errors], "notices": [paper_json(one) for one in way.notices],
    }


def paper_json(one: Paper) -> Json:
    """A document with who did what and when."""
    return {
        "id": one.document.id, "number": one.document.number, "form": str(one.title), "state": one.document.state.value,
        "acts": [
            {"step": str(each.step), "who": each.who, "position": each.position, "at": moment(each.at)} for each in one.acts
        ],
    }


def moment(value: datetime | None) -> str | None:
    """2026-11-23T09:41:00, or None."""
    return value.isoformat(timespec="seconds") if value else None


def asked() -> tuple[Asked, int | None, int]:
    """What the request's arguments ask for; raises Invalid with each that cannot be taken."""
    args, known = request.args, {"provider", "state", "after", "size", "_l_"}
    wrong = [Fault((name,), name, _("没有这个查询参数")) for name in args if name not in known]
    for name in ("provider", "after"):
        given = args.get(name)
        if given is not None and not (given.isascii() and given.isdigit() and len(given) < 11 and int(given) <= LARGEST):
            wrong.append(Fault((name,), name, _("应为一个 id"), given))
    state = args.get("state")
    if state is not None and state not in [one.value for one in BatchState]:
        wrong.append(Fault(("state",), "state", _("没有这个状态"), state))
    if wrong:
        raise Invalid(wrong)
    provider, after = args.get("provider"), args.get("after")
    chosen = Asked(int(provider) if provider else None, None, BatchState.of(state) if state else None)
    return chosen, int(after) if after else None, size_asked()
