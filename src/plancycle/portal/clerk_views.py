"""Builds the clerk's pages that tell where things stand: task list, history, and what may be asked for."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from plancycle.domain.extensions import ExtensionRequest, RequestStatus, standing_at
from plancycle.domain.obligations import MatrixCell
from plancycle.domain.submissions import Submission, SubmissionStatus
from plancycle.portal.clerk_access import MOMENT, Clerk, case_of
from plancycle.portal.clerk_act_pages import CorrectionPage, ExtensionPage, WithdrawPage
from plancycle.portal.clerk_form_views import change_lines, form_of
from plancycle.portal.clerk_pages import (
    ChangeLine,
    HistoryPage,
    RequestLine,
    TaskPage,
    VersionLine,
)
from plancycle.portal.fields import FieldError
from plancycle.portal.reports import SYMBOLS
from plancycle.services.changes_between import changes_between
from plancycle.services.corrections import awaited, locked
from plancycle.services.drafts import kept
from plancycle.services.judged_moments import judged_by, owed_by
from plancycle.services.matrix import cells_of
from plancycle.services.ports import House
from plancycle.services.repositories import Work
from plancycle.services.withdraw_submission import is_under_review

Errors = tuple[FieldError, ...]


def task_page(house: House, who: Clerk, errors: Errors = (), refusal: str = "") -> TaskPage:
    """What is to be done, and where it stands."""
    drafts = kept(house, who.obligation)
    with house.work() as work:
        cell = _cell(house, work, who)
        versions = work.submissions.versions(who.obligation)
        standing = _standing(versions)
        can_withdraw = standing is not None and not is_under_review(work, standing)
        asked = work.extension_requests.of(who.obligation)
        correction, opened = _correction(work, who), awaited(work, who.obligation)
    current = standing or next((one for one in reversed(versions) if one.status is SubmissionStatus.RETURNED), None)
    now = house.clock.now()
    return TaskPage(
        case=case_of(house, who),
        status=who.say(f"status.{cell.status}"),
        css=str(cell.status),
        symbol=SYMBOLS[cell.status],
        template_name=f"{who.view.id}_{who.obligation.period}_{who.agency}.xlsx",
        has_draft=bool(drafts),
        draft_saved_at=max((part.saved_at for part in drafts.values()), default=None),
        current=_version_line(who, current) if current else None,
        can_withdraw=can_withdraw,
        can_ask=standing is None and not any(standing_at(one, now) is RequestStatus.REQUESTED for one in asked),
        has_nil=has_nil(who),
        correction=correction,
        errors=errors,
        refusal=refusal,
        correction_reason=opened.reason if opened else "",
    )


def _correction(work: Work, who: Clerk) -> str:
    """Whether what stands was approved, and whether the agency has said why it must change."""
    if awaited(work, who.obligation) is not None:
        return "open"
    return "needed" if locked(work, who.obligation) is not None else ""


def is_late_at(house: House, who: Clerk, sent_at: datetime) -> bool:
    """Whether an answer that comes at a moment makes the report late: not where it mends one that was on time."""
    with house.work() as work:
        owed = owed_by(work, who.view, who.obligation)
        earlier = work.submissions.versions(who.obligation)
        return judged_by(work, who.view, owed, earlier, sent_at) >= owed.due_at


def has_nil(who: Clerk) -> bool:
    """Whether the form can say that there was nothing to report."""
    return any(field.code == "nil" for _, _, field in form_of(who).cells())


def _cell(house: House, work: Work, who: Clerk) -> MatrixCell:
    cells = cells_of(work, who.view, who.obligation.period, house.clock.now())
    return next(cell for cell in cells if cell.obligation.key == who.obligation)


def _standing(versions: list[Submission]) -> Submission | None:
    return next((one for one in reversed(versions) if one.status is SubmissionStatus.ACCEPTED), None)


def _version_line(who: Clerk, one: Submission, changes: tuple[ChangeLine, ...] = ()) -> VersionLine:
    return VersionLine(
        number=one.version,
        status=who.say(f"submission_status.{one.status}"),
        css=str(one.status),
        sent_at=one.sent_at,
        is_late=one.is_late,
        is_nil=one.is_nil,
        receipt=one.receipt,
        file_name=one.file_name,
        reason=one.return_reason or "",
        changes=changes,
    )


def version_of(house: House, who: Clerk, number: int) -> Submission | None:
    """The clerk's own version with that number."""
    with house.work() as work:
        return next((one for one in work.submissions.versions(who.obligation) if one.version == number), None)


def history_page(house: House, who: Clerk) -> HistoryPage:
    """Every version, newest first, with what changed against the one before."""
    with house.work() as work:
        versions = work.submissions.versions(who.obligation)
        requests = work.extension_requests.of(who.obligation)
    lines, now = [], house.clock.now()
    for before, one in zip([None, *versions], versions, strict=False):
        changes = change_lines(who, changes_between(house, before.id, one.id)) if before else ()
        lines.append(_version_line(who, one, changes))
    asked = tuple(request_line(who, one, now) for one in reversed(requests))
    return HistoryPage(case_of(house, who), tuple(reversed(lines)), asked)


def request_line(who: Clerk, one: ExtensionRequest, now: datetime) -> RequestLine:
    """A request for more time, in words."""
    status = standing_at(one, now)
    return RequestLine(
        until=until(who, one.wanted),
        reason=one.reason,
        status=who.say(f"extension_request_status.{status}"),
        answer=one.answer or "",
        can_take_back=status is RequestStatus.REQUESTED,
        id=one.id,
    )


def until(who: Clerk, at: datetime) -> str:
    """A due instant as people say it: midnight is the end of the day before."""
    local = at.astimezone(ZoneInfo(who.view.programme.timezone))
    if local.time() == time(0):
        return who.say("clerk.until_day", day=(local - MOMENT).date())
    return who.say("clerk.until_hour", at=at)


def extension_page(
    house: House, who: Clerk, wanted: str = "", reason: str = "", name: str = "", errors: Errors = ()
) -> ExtensionPage:
    """The form that asks for more time, or the request that waits."""
    now = house.clock.now()
    with house.work() as work:
        requests = work.extension_requests.of(who.obligation)
    waiting = next((one for one in requests if standing_at(one, now) is RequestStatus.REQUESTED), None)
    line = request_line(who, waiting, now) if waiting else None
    return ExtensionPage(case_of(house, who), wanted, reason, name or contact_name(house, who), line, errors)


def withdraw_page(
    house: House, who: Clerk, reason: str = "", name: str = "", errors: Errors = ()
) -> WithdrawPage | None:
    """The form that takes the standing report back; None when nothing stands."""
    with house.work() as work:
        standing = _standing(work.submissions.versions(who.obligation))
    if standing is None:
        return None
    return WithdrawPage(case_of(house, who), standing.receipt, reason, name or contact_name(house, who), errors)


def correction_page(
    house: House, who: Clerk, reason: str = "", name: str = "", errors: Errors = ()
) -> CorrectionPage | None:
    """The form that says why an approved report must change; None when nothing approved stands, or it was said."""
    with house.work() as work:
        standing = _standing(work.submissions.versions(who.obligation))
        is_needed = _correction(work, who) == "needed"
    if standing is None or not is_needed:
        return None
    return CorrectionPage(case_of(house, who), standing.receipt, reason, name or contact_name(house, who), errors)


def standing_of(house: House, who: Clerk) -> Submission | None:
    """The version that stands."""
    with house.work() as work:
        return _standing(work.submissions.versions(who.obligation))


def contact_name(house: House, who: Clerk) -> str:
    """Who the agency's letters go to: the likeliest to be at the keyboard; the name can be changed."""
    contact = house.programmes.address_book(who.view.programme.id).contact(who.agency)
    return contact.person if contact else ""
