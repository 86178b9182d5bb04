"""Builds the pages of the matrix from what the services say."""

from collections.abc import Iterable
from datetime import datetime

from plancycle.domain.bounces import MailStanding
from plancycle.domain.consolidation import DocumentFile, Edition
from plancycle.domain.errors import NotFound
from plancycle.domain.exchange import ExchangeStatus
from plancycle.domain.obligations import ObligationStatus
from plancycle.domain.periods import Period
from plancycle.domain.programme import Programme
from plancycle.domain.transmittals import Transmittal
from plancycle.portal.pages import (
    DeliveryLine,
    DocumentLink,
    EditionLine,
    EmptyPage,
    PeriodPage,
    PeriodRow,
    StatusMark,
)
from plancycle.portal.rendering import percent
from plancycle.services.deliveries import named
from plancycle.services.matrix import MatrixRow, matrix
from plancycle.services.ports import House
from plancycle.services.programme_versions import current_programme
from plancycle.services.repositories import Work

UNREACHED = {MailStanding.BOUNCED, MailStanding.UNREACHABLE}
"""Standings of an agency's letters that the year's page shows, because somebody must telephone."""

SYMBOLS: dict[ObligationStatus, str] = {
    ObligationStatus.NOT_OPEN: "–",
    ObligationStatus.OPEN: "○",
    ObligationStatus.DUE_SOON: "◐",
    ObligationStatus.SUBMITTED: "✓",
    ObligationStatus.SUBMITTED_EXCUSED: "△",
    ObligationStatus.SUBMITTED_LATE: "▲",
    ObligationStatus.RETURNED: "↩",
    ObligationStatus.MISSING: "✗",
    ObligationStatus.ELSEWHERE: "⇄",
}
"""A symbol for each standing; the words always stand beside it."""


def opened_years(house: House) -> tuple[int, ...]:
    """The years of this programme that have been opened, oldest first."""
    with house.work() as work:
        return tuple(sorted(cycle.year for cycle in work.cycles.all() if cycle.programme == house.programme_id))


def chosen_year(text: str, years: tuple[int, ...]) -> int:
    """The year asked for, or the newest. Raises NotFound for one that has not been opened."""
    if not text:
        return years[-1]
    if text not in {str(year) for year in years}:
        raise NotFound("portal.year_not_opened", year=text[:20])
    return int(text)


def empty_page(house: House) -> EmptyPage:
    """Before the first year is opened."""
    return EmptyPage(house.programmes.load(house.programme_id).title)


def mark(house: House, row: MatrixRow, language: str = "vi") -> StatusMark:
    """A standing as people read it."""
    say = house.texts.say
    is_late = row.status in (ObligationStatus.SUBMITTED_LATE, ObligationStatus.MISSING)
    notes = [say("portal.days_late", language, days=row.late_days)] if is_late and row.late_days else []
    if row.corrected_at is not None:
        notes.append(say("matrix.corrected", language, day=row.corrected_at))
    if row.submission is None and row.mail in UNREACHED:
        notes.append(say(f"mail_standing.{row.mail}", language))
    return StatusMark(SYMBOLS[row.status], say(f"status.{row.status}", language), str(row.status), "; ".join(notes))


def period_page(house: House, year: int, period: Period, language: str = "vi") -> PeriodPage:
    """One period: who has reported, and the editions made of it."""
    programme = current_programme(house, year)
    seen = matrix(house, year, period)
    counts, dates = seen.timeliness, seen.dates
    return PeriodPage(
        programme_title=programme.title,
        title=seen.title,
        year=year,
        now=house.clock.now(),
        last_day=dates.last_day,
        soft_due_at=dates.soft_due_at,
        freeze_at=dates.freeze_at,
        basis=dates.rule.basis,
        expected=counts.expected,
        submitted=counts.submitted,
        on_time=counts.on_time,
        late=counts.late,
        missing=counts.missing,
        rate=percent(counts.submitted, counts.expected),
        on_time_rate=percent(counts.on_time, counts.expected),
        rows=tuple(_row(house, row, language) for row in seen.rows),
        editions=_editions(house, programme, year, period, language),
    )


def _row(house: House, row: MatrixRow, language: str) -> PeriodRow:
    return PeriodRow(
        agency=row.agency,
        agency_name=row.agency_name,
        mark=mark(house, row, language),
        sent_at=row.sent_at,
        receipt=row.submission.receipt if row.submission else "",
        versions=row.versions,
        mail=house.texts.say(f"mail_standing.{row.mail}", language),
        opened_at=row.opened_at,
    )


def _editions(house: House, programme: Programme, year: int, period: Period, language: str) -> tuple[EditionLine, ...]:
    with house.work() as work:
        cycle = f"{programme.id}-{year}"
        sent = work.transmittals.of_cycle(cycle)
        found = work.editions.of_period(cycle, period)
        lines = [edition_line(house, work, programme, edition, sent, language) for edition in found]
    return tuple(reversed(lines))


def edition_line(
    house: House, work: Work, programme: Programme, edition: Edition, sent: list[Transmittal], language: str = "vi"
) -> EditionLine:
    """One edition with what became of it."""
    approvals = work.editions.approvals(edition.id)
    coverage = edition.coverage
    return EditionLine(
        id=edition.id,
        number=edition.number,
        kind=house.texts.say(f"edition_kind.{edition.kind}", language),
        frozen_at=edition.frozen_at,
        included=len(coverage.included),
        expected=len(coverage.expected),
        late=len(coverage.late),
        missing=tuple(programme.agency(agency).name for agency in coverage.missing),
        sha256=edition.sha256,
        approval=house.texts.say(f"approval_status.{approvals[-1].status}", language) if approvals else "",
        documents=tuple(
            document_link(programme, file, "/tai-lieu") for file in in_order(work.editions.documents(edition.id))
        ),
        deliveries=tuple(_delivery(house, programme, one, language) for one in sent if one.edition == edition.id),
    )


def in_order(files: Iterable[DocumentFile]) -> list[DocumentFile]:
    """The report, its annexes' parts, the ministries' extracts; a phone opens a PDF at once, the others are saved."""

    def place(file: DocumentFile) -> tuple[str, bool, bool]:
        return file.meant_for, file.is_annex_part, file.ending != "pdf"

    return sorted(files, key=place)


def document_link(programme: Programme, file: DocumentFile, folder: str) -> DocumentLink:
    """A file, where it is opened, and the ministry whose extract it is."""
    meant_for = named(programme, file.meant_for) if file.meant_for else ""
    return DocumentLink(file.file_name, file.ending, file.size, file.sha256, f"{folder}/{file.sha256}", meant_for)


def _delivery(house: House, programme: Programme, one: Transmittal, language: str) -> DeliveryLine:
    at: datetime | None = one.acknowledged_at or one.sent_at
    words = house.texts.say(f"transmittal_status.{one.status}", language)
    answered = one.standing is not ExchangeStatus.SENT
    told = f" · {house.texts.say(f'exchange_status.{one.standing}', language)}" if answered else ""
    return DeliveryLine(named(programme, one.addressee), f"{words}{told}", at)


def find_document(house: House, sha256: str) -> DocumentFile:
    """The document of an edition, or its signed copy, with that hash. Raises NotFound: no other file is handed out."""
    with house.work() as work:
        for cycle in work.cycles.all():
            for period in Period:
                for edition in work.editions.of_period(cycle.id, period):
                    for file in work.editions.documents(edition.id):
                        if file.sha256 == sha256:
                            return file
                    for copy in work.signed_copies.of(edition.id):
                        if copy.sha256 == sha256:
                            return DocumentFile(edition.id, "pdf", copy.file_name, sha256, copy.size)
    raise NotFound("not_found.file", sha256=sha256[:64])
