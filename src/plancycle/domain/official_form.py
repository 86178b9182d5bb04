"""A document as the eye sees it, and which of its lines is which element of Decree 30/2020/NĐ-CP, Annex I.

Lines come from a ``.docx`` or a ``.pdf``; what a format cannot show is None and is not judged.
Sizes are in points, lengths in millimetres.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph of a Word file, or a line of a PDF page, with how it is set."""

    text: str
    place: str
    page: int | None = None
    size: float | None = None
    bold: bool | None = None
    italic: bool | None = None
    font: str = ""
    black: bool | None = None
    align: str | None = None
    first_line: float | None = None
    space_around: float | None = None
    """Points between this paragraph and the next."""
    line_spacing: float | None = None
    """As a multiple of single spacing."""
    in_table: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """A page's paper and, where the file says them, its margins (top, bottom, left, right)."""

    number: int
    width: float
    height: float
    margins: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class PageNumbers:
    """Where page numbers stand. None: this format cannot say."""

    on_first_page: bool
    on_later_pages: bool
    centred: bool | None
    in_top_margin: bool | None


@dataclass(frozen=True, slots=True)
class Observed:
    """A whole document as it is."""

    pages: tuple[Page, ...]
    lines: tuple[Line, ...]
    numbers: PageNumbers | None = None


class Element(StrEnum):
    """Elements of the form, in the order they are read on the page."""

    SUPERIOR = "superior"
    ISSUER = "issuer"
    NATION = "nation"
    MOTTO = "motto"
    NUMBER = "number"
    PLACE_DATE = "place_date"
    KIND = "kind"
    SUBJECT = "subject"
    LETTER_SUBJECT = "letter_subject"
    TO = "to"
    GROUND = "ground"
    BODY = "body"
    RECIPIENTS_LABEL = "recipients_label"
    RECIPIENT = "recipient"
    AUTHORITY = "authority"
    SIGNER = "signer"
    ANNEX = "annex"
    ANNEX_BODY = "annex_body"


Named = dict[Element, list[Line]]

KINDS = frozenset(
    (
        "NGHỊ QUYẾT", "QUYẾT ĐỊNH", "CHỈ THỊ", "QUY CHẾ", "QUY ĐỊNH", "THÔNG CÁO", "THÔNG BÁO", "HƯỚNG DẪN",
        "CHƯƠNG TRÌNH", "KẾ HOẠCH", "PHƯƠNG ÁN", "ĐỀ ÁN", "DỰ ÁN", "BÁO CÁO", "BIÊN BẢN", "TỜ TRÌNH", "HỢP ĐỒNG",
        "BẢN GHI NHỚ", "BẢN THỎA THUẬN", "GIẤY ỦY QUYỀN", "GIẤY MỜI", "GIẤY GIỚI THIỆU", "GIẤY NGHỈ PHÉP", "PHIẾU GỬI",
        "PHIẾU CHUYỂN", "PHIẾU BÁO",
    )
)  # fmt: skip
"""Types of administrative documents (Decree 30/2020/NĐ-CP, Article 7 and Annex III)."""

NATION = re.compile(r"C[ỘO]NG\s+H(?:ÒA|OÀ|OA)\s+X[ÃA]\s+H[ỘO]I\s+CH[ỦU]\s+NGH[ĨI]A\s+VI[ỆE]T\s+NAM", re.IGNORECASE)
MOTTO = re.compile(r"Độc lập\s*[-–—]\s*Tự do\s*[-–—]\s*Hạnh phúc", re.IGNORECASE)
NUMBER = re.compile(r"Số\s*:", re.IGNORECASE)
PLACE_DATE = re.compile(r"ngày\s+\S{0,3}\s*tháng\s+\S{0,3}\s*năm\s*\d{0,4}\.?$", re.IGNORECASE)
AUTHORITY = re.compile(r"(TM|Q|KT|TL|TUQ)\.\s*\S")
ANNEX = re.compile(r"Phụ lục\b(?:\s+([IVXLC]+|\d+))?(?!.*\bkèm theo\b)", re.IGNORECASE)
GROUND = "Căn cứ "
POSITIONS = ("CHỦ TỊCH", "GIÁM ĐỐC", "BỘ TRƯỞNG", "THỨ TRƯỞNG", "TRƯỞNG", "CHÁNH", "PHÓ", "THỦ TRƯỞNG", "CỤC TRƯỞNG")


def plain(text: str) -> str:
    """One spelling for comparing: NFC, single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def is_upper(text: str) -> bool:
    """Whether every letter is a capital."""
    return any(letter.isalpha() for letter in text) and text == text.upper()


def elements(lines: Sequence[Line]) -> Named:
    """Name the lines. A line that is none of the fixed elements is body; after the first annex, the annex's."""
    named: Named = {element: [] for element in Element}
    for element, line in _walk([line for line in lines if plain(line.text)]):
        named[element].append(line)
    if named[Element.SUPERIOR] and not named[Element.ISSUER]:
        named[Element.ISSUER].append(named[Element.SUPERIOR].pop())
    return named


def is_annex_alone(named: Named) -> bool:
    """Whether it is an annex in a file of its own: the document's other elements stand in the document."""
    return {element for element, lines in named.items() if lines} <= {Element.ANNEX, Element.ANNEX_BODY}


def _walk(lines: Sequence[Line]) -> Iterator[tuple[Element, Line]]:
    reader = _Reader()
    for line in lines:
        yield reader.name(line), line


class _Reader:
    """Reads down the page; what a line is depends on what has gone before."""

    def __init__(self) -> None:
        self._seen: set[Element] = set()
        self._heads = 0
        self._last = Element.SUPERIOR

    def name(self, line: Line) -> Element:
        """The element of the next line."""
        found = self._named(plain(line.text), line)
        self._seen.add(found)
        self._last = found
        return found

    def _named(self, text: str, line: Line) -> Element:
        if Element.ANNEX in self._seen:
            return Element.ANNEX if ANNEX.match(text) and len(text) < 40 else Element.ANNEX_BODY
        if not self._seen and ANNEX.match(text) and len(text) < 40:
            return Element.ANNEX  # an annex in a file of its own
        if Element.RECIPIENTS_LABEL not in self._seen:
            fixed = self._fixed(text)
            if fixed:
                return fixed
        return self._closing(text, line) or self._after(text, line)

    def _fixed(self, text: str) -> Element | None:
        patterns = ((NATION, Element.NATION), (MOTTO, Element.MOTTO), (NUMBER, Element.NUMBER))
        for pattern, element in patterns:
            if element not in self._seen and pattern.match(text):
                return element
        if Element.PLACE_DATE not in self._seen and PLACE_DATE.search(text) and len(text) < 80:
            return Element.PLACE_DATE
        if Element.KIND not in self._seen and Element.TO not in self._seen and text.upper() in KINDS:
            return Element.KIND
        if text.lower().startswith(("v/v", "về việc:")) and Element.KIND not in self._seen:
            return Element.LETTER_SUBJECT
        if text.lower().startswith("kính gửi"):
            return Element.TO
        return Element.GROUND if text.startswith(GROUND) and Element.BODY not in self._seen else None

    def _closing(self, text: str, line: Line) -> Element | None:
        if text.lower().startswith("nơi nhận"):
            return Element.RECIPIENTS_LABEL
        if ANNEX.match(text) and len(text) < 40 and Element.RECIPIENTS_LABEL in self._seen:
            return Element.ANNEX
        ended = Element.RECIPIENTS_LABEL in self._seen or Element.BODY in self._seen
        if ended and is_upper(text) and (AUTHORITY.match(text) or text.startswith(POSITIONS)):
            return Element.AUTHORITY
        if Element.RECIPIENTS_LABEL in self._seen:
            return self._signing(text, line)
        return None

    def _signing(self, text: str, line: Line) -> Element:
        if text.startswith(("-", "–", "+")) or line.bold is not True:
            return Element.RECIPIENT
        return Element.SIGNER if Element.AUTHORITY in self._seen else Element.RECIPIENT

    def _after(self, text: str, line: Line) -> Element:
        """A line without a mark of its own: by its neighbours."""
        if not self._seen & {Element.NUMBER, Element.PLACE_DATE, Element.KIND, Element.TO, Element.BODY}:
            self._heads += 1
            return Element.ISSUER if line.bold or (line.bold is None and self._heads > 1) else Element.SUPERIOR
        if self._last is Element.KIND or (self._last is Element.SUBJECT and line.bold):
            return Element.SUBJECT
        if self._last is Element.LETTER_SUBJECT:
            return Element.LETTER_SUBJECT  # a PDF's next line of the same subject; "Kính gửi" ends it
        if self._last is Element.TO and text.startswith(("-", "–")):
            return Element.TO
        if self._last is Element.GROUND and line.italic:
            return Element.GROUND  # "Thực hiện …" after the grounds, or a PDF's next line of the same ground
        return Element.BODY
