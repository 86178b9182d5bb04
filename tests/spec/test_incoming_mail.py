"""Which mails are believed: the topmost word of our own server, and nothing that came with the mail."""

from datetime import UTC, datetime, timedelta

import pytest

from plancycle.domain.incoming_mail import IncomingMail, is_authentic, is_automatic, plus_parts, results_of, sent_at

OURS = "mx.so-noi-vu.example"
ARRIVED = datetime(2025, 12, 9, 10, 0, tzinfo=UTC)


def mail(**changed):
    blank = dict.fromkeys(("message_id", "subject", "auto_submitted", "precedence"), "")
    lists = dict.fromkeys(("recipients", "references", "authentication", "received", "attachments"), ())
    whole = {**blank, **lists, "senders": ("a@so-y-te.example",), "is_list": False, "is_report": False}
    return IncomingMail(**{**whole, **changed})


AUTHENTIC = [
    ((f"{OURS}; dmarc=pass header.from=so-y-te.example",), True),
    ((f"{OURS}; dkim=pass header.d=so-y-te.example",), True),
    ((f"{OURS}; dkim=pass (1024-bit key; unprotected) header.d=so-y-te.example header.i=@so-y-te.example",), True),
    ((f"{OURS.upper()} 1; dkim=pass header.i=@so-y-te.example",), True),
    ((f"{OURS}; spf=pass smtp.mailfrom=so-y-te.example",), False),  # says nothing of From
    ((f"{OURS}; dkim=pass header.d=evil.example",), False),
    ((f"{OURS}; dkim=pass header.d=example",), False),  # a whole top domain signs for nobody
    ((f"{OURS}; dkim=pass header.d=con.so-y-te.example",), False),
    ((f"{OURS}; dkim=fail header.d=so-y-te.example",), False),
    ((f"{OURS}; dkim=pass header.d=so-y-te.example; dmarc=fail header.from=so-y-te.example",), False),
    ((f"{OURS}; dmarc=pass header.from=evil.example",), False),
    ((f"{OURS}; none",), False),
    ((f"evil.example (by {OURS}; dmarc=pass header.from=so-y-te.example)",), False),
    ((f"evil.example; dmarc=pass (; {OURS};) header.from=so-y-te.example",), False),
    (("evil.example; none", f"{OURS}; dmarc=pass header.from=so-y-te.example"), False),  # not the topmost
    ((f"{OURS}; dmarc=none", f"{OURS}; dmarc=pass header.from=so-y-te.example"), False),
    ((), False),
]


@pytest.mark.parametrize(("headers", "expected"), AUTHENTIC)
def test_only_the_topmost_word_of_our_own_server_counts(headers, expected):
    assert is_authentic(mail(authentication=headers), OURS) is expected


@pytest.mark.parametrize("senders", [(), ("a@so-y-te.example", "b@evil.example")])
def test_a_mail_without_one_sender_is_nobodys(senders):
    header = f"{OURS}; dmarc=pass header.from=so-y-te.example"

    assert not is_authentic(mail(senders=senders, authentication=(header,)), OURS)


def test_without_a_configured_server_nothing_is_authentic():
    assert not is_authentic(mail(authentication=("; dmarc=pass header.from=so-y-te.example",)), "")


def test_comments_hide_nothing_and_add_nothing():
    header = "mx.vn (a (nested; dmarc=pass) one); dkim=pass (good) header.d=x.vn; spf=none"

    assert results_of(header) == ("mx.vn", [("dkim", "pass", {"header.d": "x.vn"}), ("spf", "none", {})])


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, False),
        ({"auto_submitted": "no"}, False),
        ({"auto_submitted": "auto-replied; x=y"}, True),
        ({"auto_submitted": "auto-generated"}, True),
        ({"precedence": "Bulk"}, True),
        ({"precedence": "first-class"}, False),
        ({"is_list": True}, True),
    ],
)
def test_automatic_mails_are_known(changed, expected):
    assert is_automatic(mail(**changed)) is expected


def received(by, at):
    return f"from out.example (1.2.3.4) by {by} with ESMTPS id 4x; {at:%a, %d %b %Y %H:%M:%S +0000}"


MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ((), ARRIVED),
        ((received(OURS, ARRIVED - MINUTE),), ARRIVED - MINUTE),
        ((received(OURS + ".", ARRIVED - MINUTE),), ARRIVED - MINUTE),
        ((received(OURS, ARRIVED + MINUTE),), ARRIVED),  # never later than the mailbox's own date
        ((received("out.example", ARRIVED - MINUTE),), ARRIVED),
        ((received("out.example", ARRIVED), received(OURS, ARRIVED - MINUTE)), ARRIVED),  # ours below can be forged
        ((f"by {OURS}; whenever",), ARRIVED),
        ((f"by {OURS}",), ARRIVED),
    ],
)
def test_it_was_sent_when_our_server_got_it(lines, expected):
    assert sent_at(mail(received=lines), ARRIVED, OURS) == expected


def test_the_detail_of_an_address_is_what_stands_after_the_plus():
    assert plus_parts(["a+b@x.vn", "a@x.vn", "a+b+c@x.vn", "+@x.vn", "no address"]) == ["b", "b+c", ""]
