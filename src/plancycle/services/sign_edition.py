"""Signing as a step between the last approval and the transmittal: new bytes that begin with the approved ones.

Asked for by the programme (``approval.signatures``) or the installation's settings. Whatever signs, nothing leaves
before the signed copy has been verified: every signature intact, trusted and over the whole document, and nothing in it
but the approved document.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from plancycle.domain.agencies import Official
from plancycle.domain.consolidation import DocumentFile, Edition
from plancycle.domain.errors import ActionNeeded, DataProblem, NotAllowed, NotFound, OutsideFailure
from plancycle.domain.signatures import SignatureReport, SignerRole, check_signed_copy
from plancycle.domain.signed_copies import Origin, SignedCopy
from plancycle.services.approval_chain import signatory_at, year_of
from plancycle.services.approval_proof import approved, can_leave
from plancycle.services.cycle_view import CycleView, cycle_view
from plancycle.services.journal import record
from plancycle.services.ports import House
from plancycle.services.report_contents import RenderedFile
from plancycle.services.repositories import Work

SIGNED, NOT_SIGNED = "signature.added", "signature.not_made"


class SigningStatus(StrEnum):
    """Where the signing of an edition stands."""

    NOT_ASKED = "not_asked"
    WAITS_FOR_APPROVAL = "waits_for_approval"
    DUE = "due"
    """To be made here; the next sweep does it."""
    ELSEWHERE = "elsewhere"
    """To be signed elsewhere and brought in."""
    SIGNED = "signed"


@dataclass(frozen=True, slots=True)
class SigningView:
    """What is known about an edition's signatures."""

    edition: str
    status: SigningStatus
    roles: tuple[SignerRole, ...]
    copy: SignedCopy | None
    failure: str = ""
    """Key of what stood in the way last time; empty: nothing."""


def roles_for(house: House, view: CycleView) -> tuple[SignerRole, ...]:
    """Which signatures a report must carry, in the order they are put on: the person's, then the body's."""
    asked = {*view.programme.approval.signatures, *house.signing.required}
    return tuple(role for role in SignerRole if role in asked)


def standing(house: House, work: Work, view: CycleView, edition: Edition) -> SigningView:
    """Where the signing of an edition stands."""
    roles = roles_for(house, view)
    if not roles:
        return SigningView(edition.id, SigningStatus.NOT_ASKED, (), None)
    pdf = _pdf(work.editions.documents(edition.id))
    copy = _newest(work, edition, pdf) if pdf else None
    if pdf is None or not can_leave(house, work, edition):
        return SigningView(edition.id, SigningStatus.WAITS_FOR_APPROVAL, roles, copy)
    if copy is not None:
        return SigningView(edition.id, SigningStatus.SIGNED, roles, copy)
    is_here = set(roles) <= set(house.signing.here)
    status = SigningStatus.DUE if is_here else SigningStatus.ELSEWHERE
    failed = work.audit.find((NOT_SIGNED,), edition.id)
    return SigningView(edition.id, status, roles, None, _reason(failed[-1].payload) if failed else "")


def sign_due(house: House, work: Work, view: CycleView, edition: Edition) -> bool:
    """Whether an edition is to be signed here now."""
    return standing(house, work, view, edition).status is SigningStatus.DUE


def is_ready(house: House, work: Work, view: CycleView, edition: Edition) -> bool:
    """Whether an edition may leave: approved by everybody, and signed where that is asked for."""
    if roles_for(house, view):
        return standing(house, work, view, edition).status is SigningStatus.SIGNED
    return can_leave(house, work, edition)


def sign_if_due(house: House, edition_id: str) -> SigningView:
    """Sign an approved edition here, if that is asked for and has not been done. Twice is once.

    A key, token or time stamp that cannot be reached is noted in the log (once a day) and tried again by the next
    sweep; the edition waits meanwhile. Raises NotFound.
    """
    with house.work() as work:
        edition = _edition(work, edition_id)
        view = cycle_view(house, year_of(edition), work)
        found = standing(house, work, view, edition)
        if found.status is not SigningStatus.DUE:
            return found
        pdf = _pdf(work.editions.documents(edition.id))
        signatory = signatory_at(house, work, view, edition.period, approved(house, work, edition).made_at)
    if pdf is None or signatory is None:
        return found
    try:
        data = _signed(house, house.files.get(pdf.sha256), signatory)
        return _keep(house, edition_id, data, Origin.HERE, "plancycle")
    except (ActionNeeded, OutsideFailure, DataProblem) as refusal:
        _note_failure(house, edition_id, refusal.key)
        return SigningView(edition_id, SigningStatus.DUE, found.roles, None, refusal.key)


def bring_in(house: House, edition_id: str, data: bytes, by: str) -> SigningView:
    """Take a PDF that was signed elsewhere. It must be the approved document with good signatures, and nothing else.

    Raises NotFound, NotAllowed (not approved), UnreadableFile, and DataProblem with the first reason against it.
    """
    return _keep(house, edition_id, data, Origin.ELSEWHERE, by)


def check_signed(house: House, work: Work, view: CycleView, edition: Edition) -> None:
    """Where signatures are asked for there is a signed copy. Raises ActionNeeded("signature.missing")."""
    roles = roles_for(house, view)
    pdf = _pdf(work.editions.documents(edition.id))
    if roles and (pdf is None or _newest(work, edition, pdf) is None):
        raise ActionNeeded("signature.missing", edition=edition.id, roles=", ".join(roles))


def files_to_send(
    house: House, work: Work, view: CycleView, edition: Edition, listed: Sequence[DocumentFile]
) -> tuple[RenderedFile, ...]:
    """The approved files as they go out, the PDF as its signed copy, verified once more.

    Raises ActionNeeded("signature.missing") when a signature is asked for and there is none, DataProblem when the copy
    is no longer good.
    """
    check_signed(house, work, view, edition)
    roles, pdf = roles_for(house, view), _pdf(listed)
    copy = _newest(work, edition, pdf) if pdf else None
    files = []
    for file in listed:
        data = house.files.get(file.sha256)
        if roles and copy is not None and file is pdf:
            signed = house.files.get(copy.sha256)
            check_signed_copy(_verified(house, signed, data))
            data = signed
        files.append(RenderedFile(file.kind, file.file_name, data))
    return tuple(files)


def _signed(house: House, pdf: bytes, signatory: Official) -> bytes:
    return house.signing.sign(pdf, signatory, house.clock.now())


def _verified(house: House, data: bytes, approved_bytes: bytes) -> SignatureReport:
    """What verifying found; a copy that does not begin with the approved bytes is another document."""
    report = house.signing.verify(data, approved_bytes)
    if not data.startswith(approved_bytes):
        raise DataProblem("signature.other_document")
    return report


def _keep(house: House, edition_id: str, data: bytes, origin: Origin, by: str) -> SigningView:
    """Verify a signed copy against the approved bytes and store it: bytes first, then the row."""
    with house.work() as work:
        edition = _edition(work, edition_id)
        approved(house, work, edition)
        view = cycle_view(house, year_of(edition), work)
        pdf = _pdf(work.editions.documents(edition_id))
        if pdf is None:
            raise NotFound("not_found.edition", edition=edition_id)
        report = _verified(house, data, house.files.get(pdf.sha256))
        check_signed_copy(report)
        _check_roles(house, work, view, edition, report)
        known = [one for one in work.signed_copies.of(edition_id) if one.approved_sha256 == pdf.sha256]
        sha256 = house.files.put(data)
        if known and known[-1].sha256 == sha256:
            return SigningView(edition_id, SigningStatus.SIGNED, roles_for(house, view), known[-1])
        if _has_left(work, view, edition):
            raise NotAllowed("signature.edition_left", edition=edition_id)
        signers = ", ".join(dict.fromkeys(fact.signer for fact in report.facts))
        copy = SignedCopy(
            edition=edition_id,
            approved_sha256=pdf.sha256,
            number=len(known) + 1,
            sha256=sha256,
            size=len(data),
            file_name=pdf.file_name,
            origin=origin,
            signers=signers,
            added_at=house.clock.now(),
            added_by=by,
        )
        work.signed_copies.add(copy)
        record(house, work, SIGNED, edition_id, by, sha256=sha256, approved=pdf.sha256, origin=str(origin))
    name = pdf.file_name.removesuffix(".pdf") + "_da-ky.pdf"
    house.leave_file(f"reports/{edition.period}", name, data)
    return SigningView(edition_id, SigningStatus.SIGNED, roles_for(house, view), copy)


def _check_roles(house: House, work: Work, view: CycleView, edition: Edition, report: SignatureReport) -> None:
    """As many different signers as signatures are asked for. Raises DataProblem."""
    roles = roles_for(house, view)
    signers = {fact.signer for fact in report.facts}
    if len(signers) < len(roles):
        raise DataProblem("signature.too_few", found=len(signers), asked=len(roles), signers=", ".join(sorted(signers)))


def _has_left(work: Work, view: CycleView, edition: Edition) -> bool:
    mine = [one for one in work.transmittals.of_cycle(view.id) if one.edition == edition.id]
    return any(one.attempts > 0 for one in mine)


def _note_failure(house: House, edition_id: str, key: str) -> None:
    with house.work() as work:
        today = house.clock.now().date().isoformat()
        known = [one for one in work.audit.find((NOT_SIGNED,), edition_id) if one.subject == edition_id]
        if not known or known[-1].at[:10] != today or _reason(known[-1].payload) != key:
            record(house, work, NOT_SIGNED, edition_id, reason=key)


def _reason(payload: str) -> str:
    import json

    return str(json.loads(payload).get("reason", ""))


def _edition(work: Work, edition_id: str) -> Edition:
    edition = work.editions.get(edition_id)
    if edition is None:
        raise NotFound("not_found.edition", edition=edition_id)
    return edition


def _pdf(files: Sequence[DocumentFile]) -> DocumentFile | None:
    return next((file for file in files if file.kind == "pdf"), None)


def _newest(work: Work, edition: Edition, pdf: DocumentFile) -> SignedCopy | None:
    copies = [one for one in work.signed_copies.of(edition.id) if one.approved_sha256 == pdf.sha256]
    return copies[-1] if copies else None
