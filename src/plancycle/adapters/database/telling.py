"""What has been committed, told to the log: one line an event, with its place in the chain and what it is about.

Who did it and with which words stands in the audit log only, where few may read it; the number leads there.
"""

import logging
from collections.abc import Iterable

from plancycle.domain.events import SealedEvent
from plancycle.services.topics import about

log = logging.getLogger("plancycle.ledger")


def tell(happened: Iterable[SealedEvent]) -> None:
    """Log events that are on the disk now."""
    if not log.isEnabledFor(logging.INFO):
        return
    for event in happened:
        log.info(event.action, extra={"event": event.action, "seq": event.seq, **about(event.subject)})
