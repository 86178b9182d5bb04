"""Letters that come back, addresses that no longer work, and what "reached" means.

A relay that accepts a letter promises little: the refusal may come hours later as a letter of its own (RFC 3464). It
says something about the *letter* (not delivered: the alternate address is tried, once) and something about the
*address*: gone for good, or only for now. Only a person puts an address right again.
"""

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from plancycle.domain.agencies import Contact
from plancycle.domain.messages import MessageStatus

SOFT_LIMIT = 3
"""So many letters in a row that came back "for now" make an address one that does not work."""

ALTERNATE = "-alternate"
"""Ends the rung in the key of a letter's second try, to the alternate address."""

MAX_WHY = 300

_ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_REPEATED = re.compile(rf"(?:-again\d+|{ALTERNATE})+$")
_BASIC = re.compile(r"\b([45]\d\d)\b")


class AddressStanding(StrEnum):
    """What is known of an address; one nobody complained about has no row and is OK."""

    OK = "ok"
    SOFT_BOUNCED = "soft_bounced"
    REFUSED = "refused"


class BounceKind(StrEnum):
    """What a report says: gone for good, not this time, or not yet (nothing is lost then)."""

    HARD = "hard"
    SOFT = "soft"
    DELAYED = "delayed"


@dataclass(frozen=True, slots=True)
class Address:
    """A mail address, or the URL of a webhook, and its standing."""

    address: str
    standing: AddressStanding
    since: datetime
    """When it got this standing."""
    why: str
    soft_bounces: int = 0
    """Letters in a row that came back for now."""
    evidence: str | None = None
    """SHA-256 of the report, kept in the file store; None when the relay refused at once."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """What a report says about one recipient. ``status`` is an enhanced code (``5.1.1``), empty when there is none."""

    address: str
    action: str
    status: str
    diagnostic: str


@dataclass(frozen=True, slots=True)
class BounceNotice:
    """A report as read: which letters it may be about (Message-IDs), and what it says about whom."""

    message_ids: tuple[str, ...]
    complaints: tuple[Complaint, ...]


@dataclass(frozen=True, slots=True)
class Bounce:
    """A report about one letter. ``key`` is empty when no letter of ours could be found."""

    evidence: str
    key: str
    address: str
    kind: BounceKind
    status: str
    why: str
    at: datetime


HARD_CODES = frozenset({(1, 0), (1, 1), (1, 2), (1, 3), (1, 4), (1, 6), (1, 10), (2, 1), (4, 1), (4, 4)})
"""Subject and detail of RFC 3463 and RFC 7505 that mean: this address does not work. 5.4.1 is how Exchange Online
refuses an unknown recipient at its edge, 5.4.4 that the domain has no host."""

HARD_REPLIES = frozenset({"550", "551", "553"})
"""Replies without an enhanced code that speak of the mailbox (RFC 5321, 4.2.3)."""

DELAYED_ACTIONS = frozenset({"delayed"})
FAILED_ACTIONS = frozenset({"failed", ""})


def kind_of(complaint: Complaint) -> BounceKind | None:
    """What a complaint means; None when it is none (``delivered``, ``relayed``, ``expanded``).

    The enhanced code decides; without one, or with a bare ``5.0.0``, the diagnostic text is asked for a better one.
    """
    action = complaint.action.lower()
    if action in DELAYED_ACTIONS:
        return BounceKind.DELAYED
    if action not in FAILED_ACTIONS:
        return None
    for text in (complaint.status, complaint.diagnostic):
        match = _ENHANCED.search(text)
        if match and match.groups()[1:] != ("0", "0"):
            return _kind_of_code(*(int(part) for part in match.groups()))
    basic = _BASIC.search(complaint.diagnostic)
    if basic:
        return BounceKind.HARD if basic.group(1) in HARD_REPLIES else BounceKind.SOFT
    return BounceKind.HARD if complaint.status.startswith("5") else BounceKind.SOFT


def _kind_of_code(group: int, subject: int, detail: int) -> BounceKind:
    is_hard = group == 5 and (subject, detail) in HARD_CODES
    return BounceKind.HARD if is_hard else BounceKind.SOFT


def after_complaint(
    known: Address | None, address: str, kind: BounceKind, why: str, at: datetime, evidence: str | None
) -> Address:
    """The standing of an address after one more letter to it came back (``hard`` or ``soft``)."""
    why = " ".join(why.split())[:MAX_WHY]
    soft = (known.soft_bounces if known else 0) + (kind is BounceKind.SOFT)
    is_refused = kind is BounceKind.HARD or soft >= SOFT_LIMIT
    standing = AddressStanding.REFUSED if is_refused else AddressStanding.SOFT_BOUNCED
    if known is not None and known.standing is AddressStanding.REFUSED:
        return replace(known, soft_bounces=soft)
    return Address(address, standing, at, why, soft, evidence)


def restored(known: Address, at: datetime, why: str) -> Address:
    """The address put right by a person, who says why."""
    return Address(known.address, AddressStanding.OK, at, " ".join(why.split())[:MAX_WHY])


def usable(contact: Contact | None, refused: Set[str]) -> tuple[str, ...]:
    """The mail addresses of an agency that still work, in the order they are tried."""
    if contact is None:
        return ()
    known = (contact.email, contact.alternate_email)
    return tuple(dict.fromkeys(one for one in known if one and one not in refused))


def second_key(key: str) -> str | None:
    """The key of a letter's one second try; None when the letter is itself one."""
    head, rung, channel = key.rsplit("/", 2)
    return None if rung.endswith(ALTERNATE) else f"{head}/{rung}{ALTERNATE}/{channel}"


def again_key(key: str, number: int) -> str:
    """The key of a letter that a person sends again; ``number`` counts the agency's letters of the period."""
    head, rung, channel = key.rsplit("/", 2)
    return f"{head}/{_REPEATED.sub('', rung)}-again{number}/{channel}"


class MailStanding(StrEnum):
    """How an agency stands with its letters of one period, as the matrix shows it."""

    NO_ADDRESS = "no_address"
    NOT_SENT = "not_sent"
    WAITING = "waiting"
    SENT = "sent"
    ALTERNATE_USED = "alternate_used"
    BOUNCED = "bounced"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one letter."""

    agency: str
    key: str
    address: str
    status: MessageStatus
    has_bounced: bool

    @property
    def has_failed(self) -> bool:
        """Whether it surely did not arrive: refused at once, or it came back."""
        return self.has_bounced or self.status is MessageStatus.REFUSED


def mail_standing(contact: Contact | None, refused: Set[str], fates: Sequence[Fate]) -> MailStanding:
    """The standing from an agency's letters (oldest first) and the standing of its addresses.

    A letter that was sent and did not come back is taken to have arrived, which is all anyone can know until the
    agency answers; what was merely fetched by a machine proves nothing (:mod:`plancycle.domain.openings`).
    """
    if contact is None:
        return MailStanding.NO_ADDRESS
    if not usable(contact, refused):
        return MailStanding.UNREACHABLE
    told = [fate for fate in fates if fate.status is not MessageStatus.COVERED]
    if not told:
        return MailStanding.NOT_SENT
    last = told[-1]
    if last.has_failed:
        return MailStanding.BOUNCED
    if last.status is not MessageStatus.SENT:
        return MailStanding.WAITING
    return MailStanding.ALTERNATE_USED if last.address == contact.alternate_email else MailStanding.SENT
