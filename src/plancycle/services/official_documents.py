"""Make one document, or those of one kind: as a draft without a number, or issued under a number of the register."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from plancycle.domain.document_register import DocumentKind, IssuedFile, RegisterEntry, symbol_of
from plancycle.domain.errors import ActionNeeded, NotFound
from plancycle.domain.periods import Period
from plancycle.services.cycle_view import cycle_view
from plancycle.services.document_contents import DocumentFacts, Draft
from plancycle.services.document_duties import budget, commendation
from plancycle.services.document_extracts import digest, ministry
from plancycle.services.document_letters import Desk, call, reply, urge
from plancycle.services.document_register import (
    PROGRAM,
    Asked,
    check_reason,
    day_of,
    find,
    note_files,
    number_correction,
    number_document,
)
from plancycle.services.ports import House
from plancycle.services.report_contents import CitedDocument, RenderedFile
from plancycle.services.report_facts import report_facts
from plancycle.services.report_figures import newest

GATHER: dict[DocumentKind, Callable[[Desk, Period, str], list[Draft]]] = {
    DocumentKind.CALL: call,
    DocumentKind.URGE: urge,
    DocumentKind.REPLY: reply,
    DocumentKind.DIGEST: digest,
    DocumentKind.MINISTRY: ministry,
    DocumentKind.BUDGET: lambda desk, _period, _agency: budget(desk),
    DocumentKind.COMMENDATION: lambda desk, _period, _agency: commendation(desk),
}


@dataclass(frozen=True, slots=True)
class Made:
    """Files of one document; ``entry`` is None for a draft."""

    files: tuple[RenderedFile, ...]
    entry: RegisterEntry | None = None


def make_documents(
    house: House, kind: DocumentKind, year: int, period: Period, agency: str = "", issue: bool = False, by: str = ""
) -> list[Made]:
    """Every document of a kind for a period. Issuing again gives the same number and the same bytes.

    Raises NotFound and ActionNeeded as the kind asks, among them ``document.report_by_approval``: the consolidated
    report gets its number when it is put up for approval, and a correction where the register is corrected.
    """
    with house.work() as work:
        desk = Desk(house, work, cycle_view(house, year, work))
        if kind is DocumentKind.REPORT and not issue:
            return [_report(desk, period)]
        if kind not in GATHER:
            raise ActionNeeded(f"document.{kind}_elsewhere")
        drafts = GATHER[kind](desk, period, agency)
        return [_issued(desk, draft, by or PROGRAM) if issue else _draft(house, draft.facts) for draft in drafts]


def _report(desk: Desk, period: Period) -> Made:
    """The consolidated report of a period as it is now, whatever its edition; nothing is numbered or sent."""
    edition = newest(desk.work, desk.view.id, period)
    if edition is None:
        raise NotFound("document.no_edition", period=desk.view.title(period))
    return Made(desk.house.documents.report(report_facts(desk.house, desk.work, desk.view, edition)))


def _draft(house: House, facts: DocumentFacts) -> Made:
    form = facts.programme.report
    unnumbered = replace(facts, symbol=symbol_of(facts.kind, form.symbol, form.letter_symbol))
    return Made(house.documents.document(unnumbered))


def _issued(desk: Desk, draft: Draft, by: str) -> Made:
    """Under its number; what has been issued is given back as it was."""
    house, work, facts = desk.house, desk.work, draft.facts
    asked = Asked(
        kind=facts.kind,
        base=draft.base,
        subject=house.documents.subject(facts),
        addressees=facts.addressees,
        signatory=facts.signatory.name if facts.signatory else "",
        by=by,
    )
    numbered = number_document(house, work, desk.view.programme, asked)
    older = numbered.replaces
    cites = CitedDocument(older.code, day_of(work, older, facts.programme)) if older else None
    return _under(desk, numbered.entry, replace(facts, replaces=cites))


def _under(desk: Desk, entry: RegisterEntry, facts: DocumentFacts) -> Made:
    house, work = desk.house, desk.work
    known = [one for one in work.register.files(entry.issuer, entry.year) if one.number == entry.number]
    if known:
        return Made(tuple(_kept(house, one) for one in known), entry)
    files = house.documents.document(replace(facts, number=entry.number, symbol=entry.symbol))
    note_files(house, work, entry, files, facts.signed_on)
    return Made(files, entry)


def _kept(house: House, file: IssuedFile) -> RenderedFile:
    return RenderedFile(file.file_name.rpartition(".")[2], file.file_name, house.files.get(file.sha256))


def correct(house: House, year: int, number: str, reason: str, by: str) -> Made:
    """Issue the letter that corrects the form of an issued document; asked twice it is the same letter.

    Raises NotFound, DataProblem (not a number) and ActionNeeded (no reason).
    """
    text = check_reason(reason)
    with house.work() as work:
        desk = Desk(house, work, cycle_view(house, house.clock.now().year, work))
        programme = desk.view.programme
        old = find(work, programme.consolidator, year, number)
        facts = desk.facts(
            DocumentKind.CORRECTION,
            f"dinh-chinh {old.year} {old.code}",
            addressees=tuple(one for one in old.addressees.split("; ") if one),
            values={
                "old_code": old.code,
                "old_type": house.texts.say(f"document.kind.{old.kind or DocumentKind.REPORT}"),
                "old_dated": day_of(work, old, programme),
                "old_subject": old.subject,
                "reason": text,
            },
        )
        signatory = facts.signatory.name if facts.signatory else ""
        asked = Asked(DocumentKind.CORRECTION, "", house.documents.subject(facts), facts.addressees, signatory, by)
        return _under(desk, number_correction(house, work, programme, old, asked, text), facts)
