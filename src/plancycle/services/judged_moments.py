"""By which moment the answers of a period are judged, where it is not their own (:mod:`..domain.judged_moments`)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from plancycle.domain import findings as checks
from plancycle.domain.judged_moments import judged_moment
from plancycle.domain.obligations import Obligation
from plancycle.domain.periods import ObligationKey, Period
from plancycle.domain.submissions import Submission, SubmissionStatus
from plancycle.services.corrections import approved_members
from plancycle.services.cycle_view import CycleView
from plancycle.services.repositories import Work


def judged_moments(
    work: Work, view: CycleView, period: Period, versions: Mapping[str, Sequence[Submission]]
) -> dict[str, datetime]:
    """The moments of standing answers that came after everybody's due date in the place of an earlier one.

    ``versions`` of the period by agency, oldest first. By the standing version's id; of all others their own counts.
    """
    replaced = _replaced_after(view, period, versions)
    if not replaced:
        return {}
    owed = {one.key.agency: one for one in view.obligations(period, work.submissions.extensions(view.id))}
    lines = {agency: known for agency, (_, known) in replaced.items()}
    moments = _moments(work, view, period, lines, {agency: owed[agency].grown_at for agency in lines if agency in owed})
    return {
        standing.id: moments[agency]
        for agency, (standing, _) in replaced.items()
        if agency in moments and moments[agency] < standing.sent_at
    }


def judged_by(
    work: Work, view: CycleView, obligation: Obligation, earlier: Sequence[Submission], sent_at: datetime
) -> datetime:
    """The same of an answer that comes now, after the ``earlier`` versions: its own moment, or that of theirs."""
    period, agency = obligation.key.period, obligation.key.agency
    if not earlier or sent_at < view.dates(period).due_at:
        return sent_at
    moments = _moments(work, view, period, {agency: earlier}, {agency: obligation.grown_at})
    return min(sent_at, moments.get(agency, sent_at))


def sent_first(work: Work, view: CycleView, submission: Submission) -> datetime:
    """The moment by which one version is judged that was taken in already."""
    key = submission.obligation
    if submission.status is SubmissionStatus.RETURNED:
        return submission.sent_at
    earlier = [one for one in work.submissions.versions(key) if one.version < submission.version]
    return judged_by(work, view, owed_by(work, view, key), earlier, submission.sent_at)


def owed_by(work: Work, view: CycleView, key: ObligationKey) -> Obligation:
    """What one agency owes, with the extension it has. Raises NotFound for a body that owes nothing."""
    extension = work.submissions.extension(str(key))
    return view.obligation(key.period, key.agency, {str(key): extension} if extension else {})


def _replaced_after(
    view: CycleView, period: Period, versions: Mapping[str, Sequence[Submission]]
) -> dict[str, tuple[Submission, Sequence[Submission]]]:
    """What stands and was sent after the due date, with the versions before it, of the agencies that sent several."""
    due_at, found = view.dates(period).due_at, dict[str, tuple[Submission, Sequence[Submission]]]()
    for agency, known in versions.items():
        accepted = [number for number, one in enumerate(known) if one.status is SubmissionStatus.ACCEPTED]
        if accepted and accepted[-1] > 0 and known[accepted[-1]].sent_at >= due_at:
            found[agency] = known[accepted[-1]], known[: accepted[-1]]
    return found


def _moments(
    work: Work,
    view: CycleView,
    period: Period,
    lines: Mapping[str, Sequence[Submission]],
    grown: Mapping[str, datetime | None],
) -> dict[str, datetime]:
    """When what these versions come to was handed in, by agency, of those where it was."""
    known = [one for line in lines.values() for one in line]
    doubtful = [one.id for one in known if one.status is SubmissionStatus.SUPERSEDED and one.return_reason is None]
    refused = {one for one, found in work.submissions.findings_of(doubtful).items() if checks.blocks(found)}
    refused |= {one.id for one in known if one.status is SubmissionStatus.RETURNED and one.return_reason is None}
    # Only a return by a person and a withdrawal end a line: without one nobody need know what was approved.
    is_ended = any(one.return_reason is not None or one.status is SubmissionStatus.WITHDRAWN for one in known)
    approved = approved_members(work, view.id, period) if is_ended else set[str]()
    judged = {agency: judged_moment(line, refused, approved, grown.get(agency)) for agency, line in lines.items()}
    return {agency: moment for agency, moment in judged.items() if moment is not None}
