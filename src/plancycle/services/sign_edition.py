"""Signing as a step between the last approval and the transmittal: new bytes that begin with the approved ones.

Asked for by the programme (``approval.signatures``) or the installation's settings. Whatever signs, nothing leaves
before the signed copy has been verified: every signature intact, trusted, over the whole document and by the signers
the roles name, and nothing in it but the approved document. Every PDF of the bundle is signed: the report, also where
it goes out as a copy, and each ministry's extract. A part of an annex, a file of its own, is signed by the body alone
(Decree 30/2020/NĐ-CP, Annex I); where only the person signs, the signed report binds it by the SHA-256 it lists.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from plancycle.domain.approval_chain import live
from plancycle.domain.approvals import ApprovalStatus
from plancycle.domain.consolidation import DocumentFile, Edition
from plancycle.domain.errors import ActionNeeded, DataProblem, NotAllowed, NotFound, OutsideFailure
from plancycle.domain.signatures import SignatureReport, SignerRole, check_signed_copy, check_signers
from plancycle.domain.signed_copies import Origin, SignedCopy
from plancycle.services.approval_chain import signatory_at, year_of
from plancycle.services.approval_proof import approved, can_leave
from plancycle.services.cycle_view import CycleView, cycle_view
from plancycle.services.document_register import known_number
from plancycle.services.journal import record
from plancycle.services.ports import House
from plancycle.services.report_contents import RenderedFile
from plancycle.services.report_figures import report_base
from plancycle.services.repositories import Work
from plancycle.services.signing_roles import expected_signers, has_left, pdfs_to_sign, roles_for, roles_of

SIGNED, NOT_SIGNED = "signature.added", "signature.not_made"
FAILURES = frozenset(
    {
        "signature.time_not_stamped",
        "signature.token_not_opened",
        "signature.key_not_opened",
        "signature.no_place",
        "signature.picture_not_png",
        "signature.picture_colour",
        "signature.settings_wrong",
        "signature.none",
        "signature.other_document",
        "signature.not_intact",
        "signature.changed_after",
        "signature.not_trusted",
        "signature.too_few",
        "signature.wrong_signer",
    }
)
"""What may stand in the way of a signature; each has words of its own (``signing_failure.…``)."""


class SigningStatus(StrEnum):
    """Where the signing of an edition stands."""

    NOT_ASKED = "not_asked"
    WAITS_FOR_APPROVAL = "waits_for_approval"
    DUE = "due"
    """To be made here; the next sweep does it."""
    ELSEWHERE = "elsewhere"
    """To be signed elsewhere and brought in."""
    SIGNED = "signed"
    VOID = "void"
    """Its approvals no longer hold: a newer edition or other bytes took its place. Nothing is signed any more."""


@dataclass(frozen=True, slots=True)
class SigningView:
    """What is known about an edition's signatures."""

    edition: str
    status: SigningStatus
    roles: tuple[SignerRole, ...]
    copies: tuple[SignedCopy, ...]
    """The newest signed copy of each PDF that has one, the report's first."""
    missing: tuple[str, ...] = ()
    """Names of the PDF files that are still to be signed."""
    failure: str = ""
    """Key of what stood in the way last time; empty: nothing."""

    @property
    def failure_words(self) -> str:
        """Key of the text that says what stood in the way; empty: nothing did."""
        known = self.failure if self.failure in FAILURES else "other"
        return f"signing_failure.{known}" if self.failure else ""

    @property
    def signers(self) -> str:
        """Whoever signed, each once."""
        return ", ".join(dict.fromkeys(name for copy in self.copies for name in copy.signers.split(", ")))


def standing(house: House, work: Work, view: CycleView, edition: Edition) -> SigningView:
    """Where the signing of an edition stands."""
    roles = roles_of(house, work, view, edition)
    if not roles:
        return SigningView(edition.id, SigningStatus.NOT_ASKED, (), ())
    known = {pdf: _newest(work, edition, pdf) for pdf in pdfs_to_sign(work.editions.documents(edition.id), roles)}
    copies = tuple(copy for copy in known.values() if copy is not None)
    missing = tuple(pdf.file_name for pdf, copy in known.items() if copy is None)
    if not known or not can_leave(house, work, edition):
        approvals = work.editions.approvals(edition.id)
        is_void = not live(approvals) and any(one.status is ApprovalStatus.VOID for one in approvals)
        status = SigningStatus.VOID if is_void else SigningStatus.WAITS_FOR_APPROVAL
        return SigningView(edition.id, status, roles, copies, missing)
    if not missing:
        return SigningView(edition.id, SigningStatus.SIGNED, roles, copies)
    is_here = set(roles) <= set(house.signing.here)
    status = SigningStatus.DUE if is_here else SigningStatus.ELSEWHERE
    failed = work.audit.find((NOT_SIGNED,), edition.id)
    return SigningView(edition.id, status, roles, copies, missing, _reason(failed[-1].payload) if failed else "")


def sign_due(house: House, work: Work, view: CycleView, edition: Edition) -> bool:
    """Whether an edition is to be signed here now."""
    return standing(house, work, view, edition).status is SigningStatus.DUE


def is_ready(house: House, work: Work, view: CycleView, edition: Edition) -> bool:
    """Whether an edition may leave: approved by everybody, and signed where that is asked for."""
    if roles_of(house, work, view, edition):
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
        pdfs = pdfs_to_sign(work.editions.documents(edition.id), found.roles)
        unsigned = [pdf for pdf in pdfs if _newest(work, edition, pdf) is None]
        report = known_number(work, view.programme, report_base(view, edition.period))
        number = house.texts.say("document.number", code=report.entry.code if report else "")
        signatory = signatory_at(house, work, view, edition.period, approved(house, work, edition).made_at)
    if signatory is None:
        return found
    try:
        for pdf in unsigned:
            approved_bytes, now = house.files.get(pdf.sha256), house.clock.now()
            if pdf.is_annex_part:
                data = house.signing.sign_annex(approved_bytes, number, now)
            else:
                data = house.signing.sign(approved_bytes, signatory, now)
            found = _keep(house, edition_id, data, Origin.HERE, "plancycle")
    except (ActionNeeded, OutsideFailure, DataProblem) as refusal:
        _note_failure(house, edition_id, refusal.key)
        return replace(found, failure=refusal.key)
    return found


def bring_in(house: House, edition_id: str, data: bytes, by: str) -> SigningView:
    """Take a PDF that was signed elsewhere. It must be one of the approved documents with the signatures of the signers
    that are asked for, and nothing else; which document it is, its bytes say.

    Raises NotFound, NotAllowed (not approved), UnreadableFile, and DataProblem with the first reason against it.
    """
    return _keep(house, edition_id, data, Origin.ELSEWHERE, by)


def check_signed(house: House, work: Work, view: CycleView, edition: Edition) -> None:
    """Where signatures are asked for each PDF has its signed copy. Raises ActionNeeded("signature.missing")."""
    roles = roles_of(house, work, view, edition)
    pdfs = pdfs_to_sign(work.editions.documents(edition.id), roles)
    missing = [pdf.file_name for pdf in pdfs if _newest(work, edition, pdf) is None]
    if roles and (missing or not pdfs):
        named = ", ".join(house.texts.say(f"signer_role.{role}") for role in roles)
        raise ActionNeeded("signature.missing", edition=edition.id, roles=named, files=", ".join(missing))


def files_to_send(
    house: House, work: Work, view: CycleView, edition: Edition, listed: Sequence[DocumentFile]
) -> tuple[RenderedFile, ...]:
    """The approved files as they go out, every PDF as its signed copy, verified once more.

    Raises ActionNeeded("signature.missing") when a signature is asked for and there is none, DataProblem when the copy
    is no longer good.
    """
    check_signed(house, work, view, edition)
    pdfs, files = pdfs_to_sign(listed, roles_of(house, work, view, edition)), []
    for file in listed:
        data = house.files.get(file.sha256)
        copy = _newest(work, edition, file) if file in pdfs else None
        if copy is not None:
            signed = house.files.get(copy.sha256)
            check_signed_copy(_verified(house, signed, data))
            data = signed
        files.append(RenderedFile(file.kind, file.file_name, data))
    return tuple(files)


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
        pdf = _which(house, work, view, edition, data)
        report = _verified(house, data, house.files.get(pdf.sha256))
        check_signed_copy(report)
        check_signers(report, expected_signers(house, work, view, edition, pdf))
        known = [one for one in work.signed_copies.of(edition_id) if one.approved_sha256 == pdf.sha256]
        sha256 = house.files.put(data)
        if known and known[-1].sha256 == sha256:
            return standing(house, work, view, edition)
        if has_left(work, view, edition):
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
        found = standing(house, work, view, edition)
    name = pdf.file_name.removesuffix(".pdf") + "_da-ky.pdf"
    house.leave_file(f"reports/{edition.period}", name, data)
    return found


def _which(house: House, work: Work, view: CycleView, edition: Edition, data: bytes) -> DocumentFile:
    """The approved PDF that a signed copy begins with; the report where it begins with none, to be refused by that.

    Raises NotFound when the edition has no PDF.
    """
    pdfs = pdfs_to_sign(work.editions.documents(edition.id), roles_for(house, view) or tuple(SignerRole))
    if not pdfs:
        raise NotFound("not_found.edition", edition=edition.id)
    mine = [pdf for pdf in pdfs if data.startswith(house.files.get(pdf.sha256))]
    return max(mine, key=lambda pdf: pdf.size) if mine else pdfs[0]


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


def _newest(work: Work, edition: Edition, pdf: DocumentFile) -> SignedCopy | None:
    copies = [one for one in work.signed_copies.of(edition.id) if one.approved_sha256 == pdf.sha256]
    return copies[-1] if copies else None
