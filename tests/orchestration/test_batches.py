"""How many task runs a step of a very large period takes, and how long its tables are."""

from contextlib import nullcontext
from types import SimpleNamespace

import pytest

from plancycle.adapters.texts import Catalogue
from plancycle.domain.messages import MessageStatus
from plancycle.domain.obligations import ObligationStatus
from plancycle.domain.periods import Period
from tasks import _artifacts, _pages, intake
from tasks._house import batches


@pytest.mark.parametrize(
    ("count", "pieces", "longest"),
    [(0, 0, 0), (1, 1, 1), (26, 2, 25), (1000, 40, 25), (1001, 39, 26), (4000, 40, 100), (40_000, 40, 1000)],
)
def test_a_step_is_cut_into_forty_task_runs_at_most_and_loses_nobody(count, pieces, longest):
    items = [str(number) for number in range(count)]

    cut = batches(items)

    assert (len(cut), max(map(len, cut), default=0)) == (pieces, longest)
    assert [one for piece in cut for one in piece] == items


HOUSE = SimpleNamespace(texts=Catalogue(), programme_id="tn-nq94")
TOLD = "Chỉ hiện 600 trên 601 dòng, để trang mở được; đủ mọi dòng ở cổng thông tin và lệnh plancycle."


@pytest.mark.parametrize(("count", "told"), [(600, ""), (601, TOLD)])
def test_a_table_of_very_many_rows_has_the_first_ones_and_says_how_many_there_are(monkeypatch, count, told):
    left = {}
    monkeypatch.setattr(_artifacts, "create_table_artifact", lambda **given: left.update(given))

    _artifacts.sheet(HOUSE, "messages", ("agency",), [[number] for number in range(count)], 2025, "q1")

    assert [cell for row in left["table"] for cell in row.values()] == [str(number) for number in range(600)]
    assert left["description"].removeprefix(_artifacts.say(HOUSE, "messages.about")).strip() == told


def a_letter(number, status):
    at = {"sent_at": None, "doubted_at": None, "attempts": 1, "kind": "data_call", "to_address": "a@b.example"}
    return SimpleNamespace(agency="a", key=number, status=status, **at)


def test_of_too_many_letters_those_not_sent_come_first_then_the_newest():
    letters = [a_letter(number, MessageStatus.SENT) for number in range(700)]
    letters[3].status = MessageStatus.REFUSED

    shown = [row[-1] for row in _pages.letter_rows(HOUSE, {}, letters)]

    assert (shown[:3], len(shown), shown[-1]) == ([3, 699, 698], 600, 101)


def test_a_matrix_of_too_many_agencies_shows_those_that_owe_first():
    rest = {"submission": None, "sent_at": None, "corrected_at": None, "late_days": 0, "versions": 0, "mail": "sent"}
    states = [ObligationStatus.SUBMITTED] * 600 + [ObligationStatus.MISSING]
    rows = [SimpleNamespace(agency_name=f"x{n}", status=state, **rest) for n, state in enumerate(states)]

    lines = _pages.matrix_page(HOUSE, SimpleNamespace(rows=rows)).splitlines()

    assert ([line.split(" | ")[0] for line in lines[2:4]], len(lines), lines[-1]) == (["| x600", "| x0"], 604, TOLD)


def test_a_step_of_many_batches_brings_each_edition_up_to_date_once_at_its_end(monkeypatch):
    batched, folded = [], []
    monkeypatch.setattr(intake, "house_at", lambda _, is_batch=False: batched.append(is_batch) or nullcontext(HOUSE))
    monkeypatch.setattr(intake, "bring_up_to_date", lambda _, place: folded.append(place))
    monkeypatch.setattr(intake.collect_inbox, "in_turn", lambda *_: iter(()))
    monkeypatch.setattr(intake, "agency_names", lambda _: {})
    for name in ("sheet", "quarantine_rows", "receipt_rows", "finding_rows"):
        monkeypatch.setattr(intake, name, lambda *_: "")
    taken = [{"submission_id": f"tn-nq94-2025/q1/x{number}/v1", "period": "q1"} for number in range(3)]

    for group in (["1.xlsx"], ["2.xlsx"]):
        intake.take_in_files.fn(group, group[0])
    intake.show_intake.fn([*taken, {"submission_id": "", "period": ""}])

    assert batched == [True, True, False]
    assert folded == [("tn-nq94-2025", Period.Q1)]
