"""The parts of a workbook beside its sheets: no declarations, no macros, no way out; styles and names looked up."""

import re
from collections.abc import Mapping
from xml.etree import ElementTree
from xml.parsers import expat

from plancycle.adapters.workbooks.gate_formulas import check_formulas
from plancycle.adapters.workbooks.remembering import remembered
from plancycle.domain.errors import UnreadableFile

_WORKBOOK, _WORKBOOK_RELS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_PLAIN = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:<\?xml version=[\"']1\.0[\"'](?: encoding=[\"'](?:utf-8|us-ascii)[\"'])?"
    rb"(?: standalone=[\"'](?:yes|no)[\"'])? ?\?>)?\s*<(?P<root>[A-Za-z][\w:]*)",
    re.IGNORECASE,
)
_DECLARES, _INSTRUCTS = re.compile(rb"!(?<=<!)"), re.compile(rb"\?(?<=<\?)")
"""``<!`` and ``<?``: a rare letter is found many times faster than the sign it ends."""
_PERCENT_FORMATS = frozenset({9, 10})
"""Number formats that every spreadsheet knows without writing them down: ``0%`` and ``0.00%``."""
STYLES_REMEMBERED = 32
_TO_XML = re.compile(rb'Target="[^"<>&]*\.xml"')
_SIGNS_OF_PERCENT = (b"%", b"&#", b"Id='", b'numFmtId="9"', b'numFmtId="10"')
_LITERALS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
"""What a number format shows as it stands: in ``0"%"`` nothing is multiplied by a hundred."""


def plain_root(content: bytes) -> bytes | None:
    """The root's name when the XML is plain: UTF-8, no DOCTYPE, comment or CDATA, no instruction; None otherwise.

    Of plain XML everything may be told by looking for tags in its bytes; anything else goes through an XML parser.
    """
    start = _PLAIN.match(content)
    if start is None or (content.find(b"!") >= 0 and _DECLARES.search(content)):
        return None
    if content.find(b"?", start.end()) >= 0 and _INSTRUCTS.search(content, start.end()):
        return None
    return start["root"]


def check_part(name: str, content: bytes, root: bytes | None) -> None:
    """Refuse declarations, macro types, links and formulas to the outside. Raises UnreadableFile and ExpatError.

    ``root`` is what :func:`plain_root` says of the content.
    """
    if root is None:
        refuse_doctype(content)
    check_formulas(content, root)
    if name == "[Content_Types].xml" and b"macroenabled" in content.lower():
        raise UnreadableFile("file.macros")
    if name.lower().endswith(".rels"):
        _check_relationships(name, content, root)


def refuse_doctype(content: bytes) -> None:
    """Raises UnreadableFile for a DOCTYPE, however the XML is encoded; ExpatError when it is not well formed."""

    def refuse(*_: object) -> None:
        raise UnreadableFile("file.abnormal")

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.Parse(content, True)


def _check_relationships(name: str, content: bytes, root: bytes | None) -> None:
    """Only a typed web address may point outside; linked pictures, objects and workbooks may not.

    A sheet is XML by name as well: a part of another name is not looked into, so it may not be read as a sheet either.
    """
    if root is not None and b"&" not in content and len(_TO_XML.findall(content)) == content.count(b"Target"):
        return  # every one leads to XML in the package; a TargetMode would have been counted, too
    is_book = name.lower() == _WORKBOOK_RELS
    if not is_book and root is not None and b"External" not in content and b"&" not in content:
        return
    for relation in ElementTree.fromstring(content):
        kind, target = relation.get("Type", ""), relation.get("Target", "")
        if relation.get("TargetMode") == "External" and not kind.endswith("/hyperlink"):
            raise UnreadableFile("file.external", part=kind.rpartition("/")[2])
        if is_book and kind.endswith("/worksheet") and not target.lower().endswith(".xml"):
            raise UnreadableFile("file.abnormal")


@remembered(STYLES_REMEMBERED)
def percent_styles(content: bytes) -> frozenset[str]:
    """Which cell styles (``s="7"``) show a hundred times the value they hold."""
    if plain_root(content) is not None and not any(sign in content for sign in _SIGNS_OF_PERCENT):
        return frozenset()
    refuse_doctype(content)
    formats, styles = set(_PERCENT_FORMATS), set()
    root = ElementTree.fromstring(content)
    for element in root.iter():
        if _local(element.tag) == "numFmt" and "%" in _LITERALS.sub("", element.get("formatCode", "")):
            formats.add(int(element.get("numFmtId", "0")))
    for group in root:
        if _local(group.tag) == "cellXfs":
            for number, style in enumerate(group):
                if int(style.get("numFmtId", "0")) in formats:
                    styles.add(str(number))
    return frozenset(styles)


def sheet_names(parts: Mapping[str, bytes]) -> dict[str, str]:
    """Sheet name by the part that holds it."""
    relations = {
        relation.get("Id", ""): relation.get("Target", "") for relation in ElementTree.fromstring(parts[_WORKBOOK_RELS])
    }
    names: dict[str, str] = {}
    for element in ElementTree.fromstring(parts[_WORKBOOK]).iter():
        if _local(element.tag) != "sheet":
            continue
        relation_id = next((value for key, value in element.items() if key.endswith("}id")), "")
        target = relations.get(relation_id, "")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        names[part] = element.get("name", "")
    return names


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
