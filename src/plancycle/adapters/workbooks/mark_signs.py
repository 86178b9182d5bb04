"""Which strings of a part may hold the letters of a state secret's mark: asked of its bytes, before any is decoded.

Nearly every string ends here, most of them without a search: the form's own are the same in file after file. A sign
too many costs a closer look by :mod:`.marks`; one too few would cost a mark, so whatever is not plainly something else
counts as a sign.
"""

import re
from collections.abc import Iterable

from plancycle.adapters.workbooks.remembering import Sieve

MOST_KNOWN = 4096
"""Strings of which the answer is remembered; a form has three hundred."""

_BETWEEN = rb"[^0-9a-z_<&\x80-\xff]*"
"""Blanks and punctuation; also none."""
_ODD = rb"(?:[&\xc2\xc5\xc7-\xe0\xe2-\xff]|\xc3[\x97\xb7]|\xe1[^\xba\xbb])"
"""The start of an entity, or of a letter that no Vietnamese word has: a blank, an invisible one, a mark set apart."""
_A, _T = rb"(?:a|\xc3[\x82\xa2]|\xe1\xba[\xa0\xa1\xac\xad])", rb"t(?![0-9a-z_])"
_MAT = re.compile(rb"m" + _BETWEEN + rb"(?:" + _ODD + rb"|" + _A + _BETWEEN + rb"(?:" + _ODD + rb"|" + _T + rb"))")
"""``mat``, ``mât``, ``mạt`` and ``mật`` at the end of a word, however spaced."""
_STYLED = (b"\xe3", b"\xef", b"\xf0", *(b"\xe2" + one for one in (b"\x84", b"\x85", b"\x92", b"\x93")))
_OTHER_LETTERS = (*_STYLED, b"\xe1\xb4", b"\xe1\xb5")
"""Where an m in another width or style begins."""
_ASCII = bytes(range(128))
_RUNS = (b"<r>", b"<r ", b":r>", b":r ")
"""Text in several pieces: a word may go on behind a tag."""
_NO_TEXT = ("styles.xml", "/theme", "[content_types]", ".rels")
_OWN_TEXT = ((b'tr"', (b'"s', b'"inlineS')), (b"tr'", (b"'s", b"'inlineS")))
"""How the types ``str`` and ``inlineStr`` end, and what stands before that: cells that hold their text themselves."""
END_OF_STRING, _CELL = b"</si>", b"</c>"


def strings_with_signs(name: str, content: bytes, root: bytes | None) -> bytes:
    """The part without the strings and cells that cannot hold a mark; empty when none can.

    ``root`` is what :func:`.gate_parts.plain_root` says of the part; one that is not plain is given back whole.
    """
    if root is None:
        return content
    if root == b"worksheet":
        return _CELL.join(_suspects.caught(_texts_of_sheet(content)))
    if any(part in name.lower() for part in _NO_TEXT):
        return b""
    return END_OF_STRING.join(_suspects.caught(content.split(END_OF_STRING)))


def _texts_of_sheet(content: bytes) -> Iterable[bytes]:
    """Cells that hold their own text, and what stands behind the last cell: header and footer."""
    for end, starts in _OWN_TEXT:
        before, *rests = content.split(end) if content.find(end[-1:]) >= 0 else (b"",)
        for rest in rests:
            if before.endswith(starts):
                cell = rest.partition(_CELL)[0].partition(b">")[2]
                yield b'<c t="inlineStr">' + cell.rpartition(b"</f>")[2]
            before = rest
    behind = content.rfind(b"<headerFooter")
    if behind >= 0:
        yield content[behind:]


def _has_sign(text: bytes) -> bool:
    if text.find(b"&#") >= 0 or any(text.find(run) >= 0 for run in _RUNS):
        return True
    rare = text.translate(None, _ASCII)
    return any(rare.find(one) >= 0 for one in _OTHER_LETTERS) or _MAT.search(text.lower()) is not None


_suspects = Sieve(_has_sign, MOST_KNOWN)
