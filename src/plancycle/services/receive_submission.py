"""Take in one returned workbook, from whatever channel: one service, one rule.

The bytes are on disk before anything is looked at, and the row is committed before anything is acknowledged. Every
file gets an outcome: accepted, accepted late, returned with its errors marked, or kept in quarantine with a reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from plancycle.domain import findings as checks
from plancycle.domain.errors import UnreadableFile
from plancycle.domain.findings import Finding
from plancycle.domain.obligations import Obligation
from plancycle.domain.periods import ObligationKey, Period
from plancycle.domain.submissions import (
    Entry,
    Outcome,
    Stamp,
    Submission,
    SubmissionStatus,
    check_move,
    receipt_number,
)
from plancycle.services.cycle_view import CycleView, cycle_view, previous_values
from plancycle.services.journal import record
from plancycle.services.ports import House, ReadWorkbook
from plancycle.services.quarantine import IntakeResult, quarantine, refusal_of, send_right_workbook
from plancycle.services.replies import leave_receipt, reply_received, reply_returned
from plancycle.services.repositories import Intake, Work


@dataclass(frozen=True, slots=True)
class _Arrival:
    """A readable workbook of ours on its way in."""

    data: bytes
    sha256: str
    file_name: str
    channel: str
    sent_at: datetime
    received_at: datetime


def receive(house: House, data: bytes, file_name: str, channel: str, sent_at: datetime | None = None) -> IntakeResult:
    """Take in one file. ``sent_at`` (when it left the sender's system) decides lateness; default: now."""
    now = house.clock.now()
    arrival = _Arrival(data, house.files.put(data), file_name, channel, sent_at or now, now)
    try:
        workbook = house.workbooks.read(data, file_name)
        view, stamp = _recognise(house, workbook)
    except UnreadableFile as refusal:
        return quarantine(house, arrival.sha256, file_name, channel, refusal)
    obligation = ObligationKey(view.id, Period(stamp.period), stamp.agency)
    with house.work() as work:
        known = work.submissions.by_bytes(obligation, arrival.sha256)
        refused = refusal_of(house, work, view, stamp) if known is None else None
        if known is not None:
            submission, found = known, tuple(work.submissions.findings(known.id))
        elif refused is None:
            submission, found = _store(house, work, view, obligation, arrival, workbook.entries)
    if refused is not None:
        result = quarantine(house, arrival.sha256, file_name, channel, refused, stamp)
        send_right_workbook(house, view, result, refused)
        return result
    leave_receipt(house, view, submission)  # for a known file, too: the machine may have died before it was left
    return _result(submission, found, replay=known is not None)


def _recognise(house: House, workbook: ReadWorkbook) -> tuple[CycleView, Stamp]:
    """Whose workbook it is. Raises UnreadableFile when it is not one we issued."""
    stamp = workbook.stamp
    if stamp is None:
        raise UnreadableFile("file.not_ours")
    if not house.seals.is_genuine(stamp.seal, stamp.cycle, stamp.period, stamp.agency, stamp.version):
        raise UnreadableFile("file.seal_broken", agency=stamp.agency, period=stamp.period)
    year = stamp.cycle.rpartition("-")[2]
    if stamp.cycle != f"{house.programme_id}-{year}":
        raise UnreadableFile("file.other_programme", cycle=stamp.cycle)
    return cycle_view(house, int(year)), stamp


def _store(
    house: House,
    work: Work,
    view: CycleView,
    key: ObligationKey,
    arrival: _Arrival,
    cells: tuple[Entry, ...],
) -> tuple[Submission, tuple[Finding, ...]]:
    obligation = _obligation(work, view, key)
    previous = previous_values(work, view, key.period, key.agency)
    read, found = checks.check(view.form(key.period, key.agency), view.programme.form, cells, previous)
    versions = work.submissions.versions(key)
    submission = _new_version(view, obligation, arrival, read, len(versions) + 1)
    work.submissions.add(submission, read, found)
    record(house, work, "submission.received", submission.id, sha256=arrival.sha256, channel=arrival.channel)
    status = SubmissionStatus.RETURNED if checks.blocks(found) else SubmissionStatus.ACCEPTED
    submission = _move(house, work, submission, status)
    if status is SubmissionStatus.ACCEPTED:
        _supersede(house, work, versions)
        reply_received(house, work, view, submission, found)
    else:
        reply_returned(house, work, view, submission, arrival.data, found)
    work.submissions.add_intake(_intake(submission, found, arrival))
    return submission, found


def _obligation(work: Work, view: CycleView, key: ObligationKey) -> Obligation:
    owed = view.obligations(key.period, work.submissions.extensions(view.id))
    return next(obligation for obligation in owed if obligation.key == key)


def _new_version(
    view: CycleView, obligation: Obligation, arrival: _Arrival, read: tuple[Entry, ...], version: int
) -> Submission:
    nil = view.programme.form.nil_choice
    submission = Submission(
        obligation=obligation.key,
        version=version,
        sha256=arrival.sha256,
        file_name=arrival.file_name,
        sent_at=arrival.sent_at,
        received_at=arrival.received_at,
        is_late=arrival.sent_at >= obligation.due_at,
        is_nil=any(entry.field == "nil" and entry.value == nil for entry in read),
        status=SubmissionStatus.RECEIVED,
        receipt="",
    )
    return replace(submission, receipt=receipt_number(arrival.sha256, submission.id))


def _move(house: House, work: Work, submission: Submission, status: SubmissionStatus) -> Submission:
    check_move(submission.status, status)
    work.submissions.set_status(submission.id, status)
    record(house, work, f"submission.{status}", submission.id, receipt=submission.receipt, late=submission.is_late)
    return replace(submission, status=status)


def _supersede(house: House, work: Work, versions: list[Submission]) -> None:
    for version in versions:
        if version.status in (SubmissionStatus.ACCEPTED, SubmissionStatus.RETURNED):
            _move(house, work, version, SubmissionStatus.SUPERSEDED)


def _outcome(submission: Submission, found: Sequence[Finding]) -> Outcome:
    """What its sender was last told; being superseded later does not turn a returned file into an accepted one."""
    if checks.blocks(found) or submission.return_reason is not None:
        return Outcome.RETURNED
    return Outcome.ACCEPTED_LATE if submission.is_late else Outcome.ACCEPTED


def _intake(submission: Submission, found: Sequence[Finding], arrival: _Arrival) -> Intake:
    key = submission.obligation
    return Intake(
        sha256=arrival.sha256,
        file_name=arrival.file_name,
        channel=arrival.channel,
        received_at=arrival.received_at,
        outcome=_outcome(submission, found),
        cycle=key.cycle,
        period=str(key.period),
        agency=key.agency,
        submission=submission.id,
    )


def _result(submission: Submission, found: Sequence[Finding], *, replay: bool) -> IntakeResult:
    return IntakeResult(
        file_name=submission.file_name,
        sha256=submission.sha256,
        outcome=_outcome(submission, found),
        receipt=submission.receipt,
        agency=submission.obligation.agency,
        period=str(submission.obligation.period),
        findings=tuple(found),
        submission_id=submission.id,
        replay=replay,
    )
