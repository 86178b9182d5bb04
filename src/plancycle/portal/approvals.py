"""Builds the approver's page, and ties its form to exactly the bytes it showed."""

from plancycle.domain.agencies import Official
from plancycle.domain.approvals import Approval, ApprovalStatus
from plancycle.domain.consolidation import DocumentFile, Figure, bundle_sha256
from plancycle.domain.programme import Programme
from plancycle.portal.pages import ApprovalView, Complaint, Decision, FigureLine
from plancycle.portal.rendering import percent
from plancycle.portal.reports import document_link
from plancycle.services.decide_approval import ApprovalPage, look
from plancycle.services.ports import House
from plancycle.services.programme_versions import current_programme

FORM = "portal-approval-form"


def approval_view(house: House, token: str, complaint: Complaint | None = None, typed_reason: str = "") -> ApprovalView:
    """What the holder of the link sees. Changes nothing. Raises NotAllowed and NotFound as ``look`` does."""
    seen = look(house, token)
    programme = current_programme(house)
    book = house.programmes.address_book(programme.id)
    officials = {person.id: person for person in (book.preparer, book.signatory, book.approver) if person}
    approver = officials.get(seen.approval.approver)
    coverage = seen.edition.coverage
    after_due = {*coverage.late, *coverage.excused}
    on_time = len(coverage.included) - len(set(coverage.included) & after_due)
    return ApprovalView(
        programme_title=programme.title,
        title=seen.title,
        edition=seen.edition.id,
        prepared_by=_name(officials, seen.approval.prepared_by),
        requested_at=seen.approval.requested_at,
        approver=_name(officials, seen.approval.approver),
        approver_position=approver.position if approver else "",
        included=len(coverage.included),
        expected=len(coverage.expected),
        rate=percent(on_time, len(coverage.expected)),
        late=_names(programme, coverage.late),
        missing=_names(programme, coverage.missing),
        figures=tuple(_figure(house, figure) for figure in seen.edition.figures),
        files=tuple(document_link(file, f"/phe-duyet/{token}/tep") for file in sorted(seen.files, key=_pdf_first)),
        bundle_sha256=seen.bundle_sha256,
        is_replaced=seen.approval.status is ApprovalStatus.VOID,
        is_changed=has_changed(seen),
        decision=_decision(officials, seen.approval),
        action=f"/phe-duyet/{token}",
        csrf=form_seal(house, token, seen.bundle_sha256),
        complaint=complaint,
        typed_reason=typed_reason,
    )


def form_seal(house: House, token: str, shown_sha256: str) -> str:
    """The form's own token: only a page we made for this link and these bytes carries it."""
    return house.seals.seal(FORM, token, shown_sha256)


def is_our_form(house: House, csrf: str, token: str, shown_sha256: str) -> bool:
    """Whether a form carries the seal of :func:`form_seal`."""
    return house.seals.is_genuine(csrf, FORM, token, shown_sha256)


def _pdf_first(file: DocumentFile) -> bool:
    """A phone opens the PDF at once; the others are to be saved."""
    return file.kind != "pdf"


def has_changed(seen: ApprovalPage) -> bool:
    """Whether the files now listed are others than the request was made for."""
    return bundle_sha256(seen.edition.sha256, seen.files) != seen.approval.bundle_sha256


def _decision(officials: dict[str, Official], approval: Approval) -> Decision | None:
    if approval.decided_at is None or approval.decided_by is None:
        return None
    is_approved = approval.status is ApprovalStatus.APPROVED
    return Decision(is_approved, _name(officials, approval.decided_by), approval.decided_at, approval.reason or "")


def _name(officials: dict[str, Official], person: str) -> str:
    """A person's name; the id when the address book no longer has them."""
    return officials[person].name if person in officials else person


def _names(programme: Programme, agencies: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(programme.agency(agency).name for agency in agencies)


def _figure(house: House, figure: Figure) -> FigureLine:
    written = house.texts.say("portal.value", value=figure.value)
    return FigureLine(figure.label, written, figure.unit, figure.contributors)
