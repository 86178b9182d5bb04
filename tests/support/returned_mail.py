"""Delivery reports as the relays of this world write them, about one letter of ours."""

from base64 import b64encode
from textwrap import dedent

OUR_ID = "<0123456789abcdef0123456789abcdef01234567@bao-cao.example>"
US = "bao-cao@so-noi-vu.example"


def _raw(text):
    return dedent(text).lstrip().replace("\n", "\r\n").encode()


def dsn(
    address, status="5.1.1", action="failed", diagnostic="smtp; 550 5.1.1 User unknown", message_id=OUR_ID, more=""
):
    """RFC 3464, as Postfix writes it."""
    return _raw(f"""
        Return-Path: <>
        From: MAILER-DAEMON@mx.so-y-te.example (Mail Delivery System)
        To: {US}
        Subject: Undelivered Mail Returned to Sender
        Auto-Submitted: auto-replied
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status; boundary="B"

        --B
        Content-Type: text/plain; charset=us-ascii

        I'm sorry to have to inform you that your message could not be delivered.

        --B
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.so-y-te.example

        Original-Recipient: rfc822;{address}
        Final-Recipient: rfc822; {address}
        Action: {action}
        Status: {status}
        Diagnostic-Code: {diagnostic}
        {more}
        --B
        Content-Type: text/rfc822-headers

        From: {US}
        Message-ID: {message_id}
        Subject: [NQ94]

        --B--
        """)


def exchange(address):
    """Exchange Online in Vietnamese, with a part for programs."""
    return _raw(f"""
        From: postmaster@so-y-te.example
        To: {US}
        Subject: =?utf-8?B?{b64encode("Không thể gửi: [NQ94] Yêu cầu báo cáo".encode()).decode()}?=
        In-Reply-To: {OUR_ID}
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status; boundary="B"

        --B
        Content-Type: text/html; charset="utf-8"

        <html><body><p>Thư của bạn gửi tới <b>{address}</b> không thể gửi được.</p></body></html>

        --B
        Content-Type: message/delivery-status

        Reporting-MTA: dns;SG2PR01.prod.outlook.com

        Final-Recipient: rfc822;{address}
        Action: failed
        Status: 5.4.1
        Diagnostic-Code: smtp;550 5.4.1 Recipient address rejected: Access denied. [SG2.eop.outlook.com]

        --B--
        """)


def exchange_html(address):
    """An old Exchange on the premises: words for people only, the copy's headers in a list."""
    return _raw(f"""
        From: Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@so-y-te.example>
        To: {US}
        Subject: Undeliverable: [NQ94] Q3
        MIME-Version: 1.0
        Content-Type: text/html; charset="utf-8"

        <html><body><p>Delivery has failed to these recipients or groups:</p>
        <p>{address}<br>The email address you entered couldn't be found.</p>
        <p>Diagnostic information for administrators:</p>
        <p>#550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found ##</p>
        <p>Original message headers:</p><pre>Message-ID: &lt;{OUR_ID[1:-1]}&gt;</pre></body></html>
        """)


def qmail(address):
    """qmail-send: a paragraph an address, then the whole letter."""
    return _raw(f"""
        Return-Path: <>
        From: MAILER-DAEMON@mx.huyen.example
        To: {US}
        Subject: failure notice

        Hi. This is the qmail-send program at mx.huyen.example.
        I'm afraid I wasn't able to deliver your message to the following addresses.

        <{address}>:
        Sorry, no mailbox here by that name. (#5.1.1)

        --- Below this line is a copy of the message.

        Return-Path: <{US}>
        Message-ID: {OUR_ID}
        Subject: x

        text with another@address.example
        """)


def gmail(address):
    """Gmail with its header for programs, and without a part for them."""
    return _raw(f"""
        From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>
        To: {US}
        Subject: Delivery Status Notification (Failure)
        X-Failed-Recipients: {address}
        References: {OUR_ID}
        Auto-Submitted: auto-replied

        ** Address not found **

        Your message wasn't delivered to {address} because the address couldn't be found.

        The response from the remote server was:
        550 5.1.1 The email account that you tried to reach does not exist.
        """)


def vietnamese(address, reason="Hộp thư của người nhận đã đầy.", subject="Thư không gửi được"):
    """A relay of an office that writes Vietnamese and no codes."""
    return _raw(f"""
        Return-Path: <>
        From: Mail Delivery System <postmaster@thainguyen.example>
        To: {US}
        Subject: =?utf-8?B?{b64encode(subject.encode()).decode()}?=
        In-Reply-To: {OUR_ID}
        MIME-Version: 1.0
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: 8bit

        Không gửi được thư đến {address}.
        {reason}

        Thư gốc:
        Message-ID: {OUR_ID}
        """)


def holiday():
    """An automatic reply of a person: it names our letter and is no report."""
    return _raw(f"""
        From: Trần Thị B <b@so-y-te.example>
        To: {US}
        Subject: Automatic reply: [NQ94]
        In-Reply-To: {OUR_ID}
        Auto-Submitted: auto-replied

        Tôi nghỉ phép đến ngày 12/12. Việc gấp xin không gửi được thì gọi 0208 000 0000.
        """)


def answer():
    """A person's answer that quotes what a relay might say."""
    return _raw(f"""
        From: chi@so-y-te.example
        To: {US}
        Subject: Re: failure notice
        In-Reply-To: {OUR_ID}

        <bao-cao@so-y-te.example>:
        550 5.1.1 user unknown, có phải không ạ?
        """)
