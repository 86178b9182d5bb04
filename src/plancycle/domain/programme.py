"""A programme: one plan with its legal basis, work, bodies and calendar, as data.

Read from ``programmes/<folder>/*.yaml`` by :mod:`plancycle.adapters.programme_files.folders`.
``line`` fields are lines of the plan's scanned text, counted from 1, so that every fact can be looked up.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from plancycle.domain.agencies import Agency, AgencyKind
from plancycle.domain.approval_chain import ApprovalRules
from plancycle.domain.deadlines import PeriodRule, PlanDeadline, Rung
from plancycle.domain.duties import DutyKind
from plancycle.domain.errors import NotFound
from plancycle.domain.extensions import BeyondFreeze
from plancycle.domain.forms import FormRules, Indicator
from plancycle.domain.periods import CHECK_INS, Period
from plancycle.domain.recipients import Addressee as Addressee
from plancycle.domain.recipients import Copies as Copies
from plancycle.domain.recipients import Recipient as Recipient
from plancycle.domain.succession import Succession


@dataclass(frozen=True, slots=True)
class LegalReference:
    """A document the plan rests on or cites. Its key is the id: two different directives are both 05-CT/TW."""

    id: str
    kind: str
    number: str | None
    dated: date | None
    issuer: str | None
    subject: str
    role: str
    line: int
    valid_to: date | None = None
    outside_source: str | None = None
    """A fact added from elsewhere (and what it is); None when everything stands in the plan's text."""

    def is_in_force(self, on: date) -> bool:
        """Whether the document still runs on that day; one without an end date always does."""
        return self.valid_to is None or on <= self.valid_to


@dataclass(frozen=True, slots=True)
class GroupItem:
    """One item of a work group; items may have items (3.2 has eleven)."""

    id: str
    title: str
    line: int
    number: str | None = None
    deadline: str | None = None
    items: tuple["GroupItem", ...] = ()


@dataclass(frozen=True, slots=True)
class WorkGroup:
    """One of the plan's groups of work (nhóm nhiệm vụ, section III)."""

    id: str
    title: str
    line: int
    items: tuple[GroupItem, ...]
    legal_refs: tuple[str, ...] = ()
    deadline: str | None = None

    def all_items(self) -> Iterator[GroupItem]:
        """Every item, parents before their children."""
        yield from _walk(self.items)


def _walk(items: tuple[GroupItem, ...]) -> Iterator[GroupItem]:
    for item in items:
        yield item
        yield from _walk(item.items)


@dataclass(frozen=True, slots=True)
class AssignedWork:
    """One piece of work the plan assigns (nhiệm vụ được giao); every agency named answers for it separately."""

    id: str
    entry: int
    title: str
    role: str
    line: int
    agencies: tuple[str, ...]
    """Ids of the agencies; empty when the work is for every body of the roster."""
    coordinates_with: tuple[str, ...] = ()
    legal_refs: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()
    duty: str | None = None
    cadence: str | None = None
    deadline: str | None = None
    ministry_schedule: str | None = None
    output: str | None = None
    advises: str | None = None
    group: str | None = None
    """The work group it belongs to, where the plan says so."""

    @property
    def is_for_all(self) -> bool:
        """Whether every body of the roster answers for it (the plan's entry 1)."""
        return not self.agencies


@dataclass(frozen=True, slots=True)
class Statement:
    """A purpose, a requirement or an invited body's request: an id, its words and its line."""

    id: str
    title: str
    line: int


@dataclass(frozen=True, slots=True)
class Duty:
    """What one of the plan's verbs (kiểm tra, đôn đốc …) means for the record that is kept."""

    id: str
    verb: str
    record: str
    trigger: str
    lines: tuple[int, ...]
    makes: DutyKind | None = None
    """Which records it makes; None for a duty that the reporting itself fulfils (urging, consolidating)."""
    deadline: str | None = None
    """Id of the plan's deadline that says who owes it, to whom and until when."""
    gathered_by: str | None = None
    """Who adds the proposals up; None: the coordinator."""
    unit: str | None = None
    precision: int = 0
    """Unit and decimals of an amount."""
    due_day: tuple[int, int] | None = None
    """Month and day up to which it is gathered, the coordinator's own choice where the plan names no deadline."""
    outside_source: str | None = None


@dataclass(frozen=True, slots=True)
class Invitations:
    """Bodies that are politely asked to help: never an obligation, never urged, never overdue."""

    entry: int
    line: int
    bodies: tuple[Agency, ...]
    requests: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Correction:
    """A reading error of the scanned text and what it was corrected to (None: the mark is dropped)."""

    line: int
    scanned: str
    corrected: str | None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Where the programme was read from, and what that text lacks."""

    sha256: str | None
    """The text's fingerprint; None when the programme was not read from a file."""
    document_type: str
    missing: tuple[str, ...]
    """Header fields the source does not have. They stay empty: nobody invents a number, date or place."""
    signer: str | None
    signer_position: str | None
    corrections: tuple[Correction, ...]
    paragraph_joins: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class ReportForm:
    """How the consolidated report is headed and numbered (Decree 30/2020/NĐ-CP, Annex I)."""

    superior_body: str
    issuing_body: str
    symbol: str
    place: str
    filing: str
    """Last line of Nơi nhận, e.g. ``Lưu: VT``."""
    letter_symbol: str = ""
    """Symbol of letters (công văn), e.g. ``SNV-CCHC``; empty: the issuing body's own part of ``symbol``."""


@dataclass(frozen=True, slots=True)
class Template:
    """A template the programme brings along: its file's name and its text; it stands in for the shipped one."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Programme:
    """One reporting programme, whole and checked. ``version`` is the SHA-256 of its files' contents."""

    id: str
    version: str
    title: str
    province: str
    timezone: str
    start_year: int
    consolidator: str
    authority: str
    objective: str
    source: Source
    legal_refs: tuple[LegalReference, ...]
    purposes: tuple[Statement, ...]
    requirements: tuple[Statement, ...]
    duties: tuple[Duty, ...]
    groups: tuple[WorkGroup, ...]
    agencies: tuple[Agency, ...]
    reporters: tuple[str, ...]
    """Agency ids that owe reports, in the plan's order: the named ones, then the local ones."""
    unnamed_groups: tuple[str, ...]
    indicators: tuple[Indicator, ...]
    works: tuple[AssignedWork, ...]
    invitations: Invitations
    deadlines: tuple[PlanDeadline, ...]
    periods: tuple[PeriodRule, ...]
    recipients: tuple[Recipient, ...]
    addressees: tuple[Addressee, ...]
    form: FormRules
    report: ReportForm
    ladder: tuple[Rung, ...]
    """The reminder ladder: days from the soft due date, how they are counted, whom each rung goes to."""
    beyond_freeze: BeyondFreeze = BeyondFreeze.FLAG
    """Whether an extension may end after the period's final edition is frozen."""
    approval: ApprovalRules = field(default_factory=ApprovalRules)
    """Who approves, in which order, and which signatures the report carries."""
    successions: tuple[Succession, ...] = field(default=())
    """What is known about who takes over from whom; what of it is applied, :mod:`.succession` says."""
    extracts: tuple[Addressee, ...] = ()
    """Ministries that get the extract on the works that follow their timetable."""
    copies: Copies | None = None
    """How the plan's other recipients (Nơi nhận) get a copy; None: they get none from here."""
    templates: tuple[Template, ...] = ()
    """The programme's own templates of documents, by name; part of its version like everything else."""
    _bodies: dict[str, Agency] = field(init=False, default_factory=dict, compare=False, repr=False)
    """Every body by its id, listed the first time one is asked for: thousands are, thousands of times."""

    def agency(self, agency_id: str) -> Agency:
        """The body with that id. Raises NotFound."""
        if not self._bodies:
            bodies = (*self.agencies, *self.invitations.bodies)
            self._bodies.update({body.id: body for body in reversed(bodies)})
        found = self._bodies.get(agency_id)
        if found is None:
            raise NotFound("not_found.agency", agency=agency_id)
        return found

    @property
    def order(self) -> tuple[Period, ...]:
        """The periods of this programme's year, first to last."""
        declared = {rule.period for rule in self.periods}
        return tuple(period for period in Period if period in declared)

    @property
    def check_ins(self) -> tuple[Period, ...]:
        """The periods inside the year whose counted figures add up to the year's."""
        return tuple(period for period in self.order if period in CHECK_INS)

    def period_rule(self, period: Period) -> PeriodRule:
        """The calendar rule of a period. Raises NotFound."""
        for rule in self.periods:
            if rule.period is period:
                return rule
        raise NotFound("not_found.period", period=period)

    def reporting_agencies(self) -> tuple[Agency, ...]:
        """The bodies that owe reports, in roster order."""
        return tuple(self.agency(agency_id) for agency_id in self.reporters)

    def addressees_of(self, period: Period) -> tuple[Addressee, ...]:
        """Who receives the consolidated report of a period."""
        return tuple(addressee for addressee in self.addressees if period in addressee.periods)

    def can_owe(self, agency_id: str) -> bool:
        """Whether that body may owe a report; invited bodies, ministries and the authority never do."""
        never = {AgencyKind.INVITED, AgencyKind.MINISTRY, AgencyKind.AUTHORITY, AgencyKind.COUNCIL}
        return self.agency(agency_id).kind not in never
