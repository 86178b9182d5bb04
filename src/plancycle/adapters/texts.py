"""The words shown to people: gettext catalogues by message key, Vietnamese first, English as the twin.

Every ``locale/<language>/LC_MESSAGES/*.po`` is read once; a key belongs to exactly one file. Parameters are
written the way people write them (Decree 30/2020/NĐ-CP, Annex I: day before month): callers pass dates and decimals.
English counts: ``{count} {count:letter|letters}`` shows the first word beside a 1 and the second beside all else.
"""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files
from io import BytesIO
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from plancycle.domain.errors import PlancycleError
from plancycle.domain.reasons import Bilingual

LANGUAGES = ("vi", "en")
LOCAL_TIME = ZoneInfo("Asia/Ho_Chi_Minh")

_DATE_PATTERNS = {"vi": "dd/MM/yyyy", "en": "dd MMM yyyy"}
"""English spells the month: 09/12 would be read as 12 September."""
_NUMBER_PATTERN = "#,##0.#"

_WORDS_OF = {
    "ApprovalStatus": "approval_status",
    "CommendationForm": "commendation_form",
    "DutyField": "duty_field",
    "DutyKind": "duty_kind",
    "DutyStatus": "duty_status",
    "EditionKind": "edition_kind",
    "ExchangeStatus": "exchange_status",
    "ExplanationStatus": "explanation_status",
    "Honoured": "honoured",
    "MessageKind": "message_kind",
    "MessageStatus": "message_status",
    "ObligationStatus": "status",
    "Outcome": "outcome",
    "Period": "period",
    "Severity": "severity",
    "Standing": "standing",
    "SubmissionStatus": "submission_status",
    "TransmittalStatus": "transmittal_status",
    "Weekday": "weekday",
}
"""Enumerations whose members have words: class name to the first part of the key."""


class Counted(str):
    """A parameter as it is written, which also chooses between ``one|many``: Vietnamese has one form, English two."""

    def __format__(self, spec: str) -> str:
        one, bar, many = spec.partition("|")
        if not bar:
            return super().__format__(spec)
        return one if self == "1" else many


def counted(count: int, one: str, many: str = "") -> str:
    """``1 letter``, ``2 letters``: the same choice for English that stands in a template."""
    return f"{count} {one if count == 1 else many or one + 's'}"


class Catalogue:
    """The product's words; implements :class:`plancycle.services.ports.Texts`."""

    def __init__(self, zone: ZoneInfo = LOCAL_TIME) -> None:
        self._zone = zone

    def say(self, key: str, language: str = "vi", **params: object) -> str:
        """The text of a key with its parameters filled in; parameters the text does not use are left out.

        Raises KeyError for an unknown key, language or missing parameter: each is a bug, never bad input.
        """
        written = {name: Counted(self.write(value, language)) for name, value in params.items()}
        return words(language)[key].format_map(written)

    def write(self, value: object, language: str = "vi") -> str:
        """One value as people write it: ``09/12/2025 17:00``, ``09/12/2025``, ``1.234,5``, a status in words.

        Numbers keep the Vietnamese decimal comma in both languages, because they quote what stands in a workbook.
        """
        if isinstance(value, datetime):
            local = value.astimezone(self._zone) if value.tzinfo else value
            return f"{_day(local.date(), language)} {local:%H:%M}"
        if isinstance(value, date):
            return _day(value, language)
        if isinstance(value, Decimal):
            return format_decimal(value, _NUMBER_PATTERN, locale="vi", decimal_quantization=False)
        if isinstance(value, Bilingual):
            return value.vi if language == "vi" else value.en
        if isinstance(value, StrEnum) and (group := _WORDS_OF.get(type(value).__name__)):
            return words(language)[f"{group}.{value}"]
        if isinstance(value, tuple | list):
            return "; ".join(self.write(item, language) for item in value)
        return str(value)


@lru_cache(4096)
def _day(value: date, language: str) -> str:
    """A day in one of our languages: the same few stand in thousands of letters."""
    return format_date(value, _DATE_PATTERNS[language], locale=language)


def both(error: PlancycleError) -> tuple[str, str]:
    """An error's text in Vietnamese and in English."""
    catalogue = Catalogue()
    return catalogue.say(error.key, "vi", **error.params), catalogue.say(error.key, "en", **error.params)


@cache
def words(language: str) -> dict[str, str]:
    """Every key of a language. Raises KeyError for a language we do not speak, ValueError for a key in two files."""
    if language not in LANGUAGES:
        raise KeyError(language)
    folder = files("plancycle") / "locale" / language / "LC_MESSAGES"
    found: dict[str, str] = {}
    home: dict[str, str] = {}
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if not entry.name.endswith(".po"):
            continue
        for key, text in read_catalogue(entry.read_bytes()).items():
            if key in found:
                raise ValueError(f"message key {key!r} stands in {home[key]} and in {entry.name}")
            found[key], home[key] = text, entry.name
    return found


def read_catalogue(data: bytes) -> dict[str, str]:
    """The keys and texts of one ``.po`` file, without its header. Raises PoFileError when it cannot be read."""
    catalogue = read_po(BytesIO(data), abort_invalid=True)
    return {str(message.id): str(message.string) for message in catalogue if message.id}
