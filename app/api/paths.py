"""The operations of forms and registers in the words of OpenAPI."""

from collections.abc import Iterable, Iterator
from typing import Any

from flask_babel import gettext as _

from app.api import answers, past
from app.api.answers import json_content, problems
from app.api.arguments import Argument, header, in_path, of_list, once
from app.api.schemas import DECISION, schemas
from app.engine.spec import FormSpec, RegisterSpec
from app.workflow.options import Action

Operation = dict[str, Any]
Described = tuple[str, dict[str, Operation]]

SECURITY: list[dict[str, list[str]]] = [{"jwt": []}, {"session": []}]
ALWAYS, WRITING, BASED = ("401", "403"), ("400", "413", "415", "422"), ("404", "409", "422", "428")
DECIDED = (Action.SUBMIT, Action.WITHDRAW, Action.APPROVE, Action.AUTHORISE, Action.RETURN, Action.TERMINATE)
DOCUMENT, FILE = "/{pk}", "/{pk}/attachments/{file_id}"


def operation(
    summary: str, status: str = "200", answer: Any = None, arguments: Iterable[Argument] = (), body: Any = None,
    problem: Iterable[str] = (),
) -> Operation:
    """One operation; `answer` and `body` are content by media type, `problem` statuses beside those of every operation."""
    known = problems()
    responses: dict[str, Any] = {status: {"description": summary} | ({"content": answer} if answer else {})}
    responses |= {one: known[one][0] for one in sorted({*ALWAYS, *problem})}
    found = {"summary": summary, "parameters": list(arguments), "responses": responses, "security": SECURITY}
    return found | ({"requestBody": {"required": True, "content": body}} if body else {})


def of_form(spec: FormSpec) -> Iterator[Described]:
    """Every path of a form's resource."""
    known = schemas(spec)
    whole, change, pk = json_content(type(known.read)), json_content(type(known.change)), in_path("pk")
    based = header("If-Match", _("读取单据时得到的 ETag；也可在内容中给出 version 与 digest"))
    tagged = based | {"required": True, "description": _("读取单据时得到的 ETag")}
    key = once()
    listed = json_content(answers.page_of(type(known.read)))
    make = operation(_("制作草稿"), "201", whole, [key], json_content(type(known.make)), (*WRITING, "404"))
    yield "/", {"get": operation(_("查询"), "200", listed, of_list(spec), None, ["400", "422"]), "post": make}
    yield DOCUMENT, {
        "get": operation(_("读取"), "200", whole, [pk], None, ["404"]),
        "put": operation(_("整份修改：未给出的项目清空"), "200", whole, [pk, based, key], change, (*WRITING, *BASED)),
        "patch": operation(_("部分修改：未给出的项目不变"), "200", whole, [pk, based, key], change, (*WRITING, *BASED)),
        "delete": operation(_("删除本人的草稿"), "204", None, [pk, tagged, key], None, BASED),
    }
    yield from of_decisions(whole, pk, based)
    yield from of_files(pk, tagged)


def of_decisions(whole: Any, pk: Argument, based: Argument) -> Iterator[Described]:
    """What can be decided on a document, deciding, and what was decided."""
    actions, trail = json_content(answers.actions()), json_content(answers.trail())
    decision = in_path("action", {"type": "string", "enum": [str(one) for one in DECIDED]})
    body = json_content(type(DECISION))
    yield f"{DOCUMENT}/actions", {"get": operation(_("现在可以办理什么"), "200", actions, [pk], None, ["404"])}
    asked = [pk, decision, based, once()]
    yield f"{DOCUMENT}/actions/{{action}}", {
        "post": operation(_("提交、撤回、同意、现场授权、退回或终止"), "200", whole, asked, body, (*WRITING, *BASED))
    }
    yield f"{DOCUMENT}/trail", {"get": operation(_("签批记录"), "200", trail, [pk], None, ["404"])}


def of_files(pk: Argument, tagged: Argument) -> Iterator[Described]:
    """Attachments of a document."""
    binary = {"type": "string", "format": "binary"}
    one, every = json_content(answers.attachment()), json_content(answers.table(answers.attachment()))
    body = {"multipart/form-data": {"schema": answers.named(file=binary) | {"required": ["file"]}}}
    key = in_path("file_id")
    yield f"{DOCUMENT}/attachments", {
        "get": operation(_("附件"), "200", every, [pk], None, ["404"]),
        "post": operation(_("添加附件"), "201", one, [pk, tagged, once()], body, (*WRITING, *BASED)),
    }
    yield FILE, {
        "get": operation(_("下载附件"), "200", {"*/*": {"schema": binary}}, [pk, key], None, ["404"]),
        "delete": operation(_("删除附件"), "204", None, [pk, key, tagged, once()], None, BASED),
    }


def of_register(spec: RegisterSpec) -> Iterator[Described]:
    """Every path of a register's resource."""
    row = type(schemas(spec).read)
    key = in_path("key", {"type": "string"}) | {"description": _("代码或编号，也可为 id")}
    listed = json_content(answers.page_of(row))
    yield "/", {"get": operation(_("查询"), "200", listed, of_list(spec), None, ["400", "422"])}
    yield "/{key}", {"get": operation(_("读取"), "200", json_content(row), [key], None, ["404"])}
    yield from of_history(key)


def of_history(key: dict[str, Any]) -> Iterator[Described]:
    """The paths of the past of a register, of accounts, of roles."""
    yield "/{key}/history", {
        "get": operation(_("历次变更，最近的在前"), "200", json_content(past.HISTORY), [key], None, ["404"])
    }
    day = {"name": "day", "in": "query", "required": True, "schema": {"type": "string", "format": "date"}}
    yield "/as-of", {
        "get": operation(_("某日终了时的台账"), "200", json_content(past.AS_OF), [day], None, ["400", "404"])
    }
