"""Take in one answer, from whatever channel: one service, one rule.

The bytes are on disk before anything is looked at, and the row is committed before anything is acknowledged. Every
file gets an outcome: accepted, accepted late, returned with its errors marked, or kept in quarantine with a reason.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from plancycle.domain.errors import UnreadableFile
from plancycle.services.arrivals import Arrival, Recognised, plain_name, read, recognise
from plancycle.services.corrections import locked
from plancycle.services.failpoints import reach
from plancycle.services.issue_receipt import issued, leave_receipt
from plancycle.services.ports import House, ReadWorkbook
from plancycle.services.quarantine import IntakeResult, Refused, quarantine, refusal_of, send_right_workbook
from plancycle.services.repositories import Work
from plancycle.services.store_answer import Stored, outcome_of, store_answer


@dataclass(frozen=True, slots=True)
class Come:
    """What has come and is kept: an answer as it was read, or why it cannot be."""

    arrival: Arrival
    said: ReadWorkbook | UnreadableFile


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
    is_cleared: bool = False,
    received_at: datetime | None = None,
) -> IntakeResult:
    """Take in one answer.

    ``sent_at`` (when it left the sender's system) decides lateness; default: now. ``sender`` is what the channel knows
    of who sent it. ``allowed`` are the agencies that sender may answer for; None: the workbook's own seal decides.
    ``json_of`` is the agency whose answer the bytes are, written as JSON instead of a workbook. ``is_cleared``: two
    people have said that the mark of a state secret on it is none. ``received_at``: when it reached us whole, where it
    has waited since; default: now.
    """
    come = arrive(
        house,
        data,
        file_name,
        channel,
        sent_at,
        sender=sender,
        json_of=json_of,
        is_cleared=is_cleared,
        received_at=received_at,
    )
    return settle(house, come, allowed)


def arrive(
    house: House,
    data: bytes,
    file_name: str,
    channel: str,
    sent_at: datetime | None = None,
    *,
    sender: str = "",
    json_of: str | None = None,
    is_cleared: bool = False,
    received_at: datetime | None = None,
) -> Come:
    """Keep the bytes and read them, as :func:`receive` does; the ledger knows nothing of them yet."""
    now = house.clock.now()
    name, left = plain_name(file_name), sent_at or received_at or now
    arrival = Arrival(data, house.files.put(data), name, channel, sender, left, received_at or now, is_cleared)
    reach("intake.kept")
    try:
        return Come(arrival, read(house, arrival, json_of))
    except UnreadableFile as refusal:
        return Come(arrival, refusal)


def settle(house: House, come: Come, allowed: Collection[str] | None = None) -> IntakeResult:
    """Give what has come its outcome, as :func:`receive` does."""
    arrival, said = come.arrival, come.said
    if isinstance(said, UnreadableFile):
        return quarantine(house, _refused(arrival, said))
    answer, taken = house.rerun(lambda work: _take_in(house, work, arrival, said, allowed))
    if isinstance(answer, UnreadableFile):
        return quarantine(house, _refused(arrival, answer))
    reach("intake.stored")
    if isinstance(taken, UnreadableFile):
        result = quarantine(house, _refused(arrival, taken), answer.stamp)
        send_right_workbook(house, answer.view, result, taken, answer.entries)
        return result
    if taken.is_replay:  # whoever stored it may have died before its edition was folded
        house.following.note(taken.submission.obligation.cycle, taken.submission.obligation.period)
    if taken.receipt is not None:  # again for a known one: its copy may never have been left
        leave_receipt(house, taken.submission, taken.receipt)
    return _result(taken)


def _take_in(
    house: House, work: Work, arrival: Arrival, said: ReadWorkbook, allowed: Collection[str] | None
) -> tuple[Recognised | UnreadableFile, Stored | UnreadableFile]:
    """Whose answer it is and what became of it; else, for both, why it is nobody's."""
    try:
        answer = recognise(house, work, said, arrival.sent_at, allowed)
    except UnreadableFile as refusal:
        return refusal, refusal
    return answer, _stored(house, work, arrival, answer)


def _stored(house: House, work: Work, arrival: Arrival, answer: Recognised) -> Stored | UnreadableFile:
    """Store a new version, or find the one these very bytes made; else why it is no answer.

    Bytes that were withdrawn are no version that stands: handed in again, they make a new one.
    """
    known = work.submissions.by_bytes(answer.obligation, arrival.sha256)
    if known is not None:
        found = tuple(work.submissions.findings(known.id))
        signed = work.receipts.of_submission(known.id)
        return Stored(known, found, issued(house, signed) if signed else None, True)
    refusal = refusal_of(house, work, answer.view, answer.stamp) or locked(work, answer.obligation)
    if refusal is not None:
        return refusal
    with house.files.together():  # left before the row is committed
        return store_answer(house, work, arrival, answer)


def _refused(arrival: Arrival, refusal: UnreadableFile) -> Refused:
    return Refused(
        arrival.sha256, len(arrival.data), arrival.file_name, arrival.channel, arrival.sender, arrival.sent_at, refusal
    )


def _result(taken: Stored) -> IntakeResult:
    submission = taken.submission
    return IntakeResult(
        file_name=submission.file_name,
        sha256=submission.sha256,
        outcome=outcome_of(submission, taken.found),
        receipt=submission.receipt,
        agency=submission.obligation.agency,
        period=str(submission.obligation.period),
        findings=taken.found,
        submission_id=submission.id,
        replay=taken.is_replay,
    )
