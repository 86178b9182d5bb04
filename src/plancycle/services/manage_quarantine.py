"""What the operator does with refused files: look, take one in after all, let the bytes of old ones go."""

import json
from dataclasses import dataclass

from plancycle.domain.errors import ActionNeeded, NotFound
from plancycle.domain.quarantine import Quarantined, QuarantineStatus, check_move, is_held
from plancycle.domain.submissions import Outcome
from plancycle.services.journal import record
from plancycle.services.ports import House
from plancycle.services.quarantine import IntakeResult
from plancycle.services.receive_submission import receive
from plancycle.services.take_in_files import MAIL_SUFFIX, take_in_files

API, MAILBOX = "api", "mailbox"


@dataclass(frozen=True, slots=True)
class QuarantineLine:
    """A refused file with its reason in words."""

    file: Quarantined
    reason_vi: str
    reason_en: str


def listed(house: House, *, everything: bool = False) -> list[QuarantineLine]:
    """The files that wait for the operator, oldest first; with ``everything`` the settled ones, too."""
    with house.work() as work:
        found = work.quarantine.all()
    return [_line(house, one) for one in found if everything or one.status is QuarantineStatus.KEPT]


def show(house: House, number: int) -> QuarantineLine:
    """One refused file. Raises NotFound."""
    return _line(house, _find(house, number))


def bytes_of(house: House, number: int) -> bytes:
    """The refused bytes, for the operator's eyes. Raises NotFound, or ActionNeeded: purged, or held as a secret."""
    found = _find(house, number)
    if is_held(found):
        raise ActionNeeded("quarantine.held", number=number)
    if found.status is QuarantineStatus.PURGED:
        raise ActionNeeded("quarantine.bytes_gone", number=number)
    return house.files.get(found.sha256)


def release(house: House, number: int, actor: str) -> list[IntakeResult]:
    """Take a refused file in after all, as of the moment it was sent: the operator vouches for who sent it.

    What made the file itself unreadable is checked again; refused again, it stays where it is. Raises NotFound,
    MoveNotAllowed, and ActionNeeded for a file that is held (see :mod:`.held_files`).
    """
    found = _find(house, number)
    check_move(found.status, QuarantineStatus.RELEASED)
    if is_held(found):
        raise ActionNeeded("quarantine.held", number=number)
    results = taken_in(house, found, house.files.get(found.sha256))
    if any(result.outcome is not Outcome.QUARANTINED for result in results):
        with house.work() as work:
            work.quarantine.settle(number, QuarantineStatus.RELEASED, house.clock.now(), actor)
            record(house, work, "quarantine.released", str(number), actor, sha256=found.sha256)
    return results


def taken_in(house: House, found: Quarantined, data: bytes, *, is_cleared: bool = False) -> list[IntakeResult]:
    """Take in a refused file again, through its own channel, as of the moment it was sent."""
    if found.channel == MAILBOX and found.file_name.endswith(MAIL_SUFFIX):
        return take_in_files(house, house.mailbox.open(data), found.sent_at, allowed=None)
    json_of = found.sender if found.channel == API and found.file_name.endswith(".json") else None
    return [
        receive(
            house,
            data,
            found.file_name,
            found.channel,
            found.sent_at,
            sender=found.sender,
            json_of=json_of,
            is_cleared=is_cleared,
        )
    ]


def purge(house: House, actor: str = "plancycle") -> list[Quarantined]:
    """Let the bytes of everything kept for thirty days go; the records stay. Returns what was purged.

    Bytes that anything else in the ledger stands on (the same file was accepted later) are not touched, and what is
    marked as a state secret waits for people.
    """
    now = house.clock.now()
    with house.work() as work:
        kept = (one for one in work.quarantine.all() if one.status is QuarantineStatus.KEPT and not is_held(one))
        due = [one for one in kept if one.keep_until <= now]
        free = []
        for one in due:
            work.quarantine.settle(one.id, QuarantineStatus.PURGED, now, actor)
            is_needed = work.quarantine.is_needed_elsewhere(one.sha256, one.id)
            record(house, work, "quarantine.purged", str(one.id), actor, sha256=one.sha256, bytes_gone=not is_needed)
            free += [] if is_needed else [one.sha256]
    # After the commit: a machine that dies here leaves bytes nobody points at, never a record without its bytes.
    for sha256 in free:
        house.files.drop(sha256)
    return due


def _find(house: House, number: int) -> Quarantined:
    with house.work() as work:
        found = work.quarantine.get(number)
    if found is None:
        raise NotFound("not_found.quarantined", number=number)
    return found


def _line(house: House, found: Quarantined) -> QuarantineLine:
    params = json.loads(found.params)
    return QuarantineLine(
        found, house.texts.say(found.reason, "vi", **params), house.texts.say(found.reason, "en", **params)
    )
