"""How an edition stands, for its page in the Prefect UI: still right or not, and what reports say differently."""

from collections.abc import Mapping

from plancycle.domain.consolidation import Edition
from plancycle.services.contradictions import contradictions_in
from plancycle.services.edition_standing import standing_of
from plancycle.services.ports import House
from tasks._artifacts import say
from tasks._markup import safe, table

MOST_SHOWN = 100
"""Rows on a page of the UI; the desk and the workbook have every one."""


def standing_part(house: House, edition: Edition, names: Mapping[str, str]) -> str:
    """A line on staleness, the figures that would change, and the contradictions; empty when there is nothing."""
    found, parts = standing_of(house, edition.id), []
    if found.is_stale:
        parts.append("- " + say(house, "edition.stale", count=len(found.members) + len(found.reopened)))
    if found.figures:
        rows = [
            [safe(one.label), _value(house, one.before), _value(house, one.after), _value(house, one.delta)]
            for one in found.figures[:MOST_SHOWN]
        ]
        parts.append(
            table([say(house, f"column.{name}") for name in ("label", "told_before", "told_now", "delta")], rows)
        )
    told = contradictions_in(house, int(edition.cycle.rpartition("-")[2]), edition.period)
    if told:
        parts.append("- " + say(house, "edition.contradictions", count=len(told)))
        heads = [
            say(house, f"column.{name}") for name in ("agency", "label", "contradiction", "told_before", "told_now")
        ]
        rows = [
            [
                safe(names.get(one.agency, one.agency)),
                safe(one.title),
                house.texts.say(f"contradiction.{one.kind}"),
                safe(one.before),
                safe(one.now),
            ]
            for one in told[:MOST_SHOWN]
        ]
        parts.append(table(heads, rows))
    return "".join(f"\n\n{part}" for part in parts)


def _value(house: House, value: object) -> str:
    return "" if value is None else say(house, "number", value=value)
