"""What Decree 30/2020/NĐ-CP, Annex I, asks of each element, and where a document deviates from it.

The table :data:`SETTINGS` is the Annex's own: size range, capitals, bold, italic. Everything that reads words (numbers,
dates, ends of lines) is a function in :data:`RULES`. All deviations are found in one pass.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from plancycle.domain.official_form import (
    ANNEX,
    GROUND,
    MOTTO,
    Element,
    Line,
    Named,
    Observed,
    elements,
    is_annex_alone,
    is_upper,
    plain,
)

PAPER = (210.0, 297.0)
MARGINS = {"top": (20.0, 25.0), "bottom": (20.0, 25.0), "left": (30.0, 35.0), "right": (15.0, 20.0)}
TOLERANCE = 0.5
FONTS = ("times new roman", "timesnewroman", "liberationserif", "liberation serif", "tinos", "termes")
"""Times New Roman, and faces with the same metrics that stand in for it in a PDF."""
TITLES = re.compile(r"^(GS|PGS|TS|ThS|BS|CN|KS|CKI+|NGND|NGƯT)\.", re.IGNORECASE)
REPORTING_UP = ("BÁO CÁO", "TỜ TRÌNH")


@dataclass(frozen=True, slots=True)
class Deviation:
    """One place where a document is not as the Annex says. The words are ``deviation.<code>`` in the locale."""

    code: str
    element: str
    place: str
    found: str
    params: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Setting:
    """How an element is set. None: either is right."""

    smallest: float
    largest: float
    upper: bool | None = None
    bold: bool | None = None
    italic: bool | None = None


SETTINGS = {
    Element.SUPERIOR: Setting(12, 13, upper=True, bold=False, italic=False),
    Element.ISSUER: Setting(12, 13, upper=True, bold=True, italic=False),
    Element.NATION: Setting(12, 13, upper=True, bold=True, italic=False),
    Element.MOTTO: Setting(13, 14, upper=False, bold=True, italic=False),
    Element.NUMBER: Setting(13, 13, bold=False, italic=False),
    Element.PLACE_DATE: Setting(13, 14, bold=False, italic=True),
    Element.KIND: Setting(13, 14, upper=True, bold=True, italic=False),
    Element.SUBJECT: Setting(13, 14, upper=False, bold=True, italic=False),
    Element.LETTER_SUBJECT: Setting(12, 13, bold=False, italic=False),
    Element.TO: Setting(13, 14, bold=False, italic=False),
    Element.GROUND: Setting(13, 14, bold=False, italic=True),
    Element.BODY: Setting(13, 14),
    Element.RECIPIENTS_LABEL: Setting(12, 12, bold=True, italic=True),
    Element.RECIPIENT: Setting(11, 11, bold=False, italic=False),
    Element.AUTHORITY: Setting(13, 14, upper=True, bold=True, italic=False),
    Element.SIGNER: Setting(13, 14, upper=False, bold=True, italic=False),
    Element.ANNEX: Setting(14, 14, bold=True),
}

REQUIRED = (
    Element.NATION,
    Element.MOTTO,
    Element.ISSUER,
    Element.NUMBER,
    Element.PLACE_DATE,
    Element.BODY,
    Element.RECIPIENTS_LABEL,
    Element.AUTHORITY,
)


def deviations(observed: Observed) -> tuple[Deviation, ...]:
    """Every deviation of a document, in the order of the page."""
    named = elements(observed.lines)
    return (*_paper(observed), *(found for rule in RULES for found in rule(named)))


def _paper(observed: Observed) -> Iterator[Deviation]:
    for page in observed.pages:
        place = str(page.number)
        if abs(min(page.width, page.height) - PAPER[0]) > 1 or abs(max(page.width, page.height) - PAPER[1]) > 1:
            yield Deviation("paper", "page", place, f"{page.width:.0f} × {page.height:.0f} mm")
        for side, found in zip(MARGINS, page.margins or (), strict=False):
            low, high = MARGINS[side]
            if page.width < page.height and not low - TOLERANCE <= found <= high + TOLERANCE:
                yield Deviation("margin", side, place, f"{found:.0f} mm", _range(low, high))
    if observed.numbers is not None and observed.numbers.on_first_page:
        yield Deviation("page_number_first", "page", "1", "")
    if observed.numbers is not None and not observed.numbers.on_later_pages and len(observed.pages) > 1:
        yield Deviation("page_number_missing", "page", "2", "")
    elif observed.numbers is not None and False in (observed.numbers.centred, observed.numbers.in_top_margin):
        yield Deviation("page_number_place", "page", "2", "")


def _range(low: float, high: float) -> dict[str, str]:
    return {"low": f"{low:g}", "high": f"{high:g}"}


def _missing(named: Named) -> Iterator[Deviation]:
    if named[Element.ANNEX] and is_annex_alone(named):
        return
    for element in REQUIRED:
        if not named[element]:
            yield Deviation("missing", element, "", "")
    if not named[Element.KIND] and not named[Element.LETTER_SUBJECT]:
        yield Deviation("missing", Element.KIND, "", "")
    if named[Element.KIND] and not named[Element.SUBJECT]:
        yield Deviation("missing", Element.SUBJECT, "", "")
    if _reports_up(named) and not named[Element.TO]:
        yield Deviation("missing", Element.TO, "", "")


def _reports_up(named: Named) -> bool:
    """A report to a higher body, or a letter without a type, says to whom it goes."""
    kinds = [plain(line.text).upper() for line in named[Element.KIND]]
    return bool(named[Element.LETTER_SUBJECT]) or any(kind in REPORTING_UP for kind in kinds)


def _settings(named: Named) -> Iterator[Deviation]:
    for element, setting in SETTINGS.items():
        for line in named[element]:
            yield from _setting(element, setting, line)


def _setting(element: Element, setting: Setting, line: Line) -> Iterator[Deviation]:
    def deviation(code: str, **params: str) -> Deviation:
        return Deviation(code, element, line.place, plain(line.text)[:80], params)

    wrong_size = line.size is not None and not setting.smallest - 0.3 <= line.size <= setting.largest + 0.3
    if wrong_size and not (element is Element.BODY and line.in_table):
        yield deviation("size", size=f"{line.size:g}", **_range(setting.smallest, setting.largest))
    for mark, wanted, found in (("bold", setting.bold, line.bold), ("italic", setting.italic, line.italic)):
        if wanted is not None and found is not None and found is not wanted:
            yield deviation(mark if wanted else f"not_{mark}")
    if setting.upper is True and not is_upper(plain(line.text)):
        yield deviation("upper")
    if setting.upper is False and is_upper(plain(line.text)):
        yield deviation("not_upper")


def _everywhere(named: Named) -> Iterator[Deviation]:
    for element, lines in named.items():
        for line in lines:
            shown = plain(line.text)[:80]
            if line.font and not line.font.lower().startswith(FONTS):
                yield Deviation("font", element, line.place, shown, {"font": line.font})
            if line.black is False:
                yield Deviation("colour", element, line.place, shown)
            if not unicodedata.is_normalized("NFC", line.text):
                yield Deviation("unicode", element, line.place, shown)


def _body(named: Named) -> Iterator[Deviation]:
    for line in named[Element.BODY]:
        if line.in_table:
            continue
        shown = plain(line.text)[:80]
        if line.align not in (None, "justify"):
            yield Deviation("align", Element.BODY, line.place, shown)
        if line.first_line is not None and not (9.5 <= line.first_line <= 13.2):
            yield Deviation("first_line", Element.BODY, line.place, shown, {"mm": f"{line.first_line:.1f}"})
        if line.space_around is not None and line.space_around < 6:
            yield Deviation("spacing", Element.BODY, line.place, shown, {"pt": f"{line.space_around:g}"})
        if line.line_spacing is not None and not 0.99 <= line.line_spacing <= 1.51:
            yield Deviation("line_spacing", Element.BODY, line.place, shown, {"times": f"{line.line_spacing:.2f}"})
    last = next((line for line in reversed(named[Element.BODY]) if not line.in_table), None)
    if last is not None and not plain(last.text).endswith("./."):
        yield Deviation("end_mark", Element.BODY, last.place, plain(last.text)[-60:])


def _motto(named: Named) -> Iterator[Deviation]:
    for line in named[Element.MOTTO]:
        if plain(line.text) != "Độc lập - Tự do - Hạnh phúc" and MOTTO.match(plain(line.text)):
            yield Deviation("motto", Element.MOTTO, line.place, plain(line.text))


_NUMBER = re.compile(r"Số: ?(?P<number>\d*)\s*/(?P<symbol>[^\s]+)$")


def _number(named: Named) -> Iterator[Deviation]:
    for line in named[Element.NUMBER]:
        text = plain(line.text)
        found = _NUMBER.match(text)
        if not found:
            yield Deviation("number", Element.NUMBER, line.place, text)
        elif len(found["number"]) == 1:
            yield Deviation("number_zero", Element.NUMBER, line.place, text)
        elif not _is_symbol(found["symbol"]):
            yield Deviation("symbol_upper", Element.NUMBER, line.place, text)


SMALL_IN_SYMBOLS = ("TTr", "CTr", "QyĐ", "TrS")
"""Abbreviated types that are not written in capitals throughout (Annex III)."""


def _is_symbol(symbol: str) -> bool:
    first, _, rest = symbol.partition("-")
    return (first in SMALL_IN_SYMBOLS or first == first.upper()) and rest == rest.upper()


_DATE = re.compile(r"(?P<place>.+), ngày (?P<day>\d*) ?tháng (?P<month>\d*) ?năm (?P<year>\d{4})$")


def _date(named: Named) -> Iterator[Deviation]:
    """Days below 10 and the months 1 and 2 take a leading zero, other months none; a comma follows the place."""
    for line in named[Element.PLACE_DATE]:
        text = plain(line.text)
        found = _DATE.match(text)
        day, month = (found["day"], found["month"]) if found else ("", "")
        wrong_zero = len(day) == 1 or month in ("1", "2") or (month.startswith("0") and month not in ("01", "02"))
        if not found or wrong_zero:
            yield Deviation("date", Element.PLACE_DATE, line.place, text)


def _lists(named: Named) -> Iterator[Deviation]:
    grounds = named[Element.GROUND]
    for line, following in zip(grounds, [*grounds, None][1:] if grounds else [], strict=True):
        ends = following is None or plain(following.text).startswith((GROUND, "Thực hiện "))
        if ends and not plain(line.text).endswith(";" if following else "."):
            yield Deviation("ground_mark", Element.GROUND, line.place, plain(line.text)[-60:])
    recipients = [line for line in named[Element.RECIPIENT] if plain(line.text).startswith(("-", "–"))]
    if not recipients:
        return
    first, last = plain(recipients[0].text), plain(recipients[-1].text)
    if named[Element.TO] and not first.startswith("- Như trên"):
        yield Deviation("recipients_first", Element.RECIPIENT, recipients[0].place, first)
    if not last.startswith("- Lưu:") or not last.endswith("."):
        yield Deviation("recipients_last", Element.RECIPIENT, recipients[-1].place, last)


def _signer(named: Named) -> Iterator[Deviation]:
    for line in named[Element.SIGNER]:
        if TITLES.match(plain(line.text)):
            yield Deviation("signer_title", Element.SIGNER, line.place, plain(line.text))


def _annexes(named: Named) -> Iterator[Deviation]:
    """With two annexes or more each has its Roman number, in order."""
    heads = [(line, ANNEX.match(plain(line.text))) for line in named[Element.ANNEX]]
    if len(heads) < 2:
        return
    for (line, found), roman in zip(heads, ROMAN, strict=False):
        if found is None or found[1] != roman:
            yield Deviation("annex_number", Element.ANNEX, line.place, plain(line.text), {"roman": roman})


ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV")

RULES: tuple[Callable[[Named], Iterator[Deviation]], ...] = (
    _missing,
    _settings,
    _everywhere,
    _body,
    _motto,
    _number,
    _date,
    _lists,
    _signer,
    _annexes,
)
