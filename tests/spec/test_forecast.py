"""Early warning: counted chances with their reasons, and agents of known behaviour that show it is calibrated."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from plancycle.domain.calibration import MENU, calibrate
from plancycle.domain.counted_past import AVERAGE, Chance, Weights, tally
from plancycle.domain.counted_past import chance_of as counted_chance
from plancycle.domain.forecast import forecast, nudges
from plancycle.domain.tracks import Forebear, Stage, Track

FIRST = datetime(2020, 3, 20, 17, 0, tzinfo=UTC)
SPACING = timedelta(days=90)
OPEN_FOR = timedelta(days=20)
BOTH = Weights(4, 4)
"""The own past and the stage both count, from four cases on as much as the others'."""


def track(agency="a", number=0, *, before=None, opened=None, returned=None, reminders=()):
    """An obligation; moments are days before its due instant (negative: after it), None: never."""
    due = FIRST + number * SPACING

    def at(days):
        return None if days is None else due - timedelta(days=days)

    return Track(
        agency,
        f"p/{number:02d}",
        due - OPEN_FOR,
        due,
        at(before),
        at(opened),
        None,
        at(returned),
        tuple((at(days), -days) for days in reminders),
    )


def chance_of(agency, stage, left, history, weights=BOTH) -> Chance:
    return counted_chance(tally(history, left), {agency}, stage, weights)


def dice(*about):
    """A number in [0, 1) that follows from its name alone."""
    return int(hashlib.sha256(repr(about).encode()).hexdigest()[:8], 16) / 16**8


def agents(reliability, periods=24):
    """Past periods of agencies that are in time with a known chance, two days before the due instant or three after."""
    return [
        track(agency, number, before=2 if dice(agency, number) < chance else -3)
        for number in range(periods)
        for agency, chance in reliability.items()
    ]


# where a track stands, so many days before the due instant
STAGES = [
    (track(before=5), 6, Stage.SILENT),
    (track(before=5), 5, Stage.DONE),
    (track(opened=8), 7, Stage.OPENED),
    (track(opened=8, returned=4), 3, Stage.RETURNED),
    (replace(track(opened=8), drafted_at=FIRST - timedelta(days=6)), 6, Stage.DRAFT),
]


@pytest.mark.parametrize(("one", "days", "stage"), STAGES)
def test_where_an_agency_stands_follows_from_what_is_on_record(one, days, stage):
    assert one.stage(one.due_at - timedelta(days=days)) is stage


def test_a_report_on_the_due_instant_is_not_in_time():
    assert (track(before=0).is_in_time, replace(track(), answered_at=FIRST - timedelta(microseconds=1)).is_in_time) == (
        False,
        True,
    )


def test_without_any_past_the_chance_is_a_half_and_with_one_it_is_counted_exactly():
    """Own: 1 of 2; alike and everybody: 1 of 2 as well, each filled up with four cases of the wider share."""
    history = [track("a", 0, before=1), track("a", 1)]

    assert chance_of("a", Stage.SILENT, timedelta(days=5), []).chance == Fraction(1, 2)
    assert chance_of("a", Stage.SILENT, timedelta(days=5), history).chance == Fraction(1, 2)
    assert chance_of(
        "b", Stage.SILENT, timedelta(days=5), [track("a", n, before=1) for n in range(4)]
    ).chance == Fraction(7, 8)


def test_who_has_answered_by_then_says_nothing_about_who_has_not():
    early = [track("a", number, before=15) for number in range(9)]

    assert chance_of("a", Stage.SILENT, timedelta(days=5), early).counts.own.of == 0


KNOWN = {"chac": 0.95, "thuong": 0.7, "that-thuong": 0.4, "cham": 0.05}


def test_agents_of_known_behaviour_are_forecast_as_they_behave():
    history = agents(KNOWN, 40)
    said = {one: float(chance_of(one, Stage.SILENT, timedelta(days=5), history).chance) for one in KNOWN}

    assert {one: abs(said[one] - known) < 0.15 for one, known in KNOWN.items()} == dict.fromkeys(KNOWN, True)
    assert sorted(said, key=said.get, reverse=True) == list(KNOWN)


def differing(seed, periods):
    """Twenty agencies of four kinds, drawn anew for each seed."""
    return agents({f"{one}-{seed}-{n}": chance for one, chance in KNOWN.items() for n in range(5)}, periods)


def undiffering(seed, periods):
    """Twenty agencies that are all in time in six of ten periods."""
    return agents({f"nhu-nhau-{seed}-{n}": 0.6 for n in range(20)}, periods)


def telling_stages(seed, periods):
    """Agencies that do not differ; but whoever has opened the letter mostly answers, the others mostly do not."""
    opened = {(n, number): dice("opened", seed, n, number) < 0.5 for n in range(20) for number in range(periods)}
    return [
        track(
            f"nhu-nhau-{n}",
            number,
            before=0.5 if dice("came", seed, n, number) < (0.9 if has_opened else 0.3) else -3,
            opened=12 if has_opened else None,
        )
        for (n, number), has_opened in opened.items()
    ]


# how agencies are, over how many periods, what counts then (own past, stage), the score as a share of the average's
WORLDS = [
    (differing, 5, (True, None), Fraction(9, 10)),
    (differing, 12, (True, None), Fraction(8, 10)),
    (undiffering, 5, (False, None), 1),
    (undiffering, 12, (False, None), 1),
    (telling_stages, 5, (None, True), Fraction(9, 10)),
    (telling_stages, 12, (False, True), Fraction(9, 10)),
]


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(("world", "periods", "counts", "share"), WORLDS)
def test_the_own_past_counts_where_agencies_differ_the_stage_where_it_tells_and_neither_where_nothing_does(
    world, periods, counts, share, seed
):
    found = calibrate(world(seed, periods), (3,))
    chosen = (found.weights.own is not None, found.weights.alike is not None)

    assert [one for one, expected in zip(chosen, counts, strict=True) if expected not in (None, one)] == []
    assert found.brier <= found.floor * share
    assert [
        one
        for one in found.bins
        if one.count >= 60 and abs(Fraction(one.came_true, one.count) - one.said) > Fraction(1, 8)
    ] == []


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("world", [differing, undiffering, telling_stages])
def test_with_little_history_what_is_told_is_never_worse_than_the_average_on_held_back_periods(world, seed):
    for periods in (2, 3, 4):
        found = calibrate(world(seed, periods), (3,))

        assert found.brier <= found.floor
        assert found.is_average == (found.brier == found.floor)
        assert sum(one.count for one in found.bins) == found.forecasts
    assert calibrate(world(seed, 2)).is_average
    assert calibrate(world(seed, 1)) is None


def said_of(held, others, weights):
    """What the others say of each track of a period that is held back, three days before, and what became of it."""
    left = timedelta(days=3)
    counted = tally([one for period in others for one in period], left)
    return [(counted_chance(counted, {one.agency}, one.stage(one.due_at - left), weights), one) for one in held]


def error(said):
    return sum(float(chance.chance - one.is_in_time) ** 2 for chance, one in said)


def test_what_is_said_of_a_held_back_period_and_how_it_is_weighed_come_from_the_other_periods_alone():
    """The same by the plainest of loops: each period away, its weights from the others held back among themselves."""
    history = differing(7, 5)
    periods = [[one for one in history if one.period == f"p/{number:02d}"] for number in range(5)]
    total = 0
    for held in periods:
        others = [one for one in periods if one is not held]
        errors = [
            sum(error(said_of(inner, [one for one in others if one is not inner], weights)) for inner in others)
            for weights in MENU
        ]
        total += error(said_of(held, others, MENU[errors.index(min(errors))]))

    assert float(calibrate(history, (3,)).counted) == pytest.approx(total / len(history), abs=1e-5)


def test_only_the_last_twelve_periods_are_held_back():
    assert calibrate(differing(1, 14), (3,)).periods == tuple(f"p/{number:02d}" for number in range(2, 14))


def test_where_the_average_is_told_all_have_the_same_chance_and_the_worst_record_still_comes_first():
    history = agents(KNOWN)
    now = FIRST + 30 * SPACING - timedelta(days=5)
    found = forecast(now, [track(one, 30) for one in KNOWN], history, (-1,), weights=AVERAGE)
    everybody = tally(history, timedelta(days=5)).everybody

    assert {one.chance.chance for one in found.risks} == {everybody.shrunk(Fraction(1, 2))}
    assert [one.agency for one in found.risks] == ["cham", "that-thuong", "thuong", "chac"]
    assert found.best == found.risks[0]
    assert [(one.key, one.params) for one in found.risks[0].reasons[2:]] == [
        ("forecast.why.everybody", {"of": everybody.of, "good": everybody.good})
    ]


def test_who_has_always_answered_by_now_is_told_apart_from_who_has_no_past():
    early = [track("som", number, before=15) for number in range(3)]
    found = forecast(FIRST + 3 * SPACING - timedelta(days=5), [track("moi", 3), track("som", 3)], early)

    assert {one.agency: (one.reasons[1].key, one.reasons[1].params) for one in found.risks} == {
        "moi": ("forecast.why.no_own", {}),
        "som": ("forecast.why.always_before", {"of": 3}),
    }


def test_the_chance_of_all_is_the_product_and_whoever_is_late_already_makes_it_none():
    history = agents(KNOWN)
    now = FIRST + 30 * SPACING - timedelta(days=5)
    open_tracks = [track(one, 30) for one in KNOWN]
    found = forecast(now, [*open_tracks, track("xong", 30, before=10)], history, (-1,), weights=BOTH)
    product = Fraction(1)
    for risk in found.risks:
        product *= risk.chance.chance

    assert (found.owing, found.done, found.complete) == (5, 1, product)
    assert [one.agency for one in found.risks] == ["cham", "that-thuong", "thuong", "chac"]
    assert forecast(now + timedelta(days=9), [track("muon", 30, before=-1)], history).complete == 0
    assert found == forecast(now, [*open_tracks, track("xong", 30, before=10)], history, (-1,), weights=BOTH)


def test_the_reminder_that_helps_most_goes_where_reminders_were_answered_and_somebody_is_at_risk():
    heard = [track("nghe", n, before=4 if n % 2 else -4, reminders=(5,)) for n in range(8)]
    found = forecast(
        FIRST + 20 * SPACING - timedelta(days=8),
        [track("nghe", 20), track("cham", 20)],
        [*heard, *agents(KNOWN)],
        (-5,),
        weights=BOTH,
    )

    assert nudges(heard)[-5].good == 4
    assert found.best is not None
    assert (found.best.agency, found.best.nudge.rung) == ("cham", -5)


def test_every_risk_says_why_with_its_counts():
    found = forecast(FIRST + 24 * SPACING - timedelta(days=5), [track("cham", 24)], agents(KNOWN), (-1,), weights=BOTH)
    keys = [(one.key, one.params.get("of")) for one in found.risks[0].reasons]

    assert keys == [("forecast.why.silent", None), ("forecast.why.own", 24), ("forecast.why.alike", 96)]


def past(agency, answers):
    """Periods one after the other; ``answers``: days before the due instant, None where there was no answer."""
    return [track(agency, number, before=before) for number, before in enumerate(answers)]


def test_a_successor_inherits_what_its_predecessors_did_from_the_day_it_took_them_over():
    history = past("old", [None, None, None, 1]) + past("steady", [6, 6, 6, 1])
    now = FIRST + 5 * SPACING - timedelta(days=5)
    took_over = [Forebear("old", "Sở cũ", now - timedelta(days=30))]
    will_take_over = [Forebear("old", "Sở cũ", now + timedelta(days=1))]
    found = [
        forecast(now, [track("new", 5)], history, lineage={"new": lineage}, weights=BOTH).risks[0]
        for lineage in ([], took_over, will_take_over)
    ]

    assert [(one.chance.counts.own.of, one.chance.counts.own.good) for one in found] == [(0, 0), (4, 1), (0, 0)]
    assert found[1].chance.chance < found[0].chance.chance == found[2].chance.chance
    assert [reason.params for reason in found[1].reasons if reason.key == "forecast.why.inherited"] == [
        {"names": "Sở cũ"}
    ]


def test_held_back_periods_are_forecast_with_the_forebears_of_that_day():
    """Until the third period "new" had taken over nobody; then it fares as its predecessor did."""
    history = past("old", [None, None, None]) + past("new", [1, 1, 1, None])
    late = [Forebear("old", "Sở cũ", FIRST + 2 * SPACING + timedelta(days=1))]
    early = [Forebear("old", "Sở cũ", FIRST - SPACING)]
    scores = [calibrate(history, (2,), {"new": lineage}).brier for lineage in ([], late, early)]

    assert scores[1] < scores[0]
    assert len(set(scores)) == 3
