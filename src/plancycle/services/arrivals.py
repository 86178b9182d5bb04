"""An answer on its way in: read, recognised as one of our workbooks, and its sender held to his own agency."""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from plancycle.domain.errors import UnreadableFile
from plancycle.domain.periods import ObligationKey, Period
from plancycle.domain.secrecy import REASON, WRITTEN, Degree, degree_in, degree_of_name
from plancycle.domain.submissions import Entry, Stamp
from plancycle.services.cycle_view import CycleView, cycle_view
from plancycle.services.ports import House, ReadWorkbook
from plancycle.services.read_json_answer import read_json_answer
from plancycle.services.repositories import Work

LONGEST_NAME, NAMELESS = 200, "tep.xlsx"


@dataclass(frozen=True, slots=True)
class Arrival:
    """An answer as it came. Its bytes are in the file store already."""

    data: bytes
    sha256: str
    file_name: str
    channel: str
    sender: str
    sent_at: datetime
    received_at: datetime
    is_cleared: bool = False
    """Two people have said that the mark of a state secret on it is none."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """What an arrival says, in whose name and of which year. ``stamp`` is genuine."""

    view: CycleView
    stamp: Stamp
    entries: tuple[Entry, ...]

    @property
    def obligation(self) -> ObligationKey:
        """What it answers."""
        return ObligationKey(self.view.id, Period(self.stamp.period), self.stamp.agency)


def plain_name(sent: str) -> str:
    """A file's name as it may be shown anywhere: no folders, nothing invisible, NFC, short enough for every ledger."""
    last = unicodedata.normalize("NFC", sent.replace("\\", "/").rpartition("/")[2])
    shown = "".join(letter for letter in last if letter.isprintable()).strip()
    stem, dot, ending = shown.rpartition(".")
    if len(shown) > LONGEST_NAME:
        shown = f"{stem[: max(0, LONGEST_NAME - len(ending) - 1)]}{dot}{ending}"[:LONGEST_NAME]
    return shown or NAMELESS


def recognise(
    house: House, work: Work, answer: ReadWorkbook, asked_at: datetime, allowed: Collection[str] | None
) -> Recognised:
    """Find whose answer it is. ``asked_at``: when the body must have been asked exactly this.

    Raises UnreadableFile when it is no answer of ours, or of an agency its sender may not answer for.
    """
    view, stamp = _recognise(house, work, answer, asked_at)
    _check_sender(stamp, allowed)
    return Recognised(view, stamp, answer.entries)


def read(house: House, arrival: Arrival, json_of: str | None) -> ReadWorkbook:
    """Read an arrival; not for use inside a transaction.

    Raises UnreadableFile, before all others for the mark of a state secret on it or in its name.
    """
    _check_unmarked(arrival, degree_of_name(arrival.file_name))
    if json_of is not None:
        answer = read_json_answer(house, arrival.data, json_of)
        _check_unmarked(arrival, degree_in(entry.raw for entry in answer.entries))
    else:
        answer = house.workbooks.read(arrival.data, arrival.file_name)
        _check_unmarked(arrival, answer.degree)
    return answer


def _check_unmarked(arrival: Arrival, degree: Degree | None) -> None:
    if degree is not None and not arrival.is_cleared:
        raise UnreadableFile(REASON, mark=WRITTEN[degree])


def _recognise(house: House, work: Work, workbook: ReadWorkbook, sent_at: datetime) -> tuple[CycleView, Stamp]:
    """Whose answer it is. Raises UnreadableFile when it is not one we issued."""
    stamp = workbook.stamp
    if stamp is None:
        raise UnreadableFile("file.not_ours")
    if not house.seals.is_genuine(stamp.seal, stamp.cycle, stamp.period, stamp.agency, stamp.version):
        raise UnreadableFile("file.seal_broken", agency=stamp.agency, period=stamp.period)
    year = stamp.cycle.rpartition("-")[2]
    if stamp.cycle != f"{house.programme_id}-{year}":
        raise UnreadableFile("file.other_programme", cycle=stamp.cycle)
    return _view_for(house, work, int(year), stamp, sent_at), stamp


def _view_for(house: House, work: Work, year: int, stamp: Stamp, sent_at: datetime) -> CycleView:
    """The year as of now; as of the sending when only then the body was asked exactly this.

    So a body that has ended since is heard with what it sent in time (NQ 190/2025/QH15: papers need not be refiled).
    """
    view = cycle_view(house, year, work)
    period = Period(stamp.period)
    if _was_asked(view, stamp, period):
        return view
    earlier = cycle_view(house, year, work, at=sent_at)
    return earlier if _was_asked(earlier, stamp, period) else view


def _was_asked(view: CycleView, stamp: Stamp, period: Period) -> bool:
    return stamp.agency in view.reporters(period) and view.form(period, stamp.agency).version == stamp.version


def _check_sender(stamp: Stamp, allowed: Collection[str] | None) -> None:
    """Nobody answers for another agency, not even by sending its own file again."""
    if allowed is not None and stamp.agency not in allowed:
        raise UnreadableFile("file.other_agency")
