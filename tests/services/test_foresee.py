"""The forecast read from the rows: what agencies did in the quarter counts in the evaluation."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from factories import a_house, a_workbook, moment_in

from plancycle.adapters.programme_files.folders import ProgrammeFiles
from plancycle.domain.errors import NotFound
from plancycle.domain.openings import AgentClass, Visit, VisitKind
from plancycle.domain.periods import Period
from plancycle.domain.succession import Decision, Verdict
from plancycle.domain.tracks import Stage
from plancycle.domain.working_days import WorkingDays
from plancycle.rehearsal.cast import to_confirm
from plancycle.services import data_calls
from plancycle.services.cycle_view import CycleView, Standpoint, cycle_view
from plancycle.services.foresee import all_tracks, foresee, lineage_of
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
    with house.work() as work:
        tracks = {one.agency: one for one in all_tracks(house, work, 2025) if one.period.endswith("/q3")}

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


def test_what_nobody_was_asked_for_says_nothing_of_an_agency_once_it_is_over():
    """An office that begins in the third quarter has no past, except where somebody was asked."""
    house = a_house(moment_in(Period.Q1))
    asked = cycle_view(house, 2025).reporters(Period.Q1)[0]
    data_calls.queue(house, 2025, Period.Q1, asked)
    house.clock.at = moment_in(Period.Q3)
    found = foresee(house, 2025)

    assert found.history == 1
    assert [risk.agency for risk in found.forecast.risks if risk.chance.counts.own.of] == [asked]


def test_the_shipped_programmes_merged_bodies_are_forebears_with_the_names_they_had():
    """Nine districts became ninety-two communes together: none of them is any commune's forebear."""
    programme = ProgrammeFiles(Path(__file__).parents[2] / "programmes").load("tn-nq94")
    decided = datetime(2025, 1, 1, tzinfo=UTC)
    decisions = [
        Decision(one.id, Verdict.CONFIRMED, (), None, "NQ", "Lê Thị Lan", decided) for one in to_confirm(programme)
    ]
    view = CycleView(programme, 2025, WorkingDays(), standpoint=Standpoint(date(2025, 12, 1), tuple(decisions)))
    found = lineage_of(view, programme.reporters)

    assert [(one.name, f"{one.since:%d/%m/%Y %H:%M}") for one in found["so-nnmt"]] == [
        ("Sở Nông nghiệp và Phát triển nông thôn", "01/03/2025 00:00")
    ]
    assert [one.name for one in found["so-tai-chinh"]] == ["Sở Kế hoạch và Đầu tư"]
    assert [heir for heir in found if heir.startswith(("xa-", "phuong-"))] == []
