"""Letters: every kind renders, Vietnamese survives the wire, hostile names stay data, same letter same bytes."""

import email
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import SMTP
from zoneinfo import ZoneInfo

import pytest
from jinja2 import UndefinedError

from plancycle.adapters.mail.composing import MAX_SUBJECT, Composer, file_name, one_line, shortened
from plancycle.adapters.texts import Catalogue
from plancycle.domain.errors import DataProblem
from plancycle.domain.messages import MessageKind
from plancycle.services.ports import Attachment, ComposedMail, Letter

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
LONG_NAME = "Ban Quản lý các khu công nghiệp tỉnh Thái Nguyên"
WORKBOOK = Attachment("Biểu mẫu Sở Y tế.xlsx", bytes(range(256)) * 4)
ABOUT_A_PERIOD: Mapping[str, object] = {
    "programme_title": "Kế hoạch triển khai thực hiện Nghị quyết số 94/NQ-CP",
    "programme_short": "TN-NQ94",
    "period_title": "Đánh giá năm 2025",
    "year": 2025,
    "agency_name": LONG_NAME,
    "person": "bà Trần Thị B",
    "due_at": datetime(2025, 12, 10, tzinfo=HANOI),
    "soft_due_at": datetime(2025, 12, 9, 17, tzinfo=HANOI),
    "cutoff": date(2025, 11, 30),
    "contact": "Nguyễn Văn A, 0208 000 000",
    "link": "https://baocao.example.vn/n/7K4PD2XQ8",
}
FINDING = {
    "severity": "error",
    "sheet": "Số liệu",
    "cell": "E7",
    "label": "inspections Số cuộc kiểm tra · Kết quả",
    "value": "12.5",
    "why": "Số này có thể hiểu theo hai cách: 12,5 hoặc 125.",
    "fix": "Gõ lại số đúng.",
}
ITEM = {
    "period_title": "Đánh giá năm 2025",
    "period_id": "annual",
    "due_at": datetime(2025, 12, 10, tzinfo=HANOI),
    "soft_due_at": datetime(2025, 12, 9, 17, tzinfo=HANOI),
    "is_before": True,
    "days_late": 0,
    "returned_on": None,
}


def a_digest(name: str) -> dict[str, list[dict[str, object]]]:
    """One line in every section; what agencies or the address book say is ``name``."""
    owed = {"name": name, "period": name, "period_id": "annual", "days_late": 6, "returned_on": date(2025, 12, 2)}
    reach = {"person": name, "phone": name, "address": name}
    tomorrow = {**owed, "names": [name, name]}
    asked = {**owed, "asked_at": datetime(2025, 12, 3, 9, tzinfo=HANOI), "approver": name}
    return {
        "phone": [{**owed, **reach}],
        "unasked": [tomorrow],
        "unreachable": [{**owed, **reach}],
        "doubt": [{"subject": name, "at": datetime(2025, 12, 3, 9, tzinfo=HANOI), "key": "ct-2025/q1/a/call/mail"}],
        "late": [owed],
        "returned": [owed],
        "approvals": [asked],
        "tomorrow": [tomorrow],
        "foreseen": [{**owed, "chance": "12%", "why": name, "why_en": name}],
    }


FORESIGHT = {language: {"headline": "8/25", "best": "+10%", "calibration": "Brier 0,0912"} for language in ("vi", "en")}


OWN_FACTS: Mapping[MessageKind, Mapping[str, object]] = {
    MessageKind.DATA_CALL: {},
    MessageKind.REMINDER: {},
    MessageKind.OVERDUE: {"days_late": 2},
    MessageKind.CORRECTION: {"returned_on": date(2025, 12, 2)},
    MessageKind.ESCALATION: {"days_late": 3, "person": "", "is_leader": True},
    MessageKind.COMBINED: {"items": [ITEM, {**ITEM, "period_title": "Quý III/2025", "period_id": "q3"}]},
    MessageKind.RETURNED: {"receipt": "7KXPD2XR", "file_name": "bao-cao.xlsx", "findings": [FINDING]},
    MessageKind.RECEIVED: {
        "receipt": "7KXPD2XR",
        "file_name": "bao-cao.xlsx",
        "is_late": False,
        "first_sent_at": None,
        "received_at": datetime(2025, 12, 8, 16, 5, tzinfo=HANOI),
    },
    MessageKind.EXTENSION: {"new_due_at": datetime(2025, 12, 13, tzinfo=HANOI), "reason": "Chờ số liệu quyết toán"},
    MessageKind.EXTENSION_REFUSED: {
        "asked_until": datetime(2025, 12, 20, tzinfo=HANOI),
        "reason": "Báo cáo phải trình trước ngày 10/12",
    },
    MessageKind.APPROVAL_REQUEST: {
        "approver_name": "Nguyễn Văn C",
        "approver_position": "Phó Chủ tịch",
        "edition": "tn-nq94-2025/annual/e3",
        "bundle_sha256": "9f" * 32,
        "coverage": "78/80",
        "receivers": "Báo cáo tổng hợp: Bộ Nội vụ; UBND tỉnh",
        "receivers_en": "Consolidated report: Bộ Nội vụ; UBND tỉnh",
    },
    MessageKind.OBSTACLE_REPORTED: {
        "reporter_name": "Sở Y tế",
        "obstacle": "Thiếu kinh phí khám sức khỏe quý III",
        "cause": "Chưa được bổ sung dự toán",
        "proposal": "Bổ sung 1.250 triệu đồng",
        "work_title": "Bảo đảm dịch vụ chăm sóc sức khỏe",
        "reported_on": date(2025, 8, 4),
        "document": "Công văn số 12/SYT-KH",
        "record": "tn-nq94-2025/obstacle/so-y-te/cv-12",
    },
    MessageKind.INVITATION: {"requests": ["Vận động đoàn viên tham gia", "Giám sát, phản biện"]},
    MessageKind.TRANSMITTAL: {
        "number": "12/BC-SNV",
        "dated": date(2025, 12, 9),
        "part": "report",
        "replaces": "10/BC-SNV",
        "is_replacement": True,
        "bundle_sha256": "9f" * 32,
        "files": ["bao-cao.docx", "bao-cao.pdf"],
    },
    MessageKind.ANSWER_OVERDUE: {
        "addressee": "Bộ Nội vụ",
        "sent_on": datetime(2025, 12, 9, 20, 45, tzinfo=HANOI),
        "days": 6,
        "key": "tn-nq94-2025/annual/bo-noi-vu/9f9f9f9f9f9f9f9f",
        "channel": "edxml",
    },
    MessageKind.DIGEST: {"sections": a_digest("Sở Y tế"), "foresight": FORESIGHT, "count": 7},
    MessageKind.ANCHOR: {"events": 12, "head": "a" * 64, "checkpoint_sha256": "b" * 64, "link": ""},
    MessageKind.ALERT: {
        "happened": "Lượt chạy bị hỏng",
        "happened_en": "A run failed",
        "step": "Năm 2025 · rà soát việc đến hạn",
        "told": "OutsideFailure(mail.unreachable)",
        "run_link": "https://prefect.example.vn/v2/runs/flow-run/0e9c",
        "runs_page": "https://baocao.example.vn/luot-chay",
    },
}
KINDS = list(MessageKind)
OF_OTHERS = (
    MessageKind.OBSTACLE_REPORTED,
    MessageKind.INVITATION,
    MessageKind.DIGEST,
    MessageKind.TRANSMITTAL,
    MessageKind.ANCHOR,
    MessageKind.ALERT,
)
PERIODIC = [kind for kind in KINDS if kind not in OF_OTHERS]
"""Letters about a reporting period; obstacles and alerts come at any time, invitation and digest are yearly."""


def letter(kind: MessageKind, **facts: object) -> Letter:
    known = {**ABOUT_A_PERIOD, **OWN_FACTS[kind], **facts}
    sent = datetime(2025, 12, 4, 8, tzinfo=HANOI)
    key = f"tn-nq94-2025/annual/ban-ql-kcn/{kind}/mail"
    return Letter(kind, key, "tn-nq94-2025/annual", "vt@kcn.example.vn", "a@snv.example.vn", sent, known, (WORKBOOK,))


def compose(written: Letter) -> ComposedMail:
    return Composer("Sở Nội vụ tỉnh Thái Nguyên", "baocao@snv.example.vn", Catalogue()).compose(written)


def opened(mail: ComposedMail) -> EmailMessage:
    message = email.message_from_bytes(mail.data, policy=SMTP)
    assert isinstance(message, EmailMessage)
    return message


def part(mail: ComposedMail, kind: str) -> str:
    body = opened(mail).get_body((kind,))
    assert isinstance(body, EmailMessage)
    return str(body.get_content()).replace("\r\n", "\n")


@pytest.mark.parametrize("kind", PERIODIC)
def test_every_kind_has_a_short_subject_two_bodies_one_link_and_the_secrets_line(kind: MessageKind) -> None:
    mail = compose(letter(kind))
    assert len(mail.subject) <= MAX_SUBJECT
    assert mail.subject.startswith("[TN-NQ94] ")
    assert "Đánh giá năm 2025" in mail.subject
    assert str(opened(mail)["Subject"]) == mail.subject
    text, html = part(mail, "plain"), part(mail, "html")
    for body in (text, html):
        assert "bí mật nhà nước" in body
        assert "English" in body
        assert "Annual evaluation" in body
        assert "{{" not in body
        assert "{%" not in body
    assert text.count("https://") == 1
    assert re.findall(r"\w+\.[A-ZĐ]\w+", text) == []  # two sentences that ran into each other
    assert html.count('href="https://baocao.example.vn/n/7K4PD2XQ8"') == html.count("href=") == 1


def test_an_obstacle_goes_on_with_who_what_why_and_what_is_asked_for() -> None:
    mail = compose(letter(MessageKind.OBSTACLE_REPORTED, link=""))
    assert mail.subject == "[TN-NQ94] Khó khăn, vướng mắc: Thiếu kinh phí khám sức khỏe quý III - Sở Y tế"
    for body in (part(mail, "plain"), part(mail, "html")):
        for fact in ("Sở Y tế", "04/08/2025", "Chưa được bổ sung dự toán", "Bổ sung 1.250 triệu đồng", "so-y-te/cv-12"):
            assert fact in body
        assert "bí mật nhà nước" in body
        assert "English" in body
    assert "https://" not in part(mail, "plain")


def test_an_approved_report_by_mail_says_its_number_what_it_replaces_and_asks_for_an_answer() -> None:
    mail = compose(letter(MessageKind.TRANSMITTAL, link=""))
    assert mail.subject.startswith("[TN-NQ94] Gửi báo cáo số 12/BC-SNV: Đánh giá năm 2025")
    for body in (part(mail, "plain"), part(mail, "html")):
        for fact in ("12/BC-SNV", "10/BC-SNV", "09/12/2025", "9f" * 32, "bao-cao.pdf", "số đến", "replaces 10/BC-SNV"):
            assert fact in body
    copy = part(compose(letter(MessageKind.TRANSMITTAL, link="", part="copy", replaces="")), "plain")
    assert "không cần trả lời" in copy
    assert "thay thế" not in copy.lower()


def test_an_alert_says_which_step_what_the_server_wrote_and_what_to_do() -> None:
    mail = compose(letter(MessageKind.ALERT, link=""))
    assert mail.subject == "[TN-NQ94] Lượt chạy bị hỏng: Năm 2025 · rà soát việc đến hạn"
    for body in (part(mail, "plain"), part(mail, "html")):
        for fact in ("mail.unreachable", "/v2/runs/flow-run/0e9c", "baocao.example.vn/luot-chay", "A run failed"):
            assert fact in body


def test_an_obstacle_of_two_thousand_letters_leaves_a_short_subject() -> None:
    mail = compose(letter(MessageKind.OBSTACLE_REPORTED, obstacle="Vướng mắc " * 200, cause="", proposal=""))
    assert len(mail.subject) <= MAX_SUBJECT
    assert "Kiến nghị" not in part(mail, "plain")


@pytest.mark.parametrize("kind", KINDS)
def test_the_bytes_are_plain_ascii_lines_that_any_relay_takes(kind: MessageKind) -> None:
    data = compose(letter(kind)).data
    assert data.isascii()
    lines = data.split(b"\r\n")
    assert max(map(len, lines)) <= 998
    assert not [line for line in lines if b"\n" in line or b"\r" in line]


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_letter_gives_the_same_bytes(kind: MessageKind) -> None:
    assert compose(letter(kind)) == compose(letter(kind))


def test_another_key_gives_another_message_id_and_the_thread_is_one() -> None:
    first = letter(MessageKind.DATA_CALL)
    second = replace(first, key="tn-nq94-2025/annual/so-y-te/call/mail")
    mails = [opened(compose(each)) for each in (first, second)]
    assert mails[0]["Message-ID"] != mails[1]["Message-ID"]
    assert str(mails[0]["References"]) == str(mails[1]["References"]) == str(mails[0]["In-Reply-To"])


def test_a_letter_of_a_period_answers_the_periods_data_call_within_one_thread() -> None:
    long = "baocao@" + "phong-tong-hop." * 8 + "vn"
    composer = Composer("Sở Nội vụ", long, Catalogue())
    call = letter(MessageKind.DATA_CALL)
    message = opened(composer.compose(replace(letter(MessageKind.REMINDER), answers=call.key)))
    assert str(message["In-Reply-To"]) == composer.compose(call).message_id
    assert str(message["References"]).split() == [composer.message_id(call.thread), composer.compose(call).message_id]


def test_a_reply_goes_to_a_person() -> None:
    message = opened(compose(replace(letter(MessageKind.DATA_CALL), reply_name="Nguyễn Thị Lập\r\nBcc: x@y.vn")))
    raw = email.message_from_bytes(compose(replace(letter(MessageKind.DATA_CALL), reply_name="Nguyễn Thị Lập")).data)
    assert [one.addr_spec for one in message["Reply-To"].addresses] == ["a@snv.example.vn"]
    assert message["Bcc"] is None
    assert str(make_header(decode_header(raw["Reply-To"]))) == "Nguyễn Thị Lập <a@snv.example.vn>"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "name", ["Sở " + "Y" * 998, "🧑🏽‍⚕️ Trạm y tế 🏥", "a=?utf-8?b?QmNj?= <x@y.vn>, z@y.vn", "Ê\u0301\u0323" * 80]
)
def test_whatever_an_agency_is_called_its_letter_has_one_recipient_and_a_subject_of_90(
    kind: MessageKind, name: str
) -> None:
    mail = compose(letter(kind, agency_name=name, approver_name=name, period_title=name, obstacle=name))
    message = opened(mail)
    assert [one.addr_spec for one in message["To"].addresses] == ["vt@kcn.example.vn"]
    assert len(mail.subject) <= MAX_SUBJECT
    assert unicodedata.category(mail.subject[0])[0] != "M"
    assert max(map(len, mail.data.split(b"\r\n"))) <= 998
    assert str(message["Subject"]) == mail.subject
    assert [str(part.defects) for part in message.walk() if part.defects] == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_letter_fetches_nothing_and_follows_nobody(kind: MessageKind) -> None:
    html = part(compose(letter(kind)), "html").lower()
    assert [
        mark for mark in ("<img", "<script", "<link", "url(", "src=", "@import", "<form", "http-equiv") if mark in html
    ] == []


def test_a_letter_whose_key_is_the_thread_starts_it() -> None:
    first = letter(MessageKind.DATA_CALL)
    start = compose(replace(first, key=first.thread))
    assert opened(start)["References"] is None
    assert str(opened(compose(first))["References"]) == start.message_id


def test_the_head_says_who_to_whom_when_and_that_no_person_typed_it() -> None:
    mail = compose(letter(MessageKind.DATA_CALL))
    message = opened(mail)
    assert message["From"].addresses[0].display_name == "Sở Nội vụ tỉnh Thái Nguyên"
    assert message["From"].addresses[0].addr_spec == "baocao@snv.example.vn"
    raw = email.message_from_bytes(mail.data)["To"]
    assert str(make_header(decode_header(raw))) == f"{LONG_NAME} <vt@kcn.example.vn>"
    assert message["To"].addresses[0].addr_spec == "vt@kcn.example.vn"
    assert message["Reply-To"].addresses[0].addr_spec == "a@snv.example.vn"
    assert message["Date"].datetime == datetime(2025, 12, 4, 8, tzinfo=HANOI)
    assert message["List-Id"] == "<tn-nq94-2025.snv.example.vn>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert re.fullmatch(r"<[0-9a-f]{40}@snv\.example\.vn>", str(message["Message-ID"]))


def test_the_approver_is_addressed_by_name() -> None:
    mail = compose(letter(MessageKind.APPROVAL_REQUEST))
    assert opened(mail)["To"].addresses[0].display_name == "Nguyễn Văn C"
    assert part(mail, "plain").startswith("Kính gửi: Nguyễn Văn C, Phó Chủ tịch\n")
    assert "9f" * 32 in part(mail, "plain")


def test_the_approver_reads_who_will_get_what_in_each_language() -> None:
    vietnamese, _, english = part(compose(letter(MessageKind.APPROVAL_REQUEST)), "plain").partition("-- English --")
    assert "Báo cáo tổng hợp: Bộ Nội vụ; UBND tỉnh" in vietnamese
    assert "Consolidated report: Bộ Nội vụ; UBND tỉnh" in english
    assert "Báo cáo tổng hợp" not in english


def test_the_workbook_arrives_whole_under_its_vietnamese_name() -> None:
    attached = next(iter(opened(compose(letter(MessageKind.DATA_CALL))).iter_attachments()))
    assert attached.get_filename() == "Biểu mẫu Sở Y tế.xlsx"
    assert attached.get_content_type() == WORKBOOK.media_type
    assert attached.get_content() == WORKBOOK.data


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, "trước ngày 10/12/2025 (hạn cuối: 24 giờ ngày 09/12/2025, thứ Ba)"),
        ({}, "nên gửi trước 17 giờ 00 ngày 09/12/2025 (thứ Ba)"),
        (
            {"is_before": False, "due_at": datetime(2025, 3, 20, 17, tzinfo=UTC)},
            "chậm nhất ngày 20/03/2025 (hạn cuối: 24 giờ ngày này, thứ Năm)",
        ),
        ({"due_at": datetime(2025, 12, 12, 17, 30, tzinfo=HANOI)}, "trước 17 giờ 30 ngày 12/12/2025 (thứ Sáu)"),
        ({"link": ""}, "Trả lời thư này, đính kèm tệp đã điền."),
        ({"contact": ""}, "Cần hỗ trợ, xin trả lời thư này."),
    ],
)
def test_the_deadline_and_the_way_to_answer_are_spelt_out(facts: dict[str, object], expected: str) -> None:
    assert expected in part(compose(letter(MessageKind.DATA_CALL, **facts)), "plain")


def test_advice_that_has_passed_is_not_given() -> None:
    late = replace(letter(MessageKind.REMINDER), date=datetime(2025, 12, 9, 18, tzinfo=HANOI))
    assert "nên gửi" not in part(compose(late), "plain")
    assert "Sắp hết hạn" in compose(late).subject


def test_days_left_are_counted_to_the_last_day_itself() -> None:
    assert compose(letter(MessageKind.REMINDER)).subject.startswith("[TN-NQ94] Còn 5 ngày: Đánh giá năm 2025")


@pytest.mark.parametrize("findings", [[], [FINDING], [FINDING] * 60])
def test_a_return_lists_what_to_mend_and_says_when_there_is_more(findings: list[object]) -> None:
    text = part(compose(letter(MessageKind.RETURNED, findings=findings, reason="Thiếu phụ lục")), "plain")
    assert text.count("Cách sửa: Gõ lại số đúng.") == min(len(findings), 40)
    assert ("Còn 20 chỗ khác" in text) == (len(findings) == 60)
    assert "Lý do trả lại: Thiếu phụ lục" in text


def test_a_return_of_the_wrong_workbook_does_not_call_the_new_one_theirs() -> None:
    text = part(compose(letter(MessageKind.RETURNED, receipt="", findings=[], reason="Sai kỳ")), "plain")
    assert "Tệp đính kèm là biểu mẫu đúng của kỳ báo cáo này." in text
    assert "chính tệp đã nộp" not in text


def test_an_old_workbooks_answers_are_said_to_be_carried_and_not_accepted() -> None:
    moved = {"receipt": "", "findings": [], "reason": "Sai kỳ", "carried": 12, "not_carried": 3}
    text = " ".join(part(compose(letter(MessageKind.RETURNED, **moved)), "plain").split())
    assert "đã chuyển sang 12 ô đã điền trong tệp cũ, 3 ô không còn chỗ trong biểu mẫu" in text
    assert "with 12 cells of your old file carried into it and 3 for which it has no place" in text
    assert "Báo cáo chưa được nhận" in text


def test_a_return_after_the_deadline_asks_for_an_answer_at_once() -> None:
    late = replace(letter(MessageKind.RETURNED), date=datetime(2025, 12, 15, 8, tzinfo=HANOI))
    assert "nộp lại ngay" in compose(late).subject
    assert "trước ngày 10/12/2025" not in part(compose(late), "plain")


def test_who_sends_again_what_was_approved_is_not_asked_to_mend_it() -> None:
    made = compose(letter(MessageKind.RETURNED, receipt="", findings=[], reason="Đã phê duyệt", stands=True))
    text = " ".join(part(made, "plain").split())
    assert "đã được phê duyệt" in made.subject
    assert ("nộp lại" in text, "Báo cáo đã phê duyệt vẫn có hiệu lực" in text) == (False, True)
    assert "The approved report stands and you owe nothing" in text


HOSTILE = "Sở\r\nBcc: kẻ-gian@x.vn\r\n\r\n<script>alert(1)</script>{{ 7*7 }}\u202e\u200b=1+1"


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_names_stay_data(kind: MessageKind) -> None:
    finding = FINDING | {"value": HOSTILE, "label": HOSTILE}
    names = ("agency_name", "person", "approver_name", "reason", "obstacle")
    facts: dict[str, object] = dict.fromkeys(names, HOSTILE)
    if kind is MessageKind.DIGEST:
        facts["sections"] = a_digest(HOSTILE)
    if kind is MessageKind.COMBINED:
        facts["items"] = [{**ITEM, "period_title": HOSTILE}] * 2
    mail = compose(letter(kind, **facts, file_name=HOSTILE, findings=[finding], period_title=HOSTILE))
    message = opened(mail)
    assert message["Bcc"] is None
    assert set(message.keys()) <= {
        *("Date", "From", "To", "Reply-To", "Subject", "Message-ID", "In-Reply-To", "References"),
        *("List-Id", "Auto-Submitted", "MIME-Version", "Content-Type"),
    }
    assert len(message["To"].addresses) == 1
    html, text = part(mail, "html"), part(mail, "plain")
    assert "<script>" not in html
    assert "{{ 7*7 }}" in text
    assert not set("\u202e\u200b") & set(html + text + mail.subject)
    assert [line for line in text.splitlines() if line.startswith("Bcc:")] == []


@pytest.mark.parametrize(
    "address", ["", "a", "a@b@c", "a b@c.vn", "a@c.vn\r\nBcc: x@y.vn", "á@c.vn", "<a@c.vn>", "a@c.vn,b@c.vn"]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(DataProblem) as refusal:
        compose(replace(letter(MessageKind.DATA_CALL), to_address=address))
    assert refusal.value.key == "mail.address_invalid"
    with pytest.raises(DataProblem):
        Composer("Sở Nội vụ", address, Catalogue())


def test_a_fact_the_letter_needs_must_be_given() -> None:
    facts = {name: value for name, value in ABOUT_A_PERIOD.items() if name != "due_at"}
    with pytest.raises(UndefinedError):
        compose(replace(letter(MessageKind.DATA_CALL), facts=facts))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Biểu mẫu.xlsx", "Biểu mẫu.xlsx"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\báo cáo.xlsx", "báo cáo.xlsx"),
        ('a"b\r\nc.xlsx', "a-b c.xlsx"),
        (".hidden", "hidden"),
        ("", "tep"),
        ("Sở " * 60 + ".xlsx", ("Sở " * 60)[:115] + ".xlsx"),
    ],
)
def test_a_file_name_is_a_name_and_nothing_else(name: str, expected: str) -> None:
    assert file_name(name) == expected


def test_text_is_put_on_one_line_in_normal_form() -> None:
    assert one_line("  Sơ\u0309\t\n Y\u2028tế ") == "Sở Y tế"


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("ngắn", 10, "ngắn"),
        ("một hai ba bốn", 10, "một hai…"),
        ("dàiquádàiquá", 6, "dàiqu…"),
        ("abcdx\u0331\u0301y", 7, "abcd…"),
        ("abcdx\u0331\u0301yz", 8, "abcdx\u0331\u0301…"),
    ],
)
def test_a_long_subject_is_cut_between_words(text: str, limit: int, expected: str) -> None:
    assert shortened(text, limit) == expected


def test_other_duties_stand_in_the_reminder_in_both_languages_and_both_forms():
    duties = [
        {"name": "Đối thoại", "name_en": "Dialogue", "day": date(2025, 12, 31), "is_late": False},
        {"name": "Dự toán", "name_en": "Budget", "day": date(2025, 7, 31), "is_late": True},
    ]
    mail = compose(letter(MessageKind.REMINDER, duties=duties, days_late=0, rung=-5))
    text, html = part(mail, "plain"), part(mail, "html")
    for body in (text, html.replace("<strong>", "").replace("</strong>", "")):
        assert "Đối thoại: chậm nhất hết ngày 31/12/2025" in body
        assert "Dự toán: chậm nhất hết ngày 31/07/2025 (đã quá hạn)" in body
        assert "Budget: by the end of 31 Jul 2025 (overdue)" in body
