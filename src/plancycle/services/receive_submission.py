"""Take in one answer, from whatever channel: one service, one rule.

The bytes are on disk before anything is looked at, and the row is committed before anything is acknowledged. Every
file gets an outcome: accepted, accepted late, returned with its errors marked, or kept in quarantine with a reason.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from plancycle.domain import findings as checks
from plancycle.domain.errors import UnreadableFile
from plancycle.domain.events import SealedEvent
from plancycle.domain.findings import Finding
from plancycle.domain.obligations import Obligation
from plancycle.domain.periods import ObligationKey, Period
from plancycle.domain.receipts import SignedReceipt, receipt_number
from plancycle.domain.submissions import Entry, Outcome, Stamp, Submission, SubmissionStatus, check_move
from plancycle.services.check_background import background_of
from plancycle.services.corrections import awaited, locked, settle
from plancycle.services.cycle_view import CycleView, cycle_view
from plancycle.services.explanations import store, weigh
from plancycle.services.issue_receipt import Occasion, issue, leave_receipt
from plancycle.services.journal import record
from plancycle.services.ports import House, ReadWorkbook
from plancycle.services.quarantine import IntakeResult, Refused, quarantine, refusal_of, send_right_workbook
from plancycle.services.read_json_answer import read_json_answer
from plancycle.services.replies import reply_received, reply_returned
from plancycle.services.repositories import Intake, Work


@dataclass(frozen=True, slots=True)
class _Arrival:
    """An answer on its way in."""

    data: bytes
    sha256: str
    file_name: str
    channel: str
    sender: str
    sent_at: datetime
    received_at: datetime


@dataclass(frozen=True, slots=True)
class _Taken:
    """A version as it stands in the ledger, just stored or known already."""

    submission: Submission
    found: tuple[Finding, ...]
    receipt: SignedReceipt | None
    is_replay: bool


@dataclass(frozen=True, slots=True)
class TriedOut:
    """An answer that was looked at and not handed in."""

    obligation: ObligationKey
    sha256: str
    entries: tuple[Entry, ...]
    findings: tuple[Finding, ...]


def receive(
    house: House,
    data: bytes,
    file_name: str,
    channel: str,
    sent_at: datetime | None = None,
    *,
    sender: str = "",
    allowed: Collection[str] | None = None,
    json_of: str | None = None,
) -> IntakeResult:
    """Take in one answer.

    ``sent_at`` (when it left the sender's system) decides lateness; default: now. ``sender`` is what the channel knows
    of who sent it. ``allowed`` are the agencies that sender may answer for; None: the workbook's own seal decides.
    ``json_of`` is the agency whose answer the bytes are, written as JSON instead of a workbook.
    """
    now = house.clock.now()
    arrival = _Arrival(data, house.files.put(data), file_name, channel, sender, sent_at or now, now)
    try:
        answer = _read(house, arrival, json_of)
        view, stamp = _recognise(house, answer, arrival.sent_at)
        _check_sender(stamp, allowed)
    except UnreadableFile as refusal:
        return quarantine(house, _refused(arrival, refusal))
    with house.work() as work:
        taken = _take_in(house, work, view, stamp, arrival, answer.entries)
    if isinstance(taken, UnreadableFile):
        result = quarantine(house, _refused(arrival, taken), stamp)
        send_right_workbook(house, view, result, taken, answer.entries)
        return result
    if taken.receipt is not None:
        leave_receipt(
            house, taken.submission, taken.receipt
        )  # again for a known one: its copy may never have been left
    return _result(taken)


def try_out(
    house: House, data: bytes, file_name: str, *, allowed: Collection[str], json_of: str | None = None
) -> TriedOut | None:
    """What an answer would be found to say if it were handed in now; only its bytes are kept.

    None when it would not be taken as an answer at all: hand it in, and the quarantine keeps it and says why.
    """
    now = house.clock.now()
    arrival = _Arrival(data, house.files.put(data), file_name, "", "", now, now)
    try:
        answer = _read(house, arrival, json_of)
        view, stamp = _recognise(house, answer, now)
        _check_sender(stamp, allowed)
    except UnreadableFile:
        return None
    key = ObligationKey(view.id, Period(stamp.period), stamp.agency)
    with house.work() as work:
        known = work.submissions.by_bytes(key, arrival.sha256)
        if known is not None and known.status is not SubmissionStatus.WITHDRAWN:
            found = tuple(work.submissions.findings(known.id))
            return TriedOut(key, arrival.sha256, tuple(work.submissions.entries(known.id)), found)
        if known is not None or refusal_of(house, work, view, stamp) or locked(work, key):
            return None
        background = background_of(house, work, view, key.period, key.agency)
        examined = checks.examine(view.form(key.period, key.agency), view.programme.form, answer.entries, background)
        submission = _new_version(view, _obligation(work, view, key), arrival, examined.entries, 0)
        weighed = weigh(house, work.explanations.under(f"{key}/v"), submission, examined)
    return TriedOut(key, arrival.sha256, examined.entries, weighed.findings)


def _refused(arrival: _Arrival, refusal: UnreadableFile) -> Refused:
    return Refused(
        arrival.sha256, len(arrival.data), arrival.file_name, arrival.channel, arrival.sender, arrival.sent_at, refusal
    )


def _read(house: House, arrival: _Arrival, json_of: str | None) -> ReadWorkbook:
    if json_of is not None:
        return read_json_answer(house, arrival.data, json_of)
    return house.workbooks.read(arrival.data, arrival.file_name)


def _recognise(house: House, workbook: ReadWorkbook, sent_at: datetime) -> tuple[CycleView, Stamp]:
    """Whose answer it is. Raises UnreadableFile when it is not one we issued."""
    stamp = workbook.stamp
    if stamp is None:
        raise UnreadableFile("file.not_ours")
    if not house.seals.is_genuine(stamp.seal, stamp.cycle, stamp.period, stamp.agency, stamp.version):
        raise UnreadableFile("file.seal_broken", agency=stamp.agency, period=stamp.period)
    year = stamp.cycle.rpartition("-")[2]
    if stamp.cycle != f"{house.programme_id}-{year}":
        raise UnreadableFile("file.other_programme", cycle=stamp.cycle)
    return _view_for(house, int(year), stamp, sent_at), stamp


def _view_for(house: House, year: int, stamp: Stamp, sent_at: datetime) -> CycleView:
    """The year as of now; as of the sending when only then the body was asked exactly this.

    So a body that has ended since is heard with what it sent in time (NQ 190/2025/QH15: papers need not be refiled).
    """
    view = cycle_view(house, year)
    period = Period(stamp.period)
    if _was_asked(view, stamp, period):
        return view
    earlier = cycle_view(house, year, at=sent_at)
    return earlier if _was_asked(earlier, stamp, period) else view


def _was_asked(view: CycleView, stamp: Stamp, period: Period) -> bool:
    return stamp.agency in view.reporters(period) and view.form(period, stamp.agency).version == stamp.version


def _check_sender(stamp: Stamp, allowed: Collection[str] | None) -> None:
    """Nobody answers for another agency, not even by sending its own file again."""
    if allowed is not None and stamp.agency not in allowed:
        raise UnreadableFile("file.other_agency")


def _take_in(
    house: House, work: Work, view: CycleView, stamp: Stamp, arrival: _Arrival, cells: tuple[Entry, ...]
) -> _Taken | UnreadableFile:
    """Store a new version, or find the one these very bytes made; else why it is no answer."""
    obligation = ObligationKey(view.id, Period(stamp.period), stamp.agency)
    known = work.submissions.by_bytes(obligation, arrival.sha256)
    if known is not None and known.status is SubmissionStatus.WITHDRAWN:
        return UnreadableFile("file.withdrawn", receipt=known.receipt)
    if known is not None:
        found = tuple(work.submissions.findings(known.id))
        return _Taken(known, found, work.receipts.of_submission(known.id), True)
    refusal = refusal_of(house, work, view, stamp) or locked(work, obligation)
    return refusal or _store(house, work, view, obligation, arrival, cells)


def _store(
    house: House, work: Work, view: CycleView, key: ObligationKey, arrival: _Arrival, cells: tuple[Entry, ...]
) -> _Taken:
    obligation = _obligation(work, view, key)
    background = background_of(house, work, view, key.period, key.agency)
    examined = checks.examine(view.form(key.period, key.agency), view.programme.form, cells, background)
    read, versions = examined.entries, work.submissions.versions(key)
    submission = _new_version(view, obligation, arrival, read, len(versions) + 1)
    weighed = weigh(house, work.explanations.under(f"{key}/v"), submission, examined)
    found = weighed.findings
    work.submissions.add(submission, read, found)
    store(house, work, weighed.explanations)
    record(house, work, "submission.received", submission.id, sha256=arrival.sha256, channel=arrival.channel)
    status = SubmissionStatus.RETURNED if checks.blocks(found) else SubmissionStatus.ACCEPTED
    submission, event = _move(house, work, submission, status)
    correction = awaited(work, key)
    cites = correction.receipt if correction else versions[-1].receipt if versions else None
    outcome = _outcome(submission, found)
    receipt = issue(house, work, view, Occasion(submission, obligation, read, outcome, arrival.channel, event, cites))
    if status is SubmissionStatus.ACCEPTED:
        _supersede(house, work, versions)
        if correction is not None:
            settle(house, work, correction, submission)
        reply_received(house, work, view, submission, found, receipt)
    else:
        reply_returned(house, work, view, submission, arrival.data, found)
    work.submissions.add_intake(_intake(submission, outcome, arrival))
    return _Taken(submission, found, receipt, False)


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


def _move(house: House, work: Work, submission: Submission, status: SubmissionStatus) -> tuple[Submission, SealedEvent]:
    check_move(submission.status, status)
    work.submissions.set_status(submission.id, status)
    action = f"submission.{status}"
    event = record(house, work, action, submission.id, receipt=submission.receipt, late=submission.is_late)
    return replace(submission, status=status), event


def _supersede(house: House, work: Work, versions: list[Submission]) -> None:
    for version in versions:
        if version.status in (SubmissionStatus.ACCEPTED, SubmissionStatus.RETURNED):
            _move(house, work, version, SubmissionStatus.SUPERSEDED)


def _outcome(submission: Submission, found: Sequence[Finding]) -> Outcome:
    """What its sender was last told; being superseded later does not turn a returned file into an accepted one."""
    if checks.blocks(found) or submission.return_reason is not None:
        return Outcome.RETURNED
    return Outcome.ACCEPTED_LATE if submission.is_late else Outcome.ACCEPTED


def _intake(submission: Submission, outcome: Outcome, arrival: _Arrival) -> Intake:
    key = submission.obligation
    return Intake(
        sha256=arrival.sha256,
        file_name=arrival.file_name,
        channel=arrival.channel,
        received_at=arrival.received_at,
        outcome=outcome,
        cycle=key.cycle,
        period=str(key.period),
        agency=key.agency,
        submission=submission.id,
    )


def _result(taken: _Taken) -> IntakeResult:
    submission = taken.submission
    return IntakeResult(
        file_name=submission.file_name,
        sha256=submission.sha256,
        outcome=_outcome(submission, taken.found),
        receipt=submission.receipt,
        agency=submission.obligation.agency,
        period=str(submission.obligation.period),
        findings=taken.found,
        submission_id=submission.id,
        replay=taken.is_replay,
    )
