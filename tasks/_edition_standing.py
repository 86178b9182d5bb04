"""How a new edition stands, for its page in the Prefect UI: who is correcting, and what reports say differently."""

from collections.abc import Mapping

from plancycle.domain.consolidation import Edition
from plancycle.services.contradictions import contradictions_in
from plancycle.services.edition_standing import reopened_in
from plancycle.services.ports import House
from tasks._artifacts import say
from tasks._markup import safe, table

MOST_SHOWN = 100
"""Rows on a page of the UI; the desk and the workbook have every one."""


def standing_part(house: House, edition: Edition, names: Mapping[str, str]) -> str:
    """A line when agencies of it are correcting their answers, and the contradictions; empty when there is nothing.

    The edition was made from what stands now: its members and figures are not worked out a second time.
    """
    parts = []
    if reopened := reopened_in(house, edition):
        parts.append("- " + say(house, "edition.stale", count=len(reopened)))
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
