"""Marks of state secrets in what people send: TUYỆT MẬT, TỐI MẬT, MẬT (Law 117/2025/QH15 names these three degrees).

Such documents belong on networks of their own, not here. A mark is a stamp: a line of its own, a degree behind its
label, or capitals that stand out of a line. Ordinary words (mật độ, bảo mật, mật khẩu) and talk about documents that
are secret ("03 văn bản mật") are none.
"""

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum

from plancycle.domain.errors import DataProblem


class Degree(StrEnum):
    """How secret a mark says a document is, the highest first."""

    TOP = "top_secret"
    HIGH = "secret"
    PLAIN = "confidential"


REASON = "file.state_secret"
"""The key of the refusal; its parameters are ``degree`` (the mark as it is written) and ``place``."""
WRITTEN = {Degree.TOP: "TUYỆT MẬT", Degree.HIGH: "TỐI MẬT", Degree.PLAIN: "MẬT"}

_PLAIN, _HIGH, _TOP = r"m[ậa]t", r"t[ốo]i\W*m[ậa]t", r"tuy[ệe]t\W*m[ậa]t"
_ANY = rf"(?P<degree>{_TOP}|{_HIGH}|{_PLAIN})"
_STAMPS = {
    **{first + second: Degree.TOP for first in ("tuyệt", "tuyet") for second in ("mật", "mat")},
    **{first + second: Degree.HIGH for first in ("tối", "toi") for second in ("mật", "mat")},
    "mật": Degree.PLAIN,
}
"""Letters of a line that is nothing but a stamp; "mat" alone must be in capitals."""
_LABEL = (
    r"(?:dấu )?(?:chỉ )?(?:cấp |mức )?độ (?:bảo )?mật|dấu (?:độ )?mật|mức mật|phân loại|đóng dấu"
    r"|(?:muc )?do mat|dau (?:do )?mat|phan loai|dong dau"
)
_LABELLED = re.compile(rf"(?:{_LABEL})[\s:()\[\]=–—-]*{_ANY}[\s.)\]\"”»*]*$", re.IGNORECASE)
_NAMED = re.compile(
    rf"^(?:văn bản|tài liệu|báo cáo|hồ sơ|công văn|van ban|tai lieu|bao cao)\s+{_ANY}[\s.!]*$", re.IGNORECASE
)
_CAPITALS = re.compile(r"(?<!\w)(?P<degree>TUY[ỆE]T\s+M[ẬA]T|T[ỐO]I\s+M[ẬA]T)(?!\w)")
_BRACKETED = re.compile(r"[(\[]\s*(?P<degree>M[ẬA]T)\s*[)\]]")
_ALONE = re.compile(r"(?<!\w)MẬT(?!\w)")
_BEFORE = frozenset({"bí", "bảo", "cơ", "thân", "trú", "an"})
_AFTER = frozenset({"độ", "khẩu", "mã", "vụ", "thư", "ong", "đàm", "thiết", "gấu", "danh", "báo", "thám"})
"""Words that make an ordinary one with the word beside them: bí mật, mật độ …"""
_MAYBE = re.compile(r"m\W*(?:ậ|a)\W*t", re.IGNORECASE)
_PIECES = re.compile(r"[|•·\t]|\s[-–—]\s")
_INVISIBLE = re.compile("[\\u00ad\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u2064\\ufeff]")
_HEADER_CODE = re.compile(r'&"[^"]*"|&K[0-9A-Fa-f]{6}|&\d+|&[A-Z]')


def degree_in(lines: Iterable[str]) -> Degree | None:
    """The highest degree that any of these texts is marked with; None for unmarked ones."""
    found = {degree for text in lines for line in _lines(text) if (degree := _marked(line)) is not None}
    return next((degree for degree in Degree if degree in found), None)


def check_unmarked(*texts: str) -> None:
    """Raise DataProblem when words somebody types carry a mark: then nothing of them is kept."""
    if (degree := degree_in(texts)) is not None:
        raise DataProblem("text.state_secret", mark=WRITTEN[degree])


def degree_of_name(file_name: str) -> Degree | None:
    """The degree a file's name says: its words may be joined by hyphens and underscores."""
    stem = re.sub(r"[_\-+.]+", " ", _plain(file_name).rpartition(".")[0] or file_name)
    found = degree_in([stem])
    if found is None and (last := _ALONE.search(stem.upper(), max(0, len(stem) - len("MẬT")))):
        return Degree.PLAIN if not _is_ordinary(stem.upper(), last) else None
    return found


def header_lines(text: str) -> str:
    """A spreadsheet's header or footer without its codes for fonts and places (ECMA-376 18.3.1.39)."""
    return _HEADER_CODE.sub("\n", text)


def _lines(text: str) -> Iterable[str]:
    plain = _plain(text)
    if not _MAYBE.search(plain):  # ordinary answers end here
        return
    for line in plain.splitlines():
        if _MAYBE.search(line):
            yield line
            pieces = _PIECES.split(line)
            yield from pieces if len(pieces) > 1 else ()


def _plain(text: str) -> str:
    """One spelling: composed letters, ordinary widths and spaces, nothing invisible."""
    return unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))


def _marked(line: str) -> Degree | None:
    letters = "".join(one for one in line if one.isalpha())
    if not any(one.isdigit() for one in line):
        if letters == "MAT":
            return Degree.PLAIN
        if (stamp := _STAMPS.get(letters.lower())) is not None:
            return stamp
    for pattern in (_LABELLED, _NAMED, _CAPITALS, _BRACKETED):
        if found := pattern.search(line):
            return _degree(found["degree"])
    if line.upper() != line and any(not _is_ordinary(line, one) for one in _ALONE.finditer(line)):
        return Degree.PLAIN
    return None


def _is_ordinary(line: str, mark: re.Match[str]) -> bool:
    before, after = line[: mark.start()].lower().split(), line[mark.end() :].lower().split()
    return bool(before and before[-1] in _BEFORE) or bool(after and after[0].strip(".,;:") in _AFTER)


def _degree(text: str) -> Degree:
    first = text[:3].lower()
    return Degree.TOP if first == "tuy" else Degree.HIGH if first in ("tối", "toi") else Degree.PLAIN
