"""Which answers count: those that stand, as far as the programme's rule lets them into an edition."""

from collections.abc import Iterable
from datetime import datetime

from plancycle.domain.periods import ObligationKey, Period
from plancycle.domain.submissions import Submission, SubmissionStatus
from plancycle.services.cycle_view import CycleView
from plancycle.services.judged_moments import judged_moments
from plancycle.services.matrix import versions_by_agency
from plancycle.services.repositories import Work

REVIEWED = "submission.reviewed"
"""The event of a person's review, about the version's id."""


def standing_now(work: Work, view: CycleView, period: Period) -> list[Submission]:
    """The accepted submission of each agency that has one, in roster order."""
    versions = versions_by_agency(work, view, period)
    standing: list[Submission] = []
    for agency in view.reporters(period):
        accepted = [one for one in versions.get(agency, []) if one.status is SubmissionStatus.ACCEPTED]
        standing.extend(accepted[-1:])
    return standing


def accepted_now(work: Work, view: CycleView, period: Period) -> list[Submission]:
    """Those that count: late, unreviewed and unexplained ones only as the programme says.

    A reviewer who lets an unexplained one stand has said why (:mod:`plancycle.services.review_answers`).
    """
    standing, rule = standing_now(work, view, period), view.programme.form.inclusion
    if not rule.late:
        due_at = _due(work, view, period)
        standing = [one for one, at in judged(work, view, period, standing) if at < due_at[one.obligation]]
    reviewed = reviewed_now(work, view.key(period)) if not (rule.unreviewed and rule.unexplained) else set()
    if not rule.unreviewed:
        standing = [one for one in standing if one.id in reviewed]
    if not rule.unexplained:
        asked = work.explanations.open_warnings(f"{view.key(period)}/")
        standing = [one for one in standing if one.id not in asked or one.id in reviewed]
    return standing


def judged(
    work: Work, view: CycleView, period: Period, standing: Iterable[Submission]
) -> list[tuple[Submission, datetime]]:
    """Standing answers, each with the moment by which it is judged on time or late."""
    answers, due_at = list(standing), view.dates(period).due_at
    moments: dict[str, datetime] = {}
    if any(one.sent_at >= due_at and one.version > 1 for one in answers):
        moments = judged_moments(work, view, period, versions_by_agency(work, view, period))
    return [(one, moments.get(one.id, one.sent_at)) for one in answers]


def sent_in_time(work: Work, view: CycleView, period: Period) -> set[str]:
    """Ids of those that count and were themselves sent before their agency's due date, whatever they replaced."""
    due_at = _due(work, view, period)
    return {one.id for one in accepted_now(work, view, period) if one.sent_at < due_at[one.obligation]}


def _due(work: Work, view: CycleView, period: Period) -> dict[ObligationKey, datetime]:
    """By the due date in force now: an extension may have been granted after an answer came in."""
    return {one.key: one.due_at for one in view.obligations(period, work.submissions.extensions(view.id))}


def reviewed_now(work: Work, prefix: str) -> set[str]:
    """Ids of the versions under the prefix that a person has reviewed."""
    return {one.subject for one in work.audit.find([REVIEWED], f"{prefix}/")}
