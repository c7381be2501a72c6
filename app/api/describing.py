"""A declared field in the words of OpenAPI: type, titles of choices, length, example, when it is required."""

from typing import Any

from flask_babel import gettext as _

from app.engine.catalogue import catalogue
from app.engine.choice import Choice
from app.engine.codecs import ChoiceCodec, ChoiceSetCodec, CodeTableCodec, DecimalCodec, IntegerCodec
from app.engine.codecs.dates import DateTimeCodec
from app.engine.fields import FieldSpec

FORMATS = {"date", "decimal"}
"""Formats of JSON values that are what their name says; moments are local time without zone."""


def described(one: FieldSpec) -> dict[str, Any]:
    """The properties of a field's schema, in the language of the request."""
    codec = one.codec
    found: dict[str, Any] = {"title": str(one.label), "type": codec.json_type}
    if codec.json_format in FORMATS:
        found["format"] = codec.json_format
    if codec.max_length and codec.json_type == "string":
        found["maxLength"] = codec.max_length
    match codec:
        case ChoiceCodec(choice=choice):
            found |= choices(choice)
        case ChoiceSetCodec(choice=choice):
            found["items"] = {"type": "string"} | choices(choice)
        case IntegerCodec(least=least, most=most):
            found |= {"minimum": least, "maximum": most}
    if "enum" in found and not one.required:
        found["enum"].append(None)
    found["example"] = example(one)
    if notes := [note for note in notes_on(one) if note]:
        found["description"] = "；".join(notes)
    return found


def choices(choice: type[Choice]) -> dict[str, Any]:
    """The values of a choice with their titles."""
    return {"enum": [one.value for one in choice], "x-enum-titles": {one.value: str(one.title) for one in choice}}


def example(one: FieldSpec) -> Any:
    """A valid value in JSON; of a reference, one that looks like a key."""
    if one.target:
        return f"{one.target.forms[0]}-2026-000017" if one.target.forms else key_example(one.target.slug)
    sample = one.codec.example()
    match one.codec:
        case ChoiceSetCodec():
            return [sample]
        case IntegerCodec():
            return int(sample)
    return sample == "1" if one.codec.json_type == "boolean" else sample


def key_example(slug: str) -> str:
    """What a key of the register looks like."""
    register = catalogue.register(slug)
    return register.field(register.key).codec.example()


def notes_on(one: FieldSpec) -> list[str]:
    """What a caller has to know beside the type."""
    codec = one.codec
    notes = [str(one.help or "")]
    if isinstance(codec, ChoiceCodec | ChoiceSetCodec):
        notes.append("，".join(f"{member.value} {member.title}" for member in codec.choice))
    if isinstance(codec, CodeTableCodec):
        notes.append(_("代码表 %(table)s 的代码", table=codec.table))
    if isinstance(codec, DateTimeCodec):
        notes.append(_("北京时间"))
    if isinstance(codec, DecimalCodec):
        notes.append(_("以文本表示的小数，%(places)s 位小数", places=codec.places))
    if one.target:
        notes.append(_("单据 %(forms)s 的编号", forms="、".join(one.target.forms)) if one.target.forms
                     else _("台账 %(register)s 的 %(key)s", register=one.target.slug, key=one.target.key))
    if one.required_when:
        notes.append(_("视其他项目而定，可能必填"))
    if one.computed:
        notes.append(_("由系统计算"))
    if one.filled_at:
        notes.append(_("由后续步骤的办理人填写"))
    return notes
