"""Where a year's reports about one commitment do not go together: the same id from plan to evaluation, side by side."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from plancycle.domain.forms import Aggregation, FormRules, Indicator
from plancycle.domain.narrative import Folding
from plancycle.domain.periods import CHECK_INS, Period
from plancycle.domain.rule_checks import plain_words, shown

STATUS, PROGRESS, EVIDENCE, RESULT, VALUE = "status", "progress", "evidence", "result", "value"
REASONS = ("explanation", "obstacle", "result")
"""Fields in which a reason for giving work up may stand."""
COMPARED = frozenset({STATUS, PROGRESS, EVIDENCE, RESULT, VALUE, *REASONS})
SHORTEST_COPY = 40
"""Letters: shorter texts are alike by themselves."""
WHOLE = Decimal(100)


def compared_fields(part: Period, period: Period, order: Sequence[Period]) -> frozenset[str]:
    """The fields of a part of the year that a period's reports are held against; of the period itself, its own.

    A year's figures are held against every check-in, anything else against the last one only.
    """
    if part is period:
        return COMPARED
    last = [one for one in order[: order.index(period)] if one in CHECK_INS][-1]
    values = {VALUE} if period is Period.ANNUAL else set()
    return frozenset(values | {PROGRESS, RESULT} if part is last else values)


class Contradiction(StrEnum):
    """What does not go together."""

    ANNUAL_NOT_CUMULATIVE = "annual_not_cumulative"
    """The year's figure is below its check-ins added up; of one that is not added up, another than the last."""
    PROGRESS_FELL = "progress_fell"
    DONE_WITHOUT_EVIDENCE = "done_without_evidence"
    DROPPED_WITHOUT_REASON = "dropped_without_reason"
    NO_MOVEMENT = "no_movement"
    """The same unfinished progress in two reports after each other."""
    COPIED_FROM_LAST = "copied_from_last"
    COPIED_FROM_OTHER = "copied_from_other"


@dataclass(frozen=True, slots=True)
class Told:
    """One answer: what was typed in which cell of which version, and what it was read as."""

    value: str
    submission: str
    sheet: str
    cell: str


@dataclass(frozen=True, slots=True)
class Commitment:
    """One piece of work or figure of one agency through the year: answers by period and field."""

    agency: str
    id: str
    title: str
    told: Mapping[Period, Mapping[str, Told]]
    indicator: Indicator | None = None

    def value(self, period: Period, field: str) -> str:
        """An answer's canonical value; empty where there is none."""
        found = self.told.get(period, {}).get(field)
        return found.value if found else ""


@dataclass(frozen=True, slots=True)
class Found:
    """One contradiction at one commitment, with the two values that do not go together and their cells."""

    kind: Contradiction
    agency: str
    id: str
    title: str
    before: str
    now: str
    cells: tuple[Told, ...]


def contradictions(
    commitments: Sequence[Commitment], period: Period, order: Sequence[Period], form: FormRules, fold: Folding
) -> list[Found]:
    """Every contradiction of a period's reports, commitment by commitment in the given order."""
    before = [one for one in order[: order.index(period)] if one in CHECK_INS]
    copied = _copied_from_others(commitments, period, form, fold)
    found: list[Found] = []
    for one in commitments:
        for check in _CHECKS:
            found.extend(check(one, period, before, form))
        found.extend(_copied_from_last(one, period, before, form, fold))
        found.extend(copied.get((one.agency, one.id), ()))
    return found


def _found(kind: Contradiction, one: Commitment, before: str, now: str, *cells: Told | None) -> Found:
    return Found(kind, one.agency, one.id, one.title, before, now, tuple(cell for cell in cells if cell is not None))


def _annual(one: Commitment, period: Period, before: Sequence[Period], _form: FormRules) -> Iterator[Found]:
    if period is not Period.ANNUAL or one.indicator is None or not one.value(period, VALUE):
        return
    parts = [one.told[part][VALUE] for part in before if one.value(part, VALUE)]
    if not parts:
        return
    now, values = Decimal(one.value(period, VALUE)), [Decimal(part.value) for part in parts]
    is_sum = one.indicator.aggregation is Aggregation.SUM
    held = sum(values, Decimal(0)) if is_sum else values[-1]
    if (now < held) if is_sum else (now != held):
        kind = Contradiction.ANNUAL_NOT_CUMULATIVE
        yield _found(kind, one, shown(held), shown(now), *parts, one.told[period][VALUE])


def _progress(one: Commitment, period: Period, before: Sequence[Period], form: FormRules) -> Iterator[Found]:
    last = before[-1] if before else None
    if last is None or not one.value(last, PROGRESS) or not one.value(period, PROGRESS):
        return
    was, now = Decimal(one.value(last, PROGRESS)), Decimal(one.value(period, PROGRESS))
    cells = (one.told[last][PROGRESS], one.told[period][PROGRESS])
    if now < was:
        yield _found(Contradiction.PROGRESS_FELL, one, shown(was), shown(now), *cells)
    is_over = one.value(period, STATUS) in (form.done_status, form.dropped_status)
    if now == was and now < WHOLE and not is_over:
        yield _found(Contradiction.NO_MOVEMENT, one, shown(was), shown(now), *cells)


def _done(one: Commitment, period: Period, _before: Sequence[Period], form: FormRules) -> Iterator[Found]:
    status = one.value(period, STATUS)
    if status and status == form.done_status and not one.value(period, EVIDENCE).strip():
        yield _found(Contradiction.DONE_WITHOUT_EVIDENCE, one, "", status, one.told[period][STATUS])


def _dropped(one: Commitment, period: Period, _before: Sequence[Period], form: FormRules) -> Iterator[Found]:
    status = one.value(period, STATUS)
    if status and status == form.dropped_status and not any(one.value(period, reason).strip() for reason in REASONS):
        yield _found(Contradiction.DROPPED_WITHOUT_REASON, one, "", status, one.told[period][STATUS])


_CHECKS: tuple[Callable[[Commitment, Period, Sequence[Period], FormRules], Iterator[Found]], ...] = (
    _annual,
    _progress,
    _done,
    _dropped,
)


def _copied_from_last(
    one: Commitment, period: Period, before: Sequence[Period], form: FormRules, fold: Folding
) -> Iterator[Found]:
    last = before[-1] if before else None
    was, now = one.value(last, RESULT) if last else "", one.value(period, RESULT)
    if last is None or min(len(was), len(now)) < SHORTEST_COPY:
        return
    if fold([plain_words(was), plain_words(now)], form.inclusion.fold_percent)[1] == 0:
        cells = (one.told[last][RESULT], one.told[period][RESULT])
        yield _found(Contradiction.COPIED_FROM_LAST, one, was, now, *cells)


def _copied_from_others(
    commitments: Sequence[Commitment], period: Period, form: FormRules, fold: Folding
) -> dict[tuple[str, str], list[Found]]:
    """Results that more than one agency tells of the same work, at every agency but the first."""
    by_work: dict[str, list[Commitment]] = {}
    for one in commitments:
        if len(one.value(period, RESULT)) >= SHORTEST_COPY:
            by_work.setdefault(one.id, []).append(one)
    found: dict[tuple[str, str], list[Found]] = {}
    for alike in (group for group in by_work.values() if len(group) > 1):
        texts = [plain_words(one.value(period, RESULT)) for one in alike]
        for at, leader in enumerate(fold(texts, form.inclusion.fold_percent)):
            if leader != at:
                first, one = alike[leader], alike[at]
                cells = (first.told[period][RESULT], one.told[period][RESULT])
                told = _found(Contradiction.COPIED_FROM_OTHER, one, first.agency, one.value(period, RESULT), *cells)
                found.setdefault((one.agency, one.id), []).append(told)
    return found
