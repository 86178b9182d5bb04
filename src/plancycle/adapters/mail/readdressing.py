"""A letter once more, for another address: the same body bytes under new To, Date and Message-ID headers."""

import re
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import SMTP, EmailPolicy

_HEADER = re.compile(rb"(?P<name>[!-9;-~]+):[^\r\n]*\r\n(?:[ \t][^\r\n]*\r\n)*")


def readdressed(data: bytes, address: Address, message_id: str, date: datetime, policy: EmailPolicy) -> bytes:
    """The letter for ``address``. Everything but the three headers stays as it is, byte by byte."""
    fresh = EmailMessage(policy=policy)
    fresh["To"] = address
    fresh["Date"] = date
    fresh["Message-ID"] = message_id
    end = data.index(b"\r\n\r\n") + 2
    head = data[:end]
    for name in fresh:
        line = policy.fold_binary(name, fresh[name])
        head = _replaced(head, name.lower().encode(), line)
    return head + data[end:]


def _replaced(head: bytes, name: bytes, line: bytes) -> bytes:
    return _HEADER.sub(lambda found: line if found["name"].lower() == name else found.group(), head)


def named_recipient(data: bytes) -> tuple[str, str]:
    """The recipient's name as the letter has it, and the letter's subject."""
    headers = BytesHeaderParser(policy=SMTP).parsebytes(data)
    addresses: tuple[Address, ...] = headers["To"].addresses
    return addresses[0].display_name, str(headers["Subject"])
