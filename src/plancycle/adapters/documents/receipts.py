"""A receipt as PDF: a form that is filled in.

Nearly all of a receipt's page is the same every time: labels, fonts, colours, structure. So the compiler sets the form
once (``receipt.typ`` with every letter of :data:`LETTERS` in its font) and each receipt's own words are written into it
(:mod:`.receipt_form`), a tenth of the compiler's work. What the form cannot hold, the compiler sets by itself.
"""

import re
import unicodedata
from dataclasses import asdict
from datetime import date
from functools import lru_cache

from plancycle.adapters.documents.pdf import compile_pdf
from plancycle.adapters.documents.pdf_objects import PdfObjects, Unfamiliar, one, stream_of, taken_apart
from plancycle.adapters.documents.receipt_form import FORM_DATE, FORM_NUMBER, Font, Form, ReceiptWords, Run

FORMS = 8
"""Kept in memory: with and without a line for the receipt that is cited, in a few wordings."""
_MARKED = "".join(base + tone for base in "aăâeêioôơuưy" for tone in ("", *"\u0300\u0301\u0303\u0309\u0323"))
_SMALL = unicodedata.normalize("NFC", _MARKED) + "đ"
LETTERS = "".join(sorted({*map(chr, range(33, 127)), *_SMALL, *_SMALL.upper(), *"·–—“”‘’…§°"}))
"""What a form can hold beside blanks: ASCII, every Vietnamese letter, and the signs of official names."""
ROW = 50
"""Letters that surely have room in one line."""

_RUN = re.compile(
    rb"/Span<</MCID (\d+)>>BDC\nq 1 0 0 -1 (\S+) (\S+) cm"
    rb"(/c0 cs \S+ scn\nBT 0 Tr/(f\d+) (\S+) Tf 1 0 0 -1 0 0 Tm)(.*?T[Jj])\nET\nQ\nEMC",
    re.DOTALL,
)
_PARAGRAPH = re.compile(rb"/S/P/P \d+ 0 R/K\[([\d ]+)\]")
_PAGE = re.compile(rb"/MediaBox\[0 0 (\S+) \S+\].*/Contents (\d+) 0 R")
_RULE = re.compile(rb"/Artifact<</Type/Layout>>BDC\nq 1 0 0 -1 \S+ (\S+) cm")
_TRACKING = re.compile(rb"[)>]-(\d+\.\d+)[(<]")
_FONTS = re.compile(rb"/(f\d+) (\d+) 0 R")
_FONT = re.compile(rb"/DescendantFonts\[(\d+) 0 R\]/ToUnicode (\d+) 0 R")
_GLYPH = re.compile(rb"<([0-9A-F]{4})> <([0-9A-F]{4})>\n")
_WIDTHS = re.compile(rb"/W\[([\d. ]+)\]")


def receipt_pdf(words: ReceiptWords, on: date) -> bytes:
    """The receipt, dated by its day; the same words give the same bytes."""
    return filled(words, on) or compiled(words, on)


def compiled(words: ReceiptWords, on: date) -> bytes:
    """The receipt as the compiler sets it, whatever its words are."""
    return compile_pdf("receipt.typ", asdict(words), on)


def filled(words: ReceiptWords, on: date) -> bytes | None:
    """The receipt as a form filled in; None when it has to be compiled."""
    form = _form(words.title, words.number_label, tuple(label for label, _ in words.lines), words.footer)
    page = form.page(words) if form else None
    return form.file_of(page, words, on) if form and page else None


@lru_cache(FORMS)
def _form(title: str, number_label: str, labels: tuple[str, ...], footer: str) -> Form | None:
    """The form with these words on it; None where the compiler writes its files in another way than is known here."""
    rows = [LETTERS[at : at + ROW] for at in range(0, len(LETTERS), ROW)]
    values = ["\n".join([f"{rows[0][0]} {rows[0][1:]}", *rows[1:]]), *("0" for _ in labels[1:])]
    words = ReceiptWords(title, number_label, FORM_NUMBER, tuple(zip(labels, values, strict=True)), footer)
    try:
        return _taken_in(taken_apart(compiled(words, FORM_DATE)), len(labels), len(rows))
    except (Unfamiliar, LookupError, ValueError):
        return None


def _taken_in(file: PdfObjects, lines: int, rows: int) -> Form:
    width, contents = one(_PAGE, file.piece(file.only(b"/Type/Page/"))).groups()
    page = stream_of(file.piece(int(contents)))
    runs = {int(found[1]): (_run(found), found.span()) for found in _RUN.finditer(page)}
    marks = [[int(mark) for mark in found.split()] for piece in file.pieces for found in _PARAGRAPH.findall(piece)]
    expected = [2, rows + 1, *(2 for _ in range(lines - 1))]
    if [len(listed) for listed in marks[: lines + 1]] != expected or any(set(listed) - set(runs) for listed in marks):
        raise Unfamiliar("structure")
    paragraphs = [tuple(runs[mark][0] for mark in listed) for listed in marks[: lines + 1]]
    (label, number), first, last = paragraphs[0], paragraphs[1], paragraphs[-1]
    rule = one(_RULE, page[runs[last[-1].mark][1][1] :])
    return Form(
        file=file,
        contents=int(contents),
        metadata=file.only(b"/Type/Metadata"),
        properties=file.only(b"/CreationDate"),
        head=page[: runs[label.mark][1][0]] + b"\n",
        tail=page[runs[last[-1].mark][1][1] :],
        number=(label, number),
        lines=tuple(paragraphs[1:]),
        fonts={run.font: _font(file, run.font) for run in (number, first[1])},
        width=float(width),
        tracking=float(one(_TRACKING, number.glyphs)[1]) * number.size / 1000,
        advance=first[1].y - first[2].y,
        lowest=float(rule[1]) + paragraphs[2][1].y - paragraphs[3][1].y,
    )


def _run(found: re.Match[bytes]) -> Run:
    mark, x, y, look, font, size, glyphs = found.groups()
    return Run(int(mark), float(x), float(y), look, font, float(size), glyphs)


def _font(file: PdfObjects, name: bytes) -> Font:
    """What is known of a font by its name on the page."""
    numbers = dict(_FONTS.findall(file.piece(file.only(b"/Font<</f0"))))
    described, spelt = one(_FONT, file.piece(int(numbers[name]))).groups()
    letters = {glyph: chr(int(letter, 16)) for glyph, letter in _GLYPH.findall(stream_of(file.piece(int(spelt))))}
    glyphs = {letter: glyph.decode() for glyph, letter in letters.items()}
    listed = one(_WIDTHS, file.piece(int(described)))[1].split()
    wide: dict[int, float] = {}
    for first, last, width in zip(listed[::3], listed[1::3], listed[2::3], strict=True):
        wide |= dict.fromkeys(range(int(first), int(last) + 1), float(width))
    widths = {letter: wide.get(int(glyph, 16), -1.0) for letter, glyph in glyphs.items()}
    if len(glyphs) != len(letters) or min(widths.values()) < 0:
        raise Unfamiliar(name)
    return Font(glyphs, widths)
