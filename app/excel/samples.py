"""An example of what to key into a field, for the template's example row."""

from typing import Any

from flask_babel import force_locale

from app.engine.codecs import (
    BoolCodec,
    ChoiceCodec,
    ChoiceSetCodec,
    CodeTableCodec,
    DateCodec,
    DateTimeCodec,
    DecimalCodec,
    IntegerCodec,
    ReferenceCodec,
    Resolver,
    TextCodec,
)
from app.engine.fields import FieldSpec
from app.excel.cells import to_cell
from app.excel.layout import choices_of


class NoRegister(Resolver):
    """Examples of other types need no register."""

    def find(self, target: Any, text: str) -> int:
        raise LookupError(text)

    def code(self, table: str, text: str) -> str:
        return text

    def code_title(self, table: str, code: str) -> str:
        return code


def sample(one: FieldSpec) -> Any:
    """A cell as people would fill it in."""
    with force_locale("zh"):
        match one.codec:
            case ChoiceCodec() | ChoiceSetCodec():
                return choices_of(one)[0]
            case BoolCodec():
                return "是"
            case ReferenceCodec():
                return "单号" if one.target and one.target.forms else "代码 名称"
            case CodeTableCodec():
                return one.codec.example()
            case IntegerCodec() | DecimalCodec() | DateCodec() | DateTimeCodec():
                return to_cell(one.codec)(one.codec.parse(one.codec.example(), NoRegister()))
            case TextCodec():
                return one.codec.example()
        return one.codec.example()
