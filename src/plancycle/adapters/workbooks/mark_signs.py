"""Which strings of a part may hold the letters of a state secret's mark: asked of its bytes, before any is decoded.

Nearly every string ends here, most of them without a search: the form's own are the same in file after file. A sign
too many costs a closer look by :mod:`.marks`; one too few would cost a mark, so whatever is not plainly something else
counts as a sign.
"""

import re

from plancycle.adapters.workbooks.marks import OWN_TEXT
from plancycle.adapters.workbooks.remembering import remembered

MOST_KNOWN = 4096
"""Strings of which the answer is remembered; a form has three hundred."""

_BETWEEN = rb"[^0-9a-z_<&\x80-\xff]*"
"""Blanks and punctuation; also none."""
_ODD = rb"(?:[&\xc2\xc5\xc7-\xe0\xe2-\xff]|\xc3[\x97\xb7]|\xe1[^\xba\xbb])"
"""The start of an entity, or of a letter that no Vietnamese word has: it may be a blank, or invisible."""
_A, _T = rb"(?:a|\xe1\xba[\xac\xad])", rb"t(?![0-9a-z_])"
_MAT = rb"m" + _BETWEEN + rb"(?:" + _ODD + rb"|" + _A + _BETWEEN + rb"(?:" + _ODD + rb"|" + _T + rb"))"
"""``mat`` and ``mật`` at the end of a word, however spaced."""
_OTHER_LETTERS = rb"\xcc|&#|\xe2[\x84\x85\x92\x93]|\xe1[\xb4\xb5]|\xe3|\xef|\xf0"
"""Marks set apart from their letters, letters as numbers, and where an m in another width or style begins."""
_RUNS = rb"[<:]r[> ]"
"""Text in several pieces: a word may go on behind a tag."""
_SIGN = re.compile(rb"|".join((_MAT, _OTHER_LETTERS, _RUNS)))
_NO_TEXT = ("styles.xml", "/theme", "[content_types]", ".rels")
END_OF_STRING, _CELL = b"</si>", b"</c>"


def strings_with_signs(name: str, content: bytes, root: bytes | None) -> bytes:
    """The part without the strings and cells that cannot hold a mark; empty when none can.

    ``root`` is what :func:`.gate_parts.plain_root` says of the part; one that is not plain is given back whole.
    """
    if root is None:
        return content
    if root == b"worksheet":
        return _of_sheet(content)
    if any(part in name.lower() for part in _NO_TEXT):
        return b""
    return END_OF_STRING.join([one for one in content.split(END_OF_STRING) if _has_sign(one)])


def _of_sheet(content: bytes) -> bytes:
    """Cells that hold their own text, and what stands behind the last cell: header and footer."""
    kept: list[bytes] = []
    for kind in OWN_TEXT:
        for rest in content.split(kind)[1:]:
            cell = rest.partition(_CELL)[0]
            if _has_sign(cell[max(cell.rfind(b"<v>"), cell.rfind(b"<is"), 0) :]):
                kept.append(b'<c t="inlineStr"' + cell)
    end = content.rfind(b"<headerFooter")
    if end >= 0 and _has_sign(content[end:]):
        kept.append(content[end:])
    return _CELL.join(kept)


@remembered(MOST_KNOWN)
def _has_sign(text: bytes) -> bool:
    return _SIGN.search(text.lower()) is not None
