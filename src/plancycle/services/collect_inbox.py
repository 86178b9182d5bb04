"""Take in the files that were dropped into the inbox folder."""

from plancycle.domain.submissions import Outcome
from plancycle.services.failpoints import reach
from plancycle.services.ports import House
from plancycle.services.quarantine import IntakeResult
from plancycle.services.receive_submission import receive

CHANNEL = "folder"


def waiting(house: House) -> list[str]:
    """Names of the files that wait."""
    return house.inbox.names()


def take_in(house: House, name: str) -> IntakeResult:
    """Take in one waiting file; it leaves the inbox only after its row is committed. Raises NotFound.

    It counts as sent when it is taken in: a file's own time is whatever its last copy made of it, and no proof.
    """
    result = receive(house, house.inbox.read(name), name, CHANNEL)
    reach("intake.left")
    if result.outcome is Outcome.QUARANTINED:
        house.inbox.discard(name)
    else:
        house.inbox.done(name)
    return result
