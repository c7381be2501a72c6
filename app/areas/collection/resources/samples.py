"""Samples over REST (样例文件): what one suggests as a form 1, and a structure tried on one, for those who read form 1."""

from collections.abc import Iterator
from typing import Any

from flask import current_app, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from app.api.answers import MAYBE, TEXT, WHOLE, json_content, named
from app.api.arguments import query
from app.api.calling import caller
from app.api.errors import Refusal
from app.api.files import PART, file_sent
from app.api.paths import operation as described
from app.api.reading import Json
from app.api.replies import reply
from app.api.resource import Resource, making, operation
from app.areas.collection import sampling
from app.areas.collection.structures import NoLayout
from app.database import db
from app.documents.values import Fault, Invalid
from app.intake.chunks import Unreadable
from app.intake.rules import Rule
from app.intake.trying import Tried

RESOURCE = "FJ01 数据结构分析表"
MULTIPART = {"multipart/form-data": {"schema": {
    "type": "object", "required": [PART], "properties": {PART: {"type": "string", "format": "binary"}},
}}}


class SampleApi(Resource):
    """样例文件."""

    resource_name = "structure_samples"
    class_permission_name = RESOURCE
    openapi_spec_tag = "样例文件"

    @making("/draft", methods=("POST",))
    def post_draft(self) -> Response:
        """What a sample suggests: values for a new form 1, and the first rows. Nothing is saved."""
        no_arguments()
        try:
            with sampling.sample(current_app.config["DATA_DIR"], file_sent().stream) as path:
                found, raw = sampling.guessed(db.session(), caller(), path)
        except Unreadable as wrong:
            raise Refusal(422, wrong.reason) from None
        return reply({"values": raw, "rows": [list(row) for row in found.rows]})

    @operation("/tried", methods=("POST",))
    def post_tried(self) -> Response:
        """A sample held against a structure or a form 1: counts and faults. Nothing is saved."""
        no_arguments("by")
        try:
            wanted = sampling.find(db.session(), caller(), request.args.get("by", ""))
            with sampling.sample(current_app.config["DATA_DIR"], file_sent().stream) as path:
                found = sampling.tried(wanted, path)
        except (Unreadable, NoLayout) as wrong:
            raise Refusal(422, wrong.reason) from None
        return reply(tried_json(wanted.key, found))

    def operations(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """What the API's description says of samples."""
        fault = named(row=WHOLE, field=MAYBE, value=TEXT, rule=TEXT, rule_title=TEXT, reason=TEXT)
        count = named(field=MAYBE, rule=TEXT, rule_title=TEXT, count=WHOLE)
        row = {"type": "array", "items": TEXT}
        draft = named(values={"type": "object"}, rows={"type": "array", "items": row})
        outcome = named(
            by=TEXT, total=WHOLE, good=WHOLE, bad=WHOLE, refused=named(row=WHOLE | {"nullable": True}, reason=TEXT) | {"nullable": True},
            counts={"type": "array", "items": count}, faults={"type": "array", "items": fault},
        )
        by = query("by", gettext("数据结构代码，或数据结构分析表编号"), TEXT)
        yield "/draft", {"post": described(
            gettext("据样例推测的数据结构分析表"), "200", json_content(draft), [], MULTIPART, ("415", "422"))}
        yield "/tried", {"post": described(
            gettext("按数据结构试读样例"), "200", json_content(outcome), [by], MULTIPART, ("404", "415", "422"))}


def no_arguments(*known: str) -> None:
    """Refuses arguments that mean nothing here; raises Invalid."""
    wrong = [Fault((name,), name, _("没有这个查询参数")) for name in request.args if name not in (*known, "_l_")]
    if wrong:
        raise Invalid(wrong)


def tried_json(key: str, found: Tried) -> Json:
    """What came of a sample."""
    refused = found.refused
    return {
        "by": key, "total": found.total, "good": found.good, "bad": found.bad,
        "refused": None if refused is None else {"row": refused.row, "reason": str(refused.reason)},
        "counts": [
            {"field": field, "rule": rule, "rule_title": title_of(rule), "count": count}
            for (field, rule), count in found.counts.most_common()
        ],
        "faults": [
            {"row": one.row, "field": one.field, "value": one.value, "rule": one.rule, "rule_title": title_of(one.rule),
             "reason": str(one.reason)}
            for one in found.faults
        ],
    }


def title_of(rule: str) -> str:
    """A broken rule in words."""
    return str(Rule.of(rule).title)
