"""An answer that came by hand, by post or on a stick: a named person enters it as of the day it was handed over."""

from datetime import datetime

from plancycle.domain.errors import DataProblem
from plancycle.domain.secrecy import check_unmarked
from plancycle.services.journal import record
from plancycle.services.ports import House
from plancycle.services.quarantine import IntakeResult
from plancycle.services.receive_submission import receive

CHANNEL = "by-hand"


def waiting(house: House) -> list[str]:
    """Names of the files that were put into the folder for answers handed over by hand."""
    return house.by_hand.names()


def enter(house: House, name: str, handed_over: datetime, person: str, reason: str) -> IntakeResult:
    """Take in one file of that folder, sent at the moment somebody received it; the same checks as every channel.

    Raises NotFound (no such file) or DataProblem (nobody named, no reason, a moment that is still to come,
    a reason marked as a state secret).
    """
    actor = " ".join(person.split())
    check_unmarked(reason)
    if not actor or not reason.strip():
        raise DataProblem("by_hand.nobody_named")
    if handed_over > house.clock.now():
        raise DataProblem("by_hand.still_to_come", at=handed_over)
    result = receive(house, house.by_hand.read(name), name, CHANNEL, handed_over, sender=actor)
    with house.work() as work:
        told = {"file": name, "sha256": result.sha256, "handed_over": handed_over.isoformat(), "reason": reason.strip()}
        record(house, work, "submission.recorded", result.submission_id or result.sha256, actor, **told)
    house.by_hand.done(name)
    return result
