"""Numbers as Vietnamese clerks write them. Exact decimals only; ``12.5`` is a question, never a guess."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

MAX_EXACT_BINARY = 2**53
"""Above this a spreadsheet's own number has already lost digits."""

MAX_DIGITS = 15
"""What a spreadsheet keeps exactly; a longer number has been mistyped or given in too small a unit."""

_PLAIN = re.compile(r"[-+]?\d+")
_DECIMAL_COMMA = re.compile(r"[-+]?\d+,(\d+)")
_GROUPED = re.compile(r"[-+]?[1-9]\d{0,2}(\.\d{3}){2,}(,\d+)?|[-+]?[1-9]\d{0,2}(\.\d{3})+,\d+")
_THOUSAND_COMMA = re.compile(r"[-+]?[1-9]\d{0,2},\d{3}")
_ONE_DOT = re.compile(r"[-+]?\d+\.\d+")
_PERCENT = re.compile(r"[-+]?\d{1,12}(,\d{1,6})?%")


@dataclass(frozen=True, slots=True)
class NotANumber:
    """Why a text is not taken as a number: ``ambiguous`` (two readings), ``too_long`` or ``invalid``.

    ``readings`` are shown to the person who is asked.
    """

    reason: str
    readings: tuple[str, ...] = ()


def parse_decimal(text: str, precision: int | None = None) -> Decimal | NotANumber:
    """Read typed text: ``1.234,5`` is 1234.5, ``1234`` is 1234; ``12.5``, ``1.234`` and ``50%`` have two readings.

    Where at most ``precision`` decimals are asked and that is fewer than three, ``1,500`` has two readings as well:
    1,5 with idle zeros, or fifteen hundred written the English way.
    Only ASCII digits count: full-width or Arabic digits, underscores, NaN and infinity are refused.
    """
    compact = text if text.isascii() else text.replace("\u00a0", "").replace("\u202f", "")
    compact = compact.strip().replace(" ", "")
    if not compact.isascii():
        return NotANumber("invalid")
    if len(compact) <= MAX_DIGITS and compact.isdigit():  # nearly all that is typed ends here, or in the next lines
        return Decimal(compact)
    comma = _DECIMAL_COMMA.fullmatch(compact)
    if comma and len(compact) <= MAX_DIGITS and len(comma[1]) != 3:
        return Decimal(compact.replace(",", "."))
    if _PERCENT.fullmatch(compact):
        return NotANumber("ambiguous", _readings_of_percent(Decimal(compact[:-1].replace(",", "."))))
    if len(compact) > MAX_DIGITS and sum(letter.isdigit() for letter in compact.lstrip("+-0")) > MAX_DIGITS:
        return NotANumber("too_long" if _is_number(compact) else "invalid")
    if _PLAIN.fullmatch(compact):
        return Decimal(compact)
    if precision is not None and precision < 3 and _THOUSAND_COMMA.fullmatch(compact):
        return NotANumber("ambiguous", (_without_idle_zeros(compact), str(int(compact.replace(",", "")))))
    if comma:
        return Decimal(compact.replace(",", "."))
    if _GROUPED.fullmatch(compact):
        return Decimal(compact.replace(".", "").replace(",", "."))
    if _ONE_DOT.fullmatch(compact):
        return NotANumber("ambiguous", (compact.replace(".", ","), str(int(compact.replace(".", "")))))
    return NotANumber("invalid")


def _is_number(compact: str) -> bool:
    return any(pattern.fullmatch(compact) for pattern in (_PLAIN, _DECIMAL_COMMA, _GROUPED, _ONE_DOT))


def _readings_of_percent(shown: Decimal) -> tuple[str, str]:
    """``50%`` where a number is asked: fifty, or the half that a spreadsheet stores."""
    stored = canonical(shown.scaleb(-2)).replace(".", ",")
    return canonical(shown).replace(".", ","), stored


def _without_idle_zeros(text: str) -> str:
    return text.rstrip("0").rstrip(",")


def from_spreadsheet(number: float) -> Decimal | NotANumber:
    """A cell the spreadsheet itself holds as a number, as people see it there; refused beyond 2^53.

    Whole numbers are exact. Others are taken with the 15 digits a spreadsheet shows: the sum of 12,1 and 0,2 is 12,3
    on the screen and 12.299999999999999 in the file.
    """
    if number != number or abs(number) >= MAX_EXACT_BINARY:
        return NotANumber("invalid")
    if number == int(number):
        return Decimal(int(number))
    value = Decimal(f"{number:.{MAX_DIGITS}g}")
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value


def from_hundredth(value: Decimal) -> Decimal:
    """What a cell in a percent format shows: 50 for 0.5."""
    shown = value.scaleb(2)
    return shown.quantize(Decimal(1)) if shown == shown.to_integral_value() else shown


def decimals_of(value: Decimal) -> int:
    """How many digits stand after the decimal point."""
    return len(canonical(value).partition(".")[2])


def to_scaled(value: Decimal, precision: int) -> int:
    """The value as an integer of 10^-precision units. Raises ValueError when digits would be lost."""
    scaled = value.scaleb(precision)
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{value} has more than {precision} decimals")
    return int(scaled)


def from_scaled(scaled: int, precision: int) -> Decimal:
    """The inverse of :func:`to_scaled`, with exactly ``precision`` decimals."""
    return Decimal(scaled).scaleb(-precision).quantize(Decimal(1).scaleb(-precision))


def rounded(value: Decimal, precision: int) -> Decimal:
    """Half up, as people round; used for means and rates only, never for sums."""
    return value.quantize(Decimal(1).scaleb(-precision), rounding=ROUND_HALF_UP)


def half_up(total: int, count: int) -> int:
    """The exact ratio rounded to a whole number, ties away from zero as people round. Raises ZeroDivisionError."""
    magnitude = (2 * abs(total) + abs(count)) // (2 * abs(count))
    return magnitude if (total >= 0) is (count > 0) else -magnitude


def canonical(value: Decimal) -> str:
    """One spelling for one value, for hashes and databases: ``12.5``, ``1200``, never ``1.2E+3`` or ``-0``."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
