"""Files, faults and error files of import batches over REST (导入批次), for those who read form 6."""

from collections.abc import Iterator
from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.api.answers import MAYBE, TEXT, WHOLE, json_content, named, table
from app.api.arguments import in_path, query
from app.api.calling import caller
from app.api.lists import MOST_ROWS, USUAL_ROWS, size_asked
from app.api.paths import operation as described
from app.api.reading import Json
from app.api.replies import reply
from app.api.resource import ID, LARGEST, Resource, operation
from app.areas.collection.base_store import sight
from app.areas.collection.base_store.models import BaseBatch, BaseFault, BaseFile
from app.areas.collection.screens.imports import download
from app.areas.collection.sight.wording import rule_title
from app.database import db, transaction
from app.documents.values import Fault, Invalid

RESOURCE = "FJ06 数据导入文件登记表"
FILE = "<int:file_id>"


class BatchFilesApi(Resource):
    """导入批次的文件与差错."""

    resource_name = "collection/batches"
    class_permission_name = RESOURCE
    openapi_spec_tag = "导入批次"

    @operation(f"/{ID}/files")
    def get_files(self, pk: int) -> Response:
        """The files of a batch in the order of the form's lines."""
        batch, _document = sight.find(db.session(), caller(), pk)
        return reply({"rows": [file_json(batch, one) for one in batch.files], "next": None})

    @operation(f"/{ID}/faults")
    def get_faults(self, pk: int) -> Response:
        """What was wrong, in the order of files and rows; of one file where asked. A batch keeps the first 20,000."""
        after, size = place()
        session: Session = db.session()
        batch, _document = sight.find(session, caller(), pk)
        statement = sight.faults(pk, request.args.get("file", type=int))
        if after is not None:
            statement = statement.where(BaseFault.id > after)
        found = session.scalars(statement.order_by(BaseFault.id).limit(size + 1)).all()
        names = sight.names(batch.files)
        return page_of([fault_json(one, names[one.file_id]) for one in found], size)

    @operation(f"/{ID}/files/{FILE}/errors")
    def get_error_file(self, pk: int, file_id: int) -> Response:
        """The error file of one file: the rejected rows in the provider's own format, with the reasons."""
        with transaction(db.session()) as session:
            found = sight.take_error_file(session, caller(), pk, file_id)
        return download(found)

    def operations(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """What the API's description says of batches."""
        file = named(id=WHOLE, name=TEXT, sha256=TEXT, total=WHOLE, good=WHOLE, rejected=WHOLE, imported=WHOLE, duplicates=WHOLE,
                     same_as=WHOLE | {"nullable": True}, error_file=MAYBE, links={"type": "object"})
        fault = named(id=WHOLE, file=TEXT, row=WHOLE, field=MAYBE, value=TEXT, rule=TEXT, rule_title=TEXT, reason=TEXT)
        paging = [
            query("after", gettext("上一次回答中的 next：其后的一页"), TEXT),
            query("size", gettext("每页行数"), {"type": "integer", "minimum": 1, "maximum": MOST_ROWS, "default": USUAL_ROWS}),
        ]
        binary = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
        key, of_file = in_path("pk"), query("file", gettext("只列这个文件的差错"), WHOLE)
        listed = json_content(table(file, next=MAYBE))
        yield "/{pk}/files", {"get": described(gettext("一个导入批次的文件"), "200", listed, [key], None, ["404"])}
        yield "/{pk}/faults", {"get": described(
            gettext("差错明细"), "200", json_content(table(fault, next=MAYBE)), [key, of_file, *paging], None, ["404", "422"])}
        yield "/{pk}/files/{file_id}/errors", {"get": described(
            gettext("差错文件"), "200", binary, [key, in_path("file_id")], None, ["404"])}


def place() -> tuple[int | None, int]:
    """After which key, and how many rows; raises Invalid with each argument that cannot be taken."""
    names = {"file", "after", "size", "_l_"}
    wrong = [Fault((name,), name, _("没有这个查询参数")) for name in request.args if name not in names]
    after, file = request.args.get("after"), request.args.get("file")
    if after is not None and not (after.isascii() and after.isdigit() and len(after) < 19):
        wrong.append(Fault(("after",), "after", _("不是这个列表给出的"), after))
    if file is not None and not (file.isascii() and file.isdigit() and len(file) < 11 and int(file) <= LARGEST):
        wrong.append(Fault(("file",), "file", _("应为一个 id"), file))
    if wrong:
        raise Invalid(wrong)
    return int(after) if after else None, size_asked()


def page_of(rows: list[Json], size: int) -> Response:
    """Some rows, and where the next page begins."""
    return reply({"rows": rows[:size], "next": str(rows[size - 1]["id"]) if len(rows) > size else None})


def file_json(batch: BaseBatch, one: BaseFile) -> Json:
    """One file of a batch."""
    errors = f"/api/v1/collection/batches/{batch.id}/files/{one.id}/errors" if one.error_file else None
    return {
        "id": one.id, "name": one.name, "sha256": one.sha256, "total": one.total, "good": one.good, "rejected": one.rejected,
        "imported": one.imported, "duplicates": one.duplicates, "same_as": one.same_as_id, "error_file": one.error_file,
        "links": {"errors": errors} if errors else {},
    }


def fault_json(one: BaseFault, name: str) -> Json:
    """One fault."""
    return {
        "id": one.id, "file": name, "row": one.row_no, "field": one.field, "value": one.value, "rule": one.rule,
        "rule_title": str(rule_title(one.rule)), "reason": one.reason,
    }
