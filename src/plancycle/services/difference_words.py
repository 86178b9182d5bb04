"""A difference between two years as people read it, the same on the command line and in an artifact."""

from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta

from plancycle.domain.planned_year import Fate, PlannedEdition
from plancycle.domain.year_differences import Aspect, Difference

Say = Callable[..., str]


def difference_words(say: Say, one: Difference, names: Mapping[str, str]) -> list[str]:
    """What differs, the period, about whom, before, after, and a word where it is worse than planned.

    ``names``: of the bodies, by id.
    """
    period = say(f"period.{one.period}") if one.period else ""
    about = say(f"message_kind.{one.agency}") if one.aspect is Aspect.LETTERS else names.get(one.agency, one.agency)
    missed = "rehearse.missed_due" if one.aspect is Aspect.EDITION else "rehearse.missed"
    worse = say(missed) if one.is_missed else ""
    return [
        say(f"rehearse.aspect.{one.aspect}"),
        period,
        about,
        side_words(say, one.before),
        side_words(say, one.after),
        worse,
    ]


def side_words(say: Say, value: object) -> str:
    """What stands on one side of the comparison: a moment, a count, how a report fares, an edition."""
    if isinstance(value, PlannedEdition):
        return say("rehearse.edition", at=value.frozen_at, included=value.included, expected=value.expected)
    if isinstance(value, Fate):
        return say(f"rehearse.fate.{value}")
    if isinstance(value, datetime) and value.time() == time(0):
        return say("rehearse.until_midnight", day=value.date() - timedelta(days=1))
    if isinstance(value, datetime):
        return say("rehearse.at", at=value)
    return say("rehearse.yes") if value is True else "–" if value is None else str(value)
