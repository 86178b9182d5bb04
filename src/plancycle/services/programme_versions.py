"""Which version of the programme governs a cycle at a moment, and whether the folder has moved on without it."""

from dataclasses import dataclass
from datetime import date

from plancycle.domain.amendments import Amendment, in_force
from plancycle.domain.errors import ProgrammeProblem
from plancycle.domain.periods import CycleKey
from plancycle.domain.programme import Programme
from plancycle.services.journal import record
from plancycle.services.ports import House
from plancycle.services.repositories import Cycle, Work


@dataclass(frozen=True, slots=True)
class Governing:
    """A programme as it stands for one cycle on one day; ``amendment`` is None for the version it was opened with."""

    programme: Programme
    amendment: Amendment | None = None


@dataclass(frozen=True, slots=True)
class Drift:
    """The folder no longer says what the cycle has adopted. ``folder`` is empty when the folder has errors."""

    cycle: str
    adopted: str
    folder: str


def governing(house: House, work: Work, year: int, on: date) -> Governing:
    """The programme of a year on a day: the folder before the cycle is opened, the adopted version ever after.

    Raises ProgrammeProblem or NotFound (never for the folder's sake once the cycle is open).
    """
    cycle = work.cycles.get(str(CycleKey(house.programme_id, year)))
    if cycle is None:
        return Governing(house.programmes.load(house.programme_id))
    amendment = in_force(work.versions.amendments(cycle.id), on)
    return Governing(_version(house, work, amendment.version if amendment else cycle.programme_version), amendment)


def current_programme(house: House, year: int | None = None) -> Programme:
    """The programme as people are shown it today: of a year, or of the newest year that has been opened.

    Not for use inside a transaction. Raises ProgrammeProblem or NotFound as :func:`governing`.
    """
    now = house.clock.now()
    with house.work() as work:
        opened = [one.year for one in work.cycles.all() if one.programme == house.programme_id]
        return governing(house, work, max(opened, default=now.year) if year is None else year, now.date()).programme


def names_ever(house: House, work: Work, year: int) -> dict[str, str]:
    """Names of all bodies of all versions a cycle has had: an edition may hold one that an amendment took out."""
    cycle = work.cycles.get(str(CycleKey(house.programme_id, year)))
    adopted = [one.version for one in work.versions.amendments(cycle.id)] if cycle else []
    versions = dict.fromkeys([cycle.programme_version, *adopted] if cycle else [])
    return {body.id: body.name for version in versions for body in _version(house, work, version).agencies}


def keep_version(house: House, work: Work) -> Programme:
    """Put the folder's files into the file store, so that this version can always be read again."""
    programme = house.programmes.load(house.programme_id)
    if work.versions.bundle(programme.version) is None:
        bundle = house.files.put(house.programmes.pack(programme.id))
        work.versions.keep(programme.version, programme.id, bundle, house.clock.now())
    return programme


def drift(house: House, work: Work, cycle: Cycle) -> Drift | None:
    """How the folder differs from what the cycle has adopted last; None when it does not."""
    adopted = [one.version for one in work.versions.amendments(cycle.id)] or [cycle.programme_version]
    if work.versions.bundle(adopted[-1]) is None:
        return None  # opened before versions were kept: it follows the folder
    try:
        folder = house.programmes.load(cycle.programme).version
    except ProgrammeProblem:
        folder = ""
    return None if folder == adopted[-1] else Drift(cycle.id, adopted[-1], folder)


def drift_of(house: House, year: int) -> Drift | None:
    """The same for the house's programme and a year; None for a year that has not been opened."""
    with house.work() as work:
        cycle = work.cycles.get(str(CycleKey(house.programme_id, year)))
        return drift(house, work, cycle) if cycle else None


def notice_drift(house: House, year: int) -> Drift | None:
    """Write into the journal that the folder differs, once per version of the folder; the cycle goes on as it was."""
    with house.work() as work:
        cycle = work.cycles.get(str(CycleKey(house.programme_id, year)))
        found = drift(house, work, cycle) if cycle else None
        if found and work.versions.notice(found.cycle, found.folder, house.clock.now()):
            record(house, work, "programme.differs", found.cycle, adopted=found.adopted, folder=found.folder)
    return found


class _NeverKept(Exception):
    """A cycle from before versions were kept."""


def _version(house: House, work: Work, version: str) -> Programme:
    def read() -> bytes:
        bundle = work.versions.bundle(version)
        if bundle is None:
            raise _NeverKept
        return house.files.get(bundle)

    try:
        return house.programmes.kept(house.programme_id, version, read)
    except _NeverKept:
        return house.programmes.load(house.programme_id)
