"""The forecast read from the rows: what agencies did in the quarter counts in the evaluation."""

from datetime import timedelta

import pytest
from factories import a_house, a_workbook, moment_in

from plancycle.domain.errors import NotFound
from plancycle.domain.forecast import Stage
from plancycle.domain.openings import AgentClass, Visit, VisitKind
from plancycle.domain.periods import Period
from plancycle.services.cycle_view import cycle_view
from plancycle.services.foresee import all_tracks, foresee
from plancycle.services.receive_submission import receive


def test_a_track_has_the_answer_the_opening_and_the_stage():
    house = a_house(moment_in(Period.Q3))
    view = cycle_view(house, 2025)
    agencies = view.reporters(Period.Q3)
    receive(house, a_workbook(house, agencies[0], Period.Q3), "a.xlsx", "folder")
    key = view.obligations(Period.Q3, {})[1].key
    with house.work() as work:
        now = house.clock.now()
        work.addresses.visit(Visit(key, VisitKind.OPENED, AgentClass.BROWSER, now, now))
        work.addresses.visit(
            Visit(view.obligations(Period.Q3, {})[0].key, VisitKind.FETCHED, AgentClass.SCANNER, now, now)
        )
    tracks = {one.agency: one for one in all_tracks(house, 2025) if one.period.endswith("/q3")}

    assert tracks[agencies[0]].stage(now) is Stage.DONE
    assert tracks[agencies[1]].stage(now) is Stage.OPENED


def test_the_year_looks_at_the_next_period_that_is_due_and_says_no_period_when_none_has_opened():
    house = a_house(moment_in(Period.Q3))
    found = foresee(house, 2025)

    assert found.forecast.period.endswith("/q3")
    assert 0 < found.forecast.complete < 1
    assert found.forecast.owing == len(found.names)
    with pytest.raises(NotFound):
        foresee(house, 2025, Period.ANNUAL)
    house.clock.at -= timedelta(days=400)
    with pytest.raises(NotFound):
        foresee(house, 2025)
