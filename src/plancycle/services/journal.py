"""Writing the audit log."""

from collections.abc import Mapping, Sequence

from plancycle.domain.events import Event, SealedEvent
from plancycle.services.following import touched
from plancycle.services.ports import House
from plancycle.services.repositories import Work


def record(
    house: House, work: Work, action: str, subject: str, actor: str = "plancycle", **payload: object
) -> SealedEvent:
    """Write one event in the transaction at hand, so that the change and its event stand or fall together.

    Returns the event with its place in the chain. What changes an edition is noted, see ``following``.
    """
    _note(house, action, subject)
    return work.audit.record(Event(house.clock.now(), actor, action, subject, payload))


def record_all(house: House, work: Work, happened: Sequence[tuple[str, str]], actor: str = "plancycle") -> None:
    """Write an event for each (action, subject), as :func:`record` does."""
    now = house.clock.now()
    for action, subject in happened:
        _note(house, action, subject)
    work.audit.record_all([Event(now, actor, action, subject, {}) for action, subject in happened])


def record_each(
    house: House, work: Work, happened: Sequence[tuple[str, str, Mapping[str, object]]], actor: str
) -> None:
    """Write an event for each (action, subject, payload), as :func:`record` does."""
    now = house.clock.now()
    for action, subject, _ in happened:
        _note(house, action, subject)
    work.audit.record_all([Event(now, actor, action, subject, payload) for action, subject, payload in happened])


def _note(house: House, action: str, subject: str) -> None:
    place = touched(action, subject)
    if place is not None:
        house.following.note(*place)
