"""Writing the audit log."""

from plancycle.domain.events import Event
from plancycle.services.ports import House
from plancycle.services.repositories import Work


def record(house: House, work: Work, action: str, subject: str, actor: str = "plancycle", **payload: object) -> None:
    """Write one event in the transaction at hand, so that the change and its event stand or fall together."""
    work.audit.record(Event(house.clock.now(), actor, action, subject, payload))
