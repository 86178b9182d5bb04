"""PDF by Typst: a fixed template, the words as JSON beside it, so that no word can become markup."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from importlib.resources import as_file, files
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from plancycle.adapters.documents.paper import Paper
from plancycle.adapters.memory import give_back

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from typst import Compiler, Fonts

FAMILIES = ("Times New Roman", "Liberation Serif", "Tinos")
"""What Decree 30/2020/NĐ-CP asks for, then what has the same widths."""
BROUGHT_ALONG = ("TeX Gyre Termes", "rinoh_typeface_texgyretermes")
"""The family that is installed with us, and the package that is nothing but its files: Times' widths, every
Vietnamese letter, and nothing to install on the machine."""
EMBEDDED_FAMILY = "Libertinus Serif"
"""Part of Typst itself, with every Vietnamese letter: nothing has to be installed."""
ARCHIVAL: Literal["a-2b"] = "a-2b"
"""PDF/A-2b: self-contained and fit for archives."""
LARGE = 20_000
"""Characters of a document's words from which on its traces are cleared out of the compiler's memory."""
REMEMBERED = 10
"""Compilations through which the compiler keeps what it has worked out; a report of thousands is hundreds of megabytes
of it, and no two are alike."""


@dataclass(frozen=True)
class Typeface:
    """The fonts to compile with and the family chosen among them."""

    fonts: "Fonts"
    family: str


def report_pdf(paper: Paper) -> bytes:
    """The report as PDF, dated by its day of signing."""
    return compile_pdf("decree30.typ", asdict(paper), paper.signed_on)


def compile_pdf(template: str, data: Mapping[str, object], on: date) -> bytes:
    """Compile one of our templates. The same data give the same bytes; the clock and the time zone play no part."""
    from typst import TypstError

    inputs = {"paper": json.dumps(data, ensure_ascii=False, default=str), "font": typeface().family}
    stamp = datetime.combine(on, time(0, 0), UTC)
    with _compiler(template).one() as compiler:
        try:
            compiled = compiler.compile(format="pdf", sys_inputs=inputs, timestamp=stamp, pdf_standards=[ARCHIVAL])
        except TypstError:
            # A letter no installed font has (an emoji, say) is forbidden in PDF/A; the report must still come out.
            compiled = compiler.compile(format="pdf", sys_inputs=inputs, timestamp=stamp)
    if len(inputs["paper"]) > LARGE:
        _clear_out()
    return _single(compiled)


def _clear_out() -> None:
    """Have the compiler forget a large document: it forgets what the last few compilations had no use for.

    Its threads come and go: what is free now would lie in one of the C library's stores, the next one's in another.
    """
    with _compiler("nothing.typ").one() as compiler:
        for number in range(REMEMBERED + 1):
            compiler.compile(format="svg", sys_inputs={"number": str(number)})
    give_back()


def picture(svg: str) -> bytes:
    """An SVG chart as PNG, for formats that take no SVG."""
    inputs = {"svg": svg, "font": typeface().family}
    with _compiler("picture.typ").one() as compiler:
        return _single(compiler.compile(format="png", ppi=200, sys_inputs=inputs))


def _single(compiled: bytes | list[bytes] | None) -> bytes:
    if not isinstance(compiled, bytes):
        raise TypeError("expected one file from the compiler")
    return compiled


class _Compilers:
    """Compilers of one template. Each keeps its inputs between calls, so no two threads have the same one."""

    def __init__(self, template: str) -> None:
        self._template = template
        self._idle: list[Compiler] = []

    @contextmanager
    def one(self) -> "Iterator[Compiler]":
        """A compiler that nobody else has meanwhile."""
        try:
            compiler = self._idle.pop()
        except IndexError:
            compiler = self._made()
        yield compiler
        self._idle.append(compiler)

    def _made(self) -> "Compiler":
        """For a template's file; made from bytes it would forget its source after the first use."""
        import typst

        with _template(self._template) as path:
            return typst.Compiler(str(path), font_paths=typeface().fonts)


@cache
def _compiler(template: str) -> _Compilers:
    return _Compilers(template)


@cache
def typeface() -> Typeface:
    """The first family that has every Vietnamese letter.

    Old releases of Liberation Serif (1.x) lack most of them and can lie beside a new one under the same name:
    each folder is tried for itself.
    """
    import typst

    installed = typst.Fonts()
    for family in FAMILIES:
        paths = [font.path for font in installed.fonts() if font.family == family and font.path]
        for folder in sorted({str(Path(path).parent) for path in paths}):
            fonts = typst.Fonts(include_system_fonts=False, font_paths=[folder])
            if _writes_vietnamese(fonts, family):
                return Typeface(fonts, family)
    return brought_along() or Typeface(installed, EMBEDDED_FAMILY)


def brought_along() -> Typeface | None:
    """The family that is installed with us; None where its package was left out. The package is never imported."""
    import typst

    family, package = BROUGHT_ALONG
    found = find_spec(package)
    folders = list(found.submodule_search_locations or ()) if found else []
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[*folders])
    return Typeface(fonts, family) if folders and _writes_vietnamese(fonts, family) else None


def _writes_vietnamese(fonts: "Fonts", family: str) -> bool:
    """Whether a family has the letters: PDF/A refuses a text its font cannot show."""
    import typst

    with _template("letters.typ") as path:
        compiler = typst.Compiler(str(path), font_paths=fonts, sys_inputs={"font": family})
        try:
            compiler.compile(format="pdf", pdf_standards=[ARCHIVAL])
        except typst.TypstError:
            return False
    return True


def _template(name: str) -> "AbstractContextManager[Path]":
    return as_file(files("plancycle") / "templates" / "reports" / name)
