"""What a simulated clerk has to say: one answer a question, the same for the same seed, agency and period.

Progress only rises, finished work has a document to show, a year's figure is the sum of its quarters, and a figure
that jumps comes with its explanation. Figures are plausible, not real.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from plancycle.domain.periods import Period
from plancycle.rehearsal.dice import Dice, phrases

Answer = str | Decimal | date | None
"""Text, a number, a day, or nothing."""

FIGURES: dict[str, tuple[int, int, int]] = {
    "documents-issued": (6, 18, 0),
    "dissemination-sessions": (6, 20, 0),
    "dissemination-attendance": (180, 1400, 0),
    "inspections": (5, 12, 0),
    "budget-spent": (400, 4800, 1),
}
"""Counted figures: lowest and highest value of a quarter in units of 10^-precision, and the precision."""

SCORES: dict[str, tuple[int, int]] = {
    "par-index": (8450, 8900),
    "papi": (4180, 4390),
    "sipas": (8100, 8600),
    "pci": (6480, 6720),
}
"""Scored indicators in hundredths of a point."""

PACE: dict[Period, tuple[int, int]] = {
    Period.Q1: (2, 6),
    Period.Q2: (8, 11),
    Period.H1: (8, 11),
    Period.Q3: (13, 17),
    Period.ANNUAL: (19, 23),
}
"""Progress in steps of five per cent, from … to; everything from 20 steps on is finished."""

MONTHS: dict[Period, int] = {Period.PLAN: -1, Period.Q1: 2, Period.Q2: 5, Period.H1: 5, Period.Q3: 8, Period.ANNUAL: 11}
"""The month in which evidence shown in a period was signed; the plan shows none."""

DONE = Decimal(100)
FULL = 20


@dataclass(frozen=True, slots=True)
class Answers:
    """One clerk's answers in one year."""

    dice: Dice
    agency: str
    year: int
    nil_periods: frozenset[Period] = frozenset()
    check_ins: tuple[Period, ...] = (Period.Q1, Period.Q2, Period.Q3)
    """The periods whose figures the year's figure is the sum of."""

    def answer(self, period: Period, row: str, field: str) -> Answer:
        """The answer to one question; None leaves the cell empty."""
        if period in self.nil_periods and field not in ("preparer", "position", "phone", "nil"):
            return None
        answer: Answer = _ANSWERS[field](self, period, row)
        return answer

    def person(self, *_asked: object) -> str:
        """The clerk's name, marked as simulated."""
        return simulated_name(self.dice.about(self.agency, "clerk"))

    def position(self, *_asked: object) -> str:
        """The clerk's position."""
        return self.dice.pick(_list("people", "positions"), self.agency, "position")

    def phone(self, *_asked: object) -> str:
        """A number nobody can have."""
        return f"0208 000 {self.dice.number(0, 9999, self.agency, 'phone'):04d}"

    def nil(self, period: Period, row: str) -> str:
        """Whether there was anything to report."""
        return _text("choices", "nil" if period in self.nil_periods else "some")

    def progress(self, period: Period, row: str) -> Decimal:
        """Per cent done; never less than the period before."""
        low, high = PACE[period]
        steps = self.dice.number(low, high, self.agency, period, row)
        if period is Period.Q1 and self.dice.chance(12, self.agency, "late start", row):
            steps = 0
        half = Decimal("2.5") if 0 < steps < FULL and self.dice.chance(15, self.agency, "half", period, row) else 0
        return min(DONE, Decimal(5 * steps) + half)

    def status(self, period: Period, row: str) -> str:
        """What the progress is called."""
        progress = self.progress(period, row)
        name = "done" if progress == DONE else "under_way" if progress else "not_started"
        return _text("choices", name)

    def result(self, period: Period, row: str) -> str:
        """What has been achieved."""
        progress = self.progress(period, row)
        stage = "done" if progress == DONE else "none" if not progress else "early" if progress < 50 else "middle"
        said = self._say("result", stage, about=(period, row))
        return said.format(progress=typed(progress))

    def evidence(self, period: Period, row: str) -> str | None:
        """A document to show for it."""
        if self.progress(period, row) < 40:
            return None
        month = MONTHS[period]
        day = date(self.year, month, self.dice.number(1, 25, self.agency, "day", period, row))
        number = self.dice.number(20, 380, self.agency, "number", period, row)
        return _text("evidence").format(number=number, day=f"{day:%d/%m/%Y}")

    def obstacle(self, period: Period, row: str) -> str | None:
        """A difficulty, now and then."""
        is_met = self.progress(period, row) != DONE and self.dice.chance(14, self.agency, "obstacle", period, row)
        return self._say("obstacle", about=(period, row)) if is_met else None

    def proposal(self, period: Period, row: str) -> str | None:
        """What would help against the difficulty, sometimes."""
        is_asked = self.obstacle(period, row) and self.dice.chance(50, self.agency, "proposal", period, row)
        return self._say("proposal", about=(period, row)) if is_asked else None

    def target(self, period: Period, row: str) -> str:
        """What is aimed at this year."""
        return self._say("target", about=(row,)).format(year=self.year)

    def output(self, period: Period, row: str) -> str:
        """What there will be to show."""
        return self._say("output", about=(row,))

    def finish(self, period: Period, row: str) -> date:
        """By when."""
        return date(self.year, self.dice.number(9, 11, self.agency, "month", row), 28)

    def value(self, period: Period, row: str) -> Answer:
        """A figure, or a paragraph of the narrative."""
        if row in SCORES:
            low, high = SCORES[row]
            return Decimal(self.dice.number(low, high, row) + 8 * (MONTHS[period] + 1) // 3) / 100
        if row in FIGURES:
            scaled = self._year(row) if period is Period.ANNUAL else self._quarter(period, row)
            return Decimal(scaled).scaleb(-FIGURES[row][2])
        return self._say("narrative", row, about=(period,))

    def goal(self, period: Period, row: str) -> Decimal:
        """The year's goal, set in January."""
        if row in SCORES:
            return Decimal(SCORES[row][1] + 50) / 100
        low, high, precision = FIGURES[row]
        return Decimal(4 * self.dice.number(low, high, self.agency, row)).scaleb(-precision)

    def estimate(self, period: Period, row: str) -> str:
        """Whether the year's figure is counted or estimated."""
        return _text("choices", "estimated" if row == "budget-spent" else "measured")

    def explanation(self, period: Period, row: str) -> str | None:
        """Why a figure differs so much from last period's."""
        if row not in FIGURES:
            return None
        if period is Period.ANNUAL:
            return _text("explanation", "year").format(year=self.year)
        return _text("explanation", "jump") if self._is_peak(period, row) else None

    def _quarter(self, period: Period, row: str) -> int:
        """A quarter's figure: the agency's own size, a fifth up or down, and a peak now and then."""
        low, high, _ = FIGURES[row]
        size = self.dice.number(low, high, self.agency, row)
        value = max(1, size * self.dice.number(88, 112, self.agency, period, row) // 100)
        return value * 2 if self._is_peak(period, row) else value

    def _is_peak(self, period: Period, row: str) -> bool:
        return period in (Period.Q2, Period.H1) and self.dice.chance(8, self.agency, "peak", row)

    def _year(self, row: str) -> int:
        said = [self._quarter(period, row) for period in self.check_ins if period not in self.nil_periods]
        return sum(said) + self._quarter(Period.ANNUAL, row)

    def _say(self, *path: str, about: Sequence[object]) -> str:
        return self.dice.pick(_list(*path), self.agency, *path, *about)


_ANSWERS: dict[str, Callable[[Answers, Period, str], Answer]] = {
    "preparer": Answers.person,
    "position": Answers.position,
    "phone": Answers.phone,
    "nil": Answers.nil,
    "target": Answers.target,
    "output": Answers.output,
    "finish": Answers.finish,
    "status": Answers.status,
    "progress": Answers.progress,
    "result": Answers.result,
    "evidence": Answers.evidence,
    "obstacle": Answers.obstacle,
    "proposal": Answers.proposal,
    "explanation": Answers.explanation,
    "goal": Answers.goal,
    "value": Answers.value,
    "estimate": Answers.estimate,
}
"""Field codes of the shipped programme's forms, each with the way it is answered."""


def simulated_name(dice: Dice) -> str:
    """An invented person, said to be one."""
    parts = [dice.pick(_list("people", part), part) for part in ("family", "middle", "given")]
    return " ".join([*parts, str(phrases()["simulated"])])


def typed(number: Decimal) -> str:
    """A number as a Vietnamese clerk types it: ``62,5``, ``1.250,5``; whole numbers without grouping."""
    whole, _, decimals = f"{number.normalize():f}".partition(".")
    return f"{int(whole):,}".replace(",", ".") + f",{decimals}" if decimals else whole


def _list(*path: str) -> list[str]:
    found = phrases()
    for name in path:
        found = found[name]
    return list(found)


def _text(*path: str) -> str:
    found = phrases()
    for name in path:
        found = found[name]
    return str(found)
