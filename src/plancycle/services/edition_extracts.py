"""The ministries' extracts of an edition: rendered with it, numbered, part of the bundle that is approved."""

from dataclasses import replace

from plancycle.domain.consolidation import DocumentFile, Edition
from plancycle.domain.transmittals import IN_FORCE, Part, TransmittalStatus
from plancycle.services.approval_chain import signatory_at
from plancycle.services.cycle_view import CycleView
from plancycle.services.deliveries import extract_kind, extracts
from plancycle.services.document_contents import Draft
from plancycle.services.document_extracts import ministry
from plancycle.services.document_letters import Desk
from plancycle.services.document_register import (
    Asked,
    Numbered,
    day_of,
    note_files,
    number_document,
    number_replacement,
)
from plancycle.services.ports import House
from plancycle.services.report_contents import CitedDocument, RenderedFile
from plancycle.services.repositories import Work


def render_extracts(
    house: House, work: Work, view: CycleView, edition: Edition, reason: str
) -> tuple[tuple[RenderedFile, ...], tuple[DocumentFile, ...]]:
    """The extracts' files as rendered, and as documents of the edition: their kind names the ministry.

    ``reason``: why an extract that has left already is made anew; empty while none has.
    """
    day = house.clock.now().date()
    bodies = [one.agency for one in extracts(view, edition.period, day)]
    if not bodies:
        return (), ()
    desk = Desk(house, work, view)
    rendered: list[RenderedFile] = []
    documents: list[DocumentFile] = []
    for body in bodies:
        for draft in ministry(desk, edition.period, body):
            signatory = signatory_at(house, work, view, edition.period, house.clock.now())  # who signs the report
            draft = replace(draft, facts=replace(draft.facts, signatory=signatory))
            files = _rendered(desk, draft, body, reason)
            rendered += files
            documents += [_document(house, edition, body, file) for file in files]
    return tuple(rendered), tuple(documents)


def _document(house: House, edition: Edition, body: str, file: RenderedFile) -> DocumentFile:
    kind = extract_kind(body, file.kind)
    return DocumentFile(edition.id, kind, file.file_name, house.files.put(file.data), len(file.data))


def _rendered(desk: Desk, draft: Draft, body: str, reason: str) -> tuple[RenderedFile, ...]:
    """Under the extract's number; once it has left, under that of its replacement, citing the old one."""
    numbered = _numbered(desk, draft, body, reason)
    older, programme = numbered.replaces, desk.view.programme
    cites = CitedDocument(older.code, day_of(desk.work, older, programme)) if older else None
    entry = numbered.entry
    facts = replace(draft.facts, number=entry.number, symbol=entry.symbol, replaces=cites)
    files = desk.house.documents.document(facts)
    note_files(desk.house, desk.work, entry, files, facts.signed_on)
    return files


def _numbered(desk: Desk, draft: Draft, body: str, reason: str) -> Numbered:
    house, work, facts = desk.house, desk.work, draft.facts
    asked = Asked(
        kind=facts.kind,
        base=draft.base,
        subject=house.documents.subject(facts),
        addressees=facts.addressees,
        signatory=facts.signatory.name if facts.signatory else "",
    )
    numbered = number_document(house, work, facts.programme, asked)
    if not _has_left(work, desk.view, body, numbered):
        return numbered
    entry = number_replacement(house, work, facts.programme, numbered.entry, reason or asked.subject, asked.by)
    return Numbered(entry, numbered.entry)


def _has_left(work: Work, view: CycleView, body: str, numbered: Numbered) -> bool:
    """Whether bytes made under this number have gone to the ministry."""
    entry = numbered.entry
    made = {file.sha256 for file in work.register.files(entry.issuer, entry.year) if file.number == entry.number}
    gone = IN_FORCE | {TransmittalStatus.REPLACED, TransmittalStatus.UNKNOWN, TransmittalStatus.PARKED}
    editions = {
        one.edition
        for one in work.transmittals.of_cycle(view.id)
        if one.part is Part.EXTRACT and one.addressee == body and one.status in gone
    }
    sent = (file for edition in editions for file in work.editions.documents(edition))
    return any(file.sha256 in made for file in sent)
