"""Bodies that merge, split and end: who answers for what on any day, whatever the history."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_programme import DISTRICT, EVERYBODY, FINANCE, HEALTH, HOME, ZONE, a_programme

from plancycle.domain.agencies import Agency, AgencyKind
from plancycle.domain.programme import AssignedWork
from plancycle.domain.roster import Roster
from plancycle.domain.shares import Span
from plancycle.domain.succession import Confidence, Decision, Succession, Verdict, applied, waiting

NEW = tuple(f"moi-{number}" for number in range(1, 7))
SPAN = Span(date(2025, 3, 1), date(2025, 3, 25))  # Saturday to Tuesday
MIDDLE = date(2025, 3, 10)  # Monday, inside the period
FIND, PATTERN, UNKNOWN = Confidence.FOUND, Confidence.PATTERN, Confidence.UNVERIFIED


def a_plan():
    """Four reporters with work of their own, one task that two of them share, and six bodies still to come."""
    works = (
        AssignedWork("n1", 1, "Tuyên truyền", "thực hiện", 10, ()),
        AssignedWork("n2", 2, "Khám sức khỏe", "chủ trì", 11, (HEALTH,)),
        AssignedWork("n3", 3, "Ngân sách", "chủ trì", 12, (FINANCE,)),
        AssignedWork("n4", 4, "Đầu tư", "chủ trì", 13, (FINANCE,)),
        AssignedWork("n5", 5, "Đối thoại", "tham gia", 14, (HEALTH, DISTRICT)),
    )
    plan = a_programme()
    bodies = tuple(Agency(one, one, AgencyKind.DEPARTMENT) for one in NEW)
    return replace(plan, works=works, agencies=(*plan.agencies, *bodies))


PLAN = a_plan()


def moves(*entries, on=MIDDLE):
    """Successions in force: (from, to) or (from, to, works)."""
    found = []
    for number, (leaving, taking, *rest) in enumerate(entries):
        works = tuple(rest[0]) if rest else ()
        day = rest[1] if len(rest) > 1 else on
        found.append(Succession(f"s{number}", tuple(leaving), tuple(taking), day, FIND, works, "NQ 1", note="giải thể"))
    return applied(found)


def roster(*entries, on=MIDDLE):
    return Roster(PLAN, moves(*entries, on=on))


def works_in(period):
    return {share.agency: [work.id for work in share.works] for share in period.shares}


def after(found, filed=None, on=None):
    return found.period(SPAN, on or MIDDLE + timedelta(days=1), filed or {})


def test_one_to_one_the_successor_stands_in_its_predecessors_place():
    found = roster(([HEALTH], [NEW[0]]))

    assert found.reporters(MIDDLE - timedelta(days=1)) == EVERYBODY
    assert found.reporters(MIDDLE) == (HOME, NEW[0], FINANCE, DISTRICT)
    assert works_in(after(found))[NEW[0]] == ["n2", "n5", "n1"]


def test_many_to_one_owes_one_report_with_both_lists():
    seen = after(roster(([HEALTH, FINANCE], [NEW[0]])))

    assert seen.agencies == (HOME, NEW[0], DISTRICT)
    assert works_in(seen)[NEW[0]] == ["n2", "n3", "n4", "n5", "n1"]
    assert seen.moved == {HEALTH: (NEW[0],), FINANCE: (NEW[0],)}


def test_a_task_that_comes_from_two_predecessors_is_asked_once():
    seen = after(roster(([HEALTH, DISTRICT], [NEW[0]])))

    assert works_in(seen)[NEW[0]].count("n5") == 1


def test_one_to_many_named_work_goes_by_name_and_the_rest_to_the_first():
    found = roster(([FINANCE], [NEW[0], NEW[1]]), ([FINANCE], [NEW[1]], ["n4"]))

    assert works_in(after(found)) | {HOME: [], HEALTH: [], DISTRICT: []} == {
        HOME: [],
        HEALTH: [],
        DISTRICT: [],
        NEW[0]: ["n3", "n1"],
        NEW[1]: ["n4", "n1"],
    }


def test_many_to_many_each_successor_owes_one_report():
    seen = after(roster(([HEALTH, FINANCE], NEW[:3])))

    assert seen.agencies == (HOME, *NEW[:3], DISTRICT)


def test_work_may_leave_a_body_that_goes_on():
    seen = after(roster(([FINANCE], [HOME], ["n4"])))

    assert works_in(seen)[HOME] == ["n4", "n1"]
    assert works_in(seen)[FINANCE] == ["n3", "n1"]
    assert seen.share(HOME).grown_on == MIDDLE


def test_what_was_filed_stays_with_the_body_that_filed_it():
    seen = after(roster(([HEALTH, FINANCE], [NEW[0]])), {HEALTH: MIDDLE - timedelta(days=2)})

    assert seen.agencies == (HOME, HEALTH, NEW[0], DISTRICT)
    assert works_in(seen)[HEALTH] == ["n2", "n5", "n1"]
    assert works_in(seen)[NEW[0]] == ["n3", "n4", "n1"]


def test_a_successor_owes_nothing_for_a_period_its_predecessors_have_all_reported():
    filed = dict.fromkeys((HEALTH, FINANCE), MIDDLE - timedelta(days=2))

    assert after(roster(([HEALTH, FINANCE], [NEW[0]])), filed).agencies == EVERYBODY


def test_a_survivor_that_had_filed_owes_a_second_report_for_what_it_took_over():
    seen = after(roster(([HEALTH], [HOME])), {HOME: MIDDLE - timedelta(days=2)})

    assert seen.share(HOME).grown_on == MIDDLE
    assert works_in(seen)[HOME] == ["n2", "n5", "n1"]


def test_nothing_moves_once_the_final_edition_is_frozen():
    found = roster(([HEALTH], [NEW[0]]), on=date(2025, 3, 26))  # Wednesday, a day after the freeze

    assert found.period(SPAN, date(2025, 12, 31), {}).agencies == EVERYBODY


def test_a_body_without_successor_is_released_with_the_reason():
    seen = after(roster(([DISTRICT], [])))
    (released,) = seen.released

    assert seen.agencies == (HOME, HEALTH, FINANCE)
    assert (released.agency, released.since, released.reason, released.reference) == (
        DISTRICT,
        MIDDLE,
        "giải thể",
        "NQ 1",
    )


def test_who_joins_inside_the_year_says_since_when():
    seen = after(roster(([HEALTH], [NEW[0]])))

    assert seen.share(NEW[0]).joined_on == MIDDLE
    assert seen.share(HOME).joined_on is None


def test_a_year_later_nobody_is_new():
    span = Span(date(2026, 3, 1), date(2026, 3, 25))

    assert roster(([HEALTH], [NEW[0]])).period(span, date(2026, 3, 2), {}).share(NEW[0]).joined_on is None


def test_an_indicator_follows_the_work_it_belongs_to():
    work = replace(PLAN.works[2], indicators=("pci",), agencies=(FINANCE,))
    owned = replace(PLAN.indicators[0], id="pci", owner=FINANCE)
    plan = replace(PLAN, works=(*PLAN.works[:2], work, *PLAN.works[3:]), indicators=(owned,))
    found = Roster(plan, moves(([FINANCE], [HEALTH], ["n3"])))

    assert [one.id for one in after(found).share(HEALTH).indicators] == ["pci"]
    assert after(found).share(FINANCE).indicators == ()


def a_decision(succession, verdict=Verdict.CONFIRMED, to=(), effective=None, on=date(2025, 1, 6)):
    at = datetime(on.year, on.month, on.day, 9, tzinfo=ZONE)
    return Decision(succession.id, verdict, to, effective, "Nghị quyết 5", "Lê Thị Lan", at)


def a_record(confidence, effective=MIDDLE):
    return Succession("gop", (HEALTH,), (NEW[0],), effective, confidence, reference="NĐ 45")


@pytest.mark.parametrize(
    ("record", "verdict", "is_applied"),
    [
        (a_record(FIND), None, True),
        (a_record(Confidence.CONFIRMED), None, True),
        (a_record(PATTERN), None, False),
        (a_record(UNKNOWN, None), None, False),
        (a_record(PATTERN), Verdict.CONFIRMED, True),
        (a_record(UNKNOWN, None), Verdict.DECIDED, True),
        (a_record(PATTERN), Verdict.REJECTED, False),
        (a_record(FIND), Verdict.REJECTED, False),
    ],
)
def test_what_is_only_a_pattern_waits_for_a_named_person(record, verdict, is_applied):
    decisions = [] if verdict is None else [a_decision(record, verdict, (NEW[0],), MIDDLE)]

    assert bool(applied([record], decisions)) == is_applied
    assert bool(waiting([record], decisions)) == (verdict is None and not is_applied)


def test_a_decision_does_not_reach_back():
    record = a_record(PATTERN, effective=date(2025, 3, 1))
    (found,) = applied([record], [a_decision(record, on=date(2025, 3, 12))])  # decided on Wednesday 12/03

    assert found.effective == date(2025, 3, 13)
    assert (found.reference, found.confidence) == ("Nghị quyết 5", Confidence.CONFIRMED)


def test_of_two_decisions_the_last_one_counts():
    record = a_record(PATTERN)
    decisions = [a_decision(record), a_decision(record, Verdict.DECIDED, (NEW[1],), date(2025, 5, 5))]
    (found,) = applied([record], decisions)

    assert (found.successors, found.effective) == ((NEW[1],), date(2025, 5, 5))


# Any history ------------------------------------------------------------------------------------------------------

DAYS = st.dates(date(2025, 2, 20), date(2025, 3, 30))


@st.composite
def histories(draw):
    """Successions as a checked file may hold them: who takes over is there, who has ended never comes back."""
    alive, unborn, found = list(EVERYBODY), list(NEW), []
    for number, day in enumerate(sorted(draw(st.lists(DAYS, max_size=4, unique=True)))):
        leaving = draw(st.lists(st.sampled_from(alive), min_size=1, max_size=3, unique=True))
        staying = [one for one in alive if one not in leaving]
        taking = draw(st.lists(st.sampled_from([*staying, *unborn[:2], "-"]), max_size=3, unique=True))
        taking = [one for one in taking if one != "-"]
        works = draw(st.lists(st.sampled_from(["n2", "n3", "n4", "n5"]), max_size=2, unique=True))
        found.append(Succession(f"s{number}", tuple(leaving), tuple(taking), day, FIND, reference="NQ", note="hết"))
        if works and taking:
            found.append(Succession(f"w{number}", tuple(leaving), (taking[-1],), day, FIND, tuple(works), "NQ"))
        alive = [*staying, *(one for one in taking if one not in staying)] or [HOME]
        unborn = [one for one in unborn if one not in taking]
        if not staying and not taking:
            break
    return found


FILINGS = st.dictionaries(st.sampled_from([*EVERYBODY, *NEW]), DAYS, max_size=6)


def possible(found, filings, on):
    """The filings that can have been accepted: sent on a day on which the body was expected, up to ``on``."""
    kept = {}
    for agency, day in sorted(filings.items(), key=lambda one: one[1]):
        if SPAN.opens <= day <= on and agency in found.period(SPAN, day, kept).agencies:
            kept[agency] = day
    return kept


@given(histories(), DAYS, FILINGS)
def test_every_task_has_one_responsible_body_or_a_record_why_it_has_none(history, on, filings):
    found = Roster(PLAN, applied(history))
    seen = found.period(SPAN, on, possible(found, filings, on))
    named = [(agency, work.id) for work in PLAN.works for agency in work.agencies]

    for agency, work in named:
        holder = found.holder(agency, on, work)
        assert holder is None or holder in found.reporters(on)
        assert holder is not None or found.released(on)
    held = {work: [one.agency for one in seen.shares if work in [w.id for w in one.works]] for _, work in named}
    for work, agencies in held.items():
        assert len(agencies) == len(set(agencies))
        assert len(agencies) <= sum(1 for _, other in named if other == work)
        assert agencies or seen.released


@given(histories(), DAYS, FILINGS)
def test_nobody_owes_a_report_twice_and_nobody_is_asked_a_task_twice(history, on, filings):
    found = Roster(PLAN, applied(history))
    seen = found.period(SPAN, on, possible(found, filings, on))

    assert len(seen.agencies) == len(set(seen.agencies))
    for share in seen.shares:
        asked = [work.id for work in share.works]
        assert len(asked) == len(set(asked))
        assert "n1" in asked  # the work of every body: each current reporter has it, once


@given(histories(), FILINGS, st.data())
def test_what_was_filed_never_moves(history, filings, data):
    found = Roster(PLAN, applied(history))
    first = data.draw(DAYS)
    later = data.draw(st.dates(first, date(2025, 12, 31)))
    filed = possible(found, filings, first)
    before = found.period(SPAN, first, filed)
    now = found.period(SPAN, later, filed)

    for agency in filed:
        share = before.share(agency)
        kept = {work.id for work in now.share(agency).works}
        covered = {work.id for work in share.works} if share.grown_on is None else {"n1"}
        assert covered <= kept


@given(histories(), DAYS, FILINGS)
def test_everybody_expected_is_there_or_has_filed(history, on, filings):
    found = Roster(PLAN, applied(history))
    filed = possible(found, filings, on)
    seen = found.period(SPAN, on, filed)
    there = set(found.reporters(min(max(on, SPAN.opens), SPAN.closes) if on >= SPAN.opens else on))

    assert set(seen.agencies) <= there | set(filed)


@given(histories(), DAYS)
def test_the_same_question_has_the_same_answer_however_often_it_is_asked(history, on):
    once, again = (Roster(PLAN, applied(history)) for _ in range(2))

    assert once.period(SPAN, on, {}) == once.period(SPAN, on, {}) == again.period(SPAN, on, {})
