"""A clerk confirms an answer on the web: the same intake as every channel, with the name of who confirmed it."""

from datetime import datetime

from plancycle.domain.periods import ObligationKey
from plancycle.services.journal import record
from plancycle.services.ports import House
from plancycle.services.quarantine import IntakeResult
from plancycle.services.receive_submission import receive

CHANNEL = "web"


def hand_in(
    house: House,
    obligation: ObligationKey,
    data: bytes,
    file_name: str,
    name: str,
    *,
    json_of: str | None = None,
    received_at: datetime | None = None,
) -> IntakeResult:
    """Take in what was checked and confirmed; the drafts of the obligation are done with. Twice is once.

    ``received_at``: when it reached us whole, where it has waited since; default: now.
    """
    sender = f"{name} ({obligation.agency})"
    only = (obligation.agency,)
    result = receive(
        house, data, file_name, CHANNEL, sender=sender, allowed=only, json_of=json_of, received_at=received_at
    )
    if result.submission_id is not None:
        with house.work() as work:
            work.drafts.clear(obligation)
            if not result.replay:
                record(house, work, "submission.confirmed", result.submission_id, name, channel=CHANNEL)
    return result
