"""What was typed into a workbook that is no longer asked for goes into the one that is; nothing typed is lost."""

import json

import pytest
from factories import a_house, a_template, a_workbook, answers, versions
from fakes import FakeHouse, fill
from small_programme import ANNUAL, DURING_Q2, HEALTH, HOME, Q1, Q2, YEAR

from plancycle.domain.forms import FieldKind, Form
from plancycle.domain.periods import Period
from plancycle.domain.submissions import Entry, Outcome
from plancycle.services.carry_over import carried_over
from plancycle.services.cycle_view import cycle_view
from plancycle.services.quarantine import IntakeResult
from plancycle.services.receive_submission import receive


def the_form(period: Period = ANNUAL, agency: str = HEALTH) -> Form:
    return cycle_view(a_house(), YEAR).form(period, agency)


def entry(row: str, field: str, raw: str, cell: str = "D6") -> Entry:
    return Entry("Nhiệm vụ", cell, row, field, raw)


KEPT, LEFT = "kept", "left"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (entry("n2", "progress", "60"), (KEPT, "60", None)),
        (entry("n2", "progress", "12,50"), (KEPT, None, "number_precision")),
        (entry("inspections", "value", "1.234.567"), (KEPT, "1234567", None)),
        (entry("budget", "value", "12.5"), (KEPT, None, "number_ambiguous")),
        (entry("n2", "status", "Gần xong"), (KEPT, None, "choice")),
        (entry("n2", "evidence", "=1+1"), (KEPT, "=1+1", None)),
        (entry("n9", "progress", "60"), (LEFT,)),
        (entry("n2", "target", "100%"), (LEFT,)),
        (entry("", "progress", "60"), (LEFT,)),
    ],
)
def test_an_answer_is_carried_by_its_row_and_field_readable_or_not(typed: Entry, expected: tuple[object, ...]) -> None:
    moved = carried_over(the_form(), [typed])
    kept = [(KEPT, one.value, one.problem.code if one.problem else None) for one in moved.kept]
    assert (kept or [(LEFT,)]) == [expected]
    assert len(moved.kept) + len(moved.left) == 1


def test_blanks_are_no_answers() -> None:
    moved = carried_over(the_form(), [entry("n2", "progress", " "), entry("zz", "x", "\u00a0")])
    assert (moved.kept, moved.left) == ((), ())


def test_of_two_answers_to_one_question_the_other_is_listed() -> None:
    moved = carried_over(the_form(), [entry("n2", "progress", "60"), entry("n2", "progress", "70", "D9")])
    assert ([one.entry.raw for one in moved.kept], [one.raw for one in moved.left]) == (["60"], ["70"])


def test_a_successor_of_a_part_is_given_its_own_rows_only() -> None:
    typed = [entry("n2", "progress", "60"), entry("inspections", "value", "4")]
    moved = carried_over(the_form(), typed, rows={"n2"})
    assert [one.kind for one in moved.kept] == [FieldKind.NUMBER]
    assert [one.row for one in moved.left] == ["inspections"]


def sent_with_other_version(house: FakeHouse) -> IntakeResult:
    """An older form's workbook: its stamp is genuine, one of its questions is no longer asked."""
    content = json.loads(a_workbook(house, HEALTH, n2__progress="73"))
    stamp = content["stamp"]
    stamp["version"] = "00000000"
    stamp["seal"] = house.seals.seal(stamp["cycle"], stamp["period"], stamp["agency"], stamp["version"])
    content["entries"].append({**content["entries"][0], "row": "n2", "field": "dropped", "raw": "chữ đã gõ"})
    return receive(house, json.dumps(content).encode(), "mau-cu.xlsx", "folder")


def the_letter(house: FakeHouse, agency: str) -> dict[str, object]:
    """The last letter to an agency, as the composer was given it."""
    with house.work() as work:
        letters = [one for one in work.outbox.all() if one.agency == agency]
    content: dict[str, object] = json.loads(house.files.get(letters[-1].sha256))
    return content


def test_an_old_form_comes_back_as_the_new_one_with_its_answers_and_is_not_accepted() -> None:
    house = a_house()
    result = sent_with_other_version(house)
    assert (result.outcome, result.reason) == (Outcome.QUARANTINED, "file.old_version")
    assert versions(house, HEALTH) == []
    facts = the_letter(house, HEALTH)["facts"]
    assert isinstance(facts, dict)
    expected = len([raw for raw in carried_answers(house).values() if raw])
    assert (facts["carried"], facts["not_carried"]) == (expected, 1)


def carried_answers(house: FakeHouse) -> dict[tuple[str, str], str]:
    asked = {(one["row"], one["field"]) for one in json.loads(a_template(house, HEALTH))["entries"]}
    return {question: raw for question, raw in answers(ANNUAL, n2__progress="73").items() if question in asked}


def test_last_periods_workbook_sent_again_comes_back_as_this_periods_with_its_answers() -> None:
    house = a_house(DURING_Q2)
    first = a_workbook(house, HOME, Q1)
    receive(house, first, "q1.xlsx", "folder")
    again = fill(first, answers(Q1, inspections__value="9"))
    assert receive(house, again, "q1-lai.xlsx", "folder").reason == "file.old_period"
    facts = the_letter(house, HOME)["facts"]
    assert isinstance(facts, dict)
    assert facts["carried"] > 0
    assert versions(house, HOME, Q2) == []


def test_the_same_old_workbook_twice_is_answered_once() -> None:
    house = a_house()
    sent_with_other_version(house)
    with house.work() as work:
        count = len(work.outbox.all())
    assert sent_with_other_version(house).replay
    with house.work() as work:
        assert len(work.outbox.all()) == count
