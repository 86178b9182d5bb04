"""Dates, numbers and names the way Vietnamese official documents write them (Decree 30/2020/NĐ-CP, Annex I)."""

import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal, localcontext
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from babel.numbers import NumberPattern, parse_pattern

from plancycle.domain import numbers
from plancycle.domain.programme import LegalReference

MORE_DIGITS_THAN_ANYONE_TYPES = 400
LOCAL_TIME = ZoneInfo("Asia/Ho_Chi_Minh")

_SUBJECTS_WITHOUT_ABOUT = ("ban hành", "quy định", "phê duyệt", "về ")
"""A cited subject that begins with one of these follows the issuer directly; any other is joined by "về"."""
_ILLEGAL_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BLANK_LINES = re.compile(r"\s*\n\s*")


def number(value: Decimal | int, precision: int | None = None) -> str:
    """``1.234,5``. With ``precision`` exactly that many decimals (half up), otherwise as many as the value has."""
    with localcontext(prec=MORE_DIGITS_THAN_ANYONE_TYPES):
        exact = Decimal(value)
        digits = numbers.decimals_of(exact) if precision is None else precision
        return str(_pattern(digits).apply(numbers.rounded(exact, digits), "vi", decimal_quantization=False))


@cache
def _pattern(digits: int) -> NumberPattern:
    return parse_pattern("#,##0" + ("." + "0" * digits if digits else ""))


def share(part: int, whole: int) -> str:
    """``part`` of ``whole`` in per cent with one decimal, ``41,7``; 0 when there is nothing to divide by."""
    return number(numbers.rounded(Decimal(part * 100) / Decimal(whole), 1) if whole else Decimal(0), 1)


def local(moment: datetime) -> datetime:
    """The same instant on the clock of Vietnam, whatever zone it was stored in."""
    return moment.astimezone(LOCAL_TIME)


def day(value: date) -> str:
    """``09/12/2025``."""
    return f"{value.day:02d}/{value.month:02d}/{value.year:04d}"


def day_of(canonical: str) -> str:
    """``30/06/2025`` for the canonical ``2025-06-30``; empty stays empty."""
    return day(date.fromisoformat(canonical)) if canonical else ""


def moment(value: datetime) -> str:
    """``09/12/2025 16:05``, Vietnamese time."""
    here = local(value)
    return f"{day(here)} {here:%H:%M}"


def moment_with_zone(value: datetime) -> str:
    """``09/12/2025 16:05:07 (+07:00)``, for receipts, where a second can matter."""
    here = local(value)
    return f"{day(here)} {here:%H:%M:%S} ({here:%z})".replace("+0700", "+07:00")


def clock_and_day(value: datetime) -> str:
    """``16 giờ 05 ngày 09/12/2025``; full hours without minutes; midnight is 24 giờ of the day that ends."""
    here = local(value)
    if (here.hour, here.minute, here.second) == (0, 0, 0):
        return f"24 giờ ngày {day(date.fromordinal(here.toordinal() - 1))}"
    hour = f"{here.hour:02d} giờ"
    minutes = f" {here.minute:02d}" if here.minute else ""
    return f"{hour}{minutes} ngày {day(here)}"


def official_day(value: date) -> str:
    """``ngày 09 tháng 12 năm 2025``: days below 10 and only the months 1 and 2 take a leading zero."""
    month = f"{value.month:02d}" if value.month < 3 else str(value.month)
    return f"ngày {value.day:02d} tháng {month} năm {value.year}"


def document_code(ordinal: int, symbol: str) -> str:
    """``05/BC-SNV``; a document without a number yet leaves room for it to be written in."""
    return f"{ordinal:02d}/{symbol}" if ordinal > 0 else f"          /{symbol}"


def citation(ref: LegalReference) -> str:
    """A document cited for the first time: kind, number, date, issuer, subject. What is not known is left out."""
    parts = [ref.kind]
    if ref.number:
        parts.append(f"số {ref.number}")
    if ref.dated:
        parts.append(official_day(ref.dated))
    if ref.issuer and ref.number:
        parts.append(f"của {ref.issuer}")
    return " ".join([*parts, _about(ref)])


def _about(ref: LegalReference) -> str:
    if not ref.number:
        return ref.subject.removeprefix(ref.kind).strip()
    subject = lower_first(ref.subject)
    return subject if subject.startswith(_SUBJECTS_WITHOUT_ABOUT) else f"về {subject}"


def lower_first(text: str) -> str:
    """The text with its first letter small, for use inside a sentence."""
    return text[:1].lower() + text[1:]


@lru_cache(maxsize=50_000)
def clean(text: str) -> str:
    """Typed text as every file format can hold it: NFC, one line break at a time, no character XML forbids."""
    composed = unicodedata.normalize("NFC", text)
    legal = _ILLEGAL_IN_XML.sub("\ufffd", composed).replace("\r\n", "\n").replace("\r", "\n")
    return _BLANK_LINES.sub("\n", legal.replace("\t", " ")).strip()


def ascii_name(text: str) -> str:
    """A file name's part: Vietnamese letters without marks, everything else a hyphen or an underscore."""
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    letters = plain.encode("ascii", "ignore").decode().lower().replace("/", "_")
    return re.sub(r"[^a-z0-9_]+", "-", letters).strip("-_")
