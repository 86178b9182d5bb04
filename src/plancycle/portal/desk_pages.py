"""What the desk's pages about obligations, answers and editions show: one frozen class per template."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from plancycle.domain.explanations import Explanation
from plancycle.domain.submissions import Submission
from plancycle.portal.desk_frame import ActingPage
from plancycle.portal.pages import PeriodColumn, PeriodPage, StatusMark
from plancycle.services.review_answers import Queue
from plancycle.services.side_by_side import Review


@dataclass(frozen=True, slots=True)
class MatrixMark:
    """One cell: the words (with their symbol), a class for the colour, and the obligation's page; empty: none."""

    words: str
    css: str
    href: str


@dataclass(frozen=True, slots=True)
class MatrixLine:
    """One agency through the year, a mark per column."""

    name: str
    marks: tuple[MatrixMark, ...]


@dataclass(frozen=True, slots=True)
class MatrixFilter:
    """What was asked for; empty texts ask for nothing."""

    name: str = ""
    status: str = ""
    kind: str = ""
    period: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a list to choose from."""

    value: str
    words: str


@dataclass(frozen=True, slots=True)
class Paging:
    """Which part of a long list is shown; addresses are empty where there is nothing more."""

    number: int
    count: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class MatrixPage:
    """``desk/matrix.html``: agency × period of a year, a page at a time."""

    programme_title: str
    year: int
    years: tuple[int, ...]
    now: datetime
    columns: tuple[PeriodColumn, ...]
    lines: tuple[MatrixLine, ...]
    wanted: MatrixFilter
    found: int
    total: int
    paging: Paging
    statuses: tuple[Choice, ...]
    kinds: tuple[Choice, ...]
    periods: tuple[Choice, ...]
    reminders: tuple["DeskLink", ...]
    """A way to the prefilled form that reminds, for every open period in which somebody owes a report."""
    sheet_href: str
    """The lines that were asked for, all pages of them, as a workbook."""


@dataclass(frozen=True, slots=True)
class DeskLink:
    """A way to something else."""

    words: str
    href: str


@dataclass(frozen=True, slots=True)
class PeriodDesk:
    """``desk/period.html``: one period with what can be done about it."""

    period: PeriodPage
    key: str
    hrefs: Mapping[str, str]
    """Each agency's page, by its id."""
    waiting: int
    """How many still owe the report."""
    to_review: int
    """How many standing answers no reviewer has looked at."""
    runs: tuple[DeskLink, ...]
    """Timelines in Prefect; empty where no server is configured."""
    charts_href: str


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the timeline. ``kind`` chooses the symbol; ``words`` say what, ``details`` the rest."""

    at: datetime
    kind: str
    words: str
    actor: str
    details: tuple[str, ...] = ()
    href: str = ""
    href_words: str = ""


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version of an answer, newest first on the page."""

    submission: Submission
    status: str
    """In words."""
    href: str
    file_href: str
    figures_href: str


@dataclass(frozen=True, slots=True)
class ExplanationLine:
    """A reason an agency gave for a warning; ``is_open``: nobody has decided about it."""

    explanation: Explanation
    status: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class DossierPage(ActingPage):
    """``desk/dossier.html``: everything that happened about one obligation, oldest first, and what can be done."""

    agency: str
    agency_name: str
    title: str
    year: int
    period_href: str
    path: str
    mark: StatusMark
    last_day: date | None
    """The last good day, an extension included; None for a body that owes nothing in the period (any more)."""
    extended_by: str
    person: str
    addresses: tuple[str, ...]
    """Of the contact, the ones that do not work marked in words."""
    versions: tuple[VersionLine, ...]
    happenings: tuple[Happening, ...]
    explanations: tuple[ExplanationLine, ...]
    runs: tuple[DeskLink, ...]
    runs_problem: str
    """Why Prefect's runs are not among the happenings; empty where they are, or where no server is configured."""
    journal_href: str
    """Everything the journal holds about the obligation, as a file."""
    can_return: bool
    can_withdraw: bool
    can_correct: bool
    """What stands was approved: it changes only by a correction, and none is open."""
    correction: str
    """Why the correction that is open was opened; empty: none is."""
    can_send_again: bool
    can_extend: bool
    can_revoke: bool
    """Whether a link of the agency opens the report now."""
    bundle_href: str
    """Everything kept about the obligation, as one ZIP file."""
    day_after: str
    """The earliest day an extension could give, as people write it."""
    needs_position: bool
    """Whether whoever grants it has to say in which position: the address book does not know them."""


@dataclass(frozen=True, slots=True)
class ReviewPage(ActingPage):
    """``desk/review.html``: a version beside the one before, the last period and the last year."""

    agency_name: str
    title: str
    path: str
    dossier_href: str
    review: Review
    status: str
    findings: Mapping[str, tuple[str, str]]
    """Words of every finding (why, how to mend), by ``<code>`` and cell: see ``finding_id``."""
    only_changed: bool
    """Whether cells that are empty, or neither changed nor remarked on, are left out."""
    shown: int
    can_return: bool
    can_confirm: bool


@dataclass(frozen=True, slots=True)
class QueuePage(ActingPage):
    """``desk/queue.html``: the answers of a period that nobody has looked at yet."""

    title: str
    path: str
    period_href: str
    names: Mapping[str, str]
    queue: Queue
    limit: int
    """Per cent beyond which a figure's move is worth a look."""


@dataclass(frozen=True, slots=True)
class FedFigure:
    """A figure that a cell goes into."""

    label: str
    href: str


@dataclass(frozen=True, slots=True)
class CellLine:
    """One filled-in cell of a version and the figures it goes into."""

    sheet: str
    cell: str
    label: str
    raw: str
    figures: tuple[FedFigure, ...]


@dataclass(frozen=True, slots=True)
class CellsPage:
    """``desk/cells.html``: a version's cells and the figures they feed; the way back from a source to the results."""

    agency_name: str
    title: str
    dossier_href: str
    submission: Submission
    is_included: bool
    """Whether the newest edition holds this version."""
    last_day: date
    cells: tuple[CellLine, ...]
