"""A programme's year in advance, before it is opened: nothing is stored and nothing leaves."""

from dataclasses import dataclass

from plancycle.domain.planned_year import PlannedYear, plan_year
from plancycle.domain.what_if import WhatIf
from plancycle.domain.year_differences import Difference, differences
from plancycle.services.ports import House


@dataclass(frozen=True, slots=True)
class RehearsedYear:
    """The year as planned, as it would be, and what differs (nothing when nothing was supposed)."""

    planned: PlannedYear
    supposed: PlannedYear
    differences: tuple[Difference, ...]

    @property
    def names(self) -> dict[str, str]:
        """What the bodies are called, those that are only supposed included."""
        bodies = (*self.planned.programme.agencies, *self.supposed.programme.agencies)
        return {one.id: one.name for one in bodies}


def rehearse(house: House, year: int, wanted: WhatIf) -> RehearsedYear:
    """Play the year of the house's programme as its folder says now. Raises ProgrammeProblem and DataProblem."""
    programme = house.programmes.load(house.programme_id)
    calendar = house.programmes.working_days(programme, year)
    book = house.programmes.address_book(programme.id)
    contacts = {one: book.contact(one) for one in programme.reporters}
    alternates = {agency: bool(one.alternate_email) for agency, one in contacts.items() if one is not None}
    planned = plan_year(programme, year, calendar, alternates=alternates)
    changed = planned if wanted.is_empty else plan_year(programme, year, calendar, wanted, alternates)
    return RehearsedYear(planned, changed, differences(planned, changed))
