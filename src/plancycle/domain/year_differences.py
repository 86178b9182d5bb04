"""What a supposition changes: the year as planned beside the year as it would be."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from plancycle.domain.planned_year import Fate, PlannedYear


class Aspect(StrEnum):
    """What differs."""

    DUE = "due"
    LETTERS = "letters"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    ANSWER = "answer"
    EDITION = "edition"
    OWING = "owing"


@dataclass(frozen=True, slots=True)
class Difference:
    """One line of the comparison; None where there is nothing on that side. ``is_missed``: worse than planned."""

    aspect: Aspect
    period: str
    agency: str
    before: object
    after: object
    is_missed: bool = False


_WORSE = {Fate.ON_TIME: 0, Fate.LATE: 1, Fate.MISSING: 2}


def differences(planned: PlannedYear, changed: PlannedYear) -> tuple[Difference, ...]:
    """Every difference, those of dates first, then letters, answers and editions; nothing when nothing changes."""
    return tuple(
        one
        for part in (_dates, _letters, _answers, _editions)
        for one in part(planned, changed)
        if one.before != one.after
    )


def _dates(planned: PlannedYear, changed: PlannedYear) -> Iterator[Difference]:
    for period, dates in planned.dates.items():
        yield Difference(Aspect.DUE, str(period), "", dates.due_at, changed.dates[period].due_at)


def _letters(planned: PlannedYear, changed: PlannedYear) -> Iterator[Difference]:
    before, after = (Counter((str(one.period), str(one.kind)) for one in year.letters) for year in (planned, changed))
    order = list(map(str, planned.dates))
    for period, kind in sorted(before | after, key=lambda one: (order.index(one[0]), one[1])):
        yield Difference(Aspect.LETTERS, period, kind, before[period, kind], after[period, kind])
    old, new = (Counter(one.agency for one in year.letters if one.is_refused) for year in (planned, changed))
    for agency in sorted(old | new):
        yield Difference(Aspect.REFUSED, "", agency, old[agency], new[agency])
    for agency in changed.unreachable:
        yield Difference(Aspect.UNREACHABLE, "", agency, None, True, is_missed=True)


def _answers(planned: PlannedYear, changed: PlannedYear) -> Iterator[Difference]:
    before, after = ({(str(one.period), one.agency): one.fate for one in year.answers} for year in (planned, changed))
    for key in dict.fromkeys([*before, *after]):
        old, new = before.get(key), after.get(key)
        if old is None or new is None:
            yield Difference(Aspect.OWING, *key, old, new)
        else:
            yield Difference(Aspect.ANSWER, *key, old, new, is_missed=_WORSE[new] > _WORSE[old])


def _editions(planned: PlannedYear, changed: PlannedYear) -> Iterator[Difference]:
    before = {one.period: one for one in planned.editions}
    for one in changed.editions:
        old = before.get(one.period)
        if old is None or (old.frozen_at, old.included, old.expected) != (one.frozen_at, one.included, one.expected):
            yield Difference(Aspect.EDITION, str(one.period), "", old, one, is_missed=not one.is_in_time)
