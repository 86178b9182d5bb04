"""The fields of every programme file. One class a mapping, one root class a file; see ``FILES``.

Names follow :mod:`plancycle.domain.programme`; where a file groups things differently, the docstring says how.
Calendar, indicators, form and contacts are in :mod:`plancycle.adapters.programme_files.schema_cycle`.
"""

from typing import Literal

from pydantic import Field

from plancycle.adapters.programme_files.english import ENGLISH, EnglishFile
from plancycle.adapters.programme_files.schema_cycle import (
    CalendarFile,
    ContactsFile,
    FormFile,
    IndicatorsFile,
    WorkingDaysFile,
)
from plancycle.adapters.programme_files.schema_roster import AgenciesFile, StatementEntry, SuccessionFile
from plancycle.adapters.programme_files.value_types import (
    Code,
    Count,
    Day,
    Decimals,
    Id,
    Line,
    MonthDay,
    Sha256,
    Some,
    Strict,
    Text,
    Truth,
    Year,
)
from plancycle.domain.duties import DutyKind
from plancycle.domain.periods import Period
from plancycle.domain.signatures import SignerRole

EVERYBODY = "tat-ca"
"""Instead of agency ids: every body of the roster."""


class DutyEntry(Strict):
    """What one of the plan's verbs means for the record that is kept."""

    id: Code
    verb: Text
    record: Text
    trigger: Code
    lines: tuple[Line, ...]
    makes: DutyKind | None = None
    deadline: Id | None = None
    gathered_by: Id | None = None
    unit: Text | None = None
    precision: Decimals = 0
    due_day: MonthDay | None = None
    outside_source: Text | None = None


class ReportEntry(Strict):
    """Heading and numbering of the consolidated report."""

    superior_body: Text
    issuing_body: Text
    symbol: Text
    place: Text
    filing: Text
    letter_symbol: Text = ""
    outside_source: Text | None = None


class StepEntry(Strict):
    """One step of the approval: whose it is (``signatory``, ``approver``, an official's id) and in how many days."""

    id: Id
    title: Text
    who: Id
    working_days: Count


class ApprovalEntry(Strict):
    """Who approves the consolidated report, in which order, and which electronic signatures it carries."""

    steps: Some[StepEntry]
    signatures: tuple[SignerRole, ...] = ()
    outside_source: Text | None = None


class ProgrammeFile(Strict):
    """``programme.yaml``: names, purposes, requirements, duties, the report's heading, who approves."""

    id: Id
    title: Text
    province: Text
    start_year: Year
    consolidator: Id
    authority: Id
    objective: Text
    report: ReportEntry
    approval: ApprovalEntry | None = None
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
    group: Id | None = None


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
    channel: Literal["folder", "http", "edxml", "mail"]
    periods: Some[Period]
    answer_days: Count = 5
    replaces_at_once: Truth = True


class CopiesEntry(Strict):
    """How recipients of the plan that are no addressees get a copy; ``without``: lines that get none."""

    channel: Literal["folder", "mail"]
    periods: Some[Period]
    without: tuple[Line, ...] = ()


class RecipientsFile(Strict):
    """``recipients.yaml``: the plan's recipients, the report's addressees, who gets an extract and who a copy."""

    recipients: tuple[RecipientEntry, ...]
    addressees: tuple[AddresseeEntry, ...]
    extracts: tuple[AddresseeEntry, ...] = ()
    copies: CopiesEntry | None = None


class CorrectionEntry(Strict):
    """A reading error of the scan; ``corrected`` empty drops the mark."""

    line: Line
    scanned: Text
    corrected: Text | None
    note: Text | None = None


class SourceFile(Strict):
    """``source.yaml``: the text the programme was read from and what that text lacks."""

    sha256: Sha256 | None = None
    document_type: Text
    missing: tuple[Code, ...] = ()
    signer: Text | None = None
    signer_position: Text | None = None
    corrections: tuple[CorrectionEntry, ...] = ()
    paragraph_joins: tuple[tuple[Line, Line], ...] = ()


CONTACTS = "contacts.yaml"
SUCCESSION = "succession.yaml"
WORKING_DAYS = "working-days.yaml"
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
    WORKING_DAYS: WorkingDaysFile,
    ENGLISH: EnglishFile,
}
OPTIONAL = frozenset({SUCCESSION, CONTACTS, WORKING_DAYS, ENGLISH})
OUTSIDE_THE_PLAN = frozenset({CONTACTS, WORKING_DAYS, ENGLISH})
"""Files that are not part of a programme's version: people, days off that are announced for everybody, translations."""
