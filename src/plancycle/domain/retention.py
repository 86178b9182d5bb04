"""What is kept for how long, and what is let go: a plan that is shown first, and carried out by two people.

Submissions, receipts, editions, documents, approvals and the audit log are records: no rule here lets one go. After the
years the office chose they are named for the archive (Law 33/2024/QH15 on archives decides, not this system).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from plancycle.domain.events import canonical_json
from plancycle.domain.messages import Message, MessageKind, MessageStatus

SETTLED = frozenset({MessageStatus.SENT, MessageStatus.REFUSED, MessageStatus.COVERED})
"""Letters of which nothing is open any more; all others are never touched."""


@dataclass(frozen=True, slots=True)
class Rules:
    """How long each kind is kept. ``records_years``: 0 keeps records without end."""

    letters: timedelta = timedelta(days=365)
    drafts: timedelta = timedelta(days=90)
    sessions: timedelta = timedelta(days=90)
    records_years: int = 10

    def lets_letter_go(self, letter: Message, now: datetime) -> bool:
        """Whether a letter's bytes may go; its row stays. A transmittal's are the proof of sending: a record."""
        is_settled = letter.status in SETTLED and letter.kind is not MessageKind.TRANSMITTAL
        return is_settled and (letter.sent_at or letter.queued_at) + self.letters <= now

    def is_for_the_archive(self, year: int, now: datetime) -> bool:
        """Whether a year's records have been kept as long as the office chose."""
        return self.records_years > 0 and now.year - year > self.records_years


@dataclass(frozen=True, slots=True)
class Plan:
    """What the rules let go at one moment."""

    drafts: tuple[str, ...]
    """Obligations whose unfinished answers go."""
    links: tuple[str, ...]
    """Mailed links (their ids) of periods that are locked."""
    letters: Mapping[str, str]
    """Letters whose bytes go: key and SHA-256."""
    sessions: int
    """Sign-ins of the desk."""
    quarantined: tuple[int, ...]
    """Refused files whose thirty days are over."""
    archive: tuple[str, ...]
    """Cycles to hand to the archive; nothing of them goes."""

    @property
    def counts(self) -> dict[str, int]:
        """How many of each kind; the cycles for the archive stay."""
        return {
            "drafts": len(self.drafts),
            "links": len(self.links),
            "letters": len(self.letters),
            "sessions": self.sessions,
            "quarantined": len(self.quarantined),
            "archive": len(self.archive),
        }

    @property
    def count(self) -> int:
        """How many things go."""
        return sum(self.counts.values()) - len(self.archive)

    @property
    def digest(self) -> str:
        """Names exactly this plan: what both people have read is what is carried out."""
        return hashlib.sha256(canonical_json(asdict(self)).encode()).hexdigest()[:12]
