"""Receipts: a number people can read over the telephone, what a receipt states, and what its signature covers.

A receipt is proof for both sides (Law on E-Transactions 2023, Articles 15 and 16: when a data message was sent and
when it was received): which bytes, what was read in them, under which rules, when, in time or not, and where in the
audit chain. It is never changed; a later version of the answer gets a receipt of its own that cites the one before.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum

from plancycle.domain.events import canonical_json
from plancycle.domain.submissions import Entry

FORMAT = "plancycle-receipt-v1"
LETTERS = "ACDEFHJKMNPRTWXY"
"""Without B, G, I, L, O, Q, S, U, V, Z: each of them is taken for a digit or for another letter."""
DIGITS = "3456789"
ALPHABET = LETTERS + DIGITS
"""Twenty-three characters: with a prime, one wrong character and two swapped ones always show."""
LENGTH = 12
"""Eleven characters from the hash (40 bits), then the check character."""


def receipt_number(sha256: str, submission_id: str) -> str:
    """The number of a submission's receipt, from its bytes and its id; every third character is a digit, so that no
    word forms, and the last one checks the others.
    """
    number = int.from_bytes(hashlib.sha256(f"{sha256}|{submission_id}".encode()).digest())
    characters = []
    for position in range(LENGTH - 1):
        alphabet = DIGITS if position % 3 == 2 else LETTERS
        number, index = divmod(number, len(alphabet))
        characters.append(alphabet[index])
    return "".join(characters) + _check_character("".join(characters))


def is_receipt_number(text: str) -> bool:
    """Whether the check character fits; blanks, hyphens and small letters do no harm (see :func:`tidied`)."""
    number = tidied(text)
    return len(number) == LENGTH and set(number) <= set(ALPHABET) and number[-1] == _check_character(number[:-1])


def tidied(text: str) -> str:
    """A number as it is stored, from however a person wrote it."""
    return "".join(text.split()).replace("-", "").upper()


def _check_character(body: str) -> str:
    weighted = sum(weight * ALPHABET.index(character) for weight, character in enumerate(body, 1))
    return ALPHABET[weighted % len(ALPHABET)]


class Verdict(StrEnum):
    """What a receipt says about time."""

    ON_TIME = "on_time"
    LATE = "late"
    LATE_EXCUSED = "late_excused"
    """After the date everybody has, within the extension this agency was granted."""


def verdict(sent_at: datetime, common_due: datetime, own_due: datetime) -> Verdict:
    """Strictly before the common due date is on time; from then on until one's own extended date is excused."""
    if sent_at < common_due:
        return Verdict.ON_TIME
    return Verdict.LATE_EXCUSED if sent_at < own_due else Verdict.LATE


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a receipt states. ``due_at`` is the agency's own date in force, ``common_due_at`` everybody's."""

    number: str
    submission: str
    version: int
    agency: str
    agency_name: str
    programme_title: str
    period_title: str
    file_name: str
    channel: str
    sha256: str
    content_sha256: str
    form_version: str
    programme_version: str
    sent_at: datetime
    received_at: datetime
    due_at: datetime
    common_due_at: datetime
    verdict: Verdict
    outcome: str
    audit_seq: int
    audit_hash: str
    cites: str | None = None
    """The receipt of the version before; None for a first answer."""
    first_sent_at: datetime | None = None
    """When the report was handed in that this version mends after the due date, by which it is judged; else None."""


@dataclass(frozen=True, slots=True)
class SignedReceipt:
    """A receipt as it is stored: its statement as canonical JSON, its PDF's hash, and the signature over both."""

    number: str
    submission: str
    issued_at: datetime
    statement: str
    pdf_sha256: str
    key_id: str
    signature: str


def content_sha256(entries: Iterable[Entry]) -> str:
    """The hash of what was read: question and value, whatever file, sheet or channel the answer came in.

    Unanswered questions do not count; a cell that could not be read counts with its text.
    """
    said = sorted(
        [entry.row, entry.field, entry.value if entry.value is not None else entry.raw]
        for entry in entries
        if entry.value is not None or entry.raw.strip()
    )
    return hashlib.sha256(canonical_json(said).encode()).hexdigest()


def statement_of(receipt: Receipt) -> dict[str, object]:
    """The receipt as plain values; moments in ISO 8601 with the zone they are given in."""
    values = {field.name: getattr(receipt, field.name) for field in fields(receipt)}
    if receipt.first_sent_at is None:
        del values["first_sent_at"]  # as every statement was before there was one
    return {
        name: value.isoformat() if isinstance(value, datetime) else str(value) if isinstance(value, StrEnum) else value
        for name, value in values.items()
    }


def signed_bytes(statement: Mapping[str, object], pdf_sha256: str, key_id: str) -> bytes:
    """Exactly what the signature covers: the format's name, then canonical JSON of statement, PDF hash and key id."""
    body = {"receipt": dict(statement), "pdf_sha256": pdf_sha256, "key_id": key_id}
    return f"{FORMAT}\n{canonical_json(body)}".encode()
