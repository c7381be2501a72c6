"""marshmallow fields over the codecs of the declarations: one for values, one for lines."""

from typing import Any

from flask_babel import gettext as _
from marshmallow import ValidationError, fields

from app.api.describing import described
from app.engine.fields import FieldSpec, LineSpec

MOST_ROWS = 5_000
"""Rows of one table of lines in a request."""


class CodecField(fields.Field[Any]):
    """A value of the declared field: written by its codec, read as it is, for the operations to parse and check."""

    def __init__(self, one: FieldSpec, *, required: bool = False, dump_only: bool = False) -> None:
        self.one = one
        super().__init__(
            required=required,
            dump_only=dump_only,
            allow_none=not one.required,
            metadata=described(one),
        )

    def _validate_missing(self, value: Any) -> None:
        """Nothing: what is missing is said by the operations, together with all else that is wrong."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        if isinstance(value, dict) or (isinstance(value, list) and self.one.codec.json_type != "array"):
            raise ValidationError(_("应为单个值"))
        return value

    def _serialize(self, value: Any, attr: str | None, obj: Any, **options: Any) -> Any:
        if value is None:
            return None
        target = self.one.target
        return str(getattr(value, target.key)) if target else self.one.codec.to_json(value)


class LinesField(fields.Nested):
    """A table of lines."""

    def __init__(self, line: LineSpec, row: Any, *, dump_only: bool = False) -> None:
        self.line = line
        metadata = {"title": str(line.label)} | ({"description": str(line.help)} if line.help else {})
        super().__init__(row, many=True, dump_only=dump_only, metadata=metadata)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:  # type: ignore[override]
        if not isinstance(value, list):
            raise ValidationError(_("应为数组，每行一个对象"))
        if len(value) > MOST_ROWS:
            raise ValidationError(_("一次最多 %(most)s 行", most=MOST_ROWS))
        return super()._deserialize(value, attr, data, **options)
