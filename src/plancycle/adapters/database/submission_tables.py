"""The only queries about submissions, the files that came in, and extensions."""

from collections.abc import Collection, Sequence
from dataclasses import fields
from datetime import datetime
from itertools import groupby
from operator import itemgetter

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from plancycle.adapters.database import rows
from plancycle.adapters.database.mapping import finding_of, finding_row, of, plain, submission_of, submission_row
from plancycle.adapters.database.prefixes import beginning, begins
from plancycle.adapters.database.prepared import Prepared
from plancycle.domain.consolidation import Origin, SourceCell
from plancycle.domain.deadlines import Extension
from plancycle.domain.findings import Finding
from plancycle.domain.periods import ObligationKey, Period
from plancycle.domain.submissions import Entry, Outcome, Submission, SubmissionStatus, entry_from
from plancycle.services.repositories import Intake

_first = itemgetter(0)
_ENTRY = tuple(rows.entries.c[name] for name in ("submission", "sheet", "cell", "row", "field", "raw", "value"))
KEPT = 64
"""Versions whose entries are remembered: one transaction may look at a whole nation."""
MOST_ASKED = 500
"""Ids in one query: SQLite takes a limited number of parameters."""

_TABLE = rows.submissions
_ORDERED = select(_TABLE).order_by(_TABLE.c.agency, _TABLE.c.version)
_OF_PERIOD = _ORDERED.where(_TABLE.c.cycle == bindparam("cycle"), _TABLE.c.period == bindparam("period"))
_OF_OBLIGATION = _OF_PERIOD.where(_TABLE.c.agency == bindparam("agency"))
_PERIOD, _VERSIONS = Prepared(_OF_PERIOD), Prepared(_OF_OBLIGATION)
_GET = Prepared(_ORDERED.where(_TABLE.c.id == bindparam("wanted")))
_MOVED = update(_TABLE).where(_TABLE.c.id == bindparam("wanted")).values(status=bindparam("new_status"))
_MOVE, _MOVE_FOR = Prepared(_MOVED), Prepared(_MOVED.values(return_reason=bindparam("why")))
_ENTRIES = Prepared(select(*_ENTRY).where(_ENTRY[0] == bindparam("wanted")).order_by(rows.entries.c.position))
_FINDINGS = (
    select(rows.findings).where(rows.findings.c.submission == bindparam("wanted")).order_by(rows.findings.c.position)
)
_GRANTED = select(rows.extensions).order_by(rows.extensions.c.seq)
_EXTENSIONS = Prepared(_GRANTED.where(begins(rows.extensions.c.obligation)))
_EXTENSION = Prepared(_GRANTED.where(rows.extensions.c.obligation == bindparam("wanted")))
_ADD, _ADD_ENTRIES = Prepared(insert(_TABLE)), Prepared(insert(rows.entries))
_ADD_INTAKE = Prepared(insert(rows.intakes), [field.name for field in fields(Intake)])
"""Built once: what is asked for every answer and every letter costs more to put together than to run."""


class SubmissionTable:
    """Submissions with their entries and findings; a version is never changed but for its status."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._periods: dict[tuple[str, Period], list[Submission]] = {}
        """What this transaction has read of whole periods and not changed: a sweep asks a dozen times."""
        self._owed: dict[ObligationKey, list[Submission]] = {}
        """The same of single obligations: taking in an answer asks four times."""
        self._entries: dict[str, list[Entry]] = {}
        """Of the versions asked for last: a workbook asks for some twice, all successors of a body for that body's."""

    def add(self, submission: Submission, entries: Sequence[Entry], findings: Sequence[Finding]) -> None:
        """Store a new version with everything in it."""
        self._forget()
        _ADD.change(self._connection, [submission_row(submission)])
        place = {"submission": submission.id}
        if entries:
            listed = [{**place, "position": number, **plain(entry)} for number, entry in enumerate(entries)]
            _ADD_ENTRIES.change(self._connection, listed)
        if findings:
            found = [{**place, "position": number, **finding_row(finding)} for number, finding in enumerate(findings)]
            self._connection.execute(insert(rows.findings), found)

    def set_status(self, submission_id: str, status: SubmissionStatus, reason: str | None = None) -> None:
        """Move a version along its lifecycle."""
        self._forget()
        changed = {"new_status": str(status)} if reason is None else {"new_status": str(status), "why": reason}
        (_MOVE if reason is None else _MOVE_FOR).change(self._connection, [{"wanted": submission_id, **changed}])

    def get(self, submission_id: str) -> Submission | None:
        """One version."""
        found = _GET.first(self._connection, wanted=submission_id)
        return submission_of(found) if found else None

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
        if obligation not in self._owed:
            asked = {"cycle": obligation.cycle, "period": str(obligation.period), "agency": obligation.agency}
            self._owed[obligation] = [submission_of(row) for row in _VERSIONS.rows(self._connection, **asked)]
        return list(self._owed[obligation])

    def of_period(self, cycle: str, period: Period) -> list[Submission]:
        """All versions of a period, by agency then version."""
        if (cycle, period) not in self._periods:
            found = _PERIOD.rows(self._connection, cycle=cycle, period=str(period))
            self._periods[cycle, period] = [submission_of(row) for row in found]
        return list(self._periods[cycle, period])

    def by_bytes(self, obligation: ObligationKey, sha256: str) -> Submission | None:
        """The version these very bytes made, if any that was not withdrawn."""
        standing = (one for one in self.versions(obligation) if one.status is not SubmissionStatus.WITHDRAWN)
        return next((one for one in standing if one.sha256 == sha256), None)

    def entries(self, submission_id: str) -> list[Entry]:
        """The entries of one version, in form order."""
        if submission_id not in self._entries:
            if len(self._entries) >= KEPT:
                del self._entries[next(iter(self._entries))]
            self._entries[submission_id] = [
                entry_from(cell[1:]) for cell in _ENTRIES.tuples(self._connection, wanted=submission_id)
            ]
        return list(self._entries[submission_id])

    def entries_of(
        self, submission_ids: Sequence[str], fields: Collection[str] | None = None
    ) -> dict[str, list[Entry]]:
        """The entries of many versions, each in form order; with ``fields`` those of these columns only."""
        table, found = rows.entries, {one: list[Entry]() for one in submission_ids}
        shared = dict[str, str]().setdefault
        for at in range(0, len(submission_ids), MOST_ASKED):
            chosen = select(*_ENTRY).where(table.c.submission.in_(submission_ids[at : at + MOST_ASKED]))
            if fields is not None:
                chosen = chosen.where(table.c.field.in_(sorted(fields)))
            # Fetched at once and taken apart by place: a national round has a quarter of a million of them, and
            # SQLAlchemy's own row around each (nothing but text here) takes longer than reading it.
            asked = self._connection.execute(chosen.order_by(table.c.submission, table.c.position))
            for submission, cells in groupby(asked.cursor.fetchall(), _first):
                found[submission] = [
                    # Where a cell stands is the same for every agency: one text, not one for each of a million cells.
                    entry_from(
                        (shared(a, a), shared(b, b), shared(c, c), shared(d, d), raw, raw if raw == value else value)
                    )
                    for _, a, b, c, d, raw, value in cells
                ]
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
        found = self._connection.execute(_FINDINGS, {"wanted": submission_id}).mappings()
        return [finding_of(row) for row in found]

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
        _ADD_INTAKE.change(self._connection, [{**plain(intake), "outcome": str(intake.outcome)}])

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
        found = _EXTENSIONS.rows(self._connection, **beginning(f"{cycle}/"))
        return {row["obligation"]: of(Extension, row).in_force() for row in found}

    def extension(self, obligation: str) -> Extension | None:
        """The standing (newest) extension of one obligation."""
        found = _EXTENSION.rows(self._connection, wanted=obligation)
        return of(Extension, found[-1]).in_force() if found else None

    def _forget(self) -> None:
        self._periods.clear()
        self._owed.clear()
        self._entries.clear()
