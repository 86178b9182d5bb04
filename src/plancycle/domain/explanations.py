"""Explanations: an agency's reason for a warning, bound to the check, the cell and the value that was asked about.

While the value stands, the explanation goes along to the agency's next versions; when it moves, it is asked for anew.
A person of the coordinating office accepts it or refuses it with a reason; what was refused is not taken a second time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from plancycle.domain.errors import MoveNotAllowed
from plancycle.domain.findings import Finding


class ExplanationStatus(StrEnum):
    """Where an explanation stands."""

    GIVEN = "given"
    ACCEPTED = "accepted"
    REFUSED = "refused"


MOVES: dict[ExplanationStatus, frozenset[ExplanationStatus]] = {
    ExplanationStatus.GIVEN: frozenset({ExplanationStatus.ACCEPTED, ExplanationStatus.REFUSED}),
    ExplanationStatus.ACCEPTED: frozenset({ExplanationStatus.REFUSED}),
    ExplanationStatus.REFUSED: frozenset(),
}
"""The lifecycle, whole. An acceptance can be taken back while the answer is still under review; a refusal stands."""


def can_move(current: ExplanationStatus, future: ExplanationStatus) -> bool:
    """Whether the table has the move."""
    return future in MOVES[current]


def check_move(current: ExplanationStatus, future: ExplanationStatus) -> None:
    """Refuse a move the table does not have. Raises MoveNotAllowed."""
    if not can_move(current, future):
        raise MoveNotAllowed("explanation.move_not_allowed", current=current, future=future)


@dataclass(frozen=True, slots=True)
class Explanation:
    """One reason for one warning of one version. ``number`` is given by the ledger (0: not stored yet).

    ``value`` is the canonical value asked about; ``params`` are those of the finding's words, as canonical JSON.
    """

    number: int
    submission: str
    rule: str
    code: str
    sheet: str
    cell: str
    row: str
    field: str
    label: str
    value: str
    params: str
    text: str
    given_by: str
    given_at: datetime
    status: ExplanationStatus = ExplanationStatus.GIVEN
    reason: str | None = None
    reviewed_by: str | None = None
    reviewed_at: datetime | None = None
    carried_from: str | None = None
    """The version it was first given for, when it came along with an unchanged value."""

    @property
    def question(self) -> tuple[str, str, str]:
        """What it answers: check, row, field."""
        return self.rule, self.row, self.field


def standing_for(known: Sequence[Explanation], finding: Finding, value: str) -> Explanation | None:
    """The newest of ``known`` (oldest first) about this very doubt and value, unless it was refused."""
    of_value = [one for one in _of(known, finding) if one.value == value]
    last = of_value[-1] if of_value else None
    return last if last is not None and last.status is not ExplanationStatus.REFUSED else None


def was_refused(known: Sequence[Explanation], finding: Finding, value: str, text: str) -> bool:
    """Whether these very words were refused for this very value."""
    refused = (one for one in _of(known, finding) if one.status is ExplanationStatus.REFUSED)
    return any((one.value, one.text) == (value, text) for one in refused)


def _of(known: Sequence[Explanation], finding: Finding) -> list[Explanation]:
    return [one for one in known if one.question == (finding.rule, finding.row, finding.field)]


def is_open(finding: Finding, known: Sequence[Explanation]) -> bool:
    """Whether a stored warning of a version still waits for a reason."""
    return not any(one.status is not ExplanationStatus.REFUSED for one in _of(known, finding))
