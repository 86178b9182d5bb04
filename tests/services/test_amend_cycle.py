"""A cycle follows the version it was opened with, until a decision adopts another one from a day on."""

from dataclasses import replace
from datetime import date, datetime

import factories as f
import pytest
from small_programme import ANNUAL, CYCLE, DURING_ANNUAL, FINANCE, Q1, YEAR, ZONE, at

from plancycle.domain.errors import ActionNeeded, DataProblem, NotFound, Place, ProgrammeProblem
from plancycle.services import matrix as matrices
from plancycle.services.amend_cycle import MovedDate, amend_cycle, preview
from plancycle.services.consolidate_period import consolidate
from plancycle.services.cycle_view import cycle_view
from plancycle.services.open_cycle import open_cycle
from plancycle.services.prepare_submission import prepare
from plancycle.services.programme_versions import current_programme, drift_of, notice_drift
from plancycle.services.report_facts import report_facts
from plancycle.services.sweep import perform

EFFECTIVE = date(2025, 12, 1)  # Monday
DECISION, REASON, ADMIN = "1234/QĐ-UBND ngày 28/11/2025 của UBND tỉnh", "Sở Tài chính thôi báo cáo", "quản trị"


@pytest.fixture
def house():
    """A house whose year is open, at 09:00 on Friday 28/11/2025."""
    return f.a_house(now=at(11, 28))


def edit_folder(house, **changed):
    """Somebody edits the programme's folder: by default so-tai-chinh no longer reports."""
    programme = house.programmes.programme
    reporters = tuple(one for one in programme.reporters if one != FINANCE)
    house.programmes.programme = replace(programme, version="2" * 64, **{"reporters": reporters, **changed})


def amend(house, effective=EFFECTIVE):
    return amend_cycle(house, YEAR, effective, DECISION, REASON, ADMIN)


def journal(house, action):
    with house.work() as work:
        return [event for event in work.audit.all() if event.action == action]


def versions_on(house, *moments):
    return [cycle_view(house, YEAR, at=moment).programme.version[0] for moment in moments]


def test_opening_a_year_keeps_the_files_so_that_the_version_can_be_read_again(house):
    with house.work() as work:
        kept = work.versions.bundle("1" * 64)

    assert house.files.get(kept) == b"bundle of " + b"1" * 64


def test_a_changed_folder_leaves_a_running_cycle_as_it_was(house):
    edit_folder(house)

    assert FINANCE in cycle_view(house, YEAR).programme.reporters
    assert [row.agency for row in matrices.matrix(house, YEAR, ANNUAL).rows][2] == FINANCE
    assert current_programme(house).version == "1" * 64


def test_a_folder_with_errors_does_not_stop_a_running_cycle(house, monkeypatch):
    def broken(_programme_id):
        raise ProgrammeProblem([Place("calendar.yaml", 1, 1, "programme.yaml_syntax", {"detail": ""})])

    monkeypatch.setattr(house.programmes, "load", broken)

    assert cycle_view(house, YEAR).programme.version == "1" * 64
    assert drift_of(house, YEAR).folder == ""
    with pytest.raises(ProgrammeProblem):
        cycle_view(house, YEAR + 1)


def test_a_year_that_is_not_open_follows_the_folder(house):
    edit_folder(house)

    assert cycle_view(house, YEAR + 1).programme.version == "2" * 64
    assert (drift_of(house, YEAR + 1), open_cycle(house, YEAR + 1).programme_version) == (None, "2" * 64)
    assert current_programme(house, YEAR).version == "1" * 64


def test_the_sweep_writes_into_the_journal_once_that_the_folder_differs(house):
    perform(house, YEAR)
    edit_folder(house)
    perform(house, YEAR)
    perform(house, YEAR)

    (noticed,) = journal(house, "programme.differs")
    assert (noticed.subject, "2" * 64 in noticed.payload, "1" * 64 in noticed.payload) == (CYCLE, True, True)


def test_another_change_of_the_folder_is_noticed_again_and_an_adopted_one_no_longer(house):
    edit_folder(house)
    notice_drift(house, YEAR)
    amend(house)
    assert notice_drift(house, YEAR) is None

    house.programmes.programme = replace(house.programmes.programme, version="3" * 64)
    assert notice_drift(house, YEAR).adopted == "2" * 64
    assert len(journal(house, "programme.differs")) == 2


def test_an_amendment_governs_from_its_day_on_and_what_was_before_stays(house):
    edit_folder(house)
    amendment = amend(house)

    assert (amendment.number, amendment.version, amendment.adopted_at) == (1, "2" * 64, at(11, 28))
    eve, first = datetime(2025, 11, 30, 23, 59, 59, tzinfo=ZONE), datetime(2025, 12, 1, tzinfo=ZONE)
    assert versions_on(house, at(1, 2), eve, first, at(12, 31)) == ["1", "1", "2", "2"]
    house.clock.at = DURING_ANNUAL
    assert FINANCE not in [row.agency for row in matrices.matrix(house, YEAR, ANNUAL).rows]


def test_an_amendment_is_in_the_journal_with_its_decision_and_by_whom(house):
    edit_folder(house)
    amend(house)

    (event,) = journal(house, "cycle.amended")
    assert (event.actor, event.subject) == (ADMIN, CYCLE)
    assert all(text in event.payload for text in (DECISION, REASON, "2025-12-01", "2" * 64))


def test_without_a_change_of_the_folder_there_is_nothing_to_amend(house):
    with pytest.raises(ActionNeeded) as refused:
        amend(house)
    edit_folder(house)
    amend(house)
    with pytest.raises(ActionNeeded):
        amend(house)

    assert refused.value.key == "amendment.nothing_changed"


def test_a_refused_amendment_leaves_nothing_behind(house):
    edit_folder(house)
    before = house.database.tables
    with pytest.raises(DataProblem):
        amend(house, date(2026, 1, 1))
    with pytest.raises(NotFound):
        amend_cycle(house, YEAR + 5, date(YEAR + 5, 1, 1), DECISION, REASON, ADMIN)

    assert house.database.tables is before


def test_going_back_to_the_first_version_is_an_amendment_too(house):
    first = house.programmes.programme
    edit_folder(house)
    amend(house)
    house.programmes.programme = first
    amend(house, date(2025, 12, 15))

    assert versions_on(house, at(11, 30), at(12, 14), at(12, 15)) == ["1", "2", "1"]


def test_a_preview_shows_what_changes_and_which_dates_move_and_stores_nothing(house):
    rules = house.programmes.programme.periods
    moved = tuple(replace(rule, due=(3, 25)) if rule.period is Q1 else rule for rule in rules)
    edit_folder(house, periods=moved)
    before = house.database.tables
    seen = preview(house, YEAR, EFFECTIVE)

    assert (seen.old_version, seen.new_version, seen.effective) == ("1" * 64, "2" * 64, EFFECTIVE)
    assert [(one.part, one.key, str(one.kind)) for one in seen.changes] == [
        ("reporters", FINANCE, "removed"),
        ("periods", "q1", "changed"),
    ]
    # by Thursday 20/03 becomes by Tuesday 25/03
    due = MovedDate(Q1, "due_at", datetime(2025, 3, 21, tzinfo=ZONE), datetime(2025, 3, 26, tzinfo=ZONE))
    assert due in seen.dates
    assert {one.period for one in seen.dates} == {Q1}
    assert house.database.tables is before


def test_a_report_cites_the_amended_version_and_says_nothing_without_an_amendment(house):
    f.all_answer(house)
    edition = consolidate(house, YEAR, ANNUAL, final=True).edition

    def cited(moment):
        house.clock.at = moment
        with house.work() as work:
            return report_facts(house, work, cycle_view(house, YEAR, work), edition).programme_version

    assert cited(at(12, 2)) == ""
    edit_folder(house)
    house.clock.at = at(11, 28)
    amend(house)
    assert cited(at(11, 30)) == ""
    assert all(text in cited(at(12, 2)) for text in (DECISION, "2" * 12, "2025-12-01"))


def test_an_edition_may_hold_a_body_that_an_amendment_took_out(house):
    f.all_answer(house)
    edition = consolidate(house, YEAR, ANNUAL, final=True).edition
    edit_folder(house, agencies=tuple(one for one in house.programmes.programme.agencies if one.id != FINANCE))
    amend(house)
    house.clock.at = at(12, 2)

    assert len(prepare(house, edition.id).files) == 3


def test_work_whose_basis_ended_says_so_in_the_report(house):
    reference = replace(house.programmes.programme.legal_refs[0], valid_to=date(2024, 12, 31))
    edit_folder(house, legal_refs=(reference,), reporters=house.programmes.programme.reporters)
    amend(house)
    house.clock.at = at(12, 2)
    f.all_answer(house)
    edition = consolidate(house, YEAR, ANNUAL, final=True).edition
    with house.work() as work:
        facts = report_facts(house, work, cycle_view(house, YEAR, work), edition)

    bases = {line.code: line.basis for line in facts.works}
    assert "version.basis_ended" in bases["n1"]
    assert bases["n2"] == ""


def test_a_cycle_from_before_versions_were_kept_follows_the_folder(house):
    house.database.tables.versions.clear()
    edit_folder(house)

    assert cycle_view(house, YEAR).programme.version == "2" * 64
    assert drift_of(house, YEAR) is None
