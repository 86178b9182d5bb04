"""How good the forecasts are: each past period is held back and forecast from the ones before it alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

from plancycle.domain.forecast import NONE, Lineage, Stage, Track, chance_of, forebears_of

HORIZONS = (10, 5, 3, 1)
"""Days before the due instant at which the past is asked what would have been said."""
BINS = 5


@dataclass(frozen=True, slots=True)
class Bin:
    """Forecasts between two chances: how many, what they said on average, how many came true."""

    low: Fraction
    high: Fraction
    count: int
    said: Fraction
    came_true: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """What held-back periods say of the forecasts. Scores are mean squared errors: 0 is perfect.

    ``floor`` is the score of saying everybody's share of the earlier periods to all; below it the forecast is of use.
    """

    forecasts: int
    periods: tuple[str, ...]
    brier: Fraction
    floor: Fraction
    bins: tuple[Bin, ...]


def calibrate(
    history: Sequence[Track], horizons: Sequence[int] = HORIZONS, lineage: Lineage = NONE
) -> Calibration | None:
    """Forecast each past period from the ones before it alone; None while there are fewer than two."""
    periods = {one.period: one.due_at for one in history}
    order = sorted(periods, key=lambda one: (periods[one], one))
    said: list[tuple[Fraction, Fraction, bool]] = []
    asked: list[str] = []
    for period in order:
        held = [one for one in history if one.period == period]
        opens_at = min(one.opens_at for one in held)
        earlier = [one for one in history if one.due_at <= opens_at]
        if earlier:
            asked.append(period)
            said += [pair for days in horizons for pair in _said(held, earlier, timedelta(days=days), lineage)]
    if not said:
        return None
    count = len(said)
    brier = sum(((one - came) ** 2 for one, _, came in said), start=Fraction(0)) / count
    floor = sum(((base - came) ** 2 for _, base, came in said), start=Fraction(0)) / count
    return Calibration(count, tuple(asked), brier, floor, _bins(said))


def _said(
    held: Sequence[Track], earlier: Sequence[Track], left: timedelta, lineage: Lineage
) -> list[tuple[Fraction, Fraction, bool]]:
    found = []
    for track in held:
        stage = track.stage(track.due_at - left)
        if stage is not Stage.DONE and track.due_at - left > track.opens_at:
            inherited = {one.agency for one in forebears_of(lineage, track.agency, track.due_at - left)}
            chance = chance_of(track.agency, stage, left, earlier, inherited)
            found.append((chance.chance, chance.everybody.shrunk(Fraction(1, 2)), track.is_in_time))
    return found


def _bins(said: Sequence[tuple[Fraction, Fraction, bool]]) -> tuple[Bin, ...]:
    found = []
    for number in range(BINS):
        low, high = Fraction(number, BINS), Fraction(number + 1, BINS)
        inside = [(p, came) for p, _, came in said if low <= p < high or (p == 1 and number == BINS - 1)]
        if inside:
            mean = sum((p for p, _ in inside), start=Fraction(0)) / len(inside)
            found.append(Bin(low, high, len(inside), mean, sum(came for _, came in inside)))
    return tuple(found)
