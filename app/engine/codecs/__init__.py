"""Codecs: one object a field type that reads, checks, shows and carries its values, for every channel alike."""

from app.engine.codecs.base import Codec, Refused, Resolver, Target, Widget, text_of
from app.engine.codecs.choices import ChoiceCodec, ChoiceSetCodec, CodeTableCodec, ReferenceCodec
from app.engine.codecs.dates import DateCodec, DateTimeCodec, MonthCodec
from app.engine.codecs.numbers import BoolCodec, DecimalCodec, IntegerCodec, decimal_of
from app.engine.codecs.texts import CodeCodec, LongTextCodec, TextCodec

__all__ = [
    "BoolCodec",
    "ChoiceCodec",
    "ChoiceSetCodec",
    "CodeCodec",
    "CodeTableCodec",
    "Codec",
    "DateCodec",
    "DateTimeCodec",
    "DecimalCodec",
    "IntegerCodec",
    "LongTextCodec",
    "MonthCodec",
    "ReferenceCodec",
    "Refused",
    "Resolver",
    "Target",
    "TextCodec",
    "Widget",
    "decimal_of",
    "text_of",
]
