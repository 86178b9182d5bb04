"""Take in the files that were dropped into the inbox folder."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

from plancycle.domain.submissions import Outcome
from plancycle.services.bulk import uninterrupted
from plancycle.services.failpoints import reach
from plancycle.services.ports import House
from plancycle.services.quarantine import IntakeResult
from plancycle.services.receive_submission import Come, arrive, settle

CHANNEL = "folder"


def waiting(house: House) -> list[str]:
    """Names of the files that wait."""
    return house.inbox.names()


def take_in(house: House, name: str) -> IntakeResult:
    """Take in one waiting file; it leaves the inbox only after its row is committed. Raises NotFound.

    It counts as sent when it is taken in: a file's own time is whatever its last copy made of it, and no proof.
    """
    return _settled(house, name, lambda: _come(house, name))


def in_turn(house: House, names: Sequence[str]) -> Iterator[Callable[[], IntakeResult]]:
    """For each waiting file what takes it in, as :func:`take_in` does, in this order and one after the other.

    While one is stored, the next is kept and read already: another process reads it, and the disk is waited for.
    """
    with uninterrupted(), ThreadPoolExecutor(1, "plancycle-inbox") as beside:
        coming: Future[Come] | None = None
        for name, following in zip(names, (*names[1:], None), strict=False):
            come = coming or beside.submit(_come, house, name)
            coming = beside.submit(_come, house, following) if following is not None else None
            yield partial(_settled, house, name, come.result)


def _come(house: House, name: str) -> Come:
    return arrive(house, house.inbox.read(name), name, CHANNEL)


def _settled(house: House, name: str, come: Callable[[], Come]) -> IntakeResult:
    result = settle(house, come())
    reach("intake.left")
    if result.outcome is Outcome.QUARANTINED:
        house.inbox.discard(name)
    else:
        house.inbox.done(name)
    return result
