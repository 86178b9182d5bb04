"""The only queries about submissions, the files that came in, and extensions."""

from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter

from sqlalchemy import ColumnElement, Connection, bindparam, delete, func, insert, select, update

from plancycle.adapters.database import rows
from plancycle.adapters.database.mapping import finding_of, finding_row, of, plain, submission_of, submission_row
from plancycle.adapters.database.prepared import Prepared
from plancycle.domain.consolidation import Origin, SourceCell
from plancycle.domain.deadlines import Extension
from plancycle.domain.findings import Finding
from plancycle.domain.periods import ObligationKey, Period
from plancycle.domain.submissions import Entry, Outcome, Submission, SubmissionStatus
from plancycle.services.repositories import Intake

_first, _entry = itemgetter(0), Entry._make
_ENTRY = tuple(rows.entries.c[name] for name in ("submission", "sheet", "cell", "row", "field", "raw", "value"))
_VERSIONS = Prepared(
    select(rows.submissions)
    .where(*(rows.submissions.c[name] == bindparam(name) for name in ("cycle", "period", "agency")))
    .order_by(rows.submissions.c.version)
)
"""Asked five times for every workbook that is made."""

MOST_ASKED = 500
"""Ids in one query: SQLite takes a limited number of parameters."""


class SubmissionTable:
    """Submissions with their entries and findings; a version is never changed but for its status."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, submission: Submission, entries: Sequence[Entry], findings: Sequence[Finding]) -> None:
        """Store a new version with everything in it."""
        self._connection.execute(insert(rows.submissions).values(submission_row(submission)))
        place = {"submission": submission.id}
        if entries:
            listed = [{**place, "position": number, **plain(entry)} for number, entry in enumerate(entries)]
            self._connection.execute(insert(rows.entries), listed)
        if findings:
            found = [{**place, "position": number, **finding_row(finding)} for number, finding in enumerate(findings)]
            self._connection.execute(insert(rows.findings), found)

    def set_status(self, submission_id: str, status: SubmissionStatus, reason: str | None = None) -> None:
        """Move a version along its lifecycle."""
        changed = {"status": str(status)} if reason is None else {"status": str(status), "return_reason": reason}
        chosen = rows.submissions.c.id == submission_id
        self._connection.execute(update(rows.submissions).where(chosen).values(changed))

    def get(self, submission_id: str) -> Submission | None:
        """One version."""
        found = self._select(rows.submissions.c.id == submission_id)
        return found[0] if found else None

    def texts(self, cycle: str, period: Period, fields: Collection[str], least: int) -> list[tuple[str, Entry]]:
        """Long answers of these fields in accepted versions, each with its agency."""
        cells, versions = rows.entries, rows.submissions
        chosen = (
            select(cells, versions.c.agency)
            .join(versions, versions.c.id == cells.c.submission)
            .where(versions.c.cycle == cycle, versions.c.period == str(period))
            .where(versions.c.status == str(SubmissionStatus.ACCEPTED), cells.c.field.in_(fields))
            .where(func.length(cells.c.value) >= least)
            .order_by(versions.c.agency, cells.c.position)
        )
        return [(row["agency"], of(Entry, row)) for row in self._connection.execute(chosen).mappings()]

    def versions(self, obligation: ObligationKey) -> list[Submission]:
        """All versions of one obligation, oldest first."""
        wanted = {"cycle": obligation.cycle, "period": str(obligation.period), "agency": obligation.agency}
        return [submission_of(row) for row in _VERSIONS.rows(self._connection, **wanted)]

    def of_period(self, cycle: str, period: Period) -> list[Submission]:
        """All versions of a period, by agency then version."""
        table = rows.submissions.c
        return self._select((table.cycle == cycle) & (table.period == str(period)))

    def by_bytes(self, obligation: ObligationKey, sha256: str) -> Submission | None:
        """The version these very bytes made, if any that was not withdrawn."""
        table = rows.submissions.c
        is_there = (table.sha256 == sha256) & (table.status != str(SubmissionStatus.WITHDRAWN))
        found = self._select(_owed(obligation) & is_there)
        return found[0] if found else None

    def entries(self, submission_id: str) -> list[Entry]:
        """The entries of one version, in form order."""
        table = rows.entries
        chosen = select(table).where(table.c.submission == submission_id).order_by(table.c.position)
        return [of(Entry, row) for row in self._connection.execute(chosen).mappings()]

    def entries_of(self, submission_ids: Sequence[str]) -> dict[str, list[Entry]]:
        """The entries of many versions, each in form order."""
        table, found = rows.entries, {one: list[Entry]() for one in submission_ids}
        for at in range(0, len(submission_ids), MOST_ASKED):
            chosen = select(*_ENTRY).where(table.c.submission.in_(submission_ids[at : at + MOST_ASKED]))
            # Fetched at once and taken apart by place: a national round has a quarter of a million of them, and
            # SQLAlchemy's own row around each (nothing but text here) takes longer than reading it.
            asked = self._connection.execute(chosen.order_by(table.c.submission, table.c.position))
            for submission, cells in groupby(asked.cursor.fetchall(), _first):
                found[submission] = [_entry(one[1:]) for one in cells]
        return found

    def findings_of(self, submission_ids: Sequence[str]) -> dict[str, list[Finding]]:
        """The findings of many versions."""
        table, found = rows.findings, {one: list[Finding]() for one in submission_ids}
        for at in range(0, len(submission_ids), MOST_ASKED):
            chosen = select(table).where(table.c.submission.in_(submission_ids[at : at + MOST_ASKED]))
            for row in self._connection.execute(chosen.order_by(table.c.submission, table.c.position)).mappings():
                found[row["submission"]].append(finding_of(row))
        return found

    def findings(self, submission_id: str) -> list[Finding]:
        """The findings of one version."""
        table = rows.findings
        chosen = select(table).where(table.c.submission == submission_id).order_by(table.c.position)
        return [finding_of(row) for row in self._connection.execute(chosen).mappings()]

    def sources(self, submission_ids: Sequence[str], row: str, field: str) -> list[SourceCell]:
        """The cells of one question in several versions, by agency."""
        cells, versions = rows.entries, rows.submissions
        chosen = (
            select(cells, versions.c.agency, versions.c.sha256)
            .join(versions, versions.c.id == cells.c.submission)
            .where(cells.c.submission.in_(submission_ids), cells.c.row == row, cells.c.field == field)
            .order_by(versions.c.agency)
        )
        return [of(SourceCell, found, origin=Origin.REPORTED) for found in self._connection.execute(chosen).mappings()]

    def add_intake(self, intake: Intake) -> None:
        """Record a file that came in."""
        self._connection.execute(insert(rows.intakes).values({**plain(intake), "outcome": str(intake.outcome)}))

    def intakes(self, cycle: str | None = None) -> list[Intake]:
        """Every file that came in, oldest first."""
        chosen = select(rows.intakes).order_by(rows.intakes.c.seq)
        if cycle is not None:
            chosen = chosen.where(rows.intakes.c.cycle == cycle)
        found = self._connection.execute(chosen).mappings()
        return [of(Intake, row, outcome=Outcome(row["outcome"])) for row in found]

    def add_extension(self, extension: Extension) -> None:
        """Store a granted extension; one to the same date that was taken back makes room for it."""
        table = rows.extensions
        same = (table.c.obligation == extension.obligation) & (table.c.due_at == extension.due_at)
        self._connection.execute(delete(table).where(same, table.c.revoked_at.is_not(None)))
        self._connection.execute(insert(table).values(plain(extension)))

    def revoke_extension(self, obligation: str, at: datetime) -> None:
        """Take back the newest extension of an obligation from that moment on."""
        table = rows.extensions
        newest = select(func.max(table.c.seq)).where(table.c.obligation == obligation).scalar_subquery()
        self._connection.execute(update(table).where(table.c.seq == newest).values(revoked_at=at))

    def extensions(self, cycle: str) -> dict[str, Extension]:
        """The standing (newest) extension by obligation key."""
        table = rows.extensions
        chosen = table.c.obligation.startswith(f"{cycle}/", autoescape=True)
        found = self._connection.execute(select(table).where(chosen).order_by(table.c.seq)).mappings()
        return {row["obligation"]: of(Extension, row).in_force() for row in found}

    def _select(self, chosen: ColumnElement[bool]) -> list[Submission]:
        table = rows.submissions
        found = self._connection.execute(select(table).where(chosen).order_by(table.c.agency, table.c.version))
        return [submission_of(row) for row in found.mappings()]


def _owed(obligation: ObligationKey) -> ColumnElement[bool]:
    table = rows.submissions.c
    return (
        (table.cycle == obligation.cycle)
        & (table.period == str(obligation.period))
        & (table.agency == obligation.agency)
    )
