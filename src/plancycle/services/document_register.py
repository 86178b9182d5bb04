"""Numbers of outgoing documents: given once, reused by a retry, listed, replaced and corrected."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from plancycle.domain.document_register import (
    CHOICES,
    LONGEST_REASON,
    DocumentKind,
    IssuedFile,
    RegisterEntry,
    Relation,
    Wanted,
    base_of,
    cited_by,
    read_number,
    replacement_purpose,
    standing,
    supplement_purpose,
    symbol_of,
)
from plancycle.domain.errors import ActionNeeded, NotFound
from plancycle.domain.programme import Programme
from plancycle.domain.secrecy import check_unmarked
from plancycle.services.journal import record
from plancycle.services.ports import House
from plancycle.services.programme_versions import current_programme
from plancycle.services.report_contents import RenderedFile
from plancycle.services.repositories import Work

PROGRAM = "plancycle"
CHOSEN_ANEW = "register.related_otherwise"
"""A correction supplements what it was to replace, or the other way round."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A document that wants a number. ``base`` names what it is for, once and for all."""

    kind: DocumentKind
    base: str
    subject: str
    addressees: tuple[str, ...] = ()
    signatory: str = ""
    by: str = PROGRAM


@dataclass(frozen=True, slots=True)
class Numbered:
    """A number with the older document it replaces, if any."""

    entry: RegisterEntry
    replaces: RegisterEntry | None = None


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """A row of the register with what was made under its number, and what replaced or corrected it since."""

    entry: RegisterEntry
    files: tuple[IssuedFile, ...]
    cited_by: tuple[RegisterEntry, ...]

    @property
    def dated(self) -> date | None:
        """The day the document bears; None while nothing has been made under the number."""
        return self.files[-1].dated if self.files else None


def number_document(house: House, work: Work, programme: Programme, asked: Asked) -> Numbered:
    """The number of a document, in the year of the day it is signed; a retry gets the same one.

    Where somebody has ordered a replacement of the issued document, it is the replacement's number.
    """
    year, issuer = house.clock.now().date().year, programme.consolidator
    known = standing(work.register.line(issuer, asked.base), asked.base)
    if known is not None and (known.year == year or known.relation is not None):
        return Numbered(as_chosen(work, known), cited(work, known))
    wanted = _wanted(house, programme, asked, asked.base)
    entry = work.register.allocate(wanted)
    record(house, work, "register.allocated", _subject(entry), asked.by, purpose=entry.purpose)
    return Numbered(entry)


def known_number(work: Work, programme: Programme, base: str) -> Numbered | None:
    """The standing number of a document, without asking for one."""
    known = standing(work.register.line(programme.consolidator, base), base)
    return Numbered(as_chosen(work, known), cited(work, known)) if known else None


def as_chosen(work: Work, entry: RegisterEntry) -> RegisterEntry:
    """A row as it is to be read: rows never change, so another choice of what it is to the older one is in the log."""
    if entry.relation not in CHOICES:
        return entry
    subject = _subject(entry)
    chosen = [one for one in work.audit.find([CHOSEN_ANEW], subject) if one.subject == subject]
    if not chosen:
        return entry
    facts = json.loads(chosen[-1].payload)
    return replace(entry, relation=Relation(facts["relation"]), reason=facts["reason"])


def relate_otherwise(
    house: House, work: Work, entry: RegisterEntry, relation: Relation, reason: str, by: str, **told: str
) -> None:
    """The document of a row supplements what it was to replace, or the other way round; it keeps its number."""
    was = str(entry.relation)
    record(house, work, CHOSEN_ANEW, _subject(entry), by, relation=str(relation), before=was, reason=reason, **told)


def cited(work: Work, entry: RegisterEntry) -> RegisterEntry | None:
    """The older document a row cites."""
    if entry.cites_year is None:
        return None
    older = work.register.of_year(entry.issuer, entry.cites_year)
    return next(one for one in older if one.number == entry.cites_number)


def note_files(house: House, work: Work, entry: RegisterEntry, files: tuple[RenderedFile, ...], dated: date) -> None:
    """Keep the rendered bytes and write into the register that they were made under this number."""
    note_stored(house, work, entry, [(file.file_name, house.files.put(file.data)) for file in files], dated)


def note_stored(house: House, work: Work, entry: RegisterEntry, stored: Iterable[tuple[str, str]], dated: date) -> None:
    """Write into the register that these files (name, SHA-256) of the store were made under this number."""
    for name, sha256 in stored:
        now = house.clock.now()
        work.register.add_file(IssuedFile(entry.issuer, entry.year, entry.number, name, sha256, dated, now))


def _wanted(
    house: House, programme: Programme, asked: Asked, purpose: str, cites: RegisterEntry | None = None, reason: str = ""
) -> Wanted:
    form, now = programme.report, house.clock.now()
    relation = {DocumentKind.CORRECTION: Relation.CORRECTS}.get(asked.kind, Relation.REPLACES) if cites else None
    return Wanted(
        issuer=programme.consolidator,
        year=now.date().year,
        purpose=purpose,
        symbol=symbol_of(asked.kind, form.symbol, form.letter_symbol),
        kind=str(asked.kind),
        subject=asked.subject,
        at=now,
        by=asked.by,
        addressees="; ".join(asked.addressees),
        signatory=asked.signatory,
        relation=relation,
        cites=cites,
        reason=reason,
    )


def _subject(entry: RegisterEntry) -> str:
    return f"{entry.issuer}/{entry.year}/{entry.code}"


def register(house: House, year: int) -> tuple[RegisterLine, ...]:
    """The register of the coordinator's documents of a year, by number."""
    issuer = current_programme(house).consolidator
    with house.work() as work:
        entries = [as_chosen(work, one) for one in work.register.of_year(issuer, year)]
        files = work.register.files(issuer, year)
        citing = [*entries, *(as_chosen(work, one) for one in work.register.of_year(issuer, year + 1))]
    return tuple(
        RegisterLine(entry, tuple(one for one in files if one.number == entry.number), cited_by(citing, entry))
        for entry in entries
    )


def find(work: Work, issuer: str, year: int, number: str) -> RegisterEntry:
    """The row of ``05/BC-SNV`` or ``5``. Raises DataProblem (not a number) and NotFound."""
    ordinal, symbol = read_number(number)
    for entry in work.register.of_year(issuer, year):
        if entry.number == ordinal and symbol in ("", entry.symbol):
            return entry
    raise NotFound("register.no_such_number", number=number, year=year)


def check_reason(reason: str) -> str:
    """A reason on one line. Raises ActionNeeded when it is empty or too long, DataProblem when it is marked secret."""
    check_unmarked(reason)
    text = " ".join(reason.split())
    if not text or len(text) > LONGEST_REASON:
        raise ActionNeeded("register.reason_needed", longest=LONGEST_REASON)
    return text


def order_replacement(house: House, year: int, number: str, reason: str, by: str) -> RegisterEntry:
    """Give the replacement of an issued document its number; the next rendering takes it and cites the old one.

    Asked twice it is the same number. Raises NotFound, DataProblem and ActionNeeded (nothing was ever made under the
    old number: such a document is simply rendered again).
    """
    text, programme = check_reason(reason), current_programme(house)
    with house.work() as work:
        old = find(work, programme.consolidator, year, number)
        if not any(one.number == old.number for one in work.register.files(old.issuer, old.year)):
            raise ActionNeeded("register.nothing_issued", number=old.code)
        return number_replacement(house, work, programme, old, text, by)


def number_replacement(
    house: House,
    work: Work,
    programme: Programme,
    old: RegisterEntry,
    reason: str,
    by: str,
    relation: Relation = Relation.REPLACES,
) -> RegisterEntry:
    """The number of the document that replaces or supplements an issued one; asked twice to replace it is the same."""
    entries = work.register.line(old.issuer, base_of(old.purpose))
    is_replaced = relation is Relation.REPLACES
    purpose = replacement_purpose(entries, old) if is_replaced else supplement_purpose(entries, old)
    known = [one for one in work.register.citing(old) if one.purpose == purpose]
    if known:
        return known[0]
    asked = Asked(DocumentKind(old.kind), base_of(old.purpose), old.subject, (), old.signatory, by)
    wanted = replace(_wanted(house, programme, asked, purpose, old, reason), relation=relation)
    entry = work.register.allocate(wanted)
    action = "register.replaced" if is_replaced else "register.supplemented"
    record(house, work, action, _subject(old), by, by_number=entry.code, reason=reason)
    return entry


def number_correction(
    house: House, work: Work, programme: Programme, old: RegisterEntry, asked: Asked, reason: str
) -> RegisterEntry:
    """The number of the letter that corrects the form of an issued document; asked twice it is the same."""
    known = [one for one in work.register.citing(old) if one.relation is Relation.CORRECTS and one.reason == reason]
    if known:
        return known[0]
    corrections = [one for one in work.register.citing(old) if one.relation is Relation.CORRECTS]
    purpose = f"{old.year}/{old.number}/dinh-chinh-{len(corrections) + 1}"
    entry = work.register.allocate(_wanted(house, programme, asked, purpose, old, reason))
    record(house, work, "register.corrected", _subject(old), asked.by, by_number=entry.code, reason=reason)
    return entry


def day_of(work: Work, entry: RegisterEntry, programme: Programme) -> date | None:
    """The day an issued document bears; the day its number was given where no file is known."""
    dated = [one.dated for one in work.register.files(entry.issuer, entry.year) if one.number == entry.number]
    if dated:
        return dated[-1]
    given = entry.allocated_at
    return given.astimezone(ZoneInfo(programme.timezone)).date() if given else None
