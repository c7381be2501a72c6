"""What the fields of a structure must be to each other: names, key, roles, indicators, comparisons, columns."""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _

from app.areas.products.registers import IndicatorType
from app.engine.text import Text
from app.intake.expressions import BadExpression, comparison
from app.intake.headers import plain
from app.intake.layout import Field
from app.intake.terms import FieldType, FileFormat, Role, Validation

if TYPE_CHECKING:
    from app.areas.collection.forms.data_structure_analysis import StructureField

TEXTS = (FieldType.TEXT, FieldType.CODE)
NUMBERS = (FieldType.INTEGER, FieldType.DECIMAL, FieldType.AMOUNT)
DATES = (FieldType.DATE, FieldType.MOMENT)
OF_ROLE: Mapping[Role, tuple[FieldType, ...]] = {
    Role.USCC: TEXTS, Role.REGISTRATION_NO: TEXTS, Role.ORGANISATION_CODE: TEXTS, Role.NAME: (FieldType.TEXT,),
    Role.VALID_FROM: DATES, Role.VALID_TO: DATES,
}
OF_INDICATOR: Mapping[IndicatorType, tuple[FieldType, ...]] = {
    IndicatorType.NUMBER: NUMBERS, IndicatorType.AMOUNT: NUMBERS, IndicatorType.DATE: DATES,
    IndicatorType.CODE: TEXTS, IndicatorType.YES_NO: (FieldType.YES_NO,), IndicatorType.TEXT: tuple(FieldType),
}
IDENTIFYING = (Role.USCC, Role.REGISTRATION_NO, Role.NAME)
XML_NAME = re.compile(r"[^\W\d][\w.-]*")


def fault_of(fields: "Sequence[StructureField]", format_: FileFormat | None) -> Text | None:
    """What is wrong with the fields together, or None."""
    return (
        named_twice(fields, format_)
        or (_("至少一个字段为主键") if not any(one.key_part for one in fields) else None)
        or roles_twice(fields)
        or unidentified(fields)
        or incomparable(fields)
        or (overlap(fields) if format_ is FileFormat.FIXED else None)
    )


def named_twice(fields: "Sequence[StructureField]", format_: FileFormat | None) -> Text | None:
    """Names are compared as headers are."""
    names = [plain(one.source_name) for one in fields]
    if twice := next((one for one in fields if names.count(plain(one.source_name)) > 1), None):
        return _("源字段名“%(name)s”重复", name=twice.source_name)
    if format_ is FileFormat.XML and (bad := next((one for one in fields if not XML_NAME.fullmatch(one.source_name)), None)):
        return _("源字段名“%(name)s”不能作 XML 元素名", name=bad.source_name)
    return None


def roles_twice(fields: "Sequence[StructureField]") -> Text | None:
    """Each role belongs to one field."""
    roles = [one.role for one in fields if one.role is not None]
    twice = next((one for one in roles if roles.count(one) > 1), None)
    return _("识别项“%(role)s”只能有一个字段", role=twice.title) if twice else None


def unidentified(fields: "Sequence[StructureField]") -> Text | None:
    """Credit facts need an enterprise that they are of."""
    fed = next((one for one in fields if one.indicator is not None), None)
    if fed is None or any(one.role in IDENTIFYING for one in fields):
        return None
    return _("字段“%(title)s”对应征信指标，须有识别企业的字段（统一社会信用代码、工商注册号或企业名称）", title=fed.title)


def incomparable(fields: "Sequence[StructureField]") -> Text | None:
    """Comparisons name fields of the structure that can be compared."""
    plain_fields = [Field(one.source_name, one.title, one.type) for one in fields]
    for at, one in enumerate(fields):
        if one.validation is not Validation.COMPARE or not one.expression:
            continue
        try:
            comparison(plain_fields, at, one.expression)
        except BadExpression as bad:
            if bad.unknown is not None:
                return _("字段“%(title)s”的字段比较：没有字段“%(name)s”", title=one.title, name=bad.unknown)
            return _("字段“%(title)s”的字段比较应如 <=应缴金额、=本金+利息，各字段类型须可比", title=one.title)
    return None


def overlap(fields: "Sequence[StructureField]") -> Text | None:
    """Why the columns of a fixed-width file cannot be cut, or None."""
    cuts = sorted((one.start, one.length, one.title) for one in fields if one.start and one.length)
    if len(cuts) < len(fields):
        return _("定长文本的每个字段都须填写起始列和长度")
    for (start, length, _before), (following, _length, title) in pairwise(cuts):
        if following < start + length:
            return _("字段“%(title)s”与前一字段的列重叠", title=title)
    return None
