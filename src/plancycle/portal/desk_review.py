"""Builds the pages of reviewing: one answer side by side with what was said before, and a period's queue."""

from collections.abc import Mapping

from plancycle.domain.findings import Finding
from plancycle.domain.people import Role
from plancycle.domain.periods import ObligationKey, period_called
from plancycle.domain.submissions import SubmissionStatus, can_move
from plancycle.portal.desk_frame import NOTHING_TYPED, Desk, Typed, dossier_path
from plancycle.portal.desk_pages import QueuePage, ReviewPage
from plancycle.services.corrections import approved_edition
from plancycle.services.cycle_view import cycle_view
from plancycle.services.review_answers import queue, review
from plancycle.services.side_by_side import BIG_CHANGE, Cell


def review_page(
    desk: Desk, obligation: ObligationKey, version: int, everything: bool, typed: Typed = NOTHING_TYPED
) -> ReviewPage:
    """One version beside the one before, the last period and the last year. Raises NotFound."""
    seen = review(desk.house, obligation, version)
    view = cycle_view(desk.house, int(obligation.cycle.rpartition("-")[2]))
    path = dossier_path(obligation)
    newest = seen.versions[-1]
    is_newest = seen.submission.version == newest.version
    with desk.house.work() as work:
        is_approved = approved_edition(work, seen.submission) is not None
    acting = desk.acting(typed, Role.REVIEWER, Role.OPERATOR)
    stands = seen.submission.status is SubmissionStatus.ACCEPTED
    return ReviewPage(
        agency_name=view.name(obligation.agency, seen.submission.sent_at.date()),
        title=view.title(obligation.period),
        path=f"/xet{path.removeprefix('/don-vi')}",
        dossier_href=path,
        review=seen,
        status=desk.say(f"submission_status.{seen.submission.status}"),
        findings=_findings(desk, [*seen.loose, *(one for cell in seen.cells for one in cell.findings)]),
        only_changed=not everything,
        shown=sum(everything or is_shown(cell) for cell in seen.cells),
        can_return=acting["may_act"]
        and is_newest
        and not is_approved
        and can_move(seen.submission.status, SubmissionStatus.RETURNED),
        can_confirm=acting["may_act"] and is_newest and stands and not seen.reviewed_by,
        **acting,
    )


def is_shown(cell: Cell) -> bool:
    """Whether a cell is on the short list: filled in, changed, or remarked on."""
    return cell.is_changed or cell.is_worth_a_look or bool(cell.entry and cell.entry.raw)


def finding_id(finding: Finding) -> str:
    """What a finding's words are kept under."""
    return f"{finding.code} {finding.sheet} {finding.cell} {finding.rule}"


def _findings(desk: Desk, findings: list[Finding]) -> Mapping[str, tuple[str, str]]:
    return {
        finding_id(one): (
            desk.say(f"finding.{one.code}", **one.params),
            desk.say(f"finding.{one.code}.fix", **one.params),
        )
        for one in findings
    }


def queue_page(desk: Desk, year: int, text: str, typed: Typed = NOTHING_TYPED) -> QueuePage:
    """The answers of a period that nobody has looked at. Raises NotFound."""
    period = period_called(text)
    view = cycle_view(desk.house, year)
    seen = desk.remember("queue", year, period, work_out=lambda: queue(desk.house, year, period))
    everybody = (*seen.to_look_at, *seen.plain, *seen.done)
    return QueuePage(
        title=view.title(period),
        path=f"/xet/{year}/{period}",
        period_href=f"/bao-cao?nam={year}&ky={period}",
        names={one.submission.id: view.name(one.submission.obligation.agency) for one in everybody},
        queue=seen,
        limit=int(BIG_CHANGE),
        **desk.acting(typed, Role.REVIEWER, Role.OPERATOR),
    )
