"""Formulas that reach out of the workbook: opening the kept file, or the one marked for the clerk, would run them.

What a formula gave is all that is read of it, so arithmetic is left alone; only a call to programs, libraries or web
addresses refuses the file. Links to other workbooks are refused by their parts (:mod:`.gate_parts`).
"""

import re
from html import unescape
from xml.parsers import expat

from plancycle.domain.errors import UnreadableFile

_SIGNS = (b"|", b"WEBSERVICE", b"REGISTER", b"IMAGE", b"EXEC", b"CALL", b"RTD", b"&#")
_ELEMENTS = frozenset({"f", "formula", "formula1", "formula2", "definedName"})
_FORMULAS = re.compile(rb"<(?:[\w.-]+:)?(?:f|formula[12]?|definedName)(?:\s[^<>]*)?>([^<]+)<")
_REACHES = re.compile(
    r"(?:^|[^\w.]|_XL(?:FN|WS)\.)(?P<name>WEBSERVICE|DDE|RTD|CALL|REGISTER(?:\.ID)?|EXEC|IMAGE)\s*\(|(?P<dde>\|)"
)
"""A bar outside a text is no operator of a spreadsheet: it stands between a program and what is asked of it (DDE)."""
_TEXTS = re.compile(r'"[^"]*"')


def check_formulas(content: bytes, root: bytes | None) -> None:
    """Look at the formulas of a sheet and at defined names, once a search finds a sign in the bytes.

    ``root`` is what :func:`.gate_parts.plain_root` says of the content; what is not plain is walked tag by tag.
    Raises UnreadableFile (``file.external``) and ExpatError.
    """
    if root is None:
        _walk(content)
    elif root.rpartition(b":")[2] in (b"worksheet", b"workbook") and _has_sign(content):
        for found in _FORMULAS.finditer(content):
            _check(unescape(found[1].decode("utf-8", "replace")))


def _has_sign(content: bytes) -> bool:
    """Whether any formula may be one of those; every sheet says ``hidden`` somewhere, which is no DDE."""
    if b"<f" not in content and b":f" not in content and b"definedName" not in content:
        return False
    upper = content.upper()
    return any(sign in upper for sign in _SIGNS) or upper.count(b"DDE") != upper.count(b"HIDDEN")


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
