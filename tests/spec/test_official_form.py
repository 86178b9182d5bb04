"""The form of Decree 30/2020/NĐ-CP, Annex I: a right document has no deviation, each wrong line has its own."""

from dataclasses import replace

import pytest

from plancycle.domain.official_form import Element, Line, Observed, Page, PageNumbers, elements
from plancycle.domain.official_form_rules import deviations

A4 = Page(1, 210, 297, (20, 20, 30, 15))
HIDDEN_ON_FIRST = PageNumbers(on_first_page=False, on_later_pages=True, centred=True, in_top_margin=True)


def line(text: str, size: float, marks: str = "", **more: object) -> Line:
    """A line in Times New Roman, black; marks: b bold, i italic."""
    return Line(text, "", size=size, bold="b" in marks, italic="i" in marks, font="Times New Roman", black=True, **more)


def body(text: str, **more: object) -> Line:
    set_like = {"align": "justify", "first_line": 12.7, "space_around": 6.0, "line_spacing": 1.1}
    return line(text, 14, **{**set_like, **more})


REPORT = (
    line("UBND TỈNH THÁI NGUYÊN", 12),
    line("SỞ NỘI VỤ", 12, "b"),
    line("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12, "b"),
    line("Độc lập - Tự do - Hạnh phúc", 13, "b"),
    line("Số: 05/BC-SNV", 13),
    line("Thái Nguyên, ngày 09 tháng 12 năm 2025", 13, "i"),
    line("BÁO CÁO", 14, "b"),
    line("Kết quả thực hiện Kế hoạch năm 2025", 14, "b"),
    line("Kính gửi: UBND tỉnh Thái Nguyên", 14),
    line("Căn cứ Nghị quyết số 94/NQ-CP ngày 19 tháng 6 năm 2024 của Chính phủ;", 14, "i"),
    line("Thực hiện Kế hoạch của UBND tỉnh.", 14, "i"),
    body("Sở Nội vụ báo cáo như sau:"),
    body("Trên đây là báo cáo của Sở Nội vụ./."),
    line("Nơi nhận:", 12, "bi"),
    line("- Như trên;", 11),
    line("- Lưu: VT, VP.", 11),
    line("KT. GIÁM ĐỐC", 14, "b"),
    line("PHÓ GIÁM ĐỐC", 14, "b"),
    line("Trần Văn Ký", 14, "b"),
)
LETTER = tuple(
    replace(one, text="V/v báo cáo năm 2025", size=12, bold=False) if one.text == "BÁO CÁO" else one
    for one in REPORT
    if not one.text.startswith("Kết quả")
)


def found_in(lines: tuple[Line, ...], page: Page = A4, numbers: PageNumbers = HIDDEN_ON_FIRST) -> list[tuple[str, str]]:
    """Codes and elements of the deviations."""
    return [(one.code, str(one.element)) for one in deviations(Observed((page,), lines, numbers))]


@pytest.mark.parametrize("document", [REPORT, LETTER], ids=["report", "letter"])
def test_a_document_in_the_right_form_has_no_deviation(document):
    assert found_in(document) == []


def test_each_line_of_a_report_is_recognised():
    named = elements(REPORT)
    assert {element: len(lines) for element, lines in named.items() if lines} == {
        Element.SUPERIOR: 1,
        Element.ISSUER: 1,
        Element.NATION: 1,
        Element.MOTTO: 1,
        Element.NUMBER: 1,
        Element.PLACE_DATE: 1,
        Element.KIND: 1,
        Element.SUBJECT: 1,
        Element.TO: 1,
        Element.GROUND: 2,
        Element.BODY: 2,
        Element.RECIPIENTS_LABEL: 1,
        Element.RECIPIENT: 2,
        Element.AUTHORITY: 2,
        Element.SIGNER: 1,
    }


# a line of the report, what it is changed to, the deviation that must be told
CHANGED = [
    ("CỘNG HÒA", {"size": 11.0}, ("size", "nation")),
    ("CỘNG HÒA", {"bold": False}, ("bold", "nation")),
    ("Độc lập", {"text": "Độc lập-Tự do-Hạnh phúc"}, ("motto", "motto")),
    ("Độc lập", {"text": "Độc lập – Tự do – Hạnh phúc"}, ("motto", "motto")),
    ("Số: 05", {"text": "Số: 5/BC-SNV"}, ("number_zero", "number")),
    ("Số: 05", {"text": "Số: 05 BC-SNV"}, ("number", "number")),
    ("Số: 05", {"text": "Số: 05/BC - SNV"}, ("number", "number")),
    ("Số: 05", {"text": "Số: 05/bc-snv"}, ("symbol_upper", "number")),
    ("Thái Nguyên, ngày", {"text": "Thái Nguyên, ngày 9 tháng 12 năm 2025"}, ("date", "place_date")),
    ("Thái Nguyên, ngày", {"text": "Thái Nguyên, ngày 09 tháng 06 năm 2025"}, ("date", "place_date")),
    ("Thái Nguyên, ngày", {"text": "Thái Nguyên, ngày 09 tháng 2 năm 2025"}, ("date", "place_date")),
    ("Thái Nguyên, ngày", {"text": "Thái Nguyên ngày 09 tháng 12 năm 2025"}, ("date", "place_date")),
    ("Thái Nguyên, ngày", {"italic": False}, ("italic", "place_date")),
    ("SỞ NỘI VỤ", {"font": "Arial"}, ("font", "issuer")),
    ("BÁO CÁO", {"bold": False}, ("bold", "kind")),
    ("BÁO CÁO", {"text": "Báo cáo"}, ("upper", "kind")),
    ("Căn cứ", {"text": "Căn cứ Nghị quyết số 94/NQ-CP."}, ("ground_mark", "ground")),
    ("Thực hiện", {"text": "Thực hiện Kế hoạch của UBND tỉnh;"}, ("ground_mark", "ground")),
    ("Sở Nội vụ báo cáo", {"align": "left"}, ("align", "body")),
    ("Sở Nội vụ báo cáo", {"first_line": 0.0}, ("first_line", "body")),
    ("Sở Nội vụ báo cáo", {"space_around": 0.0}, ("spacing", "body")),
    ("Sở Nội vụ báo cáo", {"line_spacing": 2.0}, ("line_spacing", "body")),
    ("Sở Nội vụ báo cáo", {"size": 12.0}, ("size", "body")),
    ("Sở Nội vụ báo cáo", {"black": False}, ("colour", "body")),
    ("Trên đây", {"text": "Trên đây là báo cáo."}, ("end_mark", "body")),
    ("Nơi nhận", {"italic": False}, ("italic", "recipients_label")),
    ("- Như trên", {"text": "- Bộ Nội vụ;"}, ("recipients_first", "recipient")),
    ("- Lưu", {"text": "- Lưu: VT, VP"}, ("recipients_last", "recipient")),
    ("Trần Văn Ký", {"text": "TS. Trần Văn Ký"}, ("signer_title", "signer")),
    ("Trần Văn Ký", {"text": "Trần Văn Ky\u0301"}, ("unicode", "signer")),
]


@pytest.mark.parametrize(("start", "change", "deviation"), CHANGED)
def test_one_wrong_line_is_told_as_what_it_is_and_nothing_else(start, change, deviation):
    wrong = tuple(replace(one, **change) if one.text.startswith(start) else one for one in REPORT)
    assert found_in(wrong) == [deviation]


@pytest.mark.parametrize(
    ("start", "deviation"),
    [
        ("CỘNG HÒA", ("missing", "nation")),
        ("Độc lập", ("missing", "motto")),
        ("Số:", ("missing", "number")),
        ("Thái Nguyên, ngày", ("missing", "place_date")),
        ("Kết quả", ("missing", "subject")),
        ("Kính gửi", ("missing", "to")),
        ("KT. GIÁM ĐỐC", None),
    ],
)
def test_a_missing_element_is_told(start, deviation):
    rest = tuple(one for one in REPORT if not one.text.startswith(start))
    assert found_in(rest) == ([deviation] if deviation else [])


@pytest.mark.parametrize(
    ("page", "numbers", "deviation"),
    [
        (Page(1, 216, 279, (20, 20, 30, 15)), HIDDEN_ON_FIRST, ("paper", "page")),
        (Page(1, 210, 297, (10, 20, 30, 15)), HIDDEN_ON_FIRST, ("margin", "top")),
        (Page(1, 210, 297, (20, 30, 30, 15)), HIDDEN_ON_FIRST, ("margin", "bottom")),
        (Page(1, 210, 297, (20, 20, 20, 15)), HIDDEN_ON_FIRST, ("margin", "left")),
        (Page(1, 210, 297, (20, 20, 30, 25)), HIDDEN_ON_FIRST, ("margin", "right")),
        (A4, PageNumbers(True, True, True, True), ("page_number_first", "page")),
        (A4, PageNumbers(False, True, False, True), ("page_number_place", "page")),
        (A4, PageNumbers(False, True, True, False), ("page_number_place", "page")),
    ],
)
def test_paper_margins_and_page_numbers_are_judged(page, numbers, deviation):
    assert found_in(REPORT, page, numbers) == [deviation]


@pytest.mark.parametrize(
    ("heads", "deviation"),
    [
        (("Phụ lục",), []),
        (("Phụ lục I", "Phụ lục II"), []),
        (("Phụ lục", "Phụ lục"), [("annex_number", "annex"), ("annex_number", "annex")]),
        (("Phụ lục I", "Phụ lục 2"), [("annex_number", "annex")]),
    ],
)
def test_two_annexes_or_more_carry_roman_numbers(heads, deviation):
    assert found_in((*REPORT, *(line(head, 14, "b") for head in heads))) == deviation


def test_all_deviations_are_told_in_one_pass():
    bare = tuple(replace(one, size=10.0, font="Arial", bold=False, italic=False) for one in REPORT)
    codes = {code for code, _ in found_in(bare)}
    assert {"size", "font", "bold", "italic"} <= codes


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (("Phụ lục III (phần 2/4)", "TÌNH HÌNH GỬI BÁO CÁO", "1001 UBND xã 1000"), []),
        (("Mục lục", "Phụ lục III (phần 2/4)"), ["missing"] * 8),
    ],
    ids=["an annex alone", "something else"],
)
def test_an_annex_in_a_file_of_its_own_needs_no_head_and_no_signature(lines, found):
    page = (Page(1, 210, 297),)
    observed = Observed(page, tuple(Line(text, str(at), bold=True) for at, text in enumerate(lines, start=1)))
    assert [one.code for one in deviations(observed) if one.code == "missing"] == found
