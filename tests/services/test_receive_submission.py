"""Taking in a returned workbook: one service, one rule, an outcome for every file."""

import json
from contextlib import contextmanager
from datetime import UTC

import factories as f
import pytest
from fakes import PowerCut
from small_programme import (
    ANNUAL,
    CYCLE,
    DUE,
    DURING_ANNUAL,
    DURING_Q1,
    DURING_Q2,
    FINANCE,
    HEALTH,
    LAST_GOOD,
    NOTHING,
    Q1,
    Q2,
    a_programme,
)

from plancycle.domain.errors import OutsideFailure
from plancycle.domain.submissions import Outcome, SubmissionStatus
from plancycle.services.grant_extension import grant
from plancycle.services.receive_submission import receive
from plancycle.services.return_submission import return_submission


def statuses(house, agency=HEALTH, period=ANNUAL):
    return [str(version.status) for version in f.versions(house, agency, period)]


def letters(house):
    with house.work() as work:
        return [message.key.removeprefix(f"{CYCLE}/") for message in work.outbox.all()]


def send(house, data, name="bao-cao.xlsx", sent_at=None):
    return receive(house, data, name, "folder", sent_at)


def test_a_good_workbook_is_accepted_and_its_sender_gets_a_receipt():
    house = f.a_house()
    data = f.a_workbook(house, HEALTH)
    result = send(house, data)
    (version,) = f.versions(house, HEALTH)

    assert (result.outcome, result.submission_id) == (Outcome.ACCEPTED, f"{CYCLE}/annual/{HEALTH}/v1")
    assert (version.status, version.receipt, version.sha256) == (
        SubmissionStatus.ACCEPTED,
        result.receipt,
        house.files.put(data),
    )
    assert letters(house) == [f"annual/{HEALTH}/received-v1/mail"]
    assert list(house.left) == [f"receipts/annual/{HEALTH}_v1_{result.receipt}.{kind}" for kind in ("pdf", "json")]


def test_every_cell_is_kept_with_its_raw_text_and_what_it_was_read_as():
    house = f.a_house()
    send(house, f.a_workbook(house, HEALTH, budget__value=" 1.234,5 "))
    with house.work() as work:
        (cell,) = (
            one for one in work.submissions.entries(f"{CYCLE}/annual/{HEALTH}/v1") if one.row == "budget" and one.raw
        )

    assert (cell.sheet, cell.field, cell.raw, cell.value) == ("Số liệu", "value", " 1.234,5 ", "1234.5")


@pytest.mark.parametrize(
    ("sent_at", "outcome"),
    [
        (LAST_GOOD, Outcome.ACCEPTED),  # Tuesday 09/12/2025, 23:59:59.999
        (LAST_GOOD.astimezone(UTC), Outcome.ACCEPTED),  # the same moment, written 16:59:59.999 UTC
        (DUE, Outcome.ACCEPTED_LATE),  # Wednesday 10/12/2025, 00:00:00
        (DUE.astimezone(UTC), Outcome.ACCEPTED_LATE),  # the same moment, written 09/12 17:00 UTC
    ],
)
def test_late_is_decided_to_the_last_moment_by_when_it_left_its_sender(sent_at, outcome):
    house = f.a_house(f.at(12, 11))  # Thursday 11/12/2025: taken in two days later

    assert send(house, f.a_workbook(house, HEALTH), sent_at=sent_at).outcome is outcome


@pytest.mark.parametrize(("now", "outcome"), [(LAST_GOOD, Outcome.ACCEPTED), (DUE, Outcome.ACCEPTED_LATE)])
def test_without_a_sending_time_the_moment_of_taking_in_counts(now, outcome):
    house = f.a_house(now)

    assert send(house, f.a_workbook(house, HEALTH)).outcome is outcome


def test_the_same_file_again_gets_the_same_receipt_and_changes_nothing():
    house = f.a_house()
    data = f.a_workbook(house, HEALTH)
    first = send(house, data)
    before = house.database.tables
    second = send(house, data, "bao-cao (1).xlsx")

    assert (second.receipt, second.submission_id, second.outcome) == (first.receipt, first.submission_id, first.outcome)
    assert (first.replay, second.replay) == (False, True)
    assert house.database.tables == before


def test_a_file_that_was_returned_and_is_sent_again_is_still_returned_after_a_better_one_was_accepted():
    house = f.a_house()
    bad = f.a_workbook(house, HEALTH, budget__value="12.5")
    send(house, bad)
    send(house, f.a_workbook(house, HEALTH))

    assert statuses(house) == ["superseded", "accepted"]
    assert send(house, bad).outcome is Outcome.RETURNED


def test_a_file_a_reviewer_returned_and_is_sent_again_is_still_returned():
    house = f.a_house()
    data = f.a_workbook(house, HEALTH)
    send(house, data)
    return_submission(house, f.owed(HEALTH), f.REASON, "nguyen-thi-lap")
    send(house, f.a_workbook(house, HEALTH, inspections__value="5"))

    assert send(house, data).outcome is Outcome.RETURNED


def test_a_new_answer_supersedes_the_accepted_one():
    house = f.a_house()
    send(house, f.a_workbook(house, HEALTH))
    send(house, f.a_workbook(house, HEALTH, inspections__value="5"))

    assert statuses(house) == ["superseded", "accepted"]
    assert letters(house) == [f"annual/{HEALTH}/received-v{number}/mail" for number in (1, 2)]


def test_a_returned_file_leaves_the_earlier_accepted_version_standing():
    house = f.a_house()
    send(house, f.a_workbook(house, HEALTH))
    result = send(house, f.a_workbook(house, HEALTH, budget__value="12.5"))

    assert (result.outcome, [finding.code for finding in result.findings]) == (Outcome.RETURNED, ["number_ambiguous"])
    assert statuses(house) == ["accepted", "returned"]


def test_a_returned_file_goes_back_with_its_own_cells_marked():
    house = f.a_house()
    result = send(house, f.a_workbook(house, HEALTH, budget__value="12.5", inspections__value=""))
    name = f"Tra-lai_{CYCLE}_annual_{HEALTH}_lan-1.xlsx"
    marked = json.loads(house.left[f"returned/annual/{name}"])["marked"]

    assert letters(house) == [f"annual/{HEALTH}/returned-v1/mail"]
    assert marked == [[finding.cell, finding.code] for finding in result.findings]
    assert sorted(code for _, code in marked) == ["number_ambiguous", "required"]


def test_a_nil_return_is_an_answer():
    house = f.a_house()
    result = send(house, f.a_workbook(house, HEALTH, TT__nil=NOTHING, budget__value="", inspections__value=""))
    (version,) = f.versions(house, HEALTH)

    assert (result.outcome, version.is_nil) == (Outcome.ACCEPTED, True)


def test_warnings_do_not_stop_acceptance():
    house = f.a_house()
    result = send(house, f.a_workbook(house, HEALTH, n1__status="Hoàn thành"))

    assert (result.outcome, [finding.code for finding in result.findings]) == (
        Outcome.ACCEPTED,
        ["done_without_evidence"],
    )


def test_an_extension_makes_a_late_answer_on_time_for_that_agency_only():
    house = f.a_house()
    # until the end of Friday 12/12
    grant(house, f.owed(HEALTH), f.at(12, 13, 0), f.REASON, "so-y-te", "giam-doc", f.DECISION)
    house.clock.at = f.at(12, 12)

    assert send(house, f.a_workbook(house, HEALTH)).outcome is Outcome.ACCEPTED
    assert send(house, f.a_workbook(house, FINANCE)).outcome is Outcome.ACCEPTED_LATE


def test_a_late_first_answer_to_last_quarter_is_still_an_answer():
    house = f.a_house(DURING_Q2)

    assert send(house, f.a_workbook(house, HEALTH, Q1)).outcome is Outcome.ACCEPTED_LATE


def test_a_power_cut_before_the_commit_leaves_the_bytes_and_no_half_answer():
    house = f.a_house()
    data = f.a_workbook(house, HEALTH)
    house.database.fail_at = house.database.commits + 1
    with pytest.raises(PowerCut):
        send(house, data)

    assert house.files.get(house.files.put(data)) == data
    assert (statuses(house), letters(house)) == ([], [])
    assert send(house, data).replay is False


def test_a_power_cut_after_the_commit_is_mended_by_sending_again():
    house = f.a_house()
    data = f.a_workbook(house, HEALTH)
    leave = house.leave_file
    house.leave_file = lambda *file: (_ for _ in ()).throw(PowerCut("while leaving the receipt"))
    with pytest.raises(PowerCut):
        send(house, data)
    house.leave_file = leave
    result = send(house, data)

    assert result.replay
    assert list(house.left) == [f"receipts/annual/{HEALTH}_v1_{result.receipt}.{kind}" for kind in ("pdf", "json")]


def test_figures_are_compared_with_the_last_accepted_period():
    house = f.a_house(DURING_Q1)
    send(house, f.a_workbook(house, HEALTH, Q1))
    house.clock.at = DURING_Q2
    result = send(house, f.a_workbook(house, HEALTH, Q2, inspections__value="40"))

    assert [(finding.code, finding.params["before"]) for finding in result.findings] == [("value_jumped", "4")]


def test_a_changed_programme_makes_only_changed_forms_old():
    house = f.a_house()
    data = f.a_workbook(house, HEALTH)
    house.programmes.programme = a_programme(version="2" * 64)

    assert send(house, data).outcome is Outcome.ACCEPTED
    assert house.clock.at == DURING_ANNUAL


def test_an_answer_whose_receipt_cannot_be_written_leaves_no_row(monkeypatch):
    house = f.a_house()
    data = f.a_workbook(house, HEALTH)

    @contextmanager
    def failing():
        yield
        raise OutsideFailure("files.not_stored", name="…", reason="No space left on device")

    monkeypatch.setattr(house.files, "together", failing)
    with pytest.raises(OutsideFailure):
        send(house, data)
    assert (f.versions(house, HEALTH), letters(house)) == ([], [])
    monkeypatch.undo()
    assert send(house, data).outcome is Outcome.ACCEPTED
