"""A ``.pdf`` as lines: the text of each line with its size, face and place on the page.

What is only drawn (lines under a title, a scanned page) is not seen; spacing and indents are left unjudged.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any

from pdfminer.high_level import extract_pages
from pdfminer.layout import LAParams, LTChar, LTPage, LTTextContainer, LTTextLine
from pdfminer.pdfexceptions import PDFException
from pdfminer.psexceptions import PSException

from plancycle.domain.errors import UnreadableFile
from plancycle.domain.official_form import ANNEX, Line, Observed, Page, PageNumbers, plain

MM = 25.4 / 72
TOP_MARGIN = 25 / MM
LAYOUT = LAParams(boxes_flow=None, line_margin=0.05, char_margin=3.0)


def observe_pdf(data: bytes) -> Observed:
    """Read a PDF. Raises UnreadableFile when it is none, is locked, or has no text (a scan)."""
    try:
        pages = list(extract_pages(BytesIO(data), laparams=LAYOUT))
    except (PDFException, PSException, ValueError, KeyError, TypeError) as broken:
        raise UnreadableFile("document.not_readable", format="PDF") from broken
    lines = [line for page in pages for line in _lines(page)]
    if not lines:
        raise UnreadableFile("document.no_text", format="PDF")
    # An annex counts its own pages from one, and its first page shows no number either.
    firsts = [at == 0 or _begins_annex(page) for at, page in enumerate(pages)]
    numbers = [_page_number(page) for page in pages]
    return Observed(
        tuple(Page(page.pageid, page.width * MM, page.height * MM) for page in pages),
        tuple(lines),
        _numbers(numbers, all(firsts)),
    )


def _text_lines(page: LTPage) -> list[LTTextLine]:
    found = [line for box in page if isinstance(box, LTTextContainer) for line in _inside(box)]
    return sorted(found, key=lambda line: (-round(line.y0 / 3), line.x0))


def _inside(box: Any) -> Iterator[LTTextLine]:
    for part in box if isinstance(box, Iterable) else ():
        if isinstance(part, LTTextLine) and part.get_text().strip():
            yield part


def _lines(page: LTPage) -> Iterator[Line]:
    number = _page_number(page)
    for at, found in enumerate(_text_lines(page), start=1):
        if found is number:
            continue
        letters = [letter for letter in found if isinstance(letter, LTChar) and letter.get_text().strip()]
        face = _most(letter.fontname for letter in letters).rpartition("+")[2]
        name = face.lower()
        yield Line(
            text=found.get_text(),
            place=f"{page.pageid}.{at}",
            page=page.pageid,
            size=round(float(_most(f"{letter.size:.1f}" for letter in letters)) * 2) / 2,
            bold="bold" in name,
            italic="italic" in name or "oblique" in name,
            font=face,
            black=all(_is_black(letter) for letter in letters),
        )


def _most(values: Iterable[str]) -> str:
    return Counter(values).most_common(1)[0][0]


def _is_black(letter: LTChar) -> bool:
    colour = letter.graphicstate.ncolor
    parts = colour if isinstance(colour, tuple | list) else (colour,)
    return all(part in (0, 0.0, None) for part in parts) or (len(parts) == 4 and parts[3] == 1)


def _page_number(page: LTPage) -> LTTextLine | None:
    """The line that is nothing but a number, above or below the text."""
    for line in _text_lines(page):
        is_outside = line.y0 > page.height - TOP_MARGIN or line.y1 < TOP_MARGIN
        if is_outside and line.get_text().strip().isdigit():
            return line
    return None


def _begins_annex(page: LTPage) -> bool:
    lines = _text_lines(page)
    return bool(lines) and ANNEX.match(plain(lines[0].get_text())) is not None


def _numbers(numbers: list[LTTextLine | None], is_none_needed: bool) -> PageNumbers:
    later = [line for line in numbers[1:] if line is not None]
    centred = all(abs((line.x0 + line.x1) / 2 - _middle(line)) < 30 for line in later) if later else None
    on_top = all(line.y0 > 400 for line in later) if later else None
    return PageNumbers(numbers[0] is not None, bool(later) or is_none_needed, centred, on_top)


def _middle(line: LTTextLine) -> float:
    """The middle of the text area of an A4 page, upright or on its side, margins of 30 and 15 mm."""
    width = 297 / MM if line.x0 > 350 else 210 / MM
    return width / 2
