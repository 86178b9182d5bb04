"""Take in the files that were dropped into the inbox folder."""

from plancycle.services.ports import House
from plancycle.services.quarantine import IntakeResult
from plancycle.services.receive_submission import receive

CHANNEL = "folder"


def waiting(house: House) -> list[str]:
    """Names of the files that wait."""
    return house.inbox.names()


def take_in(house: House, name: str) -> IntakeResult:
    """Take in one waiting file; it leaves the inbox only after its row is committed. Raises NotFound."""
    result = receive(house, house.inbox.read(name), name, CHANNEL)
    house.inbox.done(name)
    return result
