"""Remind those who have not sent yet: one letter a rung, only the current rung after an outage."""

from dataclasses import dataclass
from datetime import timedelta

from plancycle.domain.deadlines import due_rung
from plancycle.domain.messages import MessageKind, message_key
from plancycle.domain.obligations import MatrixCell, ObligationStatus
from plancycle.domain.periods import Period
from plancycle.services.cycle_view import CycleView, cycle_view
from plancycle.services.letters import QueuedLetter, queue_to_agency
from plancycle.services.matrix import cells_of
from plancycle.services.ports import House
from plancycle.services.repositories import Work

CHASE_UNTIL = timedelta(days=10)
"""After the freeze nobody is chased any longer: the edition says who is missing."""

TICK = timedelta(microseconds=1)
"""A due instant is the first that is late: the last good day may be the one before it."""

OWING = {ObligationStatus.OPEN, ObligationStatus.DUE_SOON, ObligationStatus.RETURNED, ObligationStatus.MISSING}


@dataclass(frozen=True, slots=True)
class Reminder:
    """A letter that is due: to whom, about which period, which rung of the ladder."""

    kind: MessageKind
    agency: str
    period: Period
    rung: int
    key: str


def due(house: House, year: int) -> list[Reminder]:
    """Reminders to send now, in roster order."""
    view = cycle_view(house, year)
    now = house.clock.now()
    found: list[Reminder] = []
    with house.work() as work:
        for period in view.open_periods(now):
            if now < view.dates(period).freeze_at + CHASE_UNTIL:
                found.extend(_due_in(house, work, view, period))
    return found


def _due_in(house: House, work: Work, view: CycleView, period: Period) -> list[Reminder]:
    sent = work.outbox.keys(f"{view.key(period)}/")
    reminders = []
    for cell in cells_of(work, view, period, house.clock.now()):
        reminder = _reminder(house, view, period, cell)
        if reminder is not None and reminder.key not in sent:
            reminders.append(reminder)
    return reminders


def _reminder(house: House, view: CycleView, period: Period, cell: MatrixCell) -> Reminder | None:
    if cell.status not in OWING:
        return None
    obligation = cell.obligation
    last_moment = obligation.due_at - TICK if obligation.extension else obligation.soft_due_at
    rung = due_rung(view.programme.reminders, last_moment.date(), house.clock.now().date())
    if rung is None:
        return None
    is_over = house.clock.now() >= obligation.due_at
    kind = MessageKind.OVERDUE if is_over else MessageKind.REMINDER
    agency = obligation.key.agency
    return Reminder(kind, agency, period, rung, message_key(view.key(period), agency, _name(rung)))


def _name(rung: int) -> str:
    return f"remind{rung:+d}"


def queue(house: House, year: int, reminder: Reminder) -> QueuedLetter:
    """Put one reminder into the outbox; the last rung goes to the agency's leader."""
    view = cycle_view(house, year)
    is_last = reminder.rung == max(view.programme.reminders)
    with house.work() as work:
        return queue_to_agency(
            house,
            work,
            view,
            reminder.period,
            reminder.agency,
            reminder.kind,
            _name(reminder.rung),
            {"rung": reminder.rung},
            to_leader=is_last,
        )
