"""The page of a year played in advance: what was supposed, each date, each day's letters."""

from collections.abc import Mapping

from plancycle.domain.planned_year import PlannedYear
from plancycle.domain.year_differences import Difference
from plancycle.services.difference_words import side_words
from plancycle.services.planned_lines import letter_days, period_lines
from plancycle.services.ports import House
from tasks._artifacts import say
from tasks._markup import safe, table

PERIODS = ("period", "opens", "soft_due", "due", "calls", "reminders", "on_time", "late", "missing", "frozen")
LETTERS = ("at", "period", "kind", "agencies")


def planned_page(house: House, year: PlannedYear, supposed: Mapping[str, object], found: tuple[Difference, ...]) -> str:
    """Suppositions and what they come to, the periods, the letters by day; nothing of it is stored or sent."""
    texts = house.texts
    worse = sum(one.is_missed for one in found)
    told = [f"{texts.say(f'rehearse.supposed.{name}')}: {safe(value)}" for name, value in supposed.items() if value]
    told = told or [texts.say("rehearse.nothing_supposed")]
    told += [texts.say("rehearse.came_to", count=len(found), worse=worse), texts.say("rehearse.supposed_habits")]
    told += [texts.say("rehearse.second_address")] if supposed.get("bounces") else []
    periods = [
        [
            texts.say(f"period.{one.period}"),
            *(side_words(texts.say, at) for at in (one.dates.opens_at, one.dates.soft_due_at, one.dates.due_at)),
            *map(str, (one.calls, one.reminders, one.on_time, one.late, one.missing)),
            side_words(texts.say, one.frozen_at),
        ]
        for one in period_lines(year)
    ]
    letters = [
        [say(house, "day", on=day), texts.say(f"period.{period}"), texts.say(f"message_kind.{kind}"), str(count)]
        for day, period, kind, count in letter_days(year)
    ]
    heads = [[texts.say(f"rehearse.column.{name}") for name in names] for names in (PERIODS, LETTERS)]
    bullets = "\n".join(f"- {one}" for one in told)
    return f"{bullets}\n\n{table(heads[0], periods)}\n\n{table(heads[1], letters)}"
