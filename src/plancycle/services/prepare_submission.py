"""Render a final edition's documents and ask the named approver to decide on exactly those bytes."""

from dataclasses import dataclass, replace

from plancycle.domain.agencies import AddressBook, Official
from plancycle.domain.approvals import Approval, ApprovalStatus, check_move
from plancycle.domain.consolidation import DocumentFile, Edition, EditionKind, bundle_sha256
from plancycle.domain.document_register import DocumentKind
from plancycle.domain.errors import ActionNeeded, NotFound
from plancycle.domain.messages import MessageKind, message_key
from plancycle.services.cycle_view import CycleView, cycle_view
from plancycle.services.document_register import Asked, note_files, number_document
from plancycle.services.journal import record
from plancycle.services.letters import agency_facts, put
from plancycle.services.ports import Attachment, House
from plancycle.services.report_contents import RenderedFile
from plancycle.services.report_facts import report_facts
from plancycle.services.report_figures import report_base
from plancycle.services.repositories import Work


@dataclass(frozen=True, slots=True)
class Prepared:
    """An edition with its rendered files and the approval that was asked for."""

    edition_id: str
    files: tuple[DocumentFile, ...]
    approval: Approval


def prepare(house: House, edition_id: str) -> Prepared:
    """Render, store, request approval, queue the letter to the approver. Twice is once.

    Raises NotFound, or ActionNeeded when the edition is not final, has been replaced by a newer one, or nobody is
    named as preparer and approver.
    """
    with house.work() as work:
        edition = work.editions.get(edition_id)
        if edition is None:
            raise NotFound("not_found.edition", edition=edition_id)
        known = work.editions.approvals(edition_id)
        if known:
            return Prepared(edition_id, tuple(work.editions.documents(edition_id)), known[-1])
        view = cycle_view(house, int(edition.cycle.rpartition("-")[2]), work)
        _check_can_be_approved(work, view, edition)
        book = house.programmes.address_book(view.programme.id)
        preparer, approver = _people(book)
        numbered = number_document(house, work, view.programme, _asked(house, view, edition, book))
        facts = report_facts(house, work, view, edition)
        rendered = house.documents.report(facts)
        files = tuple(_store(house, edition, file) for file in rendered)
        note_files(house, work, numbered.entry, rendered, facts.signed_on)
        work.editions.add_documents(files)
        _void_older(house, work, view, edition)
        approval = _request(house, work, edition, files, preparer, approver)
        _ask(house, work, view, edition, approval, approver, rendered)
        for file in rendered:
            house.leave_file(f"reports/{edition.period}", file.file_name, file.data)
    return Prepared(edition_id, files, approval)


def _asked(house: House, view: CycleView, edition: Edition, book: AddressBook) -> Asked:
    """The number of a period's report is asked for once; every edition of the period goes under it until one leaves."""
    signed_on = house.clock.now().date()
    names = tuple(view.name(one.agency, signed_on) for one in view.addressees(edition.period, signed_on))
    subject = f"{view.programme.title} · {view.title(edition.period)}"
    signatory = book.signatory.name if book.signatory else ""
    return Asked(DocumentKind.REPORT, report_base(view, edition.period), subject, names, signatory)


def _check_can_be_approved(work: Work, view: CycleView, edition: Edition) -> None:
    if edition.kind is not EditionKind.FINAL:
        raise ActionNeeded("edition.not_final", edition=edition.id)
    finals = [one for one in work.editions.of_period(view.id, edition.period) if one.kind is EditionKind.FINAL]
    if finals[-1].id != edition.id:
        raise ActionNeeded("transmittal.newer_edition", edition=edition.id)


def _people(book: AddressBook) -> tuple[Official, Official]:
    if book.preparer is None or book.approver is None:
        raise ActionNeeded("approval.nobody_named")
    if book.preparer.id == book.approver.id:
        raise ActionNeeded("approval.same_person", person=book.approver.name)
    return book.preparer, book.approver


def _store(house: House, edition: Edition, file: RenderedFile) -> DocumentFile:
    return DocumentFile(edition.id, file.kind, file.file_name, house.files.put(file.data), len(file.data))


def _void_older(house: House, work: Work, view: CycleView, edition: Edition) -> None:
    """A newer final edition takes back what was still waiting for a decision."""
    for older in work.editions.of_period(view.id, edition.period):
        for approval in work.editions.approvals(older.id):
            if approval.status is ApprovalStatus.REQUESTED:
                check_move(approval.status, ApprovalStatus.VOID)
                work.editions.save_approval(replace(approval, status=ApprovalStatus.VOID))
                record(house, work, "approval.void", approval.id)


def _request(
    house: House,
    work: Work,
    edition: Edition,
    files: tuple[DocumentFile, ...],
    preparer: Official,
    approver: Official,
) -> Approval:
    approval = Approval(
        edition=edition.id,
        bundle_sha256=bundle_sha256(edition.sha256, files),
        requested_at=house.clock.now(),
        prepared_by=preparer.id,
        approver=approver.id,
        status=ApprovalStatus.REQUESTED,
    )
    work.editions.add_approval(approval)
    record(house, work, "approval.requested", approval.id, preparer.id, bundle=approval.bundle_sha256)
    return approval


def _ask(
    house: House,
    work: Work,
    view: CycleView,
    edition: Edition,
    approval: Approval,
    approver: Official,
    rendered: tuple[RenderedFile, ...],
) -> None:
    token = house.seals.sign_link({"approval": approval.id, "approver": approver.id})
    coverage = edition.coverage
    facts = {
        **agency_facts(house, view, edition.period),
        "agency_name": approver.position,
        "person": approver.name,
        "approver_name": approver.name,
        "approver_position": approver.position,
        "edition": edition.id,
        "bundle_sha256": approval.bundle_sha256,
        "coverage": f"{len(coverage.included)}/{len(coverage.expected)}",
        "link": f"{house.base_url}/phe-duyet/{token}",
    }
    attached = [Attachment(file.file_name, file.data, "application/pdf") for file in rendered if file.kind == "pdf"]
    key = message_key(view.key(edition.period), approver.id, f"approval-e{edition.number}")
    thread = view.key(edition.period)
    put(house, work, thread, approver.id, MessageKind.APPROVAL_REQUEST, key, approver.email, facts, attached)
