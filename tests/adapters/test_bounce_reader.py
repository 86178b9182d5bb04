"""Reading delivery reports."""

import pytest
import returned_mail as mail
from hypothesis import given
from hypothesis import strategies as st

from plancycle.adapters.mail.bounces import BounceReader
from plancycle.domain.bounces import BounceKind, kind_of

TO = "bao-cao@so-y-te.example"
HARD, SOFT, DELAYED = BounceKind.HARD, BounceKind.SOFT, BounceKind.DELAYED


@pytest.mark.parametrize(
    ("raw", "kind", "code"),
    [
        (mail.dsn(TO), HARD, "5.1.1"),
        (mail.dsn(TO, "5.0.0", diagnostic="smtp; 550 5.2.2 mailbox full"), SOFT, "5.0.0"),
        (mail.dsn(TO, "5.0.0", diagnostic="X-Postfix; unknown user"), HARD, "5.0.0"),
        (mail.dsn(TO, "5.2.2", diagnostic="smtp; 552 5.2.2 over quota"), SOFT, "5.2.2"),
        (mail.dsn(TO, "5.3.4", diagnostic="smtp; 552 message too large"), SOFT, "5.3.4"),
        (mail.dsn(TO, "5.7.1", diagnostic="smtp; 550 5.7.1 blocked as spam"), SOFT, "5.7.1"),
        (mail.dsn(TO, "4.4.1", diagnostic="smtp; connection timed out"), SOFT, "4.4.1"),
        (mail.dsn(TO, "4.4.1", action="delayed"), DELAYED, "4.4.1"),
        (mail.dsn(TO, "2.0.0", action="delivered"), None, "2.0.0"),
        (mail.dsn(TO, "2.0.0", action="relayed"), None, "2.0.0"),
        (mail.exchange(TO), HARD, "5.4.1"),
        (mail.exchange_html(TO), HARD, ""),
        (mail.qmail(TO), HARD, ""),
        (mail.gmail(TO), HARD, ""),
        (mail.vietnamese(TO), SOFT, "5.2.2"),
        (mail.vietnamese(TO, "Địa chỉ người nhận không tồn tại."), HARD, "5.1.1"),
        (mail.vietnamese(TO, "Máy chủ nhận từ chối: 550 5.1.1 No such user"), HARD, ""),
        (mail.vietnamese(TO, "Sẽ tiếp tục thử gửi lại trong 4 giờ tới.", "Thư bị chậm"), DELAYED, ""),
    ],
)
def test_a_report_says_whom_it_is_about_what_it_means_and_which_letter(raw, kind, code):
    notice = BounceReader().read(raw)

    assert [(one.address, kind_of(one), one.status) for one in notice.complaints] == [(TO, kind, code)]
    assert mail.OUR_ID in notice.message_ids


@pytest.mark.parametrize("raw", [mail.holiday(), mail.answer(), b"", b"\x00\xff", b"Subject: failure notice\r\n\r\n"])
def test_what_a_person_writes_is_no_report_though_it_names_our_letter(raw):
    assert BounceReader().read(raw) is None


def test_every_recipient_of_a_report_is_read():
    second = (
        "\n        Final-Recipient: rfc822; van-thu@so-y-te.example\n        Action: delayed\n        Status: 4.2.2\n"
    )
    notice = BounceReader().read(mail.dsn(TO, more=second))

    assert [(one.address, one.action) for one in notice.complaints] == [
        (TO, "failed"),
        ("van-thu@so-y-te.example", "delayed"),
    ]


def test_the_address_in_xtext_is_the_one_we_wrote_to():
    raw = mail.dsn(TO).replace(b"Original-Recipient: rfc822;bao-cao@", b"Original-Recipient: rfc822;bao+2Dcao@")
    assert BounceReader().read(raw).complaints[0].address == TO


def test_parts_in_parts_a_thousand_deep_are_no_report_and_no_crash():
    heads = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (number, number) for number in range(1500)
    )
    assert BounceReader().read(heads + mail.dsn(TO)) is None


@given(st.binary(max_size=300), st.integers(0, 900), st.sampled_from(["dsn", "exchange_html", "qmail", "gmail"]))
def test_no_damage_to_a_report_makes_the_reader_fail(noise, place, kind):
    raw = getattr(mail, kind)(TO)
    notice = BounceReader().read(raw[:place] + noise + raw[place + len(noise) :])

    assert notice is None or notice.complaints
