"""A period's narrative as people look at it and hand it round: passages with names."""

from dataclasses import dataclass

from plancycle.domain.narrative import Edit
from plancycle.domain.periods import Period
from plancycle.services.cycle_view import cycle_view
from plancycle.services.narrative import narrative_now
from plancycle.services.ports import House
from plancycle.services.report_contents import PassageLine
from plancycle.services.report_narrative import passage_line


@dataclass(frozen=True, slots=True)
class NarrativeSheet:
    """Every passage with names, and edits whose sources are no longer told anywhere."""

    period: str
    title: str
    lines: tuple[PassageLine, ...]
    orphans: tuple[Edit, ...]


def narrative_sheet(house: House, year: int, period: Period) -> NarrativeSheet:
    """The narrative as it stands now."""
    with house.work() as work:
        view = cycle_view(house, year, work)
        told = narrative_now(house, work, view, period)
        day = house.clock.now().date()
        names = {agency.id: agency.name_on(day) for agency in view.programme.agencies}
        lines = tuple(passage_line(house, view, one, names) for one in told.passages)
    return NarrativeSheet(told.period, told.title, lines, told.orphans)
