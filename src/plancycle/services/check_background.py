"""What an answer is held against when it is checked: earlier figures, the days reported on, what others wrote."""

from dataclasses import replace
from datetime import date, timedelta

from plancycle.domain.check_rules import Against, CopiedFrom, RuleKind
from plancycle.domain.periods import CycleKey, ObligationKey, Period, preceding
from plancycle.domain.rule_checks import Background, Question, plain_words
from plancycle.domain.submissions import SubmissionStatus
from plancycle.services.cycle_view import CycleView
from plancycle.services.ports import House
from plancycle.services.previous_values import previous_values
from plancycle.services.repositories import Work


def background_of(house: House, work: Work, view: CycleView, period: Period, agency: str) -> Background:
    """Everything the programme's checks of this period look at; what no check asks for is not fetched."""
    checks = [one for one in view.programme.form.checks if one.is_asked_in(period)]
    background = Background(
        previous=previous_values(work, view, period, agency),
        reported=reported_days(view, period),
        likeness=house.likeness,
    )
    if any(one.against is Against.YEAR for one in checks):
        background = replace(background, last_year=_last_year(work, view, period, agency))
    copied = [one for one in checks if one.kind is RuleKind.COPIED and CopiedFrom.OTHER_AGENCY in one.sources]
    if copied:
        fields = sorted({one.field for one in copied})
        least = min(one.length or 1 for one in copied)
        background = replace(background, others=_others(work, view, period, agency, fields, least))
    return background


def reported_days(view: CycleView, period: Period) -> tuple[date, date]:
    """First and last day a period reports on: after the data cut-off of the one before until its own.

    The plan and the annual evaluation look at the whole year; the year's first check-in follows last year's evaluation.
    """
    year = view.year
    if period is Period.PLAN:
        return date(year, 1, 1), date(year, 12, 31)
    cutoff = view.dates(period).cutoff
    if period is Period.ANNUAL:
        return date(year, 1, 1), cutoff
    before = preceding(period, view.programme.order)
    if before is not None:
        return view.dates(before).cutoff + timedelta(days=1), cutoff
    month, day = view.programme.period_rule(Period.ANNUAL).cutoff
    return date(year - 1, month, day) + timedelta(days=1), cutoff


def _last_year(work: Work, view: CycleView, period: Period, agency: str) -> dict[Question, str]:
    """What stands as the agency's own answer of the same period a year ago."""
    owed = ObligationKey(str(CycleKey(view.programme.id, view.year - 1)), period, agency)
    accepted = [one for one in work.submissions.versions(owed) if one.status is SubmissionStatus.ACCEPTED]
    entries = work.submissions.entries(accepted[-1].id) if accepted else []
    return {(entry.row, entry.field): entry.value for entry in entries if entry.value is not None}


def _others(
    work: Work, view: CycleView, period: Period, agency: str, fields: list[str], least: int
) -> dict[Question, list[str]]:
    """What other agencies wrote to the same questions of the period, without saying who."""
    found: dict[Question, list[str]] = {}
    for who, entry in work.submissions.texts(view.id, period, fields, least):
        if who != agency and entry.value:
            found.setdefault((entry.row, entry.field), []).append(plain_words(entry.value))
    return found
