"""Render a final edition's documents and ask the first of those who approve to decide on exactly those bytes."""

from dataclasses import dataclass

from plancycle.domain.approval_chain import live
from plancycle.domain.approvals import Approval
from plancycle.domain.consolidation import DocumentFile, Edition, EditionKind, bundle_sha256
from plancycle.domain.document_register import DocumentKind
from plancycle.domain.errors import ActionNeeded, NotFound
from plancycle.domain.transmittals import TransmittalStatus
from plancycle.services.approval_chain import check_chain, request, signatory_at
from plancycle.services.correct_upward import order_replacement_if_gone
from plancycle.services.cycle_view import CycleView, cycle_view
from plancycle.services.decide_approval import void
from plancycle.services.document_register import Asked, Numbered, note_stored, number_document
from plancycle.services.edition_extracts import render_extracts
from plancycle.services.failpoints import reach
from plancycle.services.ports import House
from plancycle.services.report_contents import RenderedFile, place_in_report
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
        check_can_be_approved(work, view, edition)
        return render_and_ask(house, work, view, edition)


def render_and_ask(house: House, work: Work, view: CycleView, edition: Edition) -> Prepared:
    """Render the documents under the period's number, keep them, and ask the first step. Raises ActionNeeded."""
    check_chain(house.programmes.address_book(view.programme.id), view.programme.approval.steps)
    reason = order_replacement_if_gone(house, work, view, edition)
    numbered = number_document(house, work, view.programme, _asked(house, work, view, edition))
    files = _report(house, work, view, edition, numbered)
    _, extracts = render_extracts(house, work, view, edition, reason)
    files = (*files, *extracts)
    work.editions.add_documents(files)
    _void_older(house, work, view, edition)
    bundle = bundle_sha256(edition.sha256, files)
    before = [one for one in work.editions.approvals(edition.id) if one.bundle_sha256 == bundle]
    approval = request(house, work, edition, bundle, 1, before)
    reach("documents.asked")
    for file in files:
        house.leave_file(f"reports/{edition.period}", file.file_name, house.files.get(file.sha256))
    return Prepared(edition.id, files, approval)


def _report(
    house: House, work: Work, view: CycleView, edition: Edition, numbered: Numbered
) -> tuple[DocumentFile, ...]:
    """The report's files, each stored while the next are made; all are on the disk when this returns."""
    facts = report_facts(house, work, view, edition)
    with house.files.together():
        made = [_store(house, edition, file) for file in house.documents.report_files(facts)]
    files = tuple(sorted(made, key=place_in_report))
    note_stored(house, work, numbered.entry, [(one.file_name, one.sha256) for one in files], facts.signed_on)
    return files


def _asked(house: House, work: Work, view: CycleView, edition: Edition) -> Asked:
    """The number of a period's report is asked for once; every edition of the period goes under it until one leaves."""
    signed_on = house.clock.now().date()
    names = tuple(view.name(one.agency, signed_on) for one in view.addressees(edition.period, signed_on))
    subject = f"{view.programme.title} · {view.title(edition.period)}"
    signing = signatory_at(house, work, view, edition.period, house.clock.now())
    signatory = signing.name if signing else ""
    return Asked(DocumentKind.REPORT, report_base(view, edition.period), subject, names, signatory)


def check_can_be_approved(work: Work, view: CycleView, edition: Edition) -> None:
    """The newest final edition of its period. Raises ActionNeeded."""
    if edition.kind is not EditionKind.FINAL:
        raise ActionNeeded("edition.not_final", edition=edition.id)
    finals = [one for one in work.editions.of_period(view.id, edition.period) if one.kind is EditionKind.FINAL]
    if finals[-1].id != edition.id:
        raise ActionNeeded("transmittal.newer_edition", edition=edition.id)


def _store(house: House, edition: Edition, file: RenderedFile) -> DocumentFile:
    kept = DocumentFile(edition.id, file.kind, file.file_name, house.files.put(file.data), len(file.data))
    reach("documents.half_kept")
    return kept


def _void_older(house: House, work: Work, view: CycleView, edition: Edition) -> None:
    """A newer final edition takes back what was asked or decided about other bytes, unless those have left already."""
    out = {one.edition for one in work.transmittals.of_cycle(view.id) if one.status is not TransmittalStatus.INTENT}
    for older in work.editions.of_period(view.id, edition.period):
        if older.id != edition.id and older.id not in out:
            for approval in live(work.editions.approvals(older.id)):
                void(house, work, approval)
