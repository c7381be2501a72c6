"""Field types: one Annotated type each, with its column and its codec."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from flask_babel import lazy_gettext as _
from sqlalchemy import BigInteger, String
from sqlalchemy import Text as SqlText
from sqlalchemy.orm import mapped_column

from app.engine.codecs import (
    BoolCodec,
    Codec,
    CodeCodec,
    CodeTableCodec,
    DateCodec,
    DateTimeCodec,
    DecimalCodec,
    IntegerCodec,
    LongTextCodec,
    MonthCodec,
    Refused,
    Resolver,
    TextCodec,
    text_of,
)
from app.engine.decimals import ExactDecimal
from app.engine.text import Text, half_width
from app.standards.errors import StandardError
from app.standards.organisation_code import check_organisation_code
from app.standards.registration_number import check_registration_number
from app.standards.resident_id import check_resident_id
from app.standards.uscc import check_uscc


@dataclass(frozen=True)
class UsccCodec(CodeCodec):
    """统一社会信用代码, GB 32100: 18 characters with a check character."""

    max_length: int = 18
    sample: str = "91420100MA4K00001U"

    def parse(self, raw: object, resolver: Resolver) -> str:
        return standard(check_uscc, raw)


@dataclass(frozen=True)
class ResidentIdCodec(CodeCodec):
    """公民身份号码, GB 11643: 18 characters with a check character."""

    max_length: int = 18
    sample: str = "11010519491231002X"

    def parse(self, raw: object, resolver: Resolver) -> str:
        return standard(check_resident_id, raw)


@dataclass(frozen=True)
class OrganisationCodeCodec(CodeCodec):
    """组织机构代码, GB 11714: nine characters with a check character."""

    max_length: int = 9
    sample: str = "000000000"

    def parse(self, raw: object, resolver: Resolver) -> str:
        return standard(check_organisation_code, raw)


@dataclass(frozen=True)
class RegistrationNumberCodec(CodeCodec):
    """工商注册号: fifteen digits with a check digit."""

    max_length: int = 15
    sample: str = "110108000000016"

    def parse(self, raw: object, resolver: Resolver) -> str:
        return standard(check_registration_number, raw)


def standard(check: Any, raw: object) -> str:
    """The normalised code that a check of `app.standards` returns, its error as a refusal."""
    try:
        return str(check(half_width(text_of(raw))))
    except StandardError as error:
        raise Refused(translated(error)) from None


def translated(error: StandardError) -> Text:
    """The error of a standard in the user's language."""
    return _(error.message, **error.params)


def typed(column: Any, codec: Codec) -> Any:
    """A mapped_column that carries its codec."""
    return mapped_column(column, info={"codec": codec})


Code30 = Annotated[str, typed(String(30), CodeCodec(30))]
Code64 = Annotated[str, typed(String(64), CodeCodec(64))]
Name60 = Annotated[str, typed(String(60), TextCodec(60))]
Text120 = Annotated[str, typed(String(120), TextCodec(120))]
Text255 = Annotated[str, typed(String(255), TextCodec(255))]
LongText = Annotated[str, typed(SqlText, LongTextCodec(2000))]
Letter = Annotated[str, typed(SqlText, LongTextCodec(5000))]
Statement = Annotated[str, typed(String(100), LongTextCodec(100))]
FileName = Annotated[str, typed(String(200), TextCodec(200))]

Count = Annotated[int, typed(BigInteger, IntegerCodec())]
Ordinal = Annotated[int, typed(BigInteger, IntegerCodec(least=1, most=99999))]
Money = Annotated[Decimal, typed(ExactDecimal(18, 2), DecimalCodec(prefix="¥"))]
Percent = Annotated[Decimal, typed(ExactDecimal(7, 2), DecimalCodec(most=Decimal(100), unit="%"))]
Quantity = Annotated[Decimal, typed(ExactDecimal(18, 4), DecimalCodec(places=4))]

Day = Annotated[date, mapped_column(info={"codec": DateCodec()})]
Moment = Annotated[datetime, mapped_column(info={"codec": DateTimeCodec()})]
Month = Annotated[str, typed(String(7), MonthCodec())]
Clock = Annotated[str, typed(String(5), CodeCodec(5, pattern=r"([01]\d|2[0-3]):[0-5]\d", sample="18:00"))]
YesNo = Annotated[bool, mapped_column(info={"codec": BoolCodec()})]

Uscc = Annotated[str, typed(String(18), UsccCodec())]
ResidentId = Annotated[str, typed(String(18), ResidentIdCodec())]
OrganisationCode = Annotated[str, typed(String(9), OrganisationCodeCodec())]
RegistrationNumber = Annotated[str, typed(String(15), RegistrationNumberCodec())]

Phone = Annotated[str, typed(String(30), CodeCodec(30, pattern=r"\+?[0-9][0-9-]{5,28}", sample="027-85550123"))]
Email = Annotated[
    str, typed(String(120), CodeCodec(120, pattern=r"[^@\s]+@[^@\s]+\.[^@\s]+", sample="kefu@example.com"))
]
PostCode = Annotated[str, typed(String(6), CodeCodec(6, pattern=r"\d{6}", sample="430014"))]
Sha256 = Annotated[str, typed(String(64), CodeCodec(64, pattern=r"[0-9a-f]{64}", sample="0" * 64))]
Account = Annotated[str, typed(String(34), CodeCodec(34, pattern=r"[0-9A-Z-]{6,34}", sample="4200111122223333"))]

Region = Annotated[str, typed(String(12), CodeTableCodec("region", sample="420100"))]
Industry = Annotated[str, typed(String(12), CodeTableCodec("industry", sample="65"))]
