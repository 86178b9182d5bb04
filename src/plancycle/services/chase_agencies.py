"""Remind those who have not sent yet: one letter a rung, only the rung that is reached now after an outage.

An agency that owes several reports at one moment gets one letter about all of them; the keys of the others are in the
outbox, too, as *covered*, so that nothing is said twice. What it owes of the plan's other duties stands in that letter.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from plancycle.domain.deadlines import RungTo
from plancycle.domain.due_dates import OFFICE_CLOSES
from plancycle.domain.ladder import Aim, aim_of, own_soft_due, rung_due, rung_name
from plancycle.domain.messages import MessageKind, message_key, recipient_of
from plancycle.domain.obligations import MatrixCell, ObligationStatus
from plancycle.domain.periods import Period
from plancycle.domain.submissions import SubmissionStatus
from plancycle.services.cycle_view import CycleView, cycle_view
from plancycle.services.data_calls import WINDOW
from plancycle.services.duty_overview import waiting_by_body
from plancycle.services.letters import CALL, QueuedLetter
from plancycle.services.matrix import cells_for, cells_of
from plancycle.services.ports import House
from plancycle.services.reminder_letters import Reminder, write_letter
from plancycle.services.repositories import Work

__all__ = ["Reminder", "Silence", "alive", "due", "queue", "queue_all", "silences"]

CHASE_UNTIL = timedelta(days=10)
"""After the freeze nobody is chased any longer: the edition says who is missing."""

LOOK_UNTIL = timedelta(days=60)
"""After the freeze, or the last extension, a period is no longer looked at, even for what was returned."""

FEW = 200
"""Agencies that are looked at one by one; of more, a look at all is the quicker one."""

OWING = {ObligationStatus.OPEN, ObligationStatus.DUE_SOON, ObligationStatus.RETURNED, ObligationStatus.MISSING}

_Names = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Silence:
    """An obligation nobody has answered, or not again since the return: what its reminders are counted from."""

    period: Period
    cell: MatrixCell
    aim: Aim
    returned_on: date | None
    until: datetime
    """When chasing it ends."""

    @property
    def agency(self) -> str:
        """Whose it is."""
        return self.cell.obligation.key.agency


def due(house: House, year: int) -> list[Reminder]:
    """Reminders to send now, by period, in roster order."""
    with house.work() as work:
        view = cycle_view(house, year, work)
        return due_now(house, work, view)


def due_now(house: House, work: Work, view: CycleView, only: Collection[str] | None = None) -> list[Reminder]:
    """The same, inside a transaction; of ``only`` these agencies, when they are few."""
    return [one for period in alive(house, work, view) for one in _due_in(house, work, view, period, only)]


def queue(house: House, year: int, reminder: Reminder) -> QueuedLetter:
    """Put one reminder into the outbox; the leader's rung goes to the agency's leader."""
    with house.work() as work:
        view = cycle_view(house, year, work)
        return write_letter(house, work, view, [reminder], waiting_by_body(house, work, year))[0]


def queue_all(house: House, year: int, keys: Collection[str]) -> list[QueuedLetter]:
    """Put the due reminders with these keys into the outbox, one letter for all that is due to one reader.

    Whoever has answered meanwhile gets none; what is due to a reader of one of the keys goes along.
    """
    groups, queued = dict[tuple[str, bool], list[Reminder]](), list[QueuedLetter]()
    with house.work() as work:
        view = cycle_view(house, year, work)
        agencies = {recipient_of(key) for key in keys}
        for reminder in due_now(house, work, view, agencies if len(agencies) <= FEW else None):
            groups.setdefault((reminder.agency, reminder.to_leader), []).append(reminder)
        wanted = [group for group in groups.values() if any(one.key in keys for one in group)]
        duties = waiting_by_body(house, work, year) if wanted else {}
    for at in range(0, len(wanted), WINDOW):
        with house.work() as work, house.files.together():  # left before the rows are committed
            for group in wanted[at : at + WINDOW]:
                queued.extend(write_letter(house, work, view, group, duties))
    return queued


def silences(
    house: House, work: Work, view: CycleView, period: Period, only: Collection[str] | None = None
) -> list[Silence]:
    """Every obligation of a period that somebody still has to be reminded of, in roster order; ``only`` as above."""
    now = house.clock.now()
    known = cells_of(work, view, period, now) if only is None else cells_for(work, view, period, now, only)
    cells = [cell for cell in known if _is_owed(cell)]
    returned = _return_days(work, view, period, cells)
    found = (_silence(view, period, cell, returned.get(cell.obligation.key.agency)) for cell in cells)
    return [one for one in found if now < one.until and one.agency in view.reports_now(one.agency)]


def alive(house: House, work: Work, view: CycleView) -> list[Period]:
    """Periods in which somebody may still have to be reminded."""
    now, ends = house.clock.now(), dict[str, datetime]()
    for key, extension in work.submissions.extensions(view.id).items():
        period = key.rpartition("/")[0]
        ends[period] = max(extension.due_at, ends.get(period, extension.due_at))
    found = []
    for period in view.open_periods(now):
        freeze_at = view.dates(period).freeze_at
        if now < max(freeze_at, ends.get(view.key(period), freeze_at)) + LOOK_UNTIL:
            found.append(period)
    return found


def _is_owed(cell: MatrixCell) -> bool:
    """A version that is being looked at is an answer until somebody says otherwise."""
    is_under_review = cell.submission is not None and cell.submission.status is SubmissionStatus.RECEIVED
    return cell.status in OWING and not is_under_review


def _return_days(work: Work, view: CycleView, period: Period, cells: Sequence[MatrixCell]) -> dict[str, date]:
    """The day on which each agency's last version was sent back, by the programme's clock."""
    zone = ZoneInfo(view.programme.timezone)
    last = {cell.obligation.key.agency: cell.submission for cell in cells if cell.submission}
    back = {agency: one for agency, one in last.items() if one.status is SubmissionStatus.RETURNED}
    if not back:
        return {}
    events = work.audit.find(("submission.returned",), f"{view.key(period)}/")
    days = {event.subject: datetime.fromisoformat(event.at).astimezone(zone).date() for event in events}
    return {agency: days.get(one.id, one.received_at.astimezone(zone).date()) for agency, one in back.items()}


def _silence(view: CycleView, period: Period, cell: MatrixCell, returned_on: date | None) -> Silence:
    dates, due_at, zone = view.dates(period), cell.obligation.due_at, ZoneInfo(view.programme.timezone)
    soft_due, extension = own_soft_due(dates, due_at, view.calendar), cell.obligation.extension
    decided = [one for one in (extension.decided_at, extension.revoked_at) if one] if extension else []
    aim = aim_of(
        soft_due.astimezone(zone).date(),
        view.calendar,
        told=[at.astimezone(zone).date() for at in decided],
        extended=due_at.astimezone(zone).date() if due_at > dates.due_at else None,
        returned=(cell.submission.version, returned_on) if cell.submission and returned_on else None,
    )
    end = datetime.combine(aim.day, OFFICE_CLOSES, zone)
    return Silence(period, cell, aim, returned_on, max(dates.freeze_at, end) + CHASE_UNTIL)


def _due_in(house: House, work: Work, view: CycleView, period: Period, only: Collection[str] | None) -> list[Reminder]:
    names: dict[str, list[str]] = {}
    thread = f"{view.key(period)}/"
    for prefix in [thread] if only is None else [f"{thread}{agency}/" for agency in sorted(only)]:
        for key in work.outbox.keys(prefix):
            *_, agency, name, channel = key.split("/")
            if channel == "mail":
                names.setdefault(agency, []).append(name)
    found = (_reminder(house, work, view, one, names) for one in silences(house, work, view, period, only))
    return [one for one in found if one is not None]


def _reminder(house: House, work: Work, view: CycleView, silent: Silence, names: _Names) -> Reminder | None:
    now, written = house.clock.now(), names.get(silent.agency, ())
    today = now.astimezone(ZoneInfo(view.programme.timezone)).date()
    rung = rung_due(view.programme.ladder, view.calendar, silent.aim, today, written)
    if rung is None or _is_called_today(work, view, silent, written, today):
        return None
    to_leader, name = rung.to is RungTo.LEADER, rung_name(rung.days, silent.aim)
    return Reminder(
        _kind(silent, to_leader, now),
        silent.agency,
        silent.period,
        rung.days,
        message_key(view.key(silent.period), silent.agency, name),
        name,
        to_leader,
        silent.cell.submission if silent.returned_on else None,
        silent.returned_on,
    )


def _is_called_today(work: Work, view: CycleView, silent: Silence, written: Sequence[str], today: date) -> bool:
    """Whether a data call of today (a late one, one to another address) says all that a reminder would."""
    prefix, zone = f"{view.key(silent.period)}/{silent.agency}/", ZoneInfo(view.programme.timezone)
    calls = [work.outbox.get(f"{prefix}{name}/mail") for name in written if name.startswith(CALL)]
    return any(one is not None and one.queued_at.astimezone(zone).date() >= today for one in calls)


def _kind(silent: Silence, to_leader: bool, now: datetime) -> MessageKind:
    if to_leader:
        return MessageKind.ESCALATION
    if silent.returned_on is not None:
        return MessageKind.CORRECTION
    return MessageKind.OVERDUE if now >= silent.cell.obligation.due_at else MessageKind.REMINDER
