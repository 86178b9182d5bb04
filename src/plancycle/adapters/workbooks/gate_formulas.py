"""Formulas that reach out of the workbook: opening the kept file, or the one marked for the clerk, would run them.

What a formula gave is all that is read of it, so arithmetic is left alone; only a call to programs, libraries or web
addresses refuses the file. Links to other workbooks are refused by their parts (:mod:`.gate_parts`).
"""

import re
from html import unescape
from xml.parsers import expat

from plancycle.adapters.workbooks.remembering import Sieve
from plancycle.domain.errors import UnreadableFile

MOST_KNOWN = 4096
"""Formulas of which the answer is remembered; a form has a hundred, the same in file after file."""
_SIGNS = (b"|", b"WEBSERVICE", b"REGISTER", b"IMAGE", b"EXEC", b"CALL", b"RTD", b"DDE", b"&#")
_ELEMENTS = frozenset({"f", "formula", "formula1", "formula2", "definedName"})
_OF_SHEET = re.compile(rb"<f(?:ormula[12]?)?(?:\s[^<>]*)?>([^<]+)<")
_NAMED = re.compile(rb"<(?:[\w.-]+:)?(?:f|formula[12]?|definedName)(?:\s[^<>]*)?>([^<]+)<")
"""Formulas as a sheet without prefixes has them, found much sooner, and as any part has them."""
_REACHES = re.compile(
    r"(?:^|[^\w.]|_XL(?:FN|WS)\.)(?P<name>WEBSERVICE|DDE|RTD|CALL|REGISTER(?:\.ID)?|EXEC|IMAGE)\s*\(|(?P<dde>\|)"
)
"""A bar outside a text is no operator of a spreadsheet: it stands between a program and what is asked of it (DDE)."""
_TEXTS = re.compile(r'"[^"]*"')


def check_formulas(content: bytes, root: bytes | None) -> None:
    """Look at the formulas of a sheet and at defined names; those that were looked at before are known.

    ``root`` is what :func:`.gate_parts.plain_root` says of the content; what is not plain is walked tag by tag.
    Raises UnreadableFile (``file.external``) and ExpatError.
    """
    if root is None:
        _walk(content)
    elif root.rpartition(b":")[2] in (b"worksheet", b"workbook"):
        pattern = _OF_SHEET if root == b"worksheet" and content.find(b":f") < 0 else _NAMED
        for formula in sorted(_suspects.caught(pattern.findall(content))):
            _check(unescape(formula.decode("utf-8", "replace")))


def _has_sign(formula: bytes) -> bool:
    """Whether it may be one of those."""
    upper = formula.upper()
    return any(upper.find(sign) >= 0 for sign in _SIGNS)


_suspects = Sieve(_has_sign, MOST_KNOWN)


def _walk(content: bytes) -> None:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    text: list[str] = []

    def start(name: str, _: dict[str, str]) -> None:
        text.clear()
        parser.CharacterDataHandler = text.append if name.rpartition(":")[2] in _ELEMENTS else None

    def end(_: str) -> None:
        if text:
            _check("".join(text))
        text.clear()
        parser.CharacterDataHandler = None

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.Parse(content, True)


def _check(formula: str) -> None:
    found = _REACHES.search(_TEXTS.sub('""', formula.upper()))
    if found:
        raise UnreadableFile("file.external", part=found["name"] or "DDE")
