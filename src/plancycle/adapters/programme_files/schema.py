"""The fields of every programme file. One class a mapping, one root class a file; see ``FILES``.

Names follow :mod:`plancycle.domain.programme`; where a file groups things differently, the docstring says how.
Calendar, indicators, form and contacts are in :mod:`plancycle.adapters.programme_files.schema_cycle`.
"""

from typing import Any, Literal

from pydantic import Field

from plancycle.adapters.programme_files.schema_cycle import CalendarFile, ContactsFile, FormFile, IndicatorsFile
from plancycle.adapters.programme_files.value_types import Code, Day, Id, Line, Sha256, Some, Strict, Text, Year
from plancycle.domain.agencies import AgencyKind
from plancycle.domain.periods import Period

EVERYBODY = "tat-ca"
"""Instead of agency ids: every body of the roster."""


class StatementEntry(Strict):
    """A purpose, a requirement or a request: its words and the line they stand in."""

    id: Id
    title: Text
    line: Line


class DutyEntry(Strict):
    """What one of the plan's verbs means for the record that is kept."""

    id: Code
    verb: Text
    record: Text
    trigger: Code
    lines: tuple[Line, ...]


class ReportEntry(Strict):
    """Heading and numbering of the consolidated report."""

    superior_body: Text
    issuing_body: Text
    symbol: Text
    place: Text
    filing: Text
    outside_source: Text | None = None


class ProgrammeFile(Strict):
    """``programme.yaml``: names, purposes, requirements, duties, the report's heading."""

    id: Id
    title: Text
    province: Text
    start_year: Year
    consolidator: Id
    authority: Id
    objective: Text
    report: ReportEntry
    purposes: tuple[StatementEntry, ...] = ()
    requirements: tuple[StatementEntry, ...] = ()
    duties: tuple[DutyEntry, ...] = ()


class LegalEntry(Strict):
    """A document the plan rests on (``basis``) or cites; what the plan does not say stays empty."""

    id: Id
    kind: Text
    number: Text | None = None
    dated: Day | None = None
    issuer: Text | None = None
    subject: Text
    role: Literal["basis", "cited"]
    line: Line
    valid_to: Day | None = None
    outside_source: Text | None = None


class LegalFile(Strict):
    """``legal.yaml``: the legal references."""

    legal_refs: tuple[LegalEntry, ...]


class ItemEntry(Strict):
    """One item of a group of work; items may have items."""

    id: Id
    title: Text
    line: Line
    number: Text | None = None
    deadline: Id | None = None
    items: tuple["ItemEntry", ...] = ()


class GroupEntry(Strict):
    """One group of work of the plan's section III."""

    id: Id
    title: Text
    line: Line
    legal_refs: tuple[Id, ...] = ()
    deadline: Id | None = None
    items: tuple[ItemEntry, ...]


class GroupsFile(Strict):
    """``groups.yaml``: the groups of work."""

    groups: tuple[GroupEntry, ...]


class AgencyEntry(Strict):
    """A body with its stable id; ``entry`` is its number in the plan's list of duties."""

    id: Id
    name: Text
    kind: AgencyKind
    entry: Line | None = None
    line: Line | None = None
    outside_source: Text | None = None


class ReportersEntry(Strict):
    """Who owes reports: bodies the plan names, then the local ones; this order is the order of every list."""

    named: Some[Id]
    local: tuple[Id, ...] = ()


class InvitedEntry(AgencyEntry):
    """An invited body."""

    kind: Literal[AgencyKind.INVITED]


class InvitationsEntry(Strict):
    """Bodies that are asked politely: no due date, never urged."""

    entry: Line
    line: Line
    bodies: tuple[InvitedEntry, ...]
    requests: tuple[StatementEntry, ...]


class AgenciesFile(Strict):
    """``agencies.yaml``: every body, who reports, who is invited."""

    agencies: tuple[AgencyEntry, ...]
    reporters: ReportersEntry
    unnamed_groups: tuple[Text, ...] = ()
    invitations: InvitationsEntry


class WorkEntry(Strict):
    """One piece of work of an entry; its agencies are the entry's."""

    id: Id
    title: Text
    role: Literal["chu_tri", "tham_muu", "tham_gia", "thuc_hien"]
    line: Line
    coordinates_with: tuple[Id, ...] = ()
    legal_refs: tuple[Id, ...] = ()
    indicators: tuple[Id, ...] = ()
    duty: Code | None = None
    cadence: Code | None = None
    deadline: Id | None = None
    ministry_schedule: Id | None = None
    output: Text | None = None
    advises: Id | None = None


class DutiesOfEntry(Strict):
    """One numbered entry of the plan's "Tổ chức thực hiện": its bodies and their work."""

    entry: Line
    line: Line
    agencies: Some[Id]
    works: tuple[WorkEntry, ...]


class AssignmentsFile(Strict):
    """``coordination`` spells out the short names used in ``coordinates_with``."""

    coordination: dict[Id, Text] = Field(default_factory=dict)
    entries: tuple[DutiesOfEntry, ...]


class RecipientEntry(Strict):
    """One line of the plan's "Nơi nhận"."""

    order: Line
    name: Text
    kind: Code
    as_written: Text | None = None
    ref: Id | None = None
    copies_to: tuple[Text, ...] = ()


class AddresseeEntry(Strict):
    """Where the consolidated report goes, by which channel, in which periods."""

    agency: Id
    channel: Literal["folder", "http"]
    periods: Some[Period]


class RecipientsFile(Strict):
    """``recipients.yaml``: the plan's recipients and the report's addressees."""

    recipients: tuple[RecipientEntry, ...]
    addressees: tuple[AddresseeEntry, ...]


class CorrectionEntry(Strict):
    """A reading error of the scan; ``corrected`` empty drops the mark."""

    line: Line
    scanned: Text
    corrected: Text | None
    note: Text | None = None


class SourceFile(Strict):
    """``source.yaml``: the text the programme was read from and what that text lacks."""

    sha256: Sha256
    document_type: Text
    missing: tuple[Code, ...] = ()
    signer: Text
    signer_position: Text
    corrections: tuple[CorrectionEntry, ...] = ()
    paragraph_joins: tuple[tuple[Line, Line], ...] = ()


class SuccessionEntry(Strict):
    """Who takes over from whom, when, for all or for some work, and how sure that is."""

    predecessors: Some[Id]
    other_predecessors: tuple[Text, ...] = ()
    works: tuple[Id, ...] = ()
    successor: Text | None
    effective: Day | None
    confidence: Literal["found", "pattern", "unverified"]
    note: Text | None = None


class SuccessionFile(Strict):
    """``succession.yaml``: shipped as data; ids and fields are checked, nothing is applied yet."""

    outside_source: Text | None = None
    successions: tuple[SuccessionEntry, ...]


CONTACTS = "contacts.yaml"
SUCCESSION = "succession.yaml"
FILES: dict[str, type[Strict]] = {
    "programme.yaml": ProgrammeFile,
    "source.yaml": SourceFile,
    "legal.yaml": LegalFile,
    "groups.yaml": GroupsFile,
    "agencies.yaml": AgenciesFile,
    "assignments.yaml": AssignmentsFile,
    "indicators.yaml": IndicatorsFile,
    "calendar.yaml": CalendarFile,
    "recipients.yaml": RecipientsFile,
    "form.yaml": FormFile,
    SUCCESSION: SuccessionFile,
    CONTACTS: ContactsFile,
}
OPTIONAL = frozenset({SUCCESSION, CONTACTS})


def json_schemas() -> dict[str, dict[str, Any]]:
    """The JSON Schema of every file, by file name: completion in editors, and ``plancycle programme schema``."""
    return {name: model.model_json_schema() for name, model in FILES.items()}
