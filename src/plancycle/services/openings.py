"""Visits to mailed links: what a machine fetched is kept apart from what a person opened.

Whoever serves a mailed link calls one of the two: ``record_fetch`` for every GET or HEAD of the landing page, and
``record_opening`` when :func:`plancycle.domain.openings.visit_kind` says that a person acted.
"""

from plancycle.domain.openings import Visit, VisitKind, agent_class
from plancycle.domain.periods import ObligationKey
from plancycle.services.journal import record
from plancycle.services.ports import House


def record_fetch(house: House, obligation: ObligationKey, user_agent: str) -> None:
    """Something fetched the link of an obligation: a scanner, a preview, or a person who has not acted yet."""
    _count(house, obligation, VisitKind.FETCHED, user_agent)


def record_opening(house: House, obligation: ObligationKey, user_agent: str) -> None:
    """A person pressed the page's button, or downloaded the workbook in the session that button began."""
    _count(house, obligation, VisitKind.OPENED, user_agent)


def _count(house: House, obligation: ObligationKey, kind: VisitKind, user_agent: str) -> None:
    """Only the first visit of a kind and class is an event of the log: a thousand fetches are one line."""
    now, agent = house.clock.now(), agent_class(user_agent)
    with house.work() as work:
        known = work.addresses.visits(str(obligation))
        work.addresses.visit(Visit(obligation, kind, agent, now, now))
        if not any((one.obligation, one.kind, one.agent) == (obligation, kind, agent) for one in known):
            record(house, work, f"link.{kind}", str(obligation), agent=str(agent))
