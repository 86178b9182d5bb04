"""Numbers as Vietnamese clerks write them: read exactly, or asked about; never guessed."""

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plancycle.domain import numbers
from plancycle.domain.numbers import NotANumber

READ = [
    ("0", "0"),
    ("30", "30"),
    ("-3", "-3"),
    ("+3", "3"),
    ("007", "7"),
    ("12,5", "12.5"),
    ("0,125", "0.125"),
    ("12,50", "12.50"),
    ("1.234,5", "1234.5"),
    ("1.234.567", "1234567"),
    ("1.234.567,89", "1234567.89"),
    ("-1.234,5", "-1234.5"),
    ("1234567", "1234567"),
    ("  30  ", "30"),
    ("1 234 567", "1234567"),
    ("1\u00a0234,5", "1234.5"),
    ("1\u202f234", "1234"),
    ("123456789012345", "123456789012345"),
    ("000000000000000000001", "1"),
]


@pytest.mark.parametrize(("text", "value"), READ)
def test_a_number_is_read_exactly(text: str, value: str) -> None:
    assert numbers.parse_decimal(text) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("12.5", ("12,5", "125")),
        ("1.234", ("1,234", "1234")),
        ("0.5", ("0,5", "5")),
        ("-12.5", ("-12,5", "-125")),
        ("1234.5", ("1234,5", "12345")),
    ],
)
def test_a_single_dot_is_a_question_with_both_readings(text: str, readings: tuple[str, str]) -> None:
    assert numbers.parse_decimal(text) == NotANumber("ambiguous", readings)


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("50%", ("50", "0,5")),
        ("12,5 %", ("12,5", "0,125")),
        ("-3%", ("-3", "-0,03")),
        ("0%", ("0", "0")),
        ("12.345%", None),
        ("50%%", None),
        ("%", None),
    ],
)
def test_a_percent_sign_is_a_question_between_what_is_shown_and_what_is_stored(
    text: str, readings: tuple[str, str] | None
) -> None:
    expected = NotANumber("invalid") if readings is None else NotANumber("ambiguous", readings)
    assert numbers.parse_decimal(text) == expected


@pytest.mark.parametrize(("stored", "shown"), [("0.5", "50"), ("0.125", "12.5"), ("1", "100"), ("0", "0")])
def test_a_percent_cell_shows_a_hundred_times_what_it_holds(stored: str, shown: str) -> None:
    assert numbers.from_hundredth(Decimal(stored)) == Decimal(shown)


@pytest.mark.parametrize(
    ("text", "precision", "expected"),
    [
        ("1,500", 0, NotANumber("ambiguous", ("1,5", "1500"))),
        ("1,500", 2, NotANumber("ambiguous", ("1,5", "1500"))),
        ("12,000", 1, NotANumber("ambiguous", ("12", "12000"))),
        ("1,234", 0, NotANumber("ambiguous", ("1,234", "1234"))),
        ("1,500", 3, Decimal("1.500")),
        ("0,500", 1, Decimal("0.500")),
        ("1234,000", 0, Decimal("1234.000")),
        ("1,50", 1, Decimal("1.50")),
        ("1.234,500", 1, Decimal("1234.500")),
    ],
)
def test_three_digits_after_a_comma_are_asked_about_where_so_many_decimals_make_no_sense(
    text: str, precision: int, expected: Decimal | NotANumber
) -> None:
    assert numbers.parse_decimal(text, precision) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "khoảng 30",
        "30 triệu",
        "(500)",
        "1,234,567.89",
        "1,234.5",
        "1.23.456",
        "1.2345.678",
        "0.123.456",
        "12,",
        ",5",
        "--3",
        "1_000",
        "1e5",
        "NaN",
        "Infinity",
        "-inf",
        "0x10",
        "=1+1",
        "#REF!",
        "１２３",
        "٣",
        "½",
        "−3",
        "1" * 400 + "x",
    ],
)
def test_anything_else_is_no_number(text: str) -> None:
    assert numbers.parse_decimal(text) == NotANumber("invalid")


@pytest.mark.parametrize(
    "text", ["1234567890123456", "9007199254740993", "-9.007.199.254.740.993", "0,1234567890123456"]
)
def test_more_digits_than_a_spreadsheet_keeps_are_refused_and_never_rounded(text: str) -> None:
    assert numbers.parse_decimal(text) == NotANumber("too_long")


@pytest.mark.parametrize(
    ("held", "seen"),
    [
        (5.0, "5"),
        (12.5, "12.5"),
        (-0.0, "0"),
        (0.1 + 0.2, "0.3"),
        (12.1 + 0.2, "12.3"),
        (1e-7, "1E-7"),
        (1_000_000.0, "1000000"),
        (1e15, "1000000000000000"),
        (2.0**53 - 1, "9007199254740991"),
        (1234567.891, "1234567.891"),
    ],
)
def test_a_number_of_the_spreadsheet_is_taken_as_it_is_shown_there(held: float, seen: str) -> None:
    assert numbers.from_spreadsheet(held) == Decimal(seen)


@pytest.mark.parametrize("held", [math.nan, math.inf, -math.inf, 1e300, 2.0**53, -(2.0**53)])
def test_a_number_the_spreadsheet_cannot_hold_is_refused(held: float) -> None:
    assert numbers.from_spreadsheet(held) == NotANumber("invalid")


@pytest.mark.parametrize(
    ("value", "decimals"), [("12", 0), ("12.5", 1), ("12.50", 1), ("12.00", 0), ("1E+3", 0), ("0.001", 3), ("0", 0)]
)
def test_idle_zeros_are_no_decimals(value: str, decimals: int) -> None:
    assert numbers.decimals_of(Decimal(value)) == decimals


@pytest.mark.parametrize(
    ("value", "text"),
    [("12.50", "12.5"), ("1.2E+3", "1200"), ("-0", "0"), ("0.000", "0"), ("1E-7", "0.0000001"), ("-3.10", "-3.1")],
)
def test_one_value_has_one_spelling(value: str, text: str) -> None:
    assert numbers.canonical(Decimal(value)) == text


@pytest.mark.parametrize(
    ("value", "precision", "result"), [("2.5", 0, "3"), ("-2.5", 0, "-3"), ("0.25", 1, "0.3"), ("1.005", 2, "1.01")]
)
def test_halves_are_rounded_as_people_round(value: str, precision: int, result: str) -> None:
    assert numbers.rounded(Decimal(value), precision) == Decimal(result)


def test_scaling_refuses_to_lose_digits() -> None:
    with pytest.raises(ValueError, match="more than 1 decimals"):
        numbers.to_scaled(Decimal("12.55"), 1)


@given(st.integers(-(10**15) + 1, 10**15 - 1), st.integers(0, 4))
def test_scaled_integers_go_there_and_back(scaled: int, precision: int) -> None:
    value = numbers.from_scaled(scaled, precision)
    assert numbers.to_scaled(value, precision) == scaled
    assert Decimal(numbers.canonical(value)) == value


@given(st.decimals(-(10**9), 10**9, places=2))
def test_what_is_written_with_a_comma_is_read_back(value: Decimal) -> None:
    assert numbers.parse_decimal(f"{value:f}".replace(".", ","), 2) == value


@given(st.text(max_size=40))
def test_no_text_at_all_makes_the_reader_fail(text: str) -> None:
    assert isinstance(numbers.parse_decimal(text), Decimal | NotANumber)
