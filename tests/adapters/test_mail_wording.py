"""Letters to many: rendered once and filled in, they say what each would say if it were rendered by itself."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from plancycle.adapters.mail.composing import Composer
from plancycle.adapters.mail.wording import OWN, Wording
from plancycle.adapters.texts import Catalogue
from plancycle.domain.messages import MessageKind
from plancycle.services.ports import Attachment, Letter

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
WORKBOOK = Attachment("bieu-mau.xlsx", b"PK" * 9)
DUE = datetime(2025, 12, 10, tzinfo=HANOI)
SOFT = datetime(2025, 12, 9, 17, tzinfo=HANOI)
ABOUT_A_PERIOD = {
    "sender": "Sở Nội vụ",
    "programme_title": "Kế hoạch triển khai thực hiện Nghị quyết số 94/NQ-CP",
    "programme_short": "TN-NQ94",
    "period_title": "Đánh giá năm 2025",
    "year": 2025,
    "soft_due_at": SOFT,
    "cutoff": date(2025, 11, 30),
    "contact": "Nguyễn Văn A, 0208 000 000",
    "days_late": 1,
    "findings": [],
    "duties": [],
}
MOMENTS = (SOFT - timedelta(days=5), SOFT - timedelta(microseconds=1), SOFT, DUE, DUE + timedelta(seconds=59))
NAMES = (
    "Sở Y tế",
    'UBND xã "Phú <b>Xuyên</b>" & {{ link }}',
    "Ban Quản lý các khu công nghiệp tỉnh Thái Nguyên và các đơn vị trực thuộc đóng trên địa bàn",
    "Sở \ue000\ue001 Nội vụ",
)


def taken_in(number: int, at: datetime) -> dict[str, object]:
    """What a confirmation says besides, of a file that came within the minute or earlier."""
    return {
        "receipt": f"AC3DE4FH5JK{number}",
        "file_name": ("bao-cao.xlsx", '<b>báo cáo</b> "1".xlsx', "", "\ue003.xlsx")[number],
        "received_at": at - timedelta(seconds=30 * number),
        "is_late": at >= DUE,
        "must_explain": False,
        "first_sent_at": at - timedelta(days=1, seconds=7) if number == 2 else None,
    }


def letters() -> Iterator[Letter]:
    """Every kind that goes to many, with and without what a body may not have, before and after each date."""
    for kind in sorted(OWN):
        for number, name in enumerate(NAMES):
            for at in MOMENTS:
                own = {
                    "agency_name": name,
                    "person": name if number % 2 else "",
                    "link": "https://a.vn/n/1&2" * (at != SOFT),
                }
                due = DUE + timedelta(days=number, microseconds=number == 3)
                facts = {**ABOUT_A_PERIOD, "is_leader": number == 0, **own}
                if kind is MessageKind.RECEIVED:
                    facts |= taken_in(number, at)
                files = (WORKBOOK, replace(WORKBOOK, file_name=f"{name}.xlsx"))[: number % 3]
                yield Letter(
                    kind,
                    f"tn-nq94-2025/annual/{number}/call/mail",
                    "t",
                    "a@b.example",
                    None,
                    at,
                    {**facts, "due_at": due},
                    files,
                )


def composed(monkeypatch: pytest.MonkeyPatch, *, alone: bool) -> list[bytes]:
    with monkeypatch.context() as patched:
        if alone:
            patched.setattr(Wording, "words", Wording.rendered)
        composer = Composer("Sở Nội vụ", "so-noi-vu@tinh.example", Catalogue())
        return [composer.compose(letter).data for letter in letters()]


def test_a_letter_to_many_has_the_bytes_of_one_rendered_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    assert composed(monkeypatch, alone=True) == composed(monkeypatch, alone=False)


def test_letters_that_differ_by_names_and_seconds_are_rendered_once(monkeypatch: pytest.MonkeyPatch) -> None:
    composer, rendered = Composer("Sở Nội vụ", "so-noi-vu@tinh.example", Catalogue()), []
    genuine = Wording._render
    monkeypatch.setattr(Wording, "_render", lambda *how: rendered.append(how[2]) or genuine(*how))
    first = next(one for one in letters() if one.kind is MessageKind.DATA_CALL and one.facts["link"])
    for second in range(3):
        facts = {**first.facts, "agency_name": f"Xã {second}"}
        composer.compose(replace(first, facts=facts, date=first.date + timedelta(seconds=second)))
    assert rendered == ["subject.txt", "english.txt", "body.txt", "body.html"]


def test_confirmations_of_one_minute_are_rendered_once(monkeypatch: pytest.MonkeyPatch) -> None:
    composer, rendered = Composer("Sở Nội vụ", "so-noi-vu@tinh.example", Catalogue()), []
    genuine = Wording._render
    monkeypatch.setattr(Wording, "_render", lambda *how: rendered.append(how[2]) or genuine(*how))
    first = next(one for one in letters() if one.kind is MessageKind.RECEIVED and one.attachments)
    for second in range(3):
        at = first.date + timedelta(seconds=second)
        own = {"receipt": f"AC3DE4FH5JK{second}", "file_name": f"{second}.xlsx", "received_at": at}
        composer.compose(replace(first, facts={**first.facts, **own}, date=at))
    assert rendered == ["subject.txt", "english.txt", "body.txt", "body.html"]
    composer.compose(replace(first, facts={**first.facts, "received_at": first.date - timedelta(minutes=1)}))
    assert len(rendered) == 8
