"""The quick look over a part's bytes never loses a mark, and lets go of nearly everything else."""

import html
import re
import unicodedata
from functools import cache

import genuine_workbooks as genuine
import pytest

from plancycle.adapters.workbooks.gate_parts import plain_root
from plancycle.adapters.workbooks.mark_signs import strings_with_signs
from plancycle.adapters.workbooks.marks import text_of_part
from plancycle.domain.secrecy import degree_in

STRINGS = "xl/sharedStrings.xml"
MARKS = ("TUYỆT MẬT", "tối mật", "MẬT", "MAT", "Độ mật: Mật", "Số 12/BC (MẬT)")
SPELLINGS = {
    "as it is": lambda text: text,
    "letters and marks apart": lambda text: unicodedata.normalize("NFD", text),
    "spaced": lambda text: " ".join(text),
    "spaced by hard blanks": lambda text: "\u00a0".join(text),
    "dotted": lambda text: ".".join(text),
    "with something invisible": lambda text: "\u200b".join(text),
    "soft hyphens": lambda text: "\u00ad".join(text),
    "wide": lambda text: "".join(chr(ord(one) + 0xFEE0) if one.isascii() and one.isalpha() else one for one in text),
    "an m of another style": lambda text: text.replace("M", "𝐌").replace("m", "ⓜ"),
    "starred": lambda text: f"* {text} *",
    "the circumflex on its letter, the dot apart": lambda text: text.replace("Ậ", "Â\u0323").replace("ậ", "â\u0323"),
    "the dot on its letter, the circumflex apart": lambda text: text.replace("Ậ", "Ạ\u0302").replace("ậ", "ạ\u0302"),
}


@cache
def plain() -> bytes:
    """The strings of a workbook of ours; the guide speaks of state secrets."""
    parts = genuine.as_parts(genuine.a_genuine(0, "signs").data)
    return parts[STRINGS]


def with_string(xml: str) -> bytes:
    return re.sub(b"(<si>)", lambda one: f"<si>{xml}</si>".encode() + one[1], plain(), count=1)


def degree(content: bytes):
    return degree_in([text_of_part(STRINGS, content)])


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_no_mark_is_lost_however_it_is_spelt(spelling):
    expected, actual = [], []
    for mark in MARKS:
        text = SPELLINGS[spelling](mark)
        numbered = "".join(f"&#{ord(one)};" for one in text)
        runs = "".join(f"<r><t>{html.escape(one)}</t></r>" for one in text)
        for xml in (f"<t>{html.escape(text)}</t>", f"<t>{numbered}</t>", runs):
            content = with_string(xml)
            expected.append(degree(content))
            actual.append(degree(strings_with_signs(STRINGS, content, plain_root(content))))

    assert actual == expected
    assert {one for one in expected if one is not None} != set()


def test_cells_and_headers_of_a_sheet_are_looked_at_too():
    """Text in the cell itself, a formula's text, header and footer."""
    sheet = b'<?xml version="1.0"?><worksheet><sheetData><c r="A1" t="%s">%s</c></sheetData>%s</worksheet>'
    texts = (
        sheet % (b"inlineStr", "<is><t>TỐI MẬT</t></is>".encode(), b""),
        sheet % (b"str", "<f>A2</f><v>MẬT</v>".encode(), b""),
        sheet % (b"n", b"<v>1</v>", "<headerFooter><oddHeader>&amp;LTỐI MẬT</oddHeader></headerFooter>".encode()),
        sheet.replace(b'"%s"', b"'%s'") % (b"str", "<f>A2</f><v>MẬT</v>".encode(), b""),
        sheet % (b"inlineStr", "<is><t>bình thường</t></is>".encode(), b""),
    )
    kept = [strings_with_signs("xl/worksheets/sheet1.xml", one, b"worksheet") for one in texts]

    assert [degree_in([text_of_part("xl/worksheets/sheet1.xml", one)]) for one in kept] == [
        "secret",
        "confidential",
        "secret",
        "confidential",
        None,
    ]
    assert [bool(one) for one in kept] == [True, True, True, True, False]


def test_a_workbook_of_ours_keeps_only_its_words_of_warning():
    kept = strings_with_signs(STRINGS, genuine.as_parts(genuine.blank(*genuine.forms()[0])[1])[STRINGS], b"sst")

    assert kept.decode().count("<t") == 2
    assert ["bí mật nhà nước" in kept.decode(), "đặt mật khẩu" in kept.decode()] == [True, True]


def test_a_part_that_is_not_plain_is_looked_at_whole():
    assert strings_with_signs(STRINGS, b"\xff\xfe<\0a\0", None) == b"\xff\xfe<\0a\0"
