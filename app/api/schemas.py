"""marshmallow schemas made from the specs: what is read, what is written to make a document, and to change one."""

from dataclasses import dataclass
from typing import Any

from flask_babel import get_locale
from flask_babel import lazy_gettext as _
from marshmallow import RAISE, Schema, fields, validate

from app.api.codec_fields import CodecField, LinesField
from app.engine.fields import LineSpec
from app.engine.spec import AnySpec, FormSpec, RegisterSpec

Fields = dict[str, Any]

UNKNOWN = _("没有这个项目")
NOT_TEXT = {"invalid": _("应为文本")}
NOT_WHOLE = {"invalid": _("应为整数")}
OPINION = 2000
"""Characters of an opinion."""


class Written(Schema):
    """Base of what is sent: nothing beyond what is described."""

    class Meta:
        unknown = RAISE

    error_messages = {"unknown": UNKNOWN, "type": _("应为 JSON 对象")}


def shown_fields() -> Fields:
    """What a change is based on, where no If-Match header says it."""
    return {
        "version": fields.Integer(strict=True, error_messages=NOT_WHOLE),
        "digest": fields.String(error_messages=NOT_TEXT),
    }


def some_text(most: int) -> Any:
    """A text that may be there."""
    longest = validate.Length(max=most, error=_("最多 {max} 个字"))
    return fields.String(validate=longest, error_messages=NOT_TEXT)


PROOF = Written.from_dict({"user_name": some_text(64), "password": some_text(256), "code": some_text(16)}, name="Proof")
"""身份验证: who proves identity (without user_name: the caller), password, and one-time code where there is a token."""


def decision_fields() -> Fields:
    """What is sent with a decision."""
    longest = validate.Length(max=OPINION, error=_("最多 {max} 个字"))
    return shown_fields() | {
        "opinion": fields.String(allow_none=True, validate=longest, error_messages=NOT_TEXT),
        "back_to": fields.String(allow_none=True, error_messages=NOT_TEXT),
        "proof": fields.Nested(PROOF, allow_none=True),
        "filled": fields.Dict(allow_none=True, error_messages={"invalid": _("应为 JSON 对象")}),
    }


DECISION = Written.from_dict(decision_fields(), name="Decision")()
BESIDE_FILE = Written.from_dict(
    shown_fields() | {"version": fields.Integer(error_messages=NOT_WHOLE)}, name="BesideFile"
)()
"""What is sent beside a file: a multipart body has text only."""


def required_text(most: int) -> Any:
    """A text that must be there."""
    words: Any = NOT_TEXT | {"required": _("必填"), "null": _("必填")}
    longest = validate.Length(max=most, error=_("最多 {max} 个字"))
    return fields.String(required=True, validate=longest, error_messages=words)


def moment() -> Any:
    """A moment in Beijing time that must be there."""
    words: Any = {"required": _("必填"), "null": _("必填"), "invalid": MOMENT, "format": MOMENT}
    return fields.NaiveDateTime(format="%Y-%m-%d %H:%M", required=True, error_messages=words)


def yes_no() -> Any:
    """true or false."""
    return fields.Boolean(truthy={True}, falsy={False}, error_messages={"invalid": _("应为 true 或 false")})


MOMENT = _("应为 2026-07-01 09:00 形式的北京时间")
TAKING = Written.from_dict({"over": yes_no()}, name="Taking")()
DELEGATION = Written.from_dict(
    {"from": some_text(64), "to": required_text(64), "starts_at": moment(), "ends_at": moment(),
     "reason": required_text(255), "confirmed": yes_no()}, name="DelegationNew",
)()
HAND_OVER = Written.from_dict(
    {"from": required_text(64), "to": required_text(64), "reason": required_text(255)}, name="HandOverNew"
)()


class Amended(fields.Raw):
    """The finished document that a new one corrects (更正), by id or number."""

    def __init__(self) -> None:
        super().__init__(load_only=True, allow_none=True, metadata={"description": str(AMENDS)})


AMENDS = _("更正：所更正的已办结单据的 id 或编号")


@dataclass(frozen=True)
class Schemas:
    """The schemas of a form or register; registers are only read."""

    read: Schema
    listed: Schema
    make: Schema
    change: Schema


_known: dict[tuple[type[Any], str], Schemas] = {}


def schemas(spec: AnySpec) -> Schemas:
    """The schemas of a spec, described in the language of the request."""
    key = (spec.model, str(get_locale()))
    if key not in _known:
        _known[key] = form_schemas(spec) if isinstance(spec, FormSpec) else register_schemas(spec)
    return _known[key]


def form_schemas(spec: FormSpec) -> Schemas:
    """The schemas of a form."""
    name = spec.model.__name__
    read = Schema.from_dict(
        system_fields(spec)
        | {one.name: CodecField(one, dump_only=not one.writable) for one in spec.fields}
        | {line.name: LinesField(line, row(line), dump_only=not line.writable) for line in spec.lines}
        | {one: fields.String(dump_only=True, allow_none=True) for one in ("amends", "amended_by")} | additions(),
        name=name,
    )
    rows = {line: new_row(line) for line in spec.lines if line.writable}
    lines: Fields = {line.name: LinesField(line, of) for line, of in rows.items()}
    new: Fields = {one.name: CodecField(one, required=one.required) for one in spec.writable}
    some: Fields = {one.name: CodecField(one) for one in spec.writable}
    make = Written.from_dict(new | lines | {"amends": Amended()}, name=f"{name}New")
    change = Written.from_dict(some | lines | shown_fields(), name=f"{name}Change")
    return Schemas(read(), read(exclude=[line.name for line in spec.lines]), make(), change())


def system_fields(spec: FormSpec) -> Fields:
    """What only the system writes."""
    return {
        "id": fields.Integer(dump_only=True),
        "form": fields.String(dump_only=True, attribute="form_code", metadata={"example": spec.prefix}),
        **{one.name: CodecField(one, dump_only=True) for one in spec.system_fields},
        "step": fields.String(dump_only=True, allow_none=True),
        "version": fields.Integer(dump_only=True),
        "digest": fields.String(dump_only=True),
    }


def additions() -> Fields:
    """What an answer adds for its reader: titles of keys, and addresses."""
    return {"titles": fields.Dict(dump_only=True), "links": fields.Dict(dump_only=True)}


def row(line: LineSpec) -> type[Schema]:
    """A line as it is read."""
    members: Fields = {"id": fields.Integer(dump_only=True)}
    members |= {one.name: CodecField(one, dump_only=not (one.writable and line.writable)) for one in line.fields}
    return Schema.from_dict(members, name=line.model.__name__)


def new_row(line: LineSpec) -> type[Schema]:
    """A line as it is written."""
    members: Fields = {one.name: CodecField(one, required=one.required) for one in line.fields if one.writable}
    return Written.from_dict(members, name=f"{line.model.__name__}New")


def register_schemas(spec: RegisterSpec) -> Schemas:
    """The schemas of a register."""
    members: Fields = {"id": fields.Integer(dump_only=True)}
    members |= {one.name: CodecField(one, dump_only=True) for one in spec.fields}
    members |= {"made_by": fields.String(dump_only=True, allow_none=True)} | additions()
    read = Schema.from_dict(members, name=spec.model.__name__)()
    return Schemas(read, read, Written(), Written())
