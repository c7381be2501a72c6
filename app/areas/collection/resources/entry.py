"""Entry by hand over REST: sheets opened, keyed, reviewed row by row and made into form 2 (article 16.1.3)."""

from collections.abc import Callable, Iterator
from typing import Any

from flask import current_app
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from marshmallow import fields, validate
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.api.answers import MAYBE, TEXT, WHOLE, YES_NO, json_content, named, table, values
from app.api.arguments import in_path, once
from app.api.bodies import json_object
from app.api.calling import caller
from app.api.paths import operation as described
from app.api.reading import Json
from app.api.replay import changing
from app.api.replies import reply
from app.api.resource import ID, Resource, operation
from app.api.schemas import NOT_TEXT, NOT_WHOLE, Written, required_text, yes_no
from app.api.taking import plainly
from app.areas.collection.entry import operations
from app.areas.collection.entry.checking import faults_of
from app.areas.collection.entry.models import EntrySheet, Review, SheetState
from app.areas.collection.entry.permissions import KEY, LIST, RESOURCE, REVIEW
from app.areas.collection.forms.collection_file_register import Original
from app.areas.collection.resources.paging import known_only, moment, newest_first, paging
from app.areas.collection.resources.papers import PAPER, paper_json
from app.areas.collection.structures import layout_of
from app.database import db
from app.workflow.errors import Missing

Do = Callable[[Session], EntrySheet]

NEEDED: Any = {"required": _("必填"), "null": _("必填")}
NOT_LIST: Any = NEEDED | {"invalid": _("应为数组")}
NO_DAY: Any = NEEDED | {"invalid": _("应为日期，如 2026-05-01")}
ROW_NO: Any = NOT_WHOLE | NEEDED


def version() -> Any:
    """The version that the caller was shown."""
    return fields.Integer(strict=True, required=True, error_messages=ROW_NO)


def cells(**options: Any) -> Any:
    """The values of a row, a text for each field of the structure."""
    return fields.List(fields.String(error_messages=NOT_TEXT), error_messages=NOT_LIST, **options)


OPEN = Written.from_dict({
    "structure": required_text(30),
    "original": fields.String(
        required=True, error_messages=NEEDED | NOT_TEXT,
        validate=validate.OneOf([one.value for one in Original], error=_("应为 electronic 或 paper")),
    ),
    "source": required_text(120),
    "period_from": fields.Date(format="iso", required=True, error_messages=NO_DAY),
    "period_to": fields.Date(format="iso", required=True, error_messages=NO_DAY),
}, name="EntrySheetNew")()
KEYING = Written.from_dict({
    "version": version(), "rows": fields.List(cells(), required=True, error_messages=NOT_LIST), "hand_over": yes_no(),
}, name="EntryKeying")()
READ = Written.from_dict({
    "row_no": fields.Integer(strict=True, required=True, error_messages=ROW_NO), "same": yes_no(), "values": cells(allow_none=True),
}, name="EntryRowRead")
REVIEWING = Written.from_dict({
    "version": version(), "rows": fields.List(fields.Nested(READ), required=True, error_messages=NOT_LIST),
}, name="EntryReview")()
COMPLETING = Written.from_dict({"version": version()}, name="EntryCompletion")()


class EntryApi(Resource):
    """人工录入."""

    resource_name = "collection/entry"
    class_permission_name = RESOURCE
    openapi_spec_tag = RESOURCE

    @operation("/", permission=LIST)
    def get_list(self) -> Response:
        """Sheets, the latest first."""
        known_only()
        return newest_first(db.session(), select(EntrySheet), EntrySheet.id, sheet_json)

    @operation("/", methods=("POST",), permission=KEY)
    def post_open(self) -> Response:
        """Opens a sheet."""
        sent = plainly(OPEN, json_object())

        def opened(session: Session) -> EntrySheet:
            return operations.open_sheet(
                session, caller(), sent["structure"], Original.of(sent["original"]), sent["source"], sent["period_from"],
                sent["period_to"],
            )

        return done(opened, 201)

    @operation(f"/{ID}", permission=LIST)
    def get(self, pk: int) -> Response:
        """A sheet with its fields, rows, and what is wrong with them."""
        sheet = db.session().get(EntrySheet, pk)
        if sheet is None:
            raise Missing
        return reply(whole_json(db.session(), sheet))

    @operation(f"/{ID}/key", methods=("POST",), permission=KEY)
    def post_key(self, pk: int) -> Response:
        """Saves all rows as keyed; `hand_over` gives the sheet to review, which it must be sound for."""
        sent = plainly(KEYING, json_object())
        handing = sent.get("hand_over", False)
        return done(lambda session: operations.key(session, caller(), pk, sent["version"], sent["rows"], hand_over=handing))

    @operation(f"/{ID}/review", methods=("POST",), permission=REVIEW)
    def post_review(self, pk: int) -> Response:
        """Notes what the reviewer reads in the original, row by row."""
        sent = plainly(REVIEWING, json_object())
        same = frozenset(one["row_no"] for one in sent["rows"] if one.get("same"))
        read = {one["row_no"]: one["values"] for one in sent["rows"] if one.get("values") is not None}
        return done(lambda session: operations.review(session, caller(), pk, sent["version"], read, same))

    @operation(f"/{ID}/complete", methods=("POST",), permission=REVIEW)
    def post_complete(self, pk: int) -> Response:
        """The file and the reviewer's draft of form 2, once every row was found the same."""
        seen = plainly(COMPLETING, json_object())["version"]
        return changing(lambda session: completed(session, pk, seen))

    def operations(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """What the API's description says of sheets."""
        row = {"type": "array", "items": TEXT}
        day = {"type": "string", "format": "date"}
        short = named(
            id=WHOLE, number=TEXT, structure=TEXT, original=values(Original), source=TEXT, period_from=day, period_to=day,
            state=values(SheetState), version=WHOLE, first_collector=TEXT, keyed_by=MAYBE, keyed_on=MAYBE, reviewed_by=MAYBE,
            received_at=TEXT, register=MAYBE,
        )
        line = named(row_no=WHOLE, values=row, review=values(Review) | {"nullable": True}, read=row | {"nullable": True})
        field, fault = named(name=TEXT, title=TEXT), named(row_no=WHOLE, field=MAYBE, reason=TEXT)
        whole = json_content(named(
            **short["properties"], fields={"type": "array", "items": field}, rows={"type": "array", "items": line},
            faults={"type": "array", "items": fault}, not_to_key=MAYBE, not_to_review=MAYBE,
        ))
        wanted = named(structure=TEXT, original=values(Original), source=TEXT, period_from=day, period_to=day)
        begin = json_content(wanted | {"required": list(wanted["properties"])})
        typed = named(version=WHOLE, rows={"type": "array", "items": row}, hand_over=YES_NO)
        keyed = json_content(typed | {"required": ["version", "rows"]})
        each = named(row_no=WHOLE, same=YES_NO, values=row) | {"required": ["row_no"]}
        reviewed = json_content(named(version=WHOLE, rows={"type": "array", "items": each}) | {"required": ["version", "rows"]})
        based = json_content(named(version=WHOLE) | {"required": ["version"]})
        key, failing = [in_path("pk"), once()], ("400", "404", "409", "413", "415", "422")
        yield "/", {
            "get": described(gettext("录入表，最近的在前"), "200", json_content(table(short, next=MAYBE)), paging(), None, ["422"]),
            "post": described(gettext("新建录入表"), "201", whole, [once()], begin, ("400", "413", "415", "422")),
        }
        yield "/{pk}", {"get": described(gettext("一张录入表及其记录、差错"), "200", whole, [in_path("pk")], None, ["404"])}
        yield "/{pk}/key", {"post": described(gettext("保存全部记录；hand_over 为 true 时交复核"), "200", whole, key, keyed, failing)}
        words = gettext("登记复核结果：same 为 true 的一致；values 是复核人读到的值，与录入不同的退回录入人")
        yield "/{pk}/review", {"post": described(words, "200", whole, key, reviewed, failing)}
        words = gettext("复核通过：生成数据文件和《数据采集文件登记表》草稿")
        yield "/{pk}/complete", {"post": described(words, "201", json_content(PAPER), key, based, failing)}


def done(do: Do, status: int = 200) -> Response:
    """The sheet as it is after a change."""

    def work(session: Session) -> Response:
        sheet = do(session)
        session.flush()
        headers = {"Location": f"/api/v1/collection/entry/{sheet.id}"} if status == 201 else {}
        return reply(whole_json(session, sheet), status, headers)

    return changing(work)


def completed(session: Session, pk: int, seen: int) -> Response:
    """The draft just made."""
    document = operations.complete(session, caller(), pk, seen, current_app.config["DATA_DIR"] / "attachments")
    session.flush()
    found = paper_json(document)
    return reply(found, 201, {"Location": found["links"]["self"]})


def sheet_json(one: EntrySheet) -> Json:
    """A sheet without its rows."""
    return {
        "id": one.id, "number": one.number, "structure": one.structure.code, "original": one.original.value, "source": one.source,
        "period_from": one.period_from.isoformat(), "period_to": one.period_to.isoformat(), "state": one.state.value,
        "version": one.version, "first_collector": one.first_collector.name, "keyed_by": one.keyed_by.name if one.keyed_by else None,
        "keyed_on": one.keyed_on.isoformat() if one.keyed_on else None,
        "reviewed_by": one.reviewed_by.name if one.reviewed_by else None, "received_at": moment(one.received_at),
        "register": one.register.number if one.register else None,
    }


def whole_json(session: Session, sheet: EntrySheet) -> Json:
    """A sheet as its page shows it; `not_to_key`, `not_to_review`: why the caller may not, or null."""
    layout = layout_of(session, sheet.structure)
    wrong = faults_of(layout, [(one.row_no, one.values) for one in sheet.rows])
    not_to_key, not_to_review = operations.may_not_key(caller(), sheet), operations.may_not_review(caller(), sheet)
    return sheet_json(sheet) | {
        "fields": [{"name": one.name, "title": one.title} for one in layout.fields],
        "rows": [
            {"row_no": one.row_no, "values": one.values, "review": one.review.value if one.review else None, "read": one.read}
            for one in sheet.rows
        ],
        "faults": [
            {"row_no": number, "field": None if place is None else layout.fields[place].name, "reason": str(reason)}
            for (number, place), reason in wrong.items()
        ],
        "not_to_key": None if not_to_key is None else str(not_to_key),
        "not_to_review": None if not_to_review is None else str(not_to_review),
    }
