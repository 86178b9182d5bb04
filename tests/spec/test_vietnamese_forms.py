"""How Vietnamese official documents write dates, numbers, codes and citations (Decree 30/2020/NĐ-CP, Annex I)."""

import unicodedata
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plancycle.adapters import vietnamese
from plancycle.domain.numbers import parse_decimal
from plancycle.domain.programme import LegalReference

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.mark.parametrize(
    ("value", "precision", "expected"),
    [
        ("0", None, "0"),
        ("7", None, "7"),
        ("12.5", None, "12,5"),
        ("1234.5", None, "1.234,5"),
        ("1234567", None, "1.234.567"),
        ("-1234.50", None, "-1.234,5"),
        ("63.4", 2, "63,40"),
        ("100", 1, "100,0"),
        ("0.05", 1, "0,1"),
        ("2.25", 1, "2,3"),
        ("999.95", 1, "1.000,0"),
        ("1E+3", None, "1.000"),
        ("123456789012345678901234567890.125", None, "123.456.789.012.345.678.901.234.567.890,125"),
    ],
)
def test_number_is_written(value: str, precision: int | None, expected: str) -> None:
    assert vietnamese.number(Decimal(value), precision) == expected


@settings(deadline=None)
@given(st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9))
def test_a_written_number_with_decimals_reads_back_as_itself(value: Decimal) -> None:
    assert parse_decimal(vietnamese.number(value, 3)) == value


@pytest.mark.parametrize(
    ("part", "whole", "expected"), [(5, 12, "41,7"), (1, 3, "33,3"), (28, 28, "100,0"), (0, 9, "0,0"), (0, 0, "0,0")]
)
def test_share_is_written(part: int, whole: int, expected: str) -> None:
    assert vietnamese.share(part, whole) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (date(2025, 12, 9), "ngày 09 tháng 12 năm 2025"),
        (date(2025, 1, 5), "ngày 05 tháng 01 năm 2025"),
        (date(2025, 2, 28), "ngày 28 tháng 02 năm 2025"),
        (date(2024, 6, 29), "ngày 29 tháng 6 năm 2024"),
        (date(2024, 3, 1), "ngày 01 tháng 3 năm 2024"),
        (date(2024, 9, 10), "ngày 10 tháng 9 năm 2024"),
        (date(2024, 10, 10), "ngày 10 tháng 10 năm 2024"),
    ],
)
def test_only_days_below_ten_and_the_first_two_months_take_a_zero(value: date, expected: str) -> None:
    assert vietnamese.official_day(value) == expected


@pytest.mark.parametrize(
    ("ordinal", "symbol", "expected"),
    [
        (1, "BC-SNV", "01/BC-SNV"),
        (5, "BC-SNV", "05/BC-SNV"),
        (10, "BC-SNV", "10/BC-SNV"),
        (123, "BC-UBND", "123/BC-UBND"),
    ],
)
def test_document_code_is_written(ordinal: int, symbol: str, expected: str) -> None:
    assert vietnamese.document_code(ordinal, symbol) == expected


def test_a_document_without_a_number_leaves_room_for_one() -> None:
    code = vietnamese.document_code(0, "BC-SNV")
    assert (code.strip(), code.startswith("     ")) == ("/BC-SNV", True)


@pytest.mark.parametrize(
    ("moment", "in_words", "with_zone"),
    [
        (datetime(2025, 12, 10, 0, 0, tzinfo=HANOI), "24 giờ ngày 09/12/2025", "10/12/2025 00:00:00 (+07:00)"),
        (datetime(2025, 12, 9, 17, 0, tzinfo=UTC), "24 giờ ngày 09/12/2025", "10/12/2025 00:00:00 (+07:00)"),
        (datetime(2025, 12, 9, 17, 0, tzinfo=HANOI), "17 giờ ngày 09/12/2025", "09/12/2025 17:00:00 (+07:00)"),
        (datetime(2025, 12, 9, 9, 5, 7, tzinfo=UTC), "16 giờ 05 ngày 09/12/2025", "09/12/2025 16:05:07 (+07:00)"),
        (datetime(2026, 1, 1, 0, 0, tzinfo=HANOI), "24 giờ ngày 31/12/2025", "01/01/2026 00:00:00 (+07:00)"),
    ],
)
def test_moment_is_written_in_vietnamese_time_whatever_zone_it_has(
    moment: datetime, in_words: str, with_zone: str
) -> None:
    assert (vietnamese.clock_and_day(moment), vietnamese.moment_with_zone(moment)) == (in_words, with_zone)


def reference(kind: str, number: str | None, dated: date | None, issuer: str | None, subject: str) -> LegalReference:
    return LegalReference("id", kind, number, dated, issuer, subject, "basis", 7)


@pytest.mark.parametrize(
    ("ref", "expected"),
    [
        (
            reference("Nghị quyết", "94/NQ-CP", date(2024, 6, 19), "Chính phủ", "Ban hành Chương trình hành động"),
            "Nghị quyết số 94/NQ-CP ngày 19 tháng 6 năm 2024 của Chính phủ ban hành Chương trình hành động",
        ),
        (
            reference(
                "Chỉ thị", "20-CT/TU", date(2023, 4, 26), "Ban Thường vụ Tỉnh ủy", "Đẩy mạnh cải cách hành chính"
            ),
            "Chỉ thị số 20-CT/TU ngày 26 tháng 4 năm 2023 của Ban Thường vụ Tỉnh ủy về đẩy mạnh cải cách hành chính",
        ),
        (reference("Chỉ thị", "05-CT/TW", None, None, "Học tập"), "Chỉ thị số 05-CT/TW về học tập"),
        (reference("Luật", None, None, "Quốc hội", "Luật Tiếp công dân"), "Luật Tiếp công dân"),
    ],
)
def test_first_citation_names_kind_number_date_issuer_subject_and_nothing_unknown(
    ref: LegalReference, expected: str
) -> None:
    assert vietnamese.citation(ref) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Sở Y tế", "Sở Y tế"),
        (unicodedata.normalize("NFD", "Đề án"), "Đề án"),
        ("một\r\n\r\n hai\rba", "một\nhai\nba"),
        ("a\tb", "a b"),
        ("a\x00b\x0bc", "a\ufffdb\ufffdc"),
        ("  =1+1  ", "=1+1"),
        ("<b>&amp;</b>", "<b>&amp;</b>"),
    ],
)
def test_typed_text_is_kept_as_every_format_can_hold_it(typed: str, expected: str) -> None:
    assert vietnamese.clean(typed) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tn-nq94-2025/annual/e3", "tn-nq94-2025_annual_e3"),
        ("Đề án Thái Nguyên", "de-an-thai-nguyen"),
        ("../../etc/passwd", "etc_passwd"),
        ("a\\b:c*?", "a-b-c"),
    ],
)
def test_file_names_are_plain_ascii(text: str, expected: str) -> None:
    assert vietnamese.ascii_name(text) == expected
