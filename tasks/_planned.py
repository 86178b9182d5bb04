"""The page of a year played in advance: what was supposed, each date, each day's letters."""

from collections.abc import Mapping

from plancycle.services.difference_words import difference_words, side_words
from plancycle.services.planned_lines import letter_days, period_lines
from plancycle.services.ports import House
from plancycle.services.rehearse_year import RehearsedYear
from tasks._artifacts import say
from tasks._markup import safe, table

DATES = ("period", "opens", "soft_due", "due", "frozen")
FATES = ("period", "calls", "reminders", "on_time", "late", "missing")
MISSED = ("what", "period", "about", "before", "after", "missed")
"""Narrow tables: one of all columns runs under what stands beside it on the page."""
LETTERS = ("at", "period", "kind", "agencies")


def planned_page(house: House, played: RehearsedYear, supposed: Mapping[str, object]) -> str:
    """Suppositions and what they come to, the periods, the letters by day; nothing of it is stored or sent."""
    texts, year, found = house.texts, played.supposed, played.differences
    worse = [difference_words(texts.say, one, played.names) for one in found if one.is_missed]
    told = [f"{texts.say(f'rehearse.supposed.{name}')}: {safe(value)}" for name, value in supposed.items() if value]
    told = told or [texts.say("rehearse.nothing_supposed")]
    told += [texts.say("rehearse.came_to", count=len(found), worse=len(worse)), texts.say("rehearse.supposed_habits")]
    told += [texts.say("rehearse.second_address")] if supposed.get("bounces") else []
    lines = period_lines(year)
    dates = [
        [
            texts.say(f"period.{one.period}"),
            *(side_words(texts.say, at) for at in (one.dates.opens_at, one.dates.soft_due_at, one.dates.due_at)),
            side_words(texts.say, one.frozen_at),
        ]
        for one in lines
    ]
    fates = [
        [
            texts.say(f"period.{one.period}"),
            *map(str, (one.calls, one.reminders, one.on_time, one.late, one.missing)),
        ]
        for one in lines
    ]
    letters = [
        [say(house, "day", on=day), texts.say(f"period.{period}"), texts.say(f"message_kind.{kind}"), str(count)]
        for day, period, kind, count in letter_days(year)
    ]
    bullets = "\n".join(f"- {one}" for one in told)
    missed = [[safe(cell) for cell in row] for row in worse]
    tables = [
        table([texts.say(f"rehearse.column.{name}") for name in names], rows)
        for names, rows in ((MISSED, missed), (DATES, dates), (FATES, fates), (LETTERS, letters))
        if rows
    ]
    return "\n\n".join([bullets, *tables])
