"""Make a signed checkpoint of the audit chain, to be kept outside the database."""

import json

from plancycle.domain.anchors import Anchor, Checkpoint
from plancycle.domain.events import GENESIS, SealedEvent
from plancycle.services.journal import record
from plancycle.services.ports import House

ANCHORED = "audit.anchored"
FOLDER = "anchors"


def anchor(house: House) -> Anchor:
    """Sign how long the chain is and what it ends in; the anchor is left in the folder ``anchors``.

    That it was made is an event itself, so that an anchor that went missing is noticed.
    """
    with house.work() as work:
        events = work.audit.all()
        checkpoint = Checkpoint(
            programme=house.programme_id,
            seq=len(events),
            head=events[-1].hash if events else GENESIS,
            at=house.clock.now(),
            previous=_previous(events),
        )
        signature = house.receipt_key.sign(checkpoint.text().encode())
        made = Anchor(checkpoint, signature, house.receipt_key.key_id)
        record(house, work, ANCHORED, str(checkpoint.seq), sha256=checkpoint.sha256)
    house.leave_file(FOLDER, f"anchor-{checkpoint.seq:08d}.txt", made.text().encode())
    return made


def _previous(events: list[SealedEvent]) -> str:
    anchored = [event for event in events if event.action == ANCHORED]
    return str(json.loads(anchored[-1].payload)["sha256"]) if anchored else GENESIS
