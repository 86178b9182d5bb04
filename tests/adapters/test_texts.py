"""Words and the way dates, numbers and standings are written in them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from plancycle.adapters import texts
from plancycle.adapters.texts import Catalogue, both, read_catalogue, words
from plancycle.domain.errors import ActionNeeded, MoveNotAllowed, NotFound
from plancycle.domain.obligations import ObligationStatus
from plancycle.domain.periods import Period
from plancycle.domain.submissions import SubmissionStatus

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.mark.parametrize(
    ("value", "vi", "en"),
    [
        (datetime(2025, 12, 9, 17, 0, tzinfo=HANOI), "09/12/2025 17:00", "09 Dec 2025 17:00"),
        (datetime(2025, 12, 9, 10, 0, tzinfo=UTC), "09/12/2025 17:00", "09 Dec 2025 17:00"),
        (datetime(2025, 12, 9, 17, 0), "09/12/2025 17:00", "09 Dec 2025 17:00"),
        (date(2025, 2, 1), "01/02/2025", "01 Feb 2025"),
        (Decimal("1234.50"), "1.234,5", "1.234,5"),
        (Decimal("-0.25"), "-0,25", "-0,25"),
        (Decimal("1234567"), "1.234.567", "1.234.567"),
        (Decimal("0.123456789012345678901"), "0,123456789012345678901", "0,123456789012345678901"),
        (2025, "2025", "2025"),
        ("Sở Y tế", "Sở Y tế", "Sở Y tế"),
        (ObligationStatus.MISSING, "Quá hạn, chưa nộp", "Overdue, missing"),
        (Period.Q3, "Quý III", "Quarter 3"),
        ((Period.Q1, date(2025, 3, 20)), "Quý I; 20/03/2025", "Quarter 1; 20 Mar 2025"),
    ],
)
def test_values_are_written_as_people_write_them(value: object, vi: str, en: str) -> None:
    catalogue = Catalogue()
    assert catalogue.write(value, "vi") == vi
    assert catalogue.write(value, "en") == en


def test_another_zone_moves_the_clock_that_is_shown() -> None:
    midnight = datetime(2025, 12, 10, 0, 0, tzinfo=HANOI)
    assert Catalogue(ZoneInfo("UTC")).write(midnight) == "09/12/2025 17:00"


def test_a_key_is_said_in_either_language_with_its_parameters() -> None:
    catalogue = Catalogue()
    assert catalogue.say("finding.number_ambiguous", first="12,5", second="125") == (
        "Số này có thể hiểu theo hai cách: 12,5 hoặc 125."
    )
    assert catalogue.say("finding.number_ambiguous", "en", first="12,5", second="125") == (
        "This number can be read in two ways: 12,5 or 125."
    )


def test_an_error_speaks_both_languages_with_standings_in_words() -> None:
    error = MoveNotAllowed(
        "submission.move_not_allowed", current=SubmissionStatus.ACCEPTED, future=SubmissionStatus.RECEIVED
    )
    vi, en = both(error)
    assert vi.startswith("Bản nộp đang ở trạng thái “Đã chấp nhận” nên không thể chuyển sang “Đã nhận, đang xem xét”.")
    assert en.startswith("The submission is “Accepted” and cannot become “Received, under review”.")


def test_braces_in_what_an_agency_typed_stay_what_they_are() -> None:
    vi, _ = both(NotFound("not_found.agency", agency="{0.__class__} {period}"))
    assert "“{0.__class__} {period}”" in vi


@pytest.mark.parametrize(
    ("key", "language", "params"),
    [
        ("no.such.key", "vi", {}),
        ("not_found.agency", "vi", {}),
        ("not_found.agency", "fr", {"agency": "so-y-te"}),
    ],
    ids=["unknown key", "missing parameter", "unknown language"],
)
def test_a_bug_in_the_call_is_a_key_error(key: str, language: str, params: dict[str, object]) -> None:
    with pytest.raises(KeyError):
        Catalogue().say(key, language, **params)


def test_an_error_with_a_key_nobody_wrote_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        both(ActionNeeded("no.such.key"))


def test_a_key_in_two_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "locale" / "vi" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    for name in ("one.po", "two.po"):
        (folder / name).write_text('msgid "a.key"\nmsgstr "chữ"\n', encoding="utf-8")
    monkeypatch.setattr(texts, "files", lambda package: tmp_path)
    words.cache_clear()
    try:
        with pytest.raises(ValueError, match=r"'a\.key' stands in one\.po and in two\.po"):
            words("vi")
    finally:
        words.cache_clear()


def test_a_catalogue_is_read_without_its_header() -> None:
    data = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "a"\nmsgstr "ế {x}"\n'.encode()
    assert read_catalogue(data) == {"a": "ế {x}"}
