"""Mails as agencies' programs write them and as our own mail server delivers them."""

from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from io import BytesIO
from zipfile import ZipFile

from small_programme import CYCLE, HEALTH

from plancycle.services.ports import FetchedMail, House
from plancycle.services.reply_tokens import mark_of, thread_of

AUTHSERV = "mx.so-noi-vu.example"
MAILBOX = "bao-cao@so-noi-vu.example"
SENDER = f"bao-cao@{HEALTH}.example"
PASSED = f"{AUTHSERV}; dkim=pass header.d={HEALTH}.example; dmarc=pass header.from={HEALTH}.example"


def marked_address(house: House, agency: str = HEALTH, period: str = "annual", cycle: str = CYCLE) -> str:
    """The address our letters of that period ask the agency to reply to."""
    local, _, domain = MAILBOX.partition("@")
    return f"{local}+{mark_of(house, f'{cycle}/{period}', agency)}@{domain}"


def marked_thread(house: House, agency: str = HEALTH, period: str = "annual", cycle: str = CYCLE) -> str:
    """The Message-ID of the thread our letters of that period belong to."""
    return house.composer.message_id(thread_of(house, f"{cycle}/{period}", agency))


def a_mail(
    arrived: datetime,
    files: list[tuple[str, bytes]] | tuple[tuple[str, bytes], ...] = (),
    *,
    sender: str = SENDER,
    to: str = MAILBOX,
    passed: str | None = PASSED,
    message_id: str = "<1@so-y-te.example>",
    headers: tuple[tuple[str, str], ...] = (),
    by: str = AUTHSERV,
    subject: str = "Re: Báo cáo năm",
) -> bytes:
    """A reply; ``passed`` is what our server found (None: it wrote nothing), ``headers`` come with the mail."""
    mail = EmailMessage()
    if passed is not None:
        mail["Authentication-Results"] = passed
    mail["Received"] = f"from out.example by {by} with ESMTPS id 4x; {format_datetime(arrived)}"
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Date"] = "Mon, 01 Jan 2024 08:00:00 +0700"  # the sender's clock says anything
    mail["Message-ID"] = message_id
    for name, value in headers:
        mail[name] = value
    mail.set_content("Xin gửi báo cáo.")
    for name, data in files:
        subtype = "vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        mail.add_attachment(data, maintype="application", subtype=subtype, filename=name)
    return mail.as_bytes()


def fetched(data: bytes, arrived: datetime, uid: int = 1, validity: int = 7) -> FetchedMail:
    """A mail as it lies in the mailbox."""
    return FetchedMail(validity, uid, data, arrived)


def a_zip(files: dict[str, bytes]) -> bytes:
    """A plain zip file."""
    buffer = BytesIO()
    with ZipFile(buffer, "w") as pack:
        for name, data in files.items():
            pack.writestr(name, data)
    return buffer.getvalue()
