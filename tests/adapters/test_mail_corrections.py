"""The letter that asks for an approval says when it asks for the approval of a correction."""

import email
from datetime import datetime
from email.policy import SMTP
from zoneinfo import ZoneInfo

from plancycle.adapters.mail.composing import Composer
from plancycle.adapters.texts import Catalogue
from plancycle.domain.messages import MessageKind
from plancycle.services.ports import Letter

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
REQUEST = {
    "programme_title": "Kế hoạch triển khai thực hiện Nghị quyết số 94/NQ-CP",
    "programme_short": "TN-NQ94",
    "period_title": "Đánh giá năm 2025",
    "year": 2025,
    "agency_name": "Phó Chủ tịch",
    "person": "Nguyễn Văn C",
    "due_at": datetime(2025, 12, 10, tzinfo=HANOI),  # Wednesday
    "soft_due_at": datetime(2025, 12, 9, 17, tzinfo=HANOI),
    "contact": "Nguyễn Văn A, 0208 000 000",
    "link": "https://baocao.example.vn/phe-duyet/7K4PD2XQ8",
    "approver_name": "Nguyễn Văn C",
    "approver_position": "Phó Chủ tịch",
    "edition": "tn-nq94-2025/annual/e4",
    "bundle_sha256": "9f" * 32,
    "coverage": "78/80",
}
CORRECTS = {
    "corrects": 3,
    "corrects_approved_at": datetime(2025, 12, 9, 15, 30, tzinfo=HANOI),  # Tuesday
    "corrects_relation": "replaces",
    "corrects_reasons": [
        {"name": "Sở Y tế", "reason": "Cộng trùng <b>kinh phí</b>"},
        {"name": "", "reason": "Theo lệnh"},
    ],
    "corrects_figures": [{"label": "Kinh phí", "unit": "tỷ đồng", "before": "50", "after": "50,5"}],
    "corrects_more": 2,
    "corrects_bodies": {"joined": [], "renewed": ["Sở Y tế"], "left": ["Sở Cũ"]},
}


def written(**facts: object) -> tuple[str, str, str]:
    """Subject, plain text and HTML of the letter."""
    at = datetime(2025, 12, 22, 8, tzinfo=HANOI)  # Monday
    asked = Letter(
        MessageKind.APPROVAL_REQUEST, "ct/annual/pct/approval-e4/mail", "ct/annual", "pct@ubnd.example.vn",
        "a@snv.example.vn", at, {**REQUEST, **facts}, (),
    )  # fmt: skip
    mail = Composer("Sở Nội vụ tỉnh Thái Nguyên", "baocao@snv.example.vn", Catalogue()).compose(asked)
    message = email.message_from_bytes(mail.data, policy=SMTP)
    text, html = (str(message.get_body((kind,)).get_content()).replace("\r\n", "\n") for kind in ("plain", "html"))
    return mail.subject, text, html


def test_a_request_to_approve_a_correction_says_so_first() -> None:
    subject, text, html = written(**CORRECTS)
    first = "bản tổng hợp số 3, đã được phê duyệt lúc 15 giờ 30 ngày 09/12/2025."

    assert "phê duyệt bản đính chính" in subject
    for body in (text, html):
        assert first in body
        assert "50 → 50,5" in body
        assert "This is a correction of edition no. 3" in body
        assert "3 figures changed" in body
    assert "Lý do        : Sở Y tế: Cộng trùng <b>kinh phí</b>\n" in text
    assert "Lý do        : Theo lệnh\n" in text
    assert "Cộng trùng &lt;b&gt;kinh phí&lt;/b&gt;" in html
    assert "Sở Cũ" in text


def test_a_request_to_approve_a_first_edition_speaks_of_no_correction() -> None:
    subject, text, _ = written()

    assert "đính chính" not in subject + text
