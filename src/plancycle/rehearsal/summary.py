"""What a rehearsed year came to: counts by period, editions, transmittals, the head of the audit chain."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.resources import files
from pathlib import Path

from plancycle.bootstrap import Household
from plancycle.domain.acknowledgements import Acknowledgement
from plancycle.domain.consolidation import Edition, EditionKind
from plancycle.domain.periods import CycleKey, Period
from plancycle.domain.submissions import Outcome
from plancycle.domain.transmittals import Transmittal
from plancycle.services.cycle_view import cycle_view
from plancycle.services.deliveries import addressee_names
from plancycle.services.matrix import matrix
from plancycle.services.repositories import Work


@dataclass(frozen=True, slots=True)
class PeriodCount:
    """One period: how many reports were due, and what became of them. ``submitted`` includes the late ones."""

    id: str
    due: int
    submitted: int
    late: int
    returned: int
    missing: int


@dataclass(frozen=True, slots=True)
class EditionLine:
    """One edition."""

    id: str
    period: str
    kind: str
    frozen_at: datetime
    sha256: str


@dataclass(frozen=True, slots=True)
class TransmittalLine:
    """One delivery to one addressee."""

    addressee: str
    state: str
    key: str
    part: str = "report"
    channel: str = ""
    answers: tuple[str, ...] = ()
    """Status codes in the order they came."""
    name: str = ""
    """The addressee's."""


@dataclass(frozen=True, slots=True)
class Summary:
    """A whole year."""

    year: int
    agencies: int
    periods: tuple[PeriodCount, ...]
    editions: tuple[EditionLine, ...]
    transmittals: tuple[TransmittalLine, ...]
    audit_head: str
    communes: int = 0
    """Communes and wards that played; the programme has ``all_communes``."""
    all_communes: int = 0

    def as_json(self, out: Path, seconds: float) -> dict[str, object]:
        """The object ``demo --json`` prints."""
        return {"out": str(out), **asdict(self), "seconds": round(seconds, 1)}


def count(house: Household, year: int, period: Period) -> PeriodCount:
    """Count one period at the house's present moment."""
    counted = matrix(house, year, period).timeliness
    cycle = str(CycleKey(house.programme_id, year))
    with house.work() as work:
        returned = _returned(work, cycle, period)
    return PeriodCount(str(period), counted.expected, counted.submitted, counted.late, returned, counted.missing)


def summarise(house: Household, year: int, communes: tuple[int, int] = (0, 0)) -> Summary:
    """Look back on the year. ``communes``: how many of them played, and how many there are."""
    cycle = str(CycleKey(house.programme_id, year))
    order = house.programmes.load(house.programme_id).order
    periods = tuple(count(house, year, period) for period in order)
    with house.work() as work:
        editions = [edition for period in order for edition in work.editions.of_period(cycle, period)]
        transmittals = work.transmittals.of_cycle(cycle)
        heard = work.acknowledgements.under(f"{cycle}/")
        head = work.audit.head()
    names = addressee_names(cycle_view(house, year))
    return Summary(
        year=year,
        agencies=periods[0].due,
        periods=periods,
        editions=tuple(_line(edition) for edition in editions),
        transmittals=tuple(_sent(one, heard, names.get(one.addressee, one.addressee)) for one in transmittals),
        audit_head=head,
        communes=communes[0],
        all_communes=communes[1],
    )


def _sent(one: Transmittal, heard: Sequence[Acknowledgement], name: str) -> TransmittalLine:
    codes = tuple(answer.code for answer in heard if answer.transmittal == one.key)
    return TransmittalLine(one.addressee, str(one.status), one.key, str(one.part), one.channel, codes, name)


def _returned(work: Work, cycle: str, period: Period) -> int:
    """How many submissions went back, by the checks or by a reviewer, whatever became of them later."""
    refused = {
        one.submission
        for one in work.submissions.intakes(cycle)
        if one.outcome is Outcome.RETURNED and one.period == period
    }
    by_hand = {one.id for one in work.submissions.of_period(cycle, period) if one.return_reason}
    return len(refused | by_hand)


def _line(edition: Edition) -> EditionLine:
    return EditionLine(edition.id, str(edition.period), str(edition.kind), edition.frozen_at, edition.sha256)


def finals(summary: Summary) -> list[EditionLine]:
    """The frozen editions, oldest first."""
    return [line for line in summary.editions if line.kind == EditionKind.FINAL]


def write_index(house: Household, summary: Summary) -> Path:
    """Leave ``index.html``: the year in one table, and links to everything a person may want to open."""
    from jinja2 import Environment, StrictUndefined

    template = (files("plancycle.rehearsal") / "index.html.jinja").read_text(encoding="utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    page = environment.from_string(template).render(
        summary=summary,
        finals=finals(summary),
        say=house.texts.say,
        sections=_sections(house.data_dir),
        quarantined=_quarantined(house),
    )
    path = house.data_dir / "index.html"
    path.write_text(page, encoding="utf-8")
    return path


FOLDERS = ("reports", "documents", "returned", "receipts", "workbooks", "transmitted", "mail", "inbox/taken")
SHOWN = 12
"""Links of a folder that are shown; the rest is one click further."""


@dataclass(frozen=True, slots=True)
class Section:
    """A folder of the data directory with some of its files."""

    folder: str
    total: int
    shown: tuple[str, ...]


def _sections(data_dir: Path) -> list[Section]:
    found = []
    for folder in FOLDERS:
        paths = sorted(path for path in (data_dir / folder).rglob("*") if path.is_file())
        names = [path.relative_to(data_dir).as_posix() for path in paths if path.suffix != ".jsonl"]
        first = sorted(names, key=lambda name: (not name.endswith(".pdf"), name))[:SHOWN]
        found.append(Section(folder, len(names), tuple(first)))
    return found


def _quarantined(house: Household) -> list[str]:
    """Names of the files that were kept but not taken as an answer."""
    with house.work() as work:
        return [one.file_name for one in work.submissions.intakes() if one.outcome is Outcome.QUARANTINED]
