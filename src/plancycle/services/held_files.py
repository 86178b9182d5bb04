"""Files that are marked as state secrets: nobody looks at them here, and two people decide what becomes of each.

Either the mark was none and the file is taken in, or the bytes go (handed over on paper or a carrier before, as the
office's rules for state secrets say), and only the record stays.
"""

from plancycle.domain.errors import ActionNeeded
from plancycle.domain.quarantine import Quarantined, QuarantineStatus, check_move, is_held
from plancycle.domain.submissions import Outcome
from plancycle.domain.two_people import check_two
from plancycle.services.journal import record
from plancycle.services.manage_quarantine import show, taken_in
from plancycle.services.ports import House
from plancycle.services.quarantine import IntakeResult


def clear(house: House, number: int, person: str, second: str, document: str) -> list[IntakeResult]:
    """Take a held file in after all: both people have seen that it is no secret.

    ``document`` says where that is written down. Raises NotFound, MoveNotAllowed, DataProblem (who, which document)
    and NotAllowed (one person alone).
    """
    found = _held(house, number, QuarantineStatus.RELEASED)
    first, other, basis = check_two(person, second, document)
    data = _bytes(house, found)
    results = taken_in(house, found, data, is_cleared=True)
    if any(result.outcome is not Outcome.QUARANTINED for result in results):
        with house.work() as work:
            work.quarantine.settle(number, QuarantineStatus.RELEASED, house.clock.now(), first)
            record(house, work, "secret.cleared", str(number), first, second=other, document=basis)
        house.files.drop_apart(found.sha256)
    return results


def bytes_for(house: House, number: int, person: str, second: str, document: str) -> bytes:
    """A held file's bytes, to be handed over on a carrier before they are destroyed here. Raises as :func:`clear`."""
    found = _held(house, number, QuarantineStatus.PURGED)
    first, other, basis = check_two(person, second, document)
    with house.work() as work:
        record(house, work, "secret.handed_over", str(number), first, second=other, document=basis, sha256=found.sha256)
    return _bytes(house, found)


def destroy(house: House, number: int, person: str, second: str, document: str) -> Quarantined:
    """Remove a held file's bytes for good, backups hold none. Raises as :func:`clear`."""
    found = _held(house, number, QuarantineStatus.PURGED)
    first, other, basis = check_two(person, second, document)
    with house.work() as work:
        work.quarantine.settle(number, QuarantineStatus.PURGED, house.clock.now(), first)
        record(house, work, "secret.destroyed", str(number), first, second=other, document=basis, sha256=found.sha256)
    house.files.drop_apart(found.sha256)
    return found


def _held(house: House, number: int, future: QuarantineStatus) -> Quarantined:
    found = show(house, number).file
    check_move(found.status, future)
    if not is_held(found):
        raise ActionNeeded("quarantine.not_held", number=number)
    return found


def _bytes(house: House, found: Quarantined) -> bytes:
    """Apart, or in the store when an answer that was taken in earlier has the very same bytes."""
    apart = house.files.holds_apart(found.sha256)
    return house.files.get_apart(found.sha256) if apart else house.files.get(found.sha256)
