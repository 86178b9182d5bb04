"""How likely a report is in before its due instant, from what the same and other agencies did at the same distance.

The chance of an agency that has not answered, so many days before the due instant, is counted and nothing else: of the
past periods in which it stood here, how often did it answer in time. Little history of its own is filled up with that
of everybody who stood at the same stage, and that with everybody's (each counts as :data:`WEIGHT` more cases). All
numbers are exact fractions, and every risk carries the counts it was made of. What a body did that another one has
taken over counts as that one's own past.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from math import prod

from plancycle.domain.reasons import Reason

WEIGHT = 4
"""How many cases of its own an agency needs before they count as much as everybody's."""
ANSWERED_WITHIN = timedelta(days=3)
"""An answer within so long after a reminder is put down to it."""


class Stage(StrEnum):
    """How far an agency has come with a report."""

    SILENT = "silent"
    OPENED = "opened"
    DRAFT = "draft"
    RETURNED = "returned"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Track:
    """What is on record of one obligation. ``returns``: when a version came back and when the next one was sent."""

    agency: str
    period: str
    """``tn-nq94-2025/q1``."""
    opens_at: datetime
    due_at: datetime
    answered_at: datetime | None = None
    opened_at: datetime | None = None
    drafted_at: datetime | None = None
    returned_at: datetime | None = None
    reminders: tuple[tuple[datetime, int], ...] = ()
    """When each was queued, and its rung (days from the soft due)."""

    def stage(self, at: datetime) -> Stage:
        """Where it stood at a moment."""
        if self.answered_at is not None and self.answered_at <= at:
            return Stage.DONE
        reached = ((Stage.RETURNED, self.returned_at), (Stage.DRAFT, self.drafted_at), (Stage.OPENED, self.opened_at))
        return next((stage for stage, when in reached if when is not None and when <= at), Stage.SILENT)

    @property
    def is_in_time(self) -> bool:
        """Whether it was answered before its due instant."""
        return self.answered_at is not None and self.answered_at < self.due_at


@dataclass(frozen=True, slots=True)
class Forebear:
    """A body that another one took over wholly: its name then, and since when the other stands in its place."""

    agency: str
    name: str
    since: datetime


Lineage = Mapping[str, Sequence[Forebear]]
"""By agency: whose past is its own, too."""
NONE: Lineage = {}


@dataclass(frozen=True, slots=True)
class Count:
    """So many of so many."""

    of: int = 0
    good: int = 0

    def shrunk(self, towards: Fraction) -> Fraction:
        """The share, filled up with ``WEIGHT`` cases of another share."""
        return (self.good + WEIGHT * towards) / (self.of + WEIGHT)


@dataclass(frozen=True, slots=True)
class Chance:
    """How likely one agency is in time, and the counts behind it."""

    chance: Fraction
    own: Count
    alike: Count
    everybody: Count


@dataclass(frozen=True, slots=True)
class Nudge:
    """A reminder that is still to come: its rung and how much likelier the report gets by it."""

    rung: int
    gain: Fraction
    answered: Count
    """Of reminders of this rung to everybody who had not answered: how many were followed by an answer."""


@dataclass(frozen=True, slots=True)
class Risk:
    """One agency that has not answered: where it stands, its chance, what would help most, and why, in words."""

    agency: str
    stage: Stage
    chance: Chance
    nudge: Nudge | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Forecast:
    """A period at a moment: the chance that everybody is in time, and who puts it at risk, the greatest risk first.

    ``complete`` takes agencies to be independent of one another; ``expected_missing`` does not need that.
    """

    period: str
    at: datetime
    due_at: datetime
    owing: int
    done: int
    complete: Fraction
    expected_missing: Fraction
    risks: tuple[Risk, ...]
    best: Risk | None
    """Whose reminder would help most."""


def chance_of(
    agency: str, stage: Stage, left: timedelta, history: Iterable[Track], inherited: Set[str] = frozenset()
) -> Chance:
    """The chance of an agency at a stage, ``left`` before its due instant.

    ``history``: obligations that are over; ``inherited``: bodies it has taken over.
    """
    mine = {agency, *inherited}
    counts: dict[str, list[int]] = {name: [0, 0] for name in ("own", "alike", "everybody")}
    for track in history:
        seen = track.stage(track.due_at - left)
        if seen is Stage.DONE:
            continue
        for name, is_case in (("everybody", True), ("alike", seen is stage), ("own", track.agency in mine)):
            if is_case:
                counts[name][0] += 1
                counts[name][1] += track.is_in_time
    own, alike, everybody = (Count(*counts[name]) for name in ("own", "alike", "everybody"))
    base = everybody.shrunk(Fraction(1, 2))
    return Chance(own.shrunk(alike.shrunk(base)), own, alike, everybody)


def forecast(
    now: datetime, tracks: Sequence[Track], history: Sequence[Track], rungs: Sequence[int] = (), lineage: Lineage = NONE
) -> Forecast:
    """Look ahead for one period. ``tracks``: its obligations (at least one); ``rungs``: reminders to come."""
    answers = nudges(history)
    waiting = [one for one in tracks if one.stage(now) is not Stage.DONE]
    risks = [_risk(now, one, history, rungs, answers, forebears_of(lineage, one.agency, now)) for one in waiting]
    risks.sort(key=lambda one: (one.chance.chance, one.agency))
    late = sum(one.stage(now) is Stage.DONE and not one.is_in_time for one in tracks)
    complete = Fraction(0) if late else prod((one.chance.chance for one in risks), start=Fraction(1))
    helped = [one for one in risks if one.nudge is not None and one.nudge.gain > 0]
    return Forecast(
        period=tracks[0].period,
        at=now,
        due_at=tracks[0].due_at,
        owing=len(tracks),
        done=len(tracks) - len(waiting),
        complete=complete,
        expected_missing=sum((1 - one.chance.chance for one in risks), start=Fraction(late)),
        risks=tuple(risks),
        best=max(helped, key=lambda one: one.nudge.gain if one.nudge else Fraction(0), default=None),
    )


def _risk(
    now: datetime,
    track: Track,
    history: Sequence[Track],
    rungs: Sequence[int],
    answers: Mapping[int, Count],
    forebears: Sequence[Forebear],
) -> Risk:
    stage, left = track.stage(now), max(track.due_at - now, timedelta(0))
    nothing = Chance(Fraction(0), Count(), Count(), Count())
    inherited = {one.agency for one in forebears}
    chance = chance_of(track.agency, stage, left, history, inherited) if left else nothing
    pooled = Count(sum(one.of for one in answers.values()), sum(one.good for one in answers.values()))
    share = pooled.shrunk(Fraction(1, 2))
    offers = [
        Nudge(rung, (1 - chance.chance) * answers.get(rung, Count()).shrunk(share), answers.get(rung, Count()))
        for rung in rungs
    ]
    nudge = max(offers, key=lambda one: one.gain, default=None) if left else None
    known = {one.agency for one in history}
    names = [one.name for one in forebears if one.agency in known]
    return Risk(track.agency, stage, chance, nudge, _reasons(stage, left, chance, nudge, names))


def forebears_of(lineage: Lineage, agency: str, at: datetime) -> list[Forebear]:
    """Whom an agency had taken over by then."""
    return [one for one in lineage.get(agency, ()) if one.since <= at]


def _reasons(
    stage: Stage, left: timedelta, chance: Chance, nudge: Nudge | None, names: Sequence[str]
) -> tuple[Reason, ...]:
    if not left:
        return (Reason("forecast.why.over"),)
    reasons = [Reason(f"forecast.why.{stage}", {"days": left.days})]
    own = chance.own
    reasons.append(
        Reason("forecast.why.own", {"of": own.of, "good": own.good}) if own.of else Reason("forecast.why.no_own")
    )
    if own.of and names:
        reasons.append(Reason("forecast.why.inherited", {"names": ", ".join(names)}))
    if chance.alike.of:
        reasons.append(Reason("forecast.why.alike", {"of": chance.alike.of, "good": chance.alike.good}))
    if nudge is not None and nudge.answered.of:
        facts = {"rung": f"{nudge.rung:+d}", "of": nudge.answered.of, "good": nudge.answered.good}
        reasons.append(Reason("forecast.why.nudge", facts))
    return tuple(reasons)


def nudges(history: Iterable[Track]) -> dict[int, Count]:
    """By rung: how many reminders went to somebody who had not answered, how many were soon followed by an answer."""
    found: dict[int, list[int]] = {}
    for track in history:
        for at, rung in track.reminders:
            if track.stage(at) is not Stage.DONE:
                count = found.setdefault(rung, [0, 0])
                count[0] += 1
                count[1] += track.answered_at is not None and track.answered_at <= at + ANSWERED_WITHIN
    return {rung: Count(*count) for rung, count in sorted(found.items())}
