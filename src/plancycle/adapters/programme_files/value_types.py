"""How a typed text becomes a value in programme files; every refusal carries the key of its message.

Dates are dd/MM/yyyy as officials write them (yyyy-MM-dd is taken too), days of a year dd/MM, numbers as in
:mod:`plancycle.domain.numbers`.
"""

import re
import unicodedata
from datetime import date
from decimal import Decimal
from typing import Annotated, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from plancycle.domain.numbers import parse_decimal

COMMON_YEAR = 2023
"""Days of a year are checked in a common year: a deadline on 29/02 would vanish three years out of four."""

_ID = re.compile(r"[A-Za-z0-9]+([.-][A-Za-z0-9]+)*")
_CODE = re.compile(r"[A-Za-z0-9_-]+")
_SHA256 = re.compile(r"[0-9a-f]{64}")
EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_URL = re.compile(r"(?=.{9,250}$)https?://[A-Za-z0-9.:\[\]-]+(/[!-~]*)?")
_SECRET_NAME = re.compile(r"[A-Z][A-Z0-9_]*WEBHOOK_SECRET[A-Z0-9_]*")
"""Only variables made for this: a typing error must not sign with another secret of the machine."""
_DAY_FIRST = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_MONTH_DAY = re.compile(r"(\d{1,2})/(\d{1,2})")
_NOT_IN_A_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")
_SHEET_NAME_LENGTH = 31


class Strict(BaseModel):
    """A mapping of a programme file: no field but the known ones, never changed after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def refuse(key: str, **params: object) -> PydanticCustomError:
    """The error of a message key; pydantic carries key and parameters to where the place is known."""
    return PydanticCustomError(key, key, params)


def _typed(value: object) -> str:
    if value is None:
        raise refuse("programme.empty")
    if not isinstance(value, str):
        raise refuse("programme.not_a_text")
    return value.strip()


def _text(value: object) -> str:
    text = " ".join(_typed(value).split())
    if not text:
        raise refuse("programme.empty")
    if not text.isprintable() and any(unicodedata.category(character) in ("Cc", "Cf") for character in text):
        raise refuse("programme.control_character")
    return text


def _matching(pattern: re.Pattern[str], key: str) -> BeforeValidator:
    def check(value: object) -> str:
        text = _typed(value)
        if not pattern.fullmatch(text):
            raise refuse(key, value=text)
        return text

    return BeforeValidator(check)


def _integer(value: object) -> int:
    text = _typed(value)
    if not re.fullmatch(r"[-+]?\d{1,9}", text, re.ASCII):
        raise refuse("programme.not_a_whole_number", value=text)
    return int(text)


def _decimal(value: object) -> Decimal:
    text = _typed(value)
    number = parse_decimal(text)
    if not isinstance(number, Decimal):
        raise refuse("programme.not_a_number", value=text)
    return number


def _truth(value: object) -> bool:
    text = _typed(value).lower()
    if text not in ("true", "false"):
        raise refuse("programme.not_true_or_false", value=text)
    return text == "true"


def read_date(text: str) -> date | None:
    """The day a text names, or None when it is not spelt as a date. Raises ValueError for a day that never is."""
    if match := _DAY_FIRST.fullmatch(text.strip()):
        day, month, year = (int(part) for part in match.groups())
    elif match := _YEAR_FIRST.fullmatch(text.strip()):
        year, month, day = (int(part) for part in match.groups())
    else:
        return None
    return date(year, month, day)


def _date(value: object) -> date:
    text = _typed(value)
    try:
        day = read_date(text)
    except ValueError:
        raise refuse("programme.impossible_date", value=text) from None
    if day is None:
        raise refuse("programme.not_a_date", value=text)
    return day


def _month_day(value: object) -> tuple[int, int]:
    text = _typed(value)
    match = _MONTH_DAY.fullmatch(text)
    if match is None:
        raise refuse("programme.not_a_day_of_year", value=text)
    day, month = (int(part) for part in match.groups())
    try:
        date(COMMON_YEAR, month, day)
    except ValueError:
        raise refuse("programme.impossible_date", value=text) from None
    return month, day


def _zone(value: object) -> str:
    text = _typed(value)
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise refuse("programme.unknown_zone", value=text) from None
    return text


def _sheet_name(value: object) -> str:
    text = _text(value)
    if len(text) > _SHEET_NAME_LENGTH or _NOT_IN_A_SHEET_NAME.search(text):
        raise refuse("programme.bad_sheet_name", value=text)
    return text


Text = Annotated[str, BeforeValidator(_text), Field(min_length=1)]
Id = Annotated[
    str,
    _matching(_ID, "programme.bad_id"),
    WithJsonSchema({"type": "string", "pattern": f"^{_ID.pattern}$"}),
]
Code = Annotated[str, _matching(_CODE, "programme.bad_code"), WithJsonSchema({"type": "string"})]
Sha256 = Annotated[str, _matching(_SHA256, "programme.not_a_sha256"), WithJsonSchema({"type": "string"})]
Email = Annotated[str, _matching(EMAIL, "programme.not_an_email"), WithJsonSchema({"type": "string"})]
Url = Annotated[str, _matching(_URL, "programme.not_a_url"), WithJsonSchema({"type": "string", "maxLength": 250})]
SecretName = Annotated[str, _matching(_SECRET_NAME, "programme.not_a_secret_name"), WithJsonSchema({"type": "string"})]
Count = Annotated[int, BeforeValidator(_integer), Field(ge=0, le=365)]
Offset = Annotated[int, BeforeValidator(_integer), Field(ge=-365, le=365)]
Decimals = Annotated[int, BeforeValidator(_integer), Field(ge=0, le=6)]
Width = Annotated[int, BeforeValidator(_integer), Field(ge=4, le=255)]
Length = Annotated[int, BeforeValidator(_integer), Field(ge=1, le=32_767)]
Percent = Annotated[int, BeforeValidator(_integer), Field(ge=1, le=100)]
Line = Annotated[int, BeforeValidator(_integer), Field(ge=1, le=1_000_000)]
Year = Annotated[int, BeforeValidator(_integer), Field(ge=2000, le=2090)]
Figure = Annotated[Decimal, BeforeValidator(_decimal), WithJsonSchema({"type": ["number", "string"]})]
Truth = Annotated[bool, BeforeValidator(_truth), WithJsonSchema({"type": "boolean"})]
Day = Annotated[date, BeforeValidator(_date), WithJsonSchema({"type": "string", "examples": ["10/12/2025"]})]
MonthDay = Annotated[
    tuple[int, int], BeforeValidator(_month_day), WithJsonSchema({"type": "string", "examples": ["10/12"]})
]
Zone = Annotated[str, BeforeValidator(_zone), WithJsonSchema({"type": "string", "examples": ["Asia/Ho_Chi_Minh"]})]
SheetName = Annotated[str, BeforeValidator(_sheet_name), WithJsonSchema({"type": "string"})]

_Item = TypeVar("_Item")
Some = Annotated[tuple[_Item, ...], Field(min_length=1)]
"""A list with at least one item: an empty list of bodies must never read as "everybody"."""
