"""A step nobody has decided in time: whoever is asked gets one reminder, besides the operator's daily letter."""

from plancycle.domain.approvals import Approval, ApprovalStatus
from plancycle.services.approval_chain import reminder_key, write_reminder
from plancycle.services.cycle_view import CycleView, cycle_view
from plancycle.services.ports import House
from plancycle.services.repositories import Work


def queue_all(house: House, year: int) -> list[str]:
    """Put the reminders that are due into the outbox, once each; returns their keys."""
    with house.work() as work:
        view = cycle_view(house, year, work)
        found = due(house, work, view)
        for one, _ in found:
            write_reminder(house, work, view, one)
    return [key for _, key in found]


def due(house: House, work: Work, view: CycleView) -> list[tuple[Approval, str]]:
    """Requests whose date has passed, each with the key of its reminder, which is not there yet."""
    now = house.clock.now()
    open_ones = [
        one
        for period in view.programme.order
        for edition in work.editions.of_period(view.id, period)
        for one in work.editions.approvals(edition.id)
        if one.status is ApprovalStatus.REQUESTED and one.due_at is not None and one.due_at < now
    ]
    found = [(one, reminder_key(view, one)) for one in open_ones]
    return [(one, key) for one, key in found if work.outbox.get(key) is None]
