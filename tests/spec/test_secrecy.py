"""What counts as the mark of a state secret, and what is only a word with "mật" in it."""

import unicodedata

import pytest

from plancycle.domain.secrecy import Degree, degree_in, degree_of_name, header_lines

TOP, HIGH, PLAIN = Degree.TOP, Degree.HIGH, Degree.PLAIN

MARKED = [
    ("TUYỆT MẬT", TOP),
    ("TỐI MẬT", HIGH),
    ("MẬT", PLAIN),
    ("Tuyệt mật", TOP),
    ("tối mật", HIGH),
    ("mật", PLAIN),
    (unicodedata.normalize("NFD", "TỐI MẬT"), HIGH),
    ("Tô\u0301i mâ\u0323t", HIGH),
    ("TUYET MAT", TOP),
    ("toi mat", HIGH),
    ("MAT", PLAIN),
    ("T Ố I   M Ậ T", HIGH),
    ("M Ậ T", PLAIN),
    ("T.U.Y.Ệ.T  M.Ậ.T", TOP),
    ("«TỐI\u00a0MẬT»", HIGH),
    ("* * * MẬT * * *", PLAIN),
    ("MẬ\u200bT", PLAIN),
    ("ＭẬＴ", PLAIN),
    ("Độ mật: Tối mật", HIGH),
    ("Mức độ mật: Mật", PLAIN),
    ("DAU MAT: TUYET MAT", TOP),
    ("Số: 12/BC-SYT (MẬT)", PLAIN),
    ("Sở Y tế – Báo cáo TỐI MẬT quý III", HIGH),
    ("Sở Y tế - Mật", PLAIN),
    ("Tài liệu MẬT, không sao chụp", PLAIN),
    ("Văn bản mật", PLAIN),
    ("Quý III/2026\nTUYỆT MẬT\nKính gửi: …", TOP),
    ("MẬT\nTUYỆT MẬT", TOP),
]
ORDINARY = [
    "",
    "Mật độ dân số: 1.234 người/km²",
    "MẬT ĐỘ DÂN SỐ",
    "Bảo mật thông tin",
    "CÔNG TÁC BẢO MẬT",
    "Mật khẩu đã được đổi",
    "Không gửi thông tin thuộc danh mục bí mật nhà nước qua hệ thống này.",
    "CÔNG TÁC BẢO VỆ BÍ MẬT NHÀ NƯỚC",
    "Công tác BÍ MẬT nhà nước",
    "Đã xử lý 03 văn bản mật, 01 văn bản tối mật",
    "Số văn bản đóng dấu mật: 03",
    "Độ mật: không",
    "Độ mật: mật độ cao",
    "mất",
    "mặt",
    "mat",
    "Tôi mất",
    "tới mặt trận",
    "Phối hợp mật thiết với các đơn vị",
    "HỢP TÁC XÃ MẬT ONG PHÚ LƯƠNG",
    "Ban Cơ yếu: mật mã dân sự",
    "FORMAT",
    "Mật: 01",
]
NAMES = [
    ("bao-cao-q3_TOI_MAT.xlsx", HIGH),
    ("BC quý III (MẬT).xlsx", PLAIN),
    ("BÁO-CÁO-QUÝ-III-MẬT.xlsx", PLAIN),
    ("bao cao mật.docx", PLAIN),
    ("tuyet-mat.pdf", TOP),
    ("mat-do-dan-so.xlsx", None),
    ("cong-tac-bao-mat.xlsx", None),
    ("BẢO MẬT.xlsx", None),
    ("BÍ-MẬT.docx", None),
    ("tep.xlsx", None),
]


@pytest.mark.parametrize(("text", "degree"), MARKED)
def test_a_stamp_is_recognised_however_it_is_spelled(text, degree):
    assert degree_in([text]) is degree


@pytest.mark.parametrize("text", ORDINARY)
def test_an_ordinary_word_is_no_stamp(text):
    assert degree_in([text]) is None


@pytest.mark.parametrize(("name", "degree"), NAMES)
def test_a_files_name_can_carry_the_mark(name, degree):
    assert degree_of_name(name) is degree


def test_a_spreadsheets_header_is_read_without_its_codes():
    assert degree_in([header_lines('&L&"Times New Roman,Bold"&14Sở Y tế&C&K000000MẬT&RTrang &P')]) is PLAIN


def test_the_highest_of_several_marks_counts():
    assert degree_in(["MẬT", "TỐI MẬT", "mật độ"]) is HIGH
