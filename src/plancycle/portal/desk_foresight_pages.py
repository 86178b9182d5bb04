"""What the desk's pages about the year ahead and what is asked show."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class RiskLine:
    """One agency that has not answered: where it stands, how likely it is in time, and why."""

    name: str
    href: str
    stage: str
    chance: str
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BinLine:
    """Forecasts between two chances, and what came of them."""

    between: str
    count: str
    said: str
    came_true: str


@dataclass(frozen=True, slots=True)
class ForecastPage:
    """``desk/forecast.html``: whether a period will be complete in time, who puts it at risk, which reminder helps."""

    year: int
    now: datetime
    headline: str
    """Empty when no period has opened; then ``problem`` says so."""
    problem: str
    risks: tuple[RiskLine, ...]
    best: str
    calibration: str
    bins: tuple[BinLine, ...]


@dataclass(frozen=True, slots=True)
class BurdenRow:
    """What one body is asked in a year."""

    name: str
    periods: int
    cells: int
    required: int
    works: int
    letters: int
    minutes: int | None
    repeats: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BurdenPage:
    """``desk/burden.html``: what bodies are asked across programmes in a year."""

    year: int
    rows: tuple[BurdenRow, ...]
