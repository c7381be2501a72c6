"""Field types: what is written can be read again, in every notation that people and workbooks use."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from flask_babel import Babel
from hypothesis import given
from hypothesis import strategies as st

from app.engine import types
from app.engine.choice import Choice
from app.engine.codecs import (
    BoolCodec,
    ChoiceCodec,
    ChoiceSetCodec,
    Codec,
    CodeCodec,
    DateCodec,
    DateTimeCodec,
    DecimalCodec,
    IntegerCodec,
    LongTextCodec,
    MonthCodec,
    Refused,
    TextCodec,
)


class Size(Choice):
    """A choice for these tests."""

    SMALL = "s", "小"
    LARGE = "l", "大"


class NoResolver:
    """These codecs look nothing up."""

    def find(self, target: Any, text: str) -> int:
        raise AssertionError

    code = code_title = find


NOTHING: Any = NoResolver()


@pytest.fixture(scope="module", autouse=True)
def language() -> Iterator[None]:
    app = Flask("codecs")
    app.config["BABEL_DEFAULT_LOCALE"] = "zh"
    Babel(app)
    with app.app_context():
        yield


def read(codec: Codec, raw: object) -> Any:
    return codec.parse(raw, NOTHING)


def round_trips(codec: Codec, value: Any) -> None:
    """Shown, keyed, in a workbook and in JSON: always the same value again."""
    assert read(codec, codec.key(value)) == value
    assert read(codec, codec.to_excel(value)) == value
    assert read(codec, codec.to_json(value)) == value
    if not isinstance(codec, DecimalCodec):
        assert read(codec, codec.show(value)) == value


words = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=60).map(str.strip).filter(bool)


@given(words)
def test_text(value: str) -> None:
    round_trips(TextCodec(60), read(TextCodec(60), value))


@given(st.integers(0, 2**53))
def test_integer(value: int) -> None:
    round_trips(IntegerCodec(), value)


@given(st.decimals(0, Decimal("9999999999999.99"), places=2))
def test_money(value: Decimal) -> None:
    round_trips(DecimalCodec(prefix="¥"), value)


@given(st.dates(date(1900, 1, 1), date(2200, 12, 31)))
def test_date(value: date) -> None:
    round_trips(DateCodec(), value)
    assert read(DateCodec(), f"{value:%Y/%m/%d}") == value
    assert read(DateCodec(), f"{value.year}年{value.month}月{value.day}日") == value
    assert read(DateCodec(), f"{value:%Y%m%d}") == value


@given(st.datetimes(datetime(1900, 1, 1), datetime(2200, 12, 31)).map(lambda one: one.replace(microsecond=0)))
def test_moment(value: datetime) -> None:
    round_trips(DateTimeCodec(), value)


@given(st.integers(1900, 2200), st.integers(1, 12))
def test_month(year: int, month: int) -> None:
    round_trips(MonthCodec(), f"{year}-{month:02d}")
    assert read(MonthCodec(), f"{year}年{month}月") == f"{year}-{month:02d}"


@given(st.booleans())
def test_yes_no(value: bool) -> None:
    round_trips(BoolCodec(), value)


@given(st.sampled_from(Size))
def test_choice(value: Size) -> None:
    round_trips(ChoiceCodec(Size), value)


@given(st.frozensets(st.sampled_from(Size), min_size=1))
def test_choices(value: frozenset[Size]) -> None:
    round_trips(ChoiceSetCodec(Size), value)


@pytest.mark.article("XLS")
@pytest.mark.parametrize(
    ("codec", "raw", "value"),
    [
        (IntegerCodec(), "１，２３４", 1234),
        (IntegerCodec(), "42,106", 42106),
        (IntegerCodec(), 12.0, 12),
        (DecimalCodec(), "¥12,345.60", Decimal("12345.60")),
        (DecimalCodec(), 0.1, Decimal("0.1")),
        (TextCodec(20), "\u3000 云州\u200b市 \ufeff", "云州市"),
        (TextCodec(20), 12.0, "12"),
        (CodeCodec(20), "Ａ００１", "A001"),
        (DateCodec(), datetime(2026, 11, 23), date(2026, 11, 23)),
        (DateCodec(), "2026-11-23 00:00:00", date(2026, 11, 23)),
        (BoolCodec(), "☑", True),
        (ChoiceCodec(Size), "大", Size.LARGE),
        (ChoiceSetCodec(Size), "小、大", frozenset(Size)),
    ],
)
def test_notations_that_are_taken(codec: Codec, raw: object, value: object) -> None:
    """security 12: full width, ideographic blanks, zero width, numbers as text."""
    assert read(codec, raw) == value


@pytest.mark.article("XLS")
@pytest.mark.parametrize(
    ("codec", "raw", "says"),
    [
        (IntegerCodec(), "4,8O3", "含“O”"),
        (IntegerCodec(), "1.5", "应为整数"),
        (IntegerCodec(), "1,2,3", "应为数字"),
        (IntegerCodec(least=1), "0", "不能小于 1"),
        (IntegerCodec(), True, "应为数字"),
        (DecimalCodec(), "1.234", "最多 2 位小数"),
        (DecimalCodec(), "NaN", "应为数字"),
        (DecimalCodec(), "Infinity", "应为数字"),
        (DateCodec(), "2026-02-31", "日期不存在"),
        (DateCodec(), "明天", "应为日期"),
        (DateCodec(), datetime(2026, 1, 1, 8), "不含时间"),
        (DateTimeCodec(), "2026-01-01 25:00", "时间不存在"),
        (MonthCodec(), "2026-13", "应为月份"),
        (TextCodec(5), "一二三四五六", "最多 5 个字"),
        (TextCodec(50), "两\n行", "不能换行"),
        (CodeCodec(30), "A 1", "不能含空格"),
        (CodeCodec(30), 4.201e17, "已将其舍入"),
        (ChoiceCodec(Size), "中", "可选：小、大"),
        (BoolCodec(), "也许", "应为“是”或“否”"),
        (types.UsccCodec(18), "91420100MA4K00001T", "校验"),
        (types.ResidentIdCodec(18), "110105194912310021", "校验"),
    ],
)
def test_what_is_refused_says_why(codec: Codec, raw: object, says: str) -> None:
    """security 12: 31 February, scientific notation, letters among digits."""
    with pytest.raises(Refused) as refused:
        read(codec, raw)
    assert says in str(refused.value.message)


@pytest.mark.parametrize(
    "codec",
    [
        types.UsccCodec(18),
        types.ResidentIdCodec(18),
        types.OrganisationCodeCodec(9),
        types.RegistrationNumberCodec(15),
        LongTextCodec(),
        DateCodec(),
        DecimalCodec(),
    ],
)
def test_examples_are_valid(codec: Codec) -> None:
    assert read(codec, codec.example()) is not None
