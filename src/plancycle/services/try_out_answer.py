"""What an answer would be found to say if it were handed in now."""

from collections.abc import Collection
from dataclasses import dataclass

from plancycle.domain.errors import UnreadableFile
from plancycle.domain.findings import Finding
from plancycle.domain.periods import ObligationKey
from plancycle.domain.submissions import Entry
from plancycle.services.arrivals import Arrival, Recognised, plain_name, read, recognise
from plancycle.services.corrections import locked
from plancycle.services.ports import House
from plancycle.services.quarantine import refusal_of
from plancycle.services.repositories import Work
from plancycle.services.store_answer import judge


@dataclass(frozen=True, slots=True)
class TriedOut:
    """An answer that was looked at and not handed in."""

    obligation: ObligationKey
    sha256: str
    entries: tuple[Entry, ...]
    findings: tuple[Finding, ...]


def try_out(
    house: House, data: bytes, file_name: str, *, allowed: Collection[str], json_of: str | None = None
) -> TriedOut | None:
    """Look at an answer; only its bytes are kept.

    None when it would not be taken as an answer at all: hand it in, and the quarantine keeps it and says why.
    """
    now = house.clock.now()
    arrival = Arrival(data, house.files.put(data), plain_name(file_name), "", "", now, now)
    try:
        said = read(house, arrival, json_of)
        with house.work() as work:
            return _tried_out(house, work, arrival, recognise(house, work, said, now, allowed))
    except UnreadableFile:
        return None


def _tried_out(house: House, work: Work, arrival: Arrival, answer: Recognised) -> TriedOut | None:
    key = answer.obligation
    known = work.submissions.by_bytes(key, arrival.sha256)
    if known is not None:
        found = tuple(work.submissions.findings(known.id))
        return TriedOut(key, arrival.sha256, tuple(work.submissions.entries(known.id)), found)
    if refusal_of(house, work, answer.view, answer.stamp) or locked(work, key):
        return None
    judged = judge(house, work, arrival, answer, 0)
    return TriedOut(key, arrival.sha256, judged.examined.entries, judged.weighed.findings)
