"""Builds the approver's page, and ties its form to exactly the bytes it showed."""

from dataclasses import dataclass
from datetime import datetime

from plancycle.domain.agencies import AddressBook
from plancycle.domain.approval_chain import ApprovalStep, live
from plancycle.domain.approvals import Approval, ApprovalStatus
from plancycle.domain.consolidation import Edition, Figure, bundle_sha256
from plancycle.domain.edition_changes import EditionChanges, changes_between_editions
from plancycle.domain.programme import Programme
from plancycle.portal.approval_pages import (
    ApprovalView,
    Corrects,
    Decision,
    Differences,
    FigureDifference,
    FigureLine,
    Proof,
    ReturnTarget,
    StepLine,
)
from plancycle.portal.fields import FieldError
from plancycle.portal.rendering import percent
from plancycle.portal.reports import document_link, in_order
from plancycle.portal.sessions import SIGN_IN
from plancycle.services.approval_chain import year_of
from plancycle.services.approval_view import receivers
from plancycle.services.correction_notice import correction_notice, written
from plancycle.services.cycle_view import cycle_view
from plancycle.services.decide_approval import ApprovalPage, look
from plancycle.services.ports import House
from plancycle.services.programme_versions import current_programme
from plancycle.services.step_up import ways_of

FORM = "portal-approval-form"
PATH = "/phe-duyet"


@dataclass(frozen=True, slots=True)
class Sent:
    """A form that was not taken: what is shown again, and why. The code is never shown again."""

    chosen: str = ""
    reason: str = ""
    errors: tuple[FieldError, ...] = ()


def approval_view(
    house: House, token: str, sent: Sent | None = None, proved_at: datetime | None = None, has_outside: bool = False
) -> ApprovalView:
    """What the holder of the link sees. Changes nothing. Raises NotAllowed and NotFound as ``look`` does.

    ``proved_at``: when the province last vouched for the reader of this page; ``has_outside``: it has a sign-in.
    """
    seen, sent = look(house, token), sent or Sent()
    programme = current_programme(house)
    book = house.programmes.address_book(programme.id)
    approver = book.official(seen.approval.approver)
    coverage = seen.edition.coverage
    differences = _differences(house, programme, seen)
    after_due = {*coverage.late, *coverage.excused}
    on_time = len(coverage.included) - len(set(coverage.included) & after_due)
    return ApprovalView(
        programme_title=programme.title,
        title=seen.title,
        title_en=_title_en(house, seen.edition),
        edition=seen.edition.id,
        prepared_by=_name(book, seen.approval.prepared_by),
        requested_at=seen.approval.requested_at,
        approver=_name(book, seen.approval.approver),
        approver_position=approver.position if approver else "",
        included=len(coverage.included),
        expected=len(coverage.expected),
        rate=percent(on_time, len(coverage.expected)),
        late=_names(programme, coverage.late),
        missing=_names(programme, coverage.missing),
        figures=tuple(_figure(house, figure) for figure in seen.edition.figures),
        differences=differences,
        corrects=_corrects(house, programme, seen.edition, differences),
        steps=_steps(house, programme, book, seen),
        targets=_targets(house, programme, seen.approval),
        files=tuple(document_link(programme, file, f"{PATH}/{token}/tep") for file in in_order(seen.files)),
        receivers=receivers(house, seen.edition),
        bundle_sha256=seen.bundle_sha256,
        is_replaced=seen.approval.status is ApprovalStatus.VOID,
        is_changed=has_changed(seen),
        is_last_step=seen.approval.step >= seen.approval.steps,
        decision=_decision(book, seen.approval),
        action=f"{PATH}/{token}",
        csrf=form_seal(house, token, seen.bundle_sha256),
        proof=_proof(house, token, proved_at, has_outside),
        chosen=sent.chosen,
        typed_reason=sent.reason,
        errors=sent.errors,
    )


def addressee_of(house: House, token: str) -> str:
    """Whom a link was sent to, by id. Raises NotAllowed for a link that is not ours."""
    return house.seals.open_link(token)["approver"]


def _proof(house: House, token: str, proved_at: datetime | None, has_outside: bool) -> Proof:
    ways = ways_of(house, addressee_of(house, token))
    outside = f"{PATH}/{token}/xac-thuc" if has_outside and ways.outside else ""
    return Proof(ways.by_code, outside, proved_at, f"{SIGN_IN}?tiep={PATH}/{token}")


def form_seal(house: House, token: str, shown_sha256: str) -> str:
    """The form's own token: only a page we made for this link and these bytes carries it."""
    return house.seals.seal(FORM, token, shown_sha256)


def is_our_form(house: House, csrf: str, token: str, shown_sha256: str) -> bool:
    """Whether a form carries the seal of :func:`form_seal`."""
    return house.seals.is_genuine(csrf, FORM, token, shown_sha256)


def has_changed(seen: ApprovalPage) -> bool:
    """Whether the files now listed are others than the request was made for."""
    return bundle_sha256(seen.edition.sha256, seen.files) != seen.approval.bundle_sha256


def _differences(house: House, programme: Programme, seen: ApprovalPage) -> Differences | None:
    """Against the version that was submitted before; what was never submitted is nothing the reader has seen."""
    found = _submitted_before(house, seen.edition)
    if found is None:
        return None
    before, approval = found
    changes = changes_between_editions(before, seen.edition)
    return Differences(
        edition=before.id,
        requested_at=approval.requested_at,
        is_returned=approval.status is ApprovalStatus.RETURNED,
        reason=approval.reason or "",
        figures=_figure_differences(house, changes),
        joined=_names(programme, changes.joined),
        renewed=_names(programme, changes.renewed),
        left=_names(programme, changes.left),
    )


def _corrects(house: House, programme: Programme, edition: Edition, differences: Differences | None) -> Corrects | None:
    """What was approved before and reads otherwise now, told first: nobody approves a correction unawares."""
    with house.work() as work:
        found = correction_notice(work, cycle_view(house, year_of(edition), work), edition)
    if found is None:
        return None
    return Corrects(
        edition=found.edition.id,
        approved_at=found.approved_at,
        relation=str(found.relation or ""),
        reasons=tuple((programme.agency(one).name if one else "", why) for one, why in found.reasons),
        figures=_figure_differences(house, found.changes),
        is_told_below=differences is not None and differences.edition == found.edition.id,
    )


def _figure_differences(house: House, changes: EditionChanges) -> tuple[FigureDifference, ...]:
    return tuple(
        FigureDifference(one.label, written(house, one.before), written(house, one.after), one.unit)
        for one in changes.figures
    )


def _submitted_before(house: House, edition: Edition) -> tuple[Edition, Approval] | None:
    """The last earlier edition of the period whose approval was asked for."""
    with house.work() as work:
        earlier = [one for one in work.editions.of_period(edition.cycle, edition.period) if one.number < edition.number]
        for one in sorted(earlier, key=lambda it: it.number, reverse=True):
            if approvals := work.editions.approvals(one.id):
                return one, approvals[-1]
    return None


def _steps(house: House, programme: Programme, book: AddressBook, seen: ApprovalPage) -> tuple[StepLine, ...]:
    """Every step of the programme's chain with who decided or decides it; nothing for a chain of one."""
    steps = programme.approval.steps
    if len(steps) < 2:
        return ()
    with house.work() as work:
        standing = {one.step: one for one in live(work.editions.approvals(seen.edition.id))}
    return tuple(_step(house, book, number, step, standing.get(number)) for number, step in enumerate(steps, 1))


def _step(house: House, book: AddressBook, number: int, step: ApprovalStep, one: Approval | None) -> StepLine:
    title = step.title or house.texts.say("approval.step", number=number)
    if one is None:
        owner = book.official(step.who)
        return StepLine(title, owner.name if owner else "", *_both(house, "approval.step_waits"), "open", "○", None)
    is_done = one.status is ApprovalStatus.APPROVED
    person = _name(book, one.decided_by or one.approver)
    css, symbol = ("accepted", "✓") if is_done else ("due_soon", "◐")
    return StepLine(title, person, *_both(house, f"approval_status.{one.status}"), css, symbol, one.decided_at)


def _both(house: House, key: str, **params: str) -> tuple[str, str]:
    """A word in Vietnamese and in English."""
    return house.texts.say(key, "vi", **params), house.texts.say(key, "en", **params)


def _title_en(house: House, edition: Edition) -> str:
    """``Annual evaluation, 2025``; the programme's own title of the period is Vietnamese."""
    return f"{house.texts.say(f'period.{edition.period}', 'en')}, {year_of(edition)}"


def _targets(house: House, programme: Programme, approval: Approval) -> tuple[ReturnTarget, ...]:
    """Where a return may go; nothing to choose in the first step."""
    if approval.step < 2:
        return ()
    steps = programme.approval.steps[: approval.step - 1]
    before = [
        ReturnTarget(number, *((step.title,) * 2 if step.title else _both(house, "approval.step", number=str(number))))
        for number, step in enumerate(steps, 1)
    ]
    return (*reversed(before), ReturnTarget(0, *_both(house, "approval.to_preparer")))


def _decision(book: AddressBook, approval: Approval) -> Decision | None:
    if approval.decided_at is None or approval.decided_by is None:
        return None
    is_approved = approval.status is ApprovalStatus.APPROVED
    return Decision(is_approved, _name(book, approval.decided_by), approval.decided_at, approval.reason or "")


def _name(book: AddressBook, person: str) -> str:
    """A person's name; the id when the address book no longer has them."""
    known = book.official(person)
    return known.name if known else person


def _names(programme: Programme, agencies: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(programme.agency(agency).name for agency in agencies)


def _figure(house: House, figure: Figure) -> FigureLine:
    return FigureLine(figure.label, written(house, figure.value), figure.unit, figure.contributors)
