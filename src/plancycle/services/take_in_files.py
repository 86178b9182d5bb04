"""The files of one mail, each taken in by the one service, whichever way the mail was judged."""

from collections.abc import Collection
from datetime import datetime

from plancycle.domain.incoming_mail import IncomingMail
from plancycle.services.ports import House
from plancycle.services.quarantine import IntakeResult
from plancycle.services.receive_submission import receive

CHANNEL = "mailbox"
MAIL_SUFFIX = ".eml"


def take_in_files(
    house: House, mail: IncomingMail, sent_at: datetime, allowed: Collection[str] | None
) -> list[IntakeResult]:
    """Take in every attachment that can be an answer. ``allowed``: the agencies its sender may answer for."""
    return [
        receive(house, one.data, one.file_name, CHANNEL, sent_at, sender=mail.sender, allowed=allowed)
        for one in mail.files
    ]
