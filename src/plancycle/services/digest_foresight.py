"""What the operator's letter of the day says of the period that is due next: which reports may not be in, and why.

Only while such forecasts can be checked (:data:`~plancycle.domain.calibration.HORIZONS` before the due instant), only
when the period is more likely incomplete than not, and only of the agencies that put it most at risk: a letter that
warns of everybody warns of nobody.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

from plancycle.domain.calibration import HORIZONS
from plancycle.domain.errors import NotFound
from plancycle.services.cycle_view import CycleView
from plancycle.services.foresee import Foresight, foresee, next_period
from plancycle.services.foresight_words import foresight_words
from plancycle.services.ports import House
from plancycle.services.repositories import Work

DOUBTFUL = Fraction(1, 2)
"""A period whose chance of being complete is below this is told of."""
LIKELY = Fraction(9, 10)
"""Agencies with at least this chance are not named."""
MOST = 5


@dataclass(frozen=True, slots=True)
class Warnings:
    """``lines``: by ``period/agency``, what is printed; ``said``: the lines above and below them, by language."""

    lines: Mapping[str, Mapping[str, object]]
    said: Mapping[str, Mapping[str, str]]


def warnings(house: House, work: Work, view: CycleView) -> Warnings:
    """The agencies that may not be in time for the period that is due next; none outside the last days before it."""
    now, period = house.clock.now(), next_period(view, house.clock.now())
    if period is None or not timedelta(0) < view.dates(period).due_at - now <= timedelta(days=max(HORIZONS)):
        return Warnings({}, {})
    try:
        found = foresee(house, view.year, period, work)
    except NotFound:  # everybody reports another way
        return Warnings({}, {})
    if not found.history or found.forecast.complete >= DOUBTFUL:
        return Warnings({}, {})
    return _warnings(house, found)


def _warnings(house: House, found: Foresight) -> Warnings:
    words = {language: foresight_words(house.texts, found, language) for language in ("vi", "en")}
    both = zip(found.forecast.risks, words["vi"].risks, words["en"].risks, strict=True)
    named = [(risk, vi, en) for risk, vi, en in both if risk.chance.chance < LIKELY][:MOST]
    lines = {
        f"{found.period}/{risk.agency}": {
            "name": vi.name,
            "period": found.title,
            "period_id": found.period,
            "chance": vi.chance,
            "why": " ".join(vi.why),
            "why_en": " ".join(en.why),
        }
        for risk, vi, en in named
    }
    said = {
        name: {"headline": one.headline, "best": one.best, "calibration": one.calibration}
        for name, one in words.items()
    }
    return Warnings(lines, said if lines else {})
