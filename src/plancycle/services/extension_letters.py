"""An agency hears what became of its wish for more time: granted until when, or refused and why."""

from datetime import datetime

from plancycle.domain.messages import MessageKind
from plancycle.domain.periods import ObligationKey
from plancycle.services.cycle_view import CycleView
from plancycle.services.letters import QueuedLetter, queue_to_agency
from plancycle.services.ports import House
from plancycle.services.repositories import Work


def tell_granted(
    house: House, work: Work, view: CycleView, obligation: ObligationKey, due_at: datetime, reason: str
) -> QueuedLetter:
    """Queue the letter with the new due date; one for each date."""
    facts = {"new_due_at": due_at, "reason": reason}
    rung = f"extension-{due_at:%Y%m%d%H%M}"
    return queue_to_agency(house, work, view, obligation.period, obligation.agency, MessageKind.EXTENSION, rung, facts)


def tell_refused(
    house: House, work: Work, view: CycleView, obligation: ObligationKey, asked_until: datetime, reason: str
) -> QueuedLetter:
    """Queue the letter that the due date in force stays, and why; one for each date that was asked for."""
    facts = {"asked_until": asked_until, "reason": reason}
    rung = f"extension-refused-{asked_until:%Y%m%d%H%M}"
    kind = MessageKind.EXTENSION_REFUSED
    return queue_to_agency(house, work, view, obligation.period, obligation.agency, kind, rung, facts)


def tell_revoked(
    house: House, work: Work, view: CycleView, obligation: ObligationKey, due_at: datetime, reason: str
) -> QueuedLetter:
    """Queue the letter that an extension was taken back, and why; one for each date it had."""
    facts = {"asked_until": due_at, "reason": house.texts.say("extension.taken_back", reason=reason)}
    rung = f"extension-revoked-{due_at:%Y%m%d%H%M}"
    kind = MessageKind.EXTENSION_REFUSED
    return queue_to_agency(house, work, view, obligation.period, obligation.agency, kind, rung, facts)
