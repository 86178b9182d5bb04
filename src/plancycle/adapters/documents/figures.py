"""The figures of a report as its sentences need them: consolidated ones as they are, and a count per agency."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from plancycle.adapters import vietnamese
from plancycle.domain.consolidation import Figure, Origin
from plancycle.domain.forms import RowSource
from plancycle.services.report_contents import ReportFacts, WorkLine

STATUS, PROGRESS = "status", "progress"
MOST_BODIES = 500
"""Bodies told one by one in the words of a report; beyond, the annex tells them by kind."""


@dataclass(frozen=True, slots=True)
class SpokenFigure:
    """A consolidated figure in words: ``Số cuộc kiểm tra``, ``1.234``, ``cuộc``, 27 agencies.

    ``declared``: how many of them gave an estimate of their own. ``estimated``, ``carried``: for how many others one
    stands, or the value of the period before.
    """

    label: str
    value: str
    unit: str
    contributors: int
    declared: int = 0
    estimated: int = 0
    carried: int = 0


@dataclass(frozen=True, slots=True)
class Count:
    """How many pieces of work have a status, and how many per cent of all that is."""

    label: str
    count: int
    percent: str


@dataclass(frozen=True, slots=True)
class AgencyWork:
    """One agency's work in short. ``progress`` is the mean in per cent, empty when nothing was given."""

    name: str
    total: int
    done: int
    progress: str


@dataclass(frozen=True, slots=True)
class DigestOfWork:
    """All work in short."""

    total: int
    statuses: tuple[Count, ...]
    progress: str
    by_agency: tuple[AgencyWork, ...]


def figures_of(facts: ReportFacts) -> tuple[list[SpokenFigure], list[SpokenFigure]]:
    """Figures every reporter fills in, and the indicators of one owner; counts over work are in neither."""
    shared = {indicator.id for indicator in facts.programme.form.figures}
    owned = {indicator.id for indicator in facts.programme.indicators}
    return (
        [_spoken(facts, figure) for figure in facts.figures if subject_of(figure) in shared],
        [_spoken(facts, figure) for figure in facts.figures if subject_of(figure) in owned],
    )


def subject_of(figure: Figure) -> str:
    """The indicator or sheet a figure is about: ``inspections`` of ``tn-nq94-2025/q1/inspections.value``."""
    return figure.id.rpartition("/")[2].partition(".")[0]


def label_of(facts: ReportFacts, figure: Figure) -> str:
    """The figure's label; a count over work says so (``Nhiệm vụ: Hoàn thành``)."""
    sheet = next((sheet for sheet in facts.programme.form.sheets if sheet.code == subject_of(figure)), None)
    return f"{sheet.name}: {figure.label}" if sheet else figure.label


def field_of(figure: Figure) -> str:
    """The field a figure is made of: ``value``, ``status``, ``progress``."""
    return figure.id.rpartition("/")[2].split(".")[1]


def _spoken(facts: ReportFacts, figure: Figure) -> SpokenFigure:
    return SpokenFigure(
        label=figure.label,
        value=vietnamese.number(figure.value, figure.precision),
        unit=figure.unit,
        contributors=figure.contributors,
        declared=len(facts.declared_estimates.get(figure.id.split("/", 2)[2], ())),
        estimated=figure.count(Origin.ESTIMATED),
        carried=figure.count(Origin.CARRIED_FORWARD),
    )


def digest_of_work(facts: ReportFacts) -> DigestOfWork:
    """Status counts and mean progress are the edition's own figures; each agency's line is counted from its work."""
    sheets = {sheet.code for sheet in facts.programme.form.sheets if sheet.source is RowSource.ASSIGNMENTS}
    about_work = [figure for figure in facts.figures if subject_of(figure) in sheets]
    counts = [figure for figure in about_work if field_of(figure) == STATUS]
    total, grouped = sum(int(figure.value) for figure in counts), by_agency(facts)
    means = [vietnamese.number(figure.value, figure.precision) for figure in about_work if field_of(figure) == PROGRESS]
    return DigestOfWork(
        total=total or len(facts.works),
        statuses=tuple(
            Count(figure.label, int(figure.value), vietnamese.share(int(figure.value), total)) for figure in counts
        ),
        progress=means[0] if means else "",
        by_agency=tuple(_of_agency(facts, name, lines) for name, lines in grouped.items())
        if len(grouped) <= MOST_BODIES
        else (),
    )


def by_agency(facts: ReportFacts) -> dict[str, list[WorkLine]]:
    """The work of each agency by its name, in the order of the facts."""
    known = {agency.id: agency.name_on(facts.signed_on) for agency in facts.programme.agencies}
    grouped: dict[str, list[WorkLine]] = {}
    for line in facts.works:
        grouped.setdefault(known.get(line.agency, line.agency), []).append(line)
    return grouped


def _of_agency(facts: ReportFacts, name: str, lines: Sequence[WorkLine]) -> AgencyWork:
    done = sum(line.answers.get(STATUS) == facts.programme.form.done_status for line in lines)
    progress = [Decimal(line.answers[PROGRESS]) for line in lines if line.answers.get(PROGRESS)]
    mean = vietnamese.number(sum(progress, Decimal(0)) / len(progress), 1) if progress else ""
    return AgencyWork(name, len(lines), done, mean)
