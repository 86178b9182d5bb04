"""Where a signature stands on the page (Decree 30/2020/NĐ-CP, Annex I, on digital signatures).

The person's signature: in the middle between position and name. The seal: over about a third of the signature, on
its left. Other files of the same dispatch: the body's sign in words at the top right of page 1.
Boxes are (left, bottom, right, top) in points from the lower left corner.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from pdfminer.high_level import extract_pages
from pdfminer.layout import LAParams, LTPage, LTTextContainer, LTTextLine

from plancycle.domain.errors import DataProblem
from plancycle.domain.official_form import plain

MM = 72 / 25.4
SIGNATURE = (45 * MM, 20 * MM)
CORNER = (75 * MM, 6 * MM)
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Place:
    """A page, counted from 0, and a box on it."""

    page: int
    box: Box


def of_person(pdf: bytes, position: str, name: str) -> Place:
    """Between the signatory's position and name. Raises DataProblem when the document does not have them."""
    for number, page in enumerate(extract_pages(BytesIO(pdf), laparams=LAParams(boxes_flow=None))):
        named = _last(page, name)
        if named is None:
            continue
        over = [line for line in _lines(page) if line.y0 > named.y1 and plain(line.get_text()) == position]
        top = min((line.y0 for line in over), default=named.y1 + SIGNATURE[1])
        middle = (named.x0 + named.x1) / 2
        height = min(SIGNATURE[1], top - named.y1)
        centre = (top + named.y1) / 2
        box = (middle - SIGNATURE[0] / 2, centre - height / 2, middle + SIGNATURE[0] / 2, centre + height / 2)
        return Place(number, box)
    raise DataProblem("signature.no_place", name=name)


def of_seal(person: Place, diameter: float) -> Place:
    """Beside the person's signature; ``diameter`` of the seal in millimetres, its real size."""
    left, bottom, right, top = person.box
    size = diameter * MM
    right_edge, centre = left + (right - left) / 3, (bottom + top) / 2
    return Place(person.page, (right_edge - size, centre - size / 2, right_edge, centre + size / 2))


def of_other_file(pdf: bytes) -> Place:
    """The top right of page 1, inside the margins, above the text."""
    page = next(iter(extract_pages(BytesIO(pdf), maxpages=1)))
    right, top = page.width - 15 * MM, page.height - 8 * MM
    return Place(0, (right - CORNER[0], top - CORNER[1], right, top))


def _last(page: LTPage, text: str) -> LTTextLine | None:
    found = [line for line in _lines(page) if plain(line.get_text()) == plain(text)]
    return min(found, key=lambda line: line.y0, default=None)


def _lines(page: LTPage) -> Iterator[LTTextLine]:
    for box in page:
        parts: Any = box
        if isinstance(box, LTTextContainer):
            yield from (line for line in parts if isinstance(line, LTTextLine))
