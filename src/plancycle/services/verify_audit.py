"""Check the audit chain, trusting nobody: every event is hashed again."""

from dataclasses import dataclass

from plancycle.domain.events import first_broken
from plancycle.services.ports import House


@dataclass(frozen=True, slots=True)
class AuditReport:
    """Whether the chain holds; ``first_bad`` is the sequence number of the first event that does not fit."""

    ok: bool
    events: int
    head: str
    first_bad: int | None


def verify(house: House) -> AuditReport:
    """Verify the whole chain."""
    with house.work() as work:
        events = work.audit.all()
        head = work.audit.head()
    broken = first_broken(events)
    return AuditReport(broken is None, len(events), head, broken)
