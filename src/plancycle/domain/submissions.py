"""An answer: its bytes, its entries, its place in the lifecycle."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import NamedTuple

from plancycle.domain.errors import MoveNotAllowed
from plancycle.domain.periods import ObligationKey


class SubmissionStatus(StrEnum):
    """Where a submission stands. ``received`` is what every readable workbook of ours starts as."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    """Taken back by the agency before review; nothing stands then, not even an earlier version."""


MOVES: dict[SubmissionStatus, frozenset[SubmissionStatus]] = {
    SubmissionStatus.RECEIVED: frozenset({SubmissionStatus.ACCEPTED, SubmissionStatus.RETURNED}),
    SubmissionStatus.ACCEPTED: frozenset(
        {SubmissionStatus.RETURNED, SubmissionStatus.SUPERSEDED, SubmissionStatus.WITHDRAWN}
    ),
    SubmissionStatus.RETURNED: frozenset({SubmissionStatus.SUPERSEDED}),
    SubmissionStatus.SUPERSEDED: frozenset(),
    SubmissionStatus.WITHDRAWN: frozenset(),
}
"""The lifecycle, whole: anything not listed is refused. The diagram in the docs is made from this table."""


def can_move(current: SubmissionStatus, future: SubmissionStatus) -> bool:
    """Whether the table has the move."""
    return future in MOVES[current]


def check_move(current: SubmissionStatus, future: SubmissionStatus) -> None:
    """Refuse a move the table does not have. Raises MoveNotAllowed."""
    if not can_move(current, future):
        raise MoveNotAllowed("submission.move_not_allowed", current=current, future=future)


class Outcome(StrEnum):
    """What became of a file that came in; every file gets exactly one."""

    ACCEPTED = "accepted"
    ACCEPTED_LATE = "accepted_late"
    RETURNED = "returned"
    QUARANTINED = "quarantined"


@dataclass(frozen=True, slots=True)
class Stamp:
    """The hidden mark of a workbook we issued. ``seal`` is an HMAC over the rest: only our own files pass."""

    cycle: str
    period: str
    agency: str
    version: str
    seal: str


class Entry(NamedTuple):
    """One filled-in cell: where it stood, what was typed, what it was read as (canonical text, None: unreadable).

    A named tuple because a batch of workbooks makes hundreds of thousands of them.
    """

    sheet: str
    cell: str
    row: str
    field: str
    raw: str
    value: str | None = None

    @property
    def place(self) -> str:
        """Where people find it: ``Số liệu!D6``; of an answer that came without a workbook the question it answers,
        ``Số liệu · budget.value``.
        """
        if _CELL.fullmatch(self.cell):
            return f"{self.sheet}!{self.cell}"
        return f"{self.sheet} · {self.row}.{self.field}"


_CELL = re.compile(r"[A-Z]{1,3}[0-9]+")


entry_from = partial(tuple.__new__, Entry)
"""An entry from all its values in order, as ``Entry._make`` gives it in three times the time."""


@dataclass(frozen=True, slots=True)
class Submission:
    """An immutable version of an agency's answer."""

    obligation: ObligationKey
    version: int
    sha256: str
    file_name: str
    sent_at: datetime
    received_at: datetime
    is_late: bool
    is_nil: bool
    status: SubmissionStatus
    receipt: str
    return_reason: str | None = None

    @property
    def id(self) -> str:
        """Stable id: ``tn-nq94-2025/q1/so-y-te/v2``."""
        return f"{self.obligation}/v{self.version}"
