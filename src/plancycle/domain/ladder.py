"""The reminder ladder: which of its rungs one agency stands at, on any day and after any outage.

A rung is climbed once for one due date. What has been climbed is read from the keys of the letters, so a clock that
jumps repeats nothing, and nobody goes back to a rung below one already climbed.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from plancycle.domain.deadlines import PeriodDates, Rung, RungTo, rung_dates
from plancycle.domain.due_dates import OFFICE_CLOSES
from plancycle.domain.working_days import WorkingDays

CORRECTION_DAYS = 3
"""Working days after a return at which reminders aim when the due date itself is over: the coordinator's own choice,
no text names one."""

TICK = timedelta(microseconds=1)
"""A due instant is the first that is late: the last good day may be the one before it."""

_NAME = re.compile(r"remind(?P<days>[+-]\d+)(?P<mark>(?:-x\d{8}|-v\d+)*)(?:-alternate|-again\d+)*")


@dataclass(frozen=True, slots=True)
class Aim:
    """What an agency's rungs are counted from.

    ``since``: the day on which a letter told the agency about it (data call, extension, return); what lies on or
    before that day is not climbed. ``mark`` tells one ladder of an obligation from the next one in the keys.
    """

    day: date
    since: date | None = None
    mark: str = ""


def own_soft_due(dates: PeriodDates, due_at: datetime, calendar: WorkingDays) -> datetime:
    """What an agency's reminders aim at; ``due_at`` is its own due instant, an extension in it.

    With an extension it is the end of the last working day before the new instant.
    """
    if due_at <= dates.due_at:
        return dates.soft_due_at
    zone = dates.due_at.tzinfo
    last_day = (due_at.astimezone(zone) - TICK).date()
    closing = datetime.combine(calendar.last_on_or_before(last_day), OFFICE_CLOSES, zone)
    return max(dates.soft_due_at, min(closing, due_at))


def aim_of(
    soft_due: date,
    calendar: WorkingDays,
    *,
    told: Sequence[date] = (),
    extended: date | None = None,
    returned: tuple[int, date] | None = None,
) -> Aim:
    """The aim of one obligation.

    ``told`` are the days of letters that named the due date, ``extended`` the last good day of an extension,
    ``returned`` the version sent back last and the day on which it was.
    """
    mark = f"-x{extended:%Y%m%d}" if extended else ""
    since = max(told, default=None)
    if returned is None:
        return Aim(soft_due, since, mark)
    version, day = returned
    aim = max(soft_due, calendar.add(day, CORRECTION_DAYS))
    return Aim(aim, max(day, since or day), f"{mark}-v{version}")


def rung_name(days: int, aim: Aim) -> str:
    """How a rung is spelt in a letter's key: ``remind-5``, ``remind-1-x20251219``, ``remind+0-v2``."""
    return f"remind{days:+d}{aim.mark}"


def climbed(names: Collection[str], aim: Aim) -> set[int]:
    """The rungs of an aim's ladder that were climbed, from the rung parts of an agency's letters."""
    found = (_NAME.fullmatch(name) for name in names)
    return {int(one["days"]) for one in found if one is not None and one["mark"] == aim.mark}


def rung_due(
    ladder: Sequence[Rung], calendar: WorkingDays, aim: Aim, today: date, names: Collection[str]
) -> Rung | None:
    """The one rung that is due: the latest reached, unless it or one above it was climbed. None when none is."""
    letters = [rung for rung in ladder if rung.to is not RungTo.OPERATOR]
    dated = rung_dates(letters, aim.day, calendar)
    reached = [place for place, (day, _) in enumerate(dated) if (aim.since is None or aim.since < day) and day <= today]
    if not reached:
        return None
    day, rung = dated[reached[-1]]
    return None if _is_passed(dated, reached[-1], day, aim, climbed(names, aim)) else rung


def _is_passed(dated: Sequence[tuple[date, Rung]], place: int, day: date, aim: Aim, done: set[int]) -> bool:
    """Whether a climbed rung is this one or above it; one the ladder no longer has counts by its calendar day."""
    places = {rung.days: number for number, (_, rung) in enumerate(dated)}
    return any(places[days] >= place if days in places else aim.day + timedelta(days=days) >= day for days in done)


def is_to_phone(ladder: Sequence[Rung], calendar: WorkingDays, aim: Aim, today: date) -> bool:
    """Whether letters are at their end and somebody must pick up the telephone.

    From the ladder's own rung for the operator on; without one, from the working day after its last rung.
    """
    dated = rung_dates(ladder, aim.day, calendar)
    own = [day for day, rung in dated if rung.to is RungTo.OPERATOR]
    if own:
        return min(own) <= today
    return bool(dated) and calendar.add(dated[-1][0], 1) <= today
