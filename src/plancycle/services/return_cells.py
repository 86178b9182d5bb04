"""A reviewer sends an answer back cell by cell: the clerk's own file comes back with exactly those cells marked."""

from collections.abc import Sequence
from dataclasses import dataclass

from plancycle.domain.approvals import MINIMUM_REASON
from plancycle.domain.errors import ActionNeeded, NotFound
from plancycle.domain.findings import Finding, Severity
from plancycle.domain.periods import ObligationKey
from plancycle.domain.secrecy import check_unmarked
from plancycle.domain.submissions import Submission, SubmissionStatus
from plancycle.services.cycle_view import CycleView, cycle_view
from plancycle.services.ports import House
from plancycle.services.repositories import Work
from plancycle.services.return_submission import send_back

REMARK = "reviewer_remark"
"""The code of a cell that a person marked; its words are the reason given."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A cell to mend, by its question; without words of its own the reason of the whole return stands for it."""

    row: str
    field: str
    words: str = ""


def return_cells(
    house: House, obligation: ObligationKey, version: int, remarks: Sequence[Remark], reason: str, actor: str
) -> Submission:
    """Return that version with the cells marked. Twice with one reason is once.

    ``version`` is the one the reviewer has seen: a newer one must be looked at first. Raises NotFound (no such
    version or cell), MoveNotAllowed, ActionNeeded when the reason is too short or another version stands now, and
    DataProblem for words marked as a state secret.
    """
    check_unmarked(reason, *(one.words for one in remarks))
    if len(reason.strip()) < MINIMUM_REASON:
        raise ActionNeeded("approval.reason_needed", minimum=MINIMUM_REASON)
    with house.work() as work:
        view = cycle_view(house, int(obligation.cycle.rpartition("-")[2]), work)
        versions = work.submissions.versions(obligation)
        seen = next((one for one in versions if one.version == version), None)
        if seen is None:
            raise NotFound("not_found.submission", obligation=str(obligation))
        if seen.version != versions[-1].version:
            raise ActionNeeded("review.newer_version", submission=versions[-1].id)
        if seen.status is SubmissionStatus.RETURNED and seen.return_reason == reason.strip():
            return seen
        marked = _findings(work, view, seen, remarks, reason.strip())
        return send_back(house, work, view, seen, reason.strip(), actor, marked)


def _findings(work: Work, view: CycleView, seen: Submission, remarks: Sequence[Remark], reason: str) -> list[Finding]:
    key = seen.obligation
    entries = {(one.row, one.field): one for one in work.submissions.entries(seen.id)}
    asked = {
        (row.code, field.code): (sheet, row, field) for sheet, row, field in view.form(key.period, key.agency).cells()
    }
    found = []
    for remark in remarks:
        question = remark.row, remark.field
        if question not in asked:
            raise NotFound("not_found.question", row=remark.row[:80], field=remark.field[:80])
        sheet, row, field = asked[question]
        entry = entries.get(question)
        label = f"{row.heading} · {field.label}"
        where = (entry.sheet, entry.cell, label, entry.raw) if entry else (sheet.name, "", label, "")
        words = {"reason": remark.words.strip() or reason}
        found.append(Finding(Severity.ERROR, REMARK, *where, words, REMARK, remark.row, remark.field))
    return found
