"""Keep what arrives at once, check it in the order of arrival, and say where each one stands.

An answer is kept when its bytes, its moment of arrival and its event in the journal are on the disk. The check, which
takes a hundred times longer, follows; when it is done makes no difference to the judgement.
"""

import json
import logging
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

from plancycle.domain.errors import PlancycleError
from plancycle.domain.events import canonical_json
from plancycle.domain.periods import ObligationKey, Period
from plancycle.domain.waiting_line import ABANDONED_AFTER, RECENT, Place, Waiting, place_after
from plancycle.services.explanations import explain
from plancycle.services.hand_in import CHANNEL as WEB
from plancycle.services.hand_in import hand_in
from plancycle.services.intake_answer import answer_of
from plancycle.services.journal import record_each
from plancycle.services.ports import House
from plancycle.services.quarantine import IntakeResult
from plancycle.services.receive_submission import receive
from plancycle.services.repositories import Work

ACTOR = "plancycle"
LEFT_AFTER = timedelta(minutes=1)
"""Who arrived later is checked by the portal itself."""
MOST_FAILURES = 5
"""Checks that may fail before whoever looks leaves the others to the next look."""
log = logging.getLogger("plancycle.line")
WAITING = "waiting"
"""The outcome of an answer that is not checked yet."""


def keep(house: House, arrived: Sequence[Waiting]) -> list[tuple[Waiting, Place]]:
    """Keep answers whose bytes are in the file store, in this order, in one transaction; returns them with places."""

    def add(work: Work) -> list[tuple[Waiting, Place]]:
        ahead, took_ms = work.arrivals.waiting(), work.arrivals.recent_ms(RECENT)
        kept, new = work.arrivals.add_all(arrived)
        record_each(house, work, [("answer.arrived", one.agency, _facts(one)) for one in new], ACTOR)
        places = {one.id: ahead + place for place, one in enumerate(new)}
        before = {one.id: places.get(one.id) for one in kept}
        before |= {one.id: work.arrivals.ahead_of(one.number) for one in kept if before[one.id] is None}
        return [(one, place_after(before[one.id] or 0, took_ms)) for one in kept]

    return house.rerun(add)


def _facts(one: Waiting) -> dict[str, object]:
    return {
        "arrival": one.id,
        "number": one.number,
        "sha256": one.sha256,
        "channel": one.channel,
        "arrived_at": one.arrived_at.isoformat(),
    }


def place_of(house: House, arrival_id: str) -> tuple[Waiting, Place] | None:
    """One that arrived, and where it stands; None for an id that none has."""
    with house.work() as work:
        one = work.arrivals.get(arrival_id)
        if one is None:
            return None
        return one, place_after(work.arrivals.ahead_of(one.number), work.arrivals.recent_ms(RECENT))


def checked_among(house: House, ids: Sequence[str]) -> list[Waiting]:
    """Those of some arrivals that are checked."""
    if not ids:
        return []
    with house.work() as work:
        found = [work.arrivals.get(one) for one in ids]
    return [one for one in found if one is not None and one.checked_at is not None]


def check_next(house: House, patience: timedelta = timedelta(0)) -> Waiting | None:
    """Check the first that has waited longer than ``patience``; returns it with its result, or None when none does.

    What fails (the disk is full, no process can be started) is raised; that answer is taken up again after
    ``ABANDONED_AFTER``, by whoever looks then, and holds up nobody behind it.
    """
    now = house.clock.now()
    with house.work() as work:
        one = work.arrivals.next(now - ABANDONED_AFTER)
        if one is None or now - one.arrived_at < patience:
            return None
        work.arrivals.begin(one.id, now)
    began = time.perf_counter()
    result = checked(house, one)
    said = canonical_json({**answer_of(house, result), "replay": result.replay})
    took = round((time.perf_counter() - began) * 1000)
    with house.work() as work:
        work.arrivals.settle(one.id, house.clock.now(), took, said)
        return work.arrivals.get(one.id)


def check_all(house: House, patience: timedelta = timedelta(0)) -> None:
    """Check whatever has waited longer than ``patience``; one that fails is told to the log and left for a later look.

    Nothing is raised: whoever freezes an edition at a deadline does so, and what is checked later makes the next one.
    """
    failed = 0
    while failed < MOST_FAILURES:
        try:
            if check_next(house, patience) is None:
                return
        except Exception:  # of one answer: those behind it are not to blame
            log.exception("check of an answer")
            failed += 1


def checked(house: House, one: Waiting) -> IntakeResult:
    """Take in what arrived, as every channel does."""
    data = house.files.get(one.sha256)
    if one.channel != WEB:
        only, at = (one.agency,), one.arrived_at
        return receive(
            house,
            data,
            one.file_name,
            one.channel,
            sender=one.agency,
            allowed=only,
            json_of=one.json_of,
            received_at=at,
        )
    result = hand_in(
        house, owed_by(one), data, one.file_name, one.name, json_of=one.json_of, received_at=one.arrived_at
    )
    if result.submission_id is not None:
        _explain(house, result.submission_id, one)
    return result


def owed_by(one: Waiting) -> ObligationKey:
    """The obligation an answer of the web is about."""
    cycle, period, agency = one.obligation.split("/")
    return ObligationKey(cycle, Period(period), agency)


def _explain(house: House, submission: str, one: Waiting) -> None:
    """Give the reasons typed beside warnings. One that is not taken is asked for again on the receipt's page."""
    reasons: Mapping[str, str] = json.loads(one.reasons)
    for question, text in reasons.items():
        rule, _, place = question.partition("|")
        row, _, field = place.partition("|")
        if text.strip():
            with suppress(PlancycleError):
                explain(house, submission, rule, row, field, text, one.name)


def told(one: Waiting) -> tuple[Mapping[str, Any], bool] | None:
    """What its sender is told, and whether it was told so before; None while it waits."""
    if one.result is None:
        return None
    facts: dict[str, Any] = json.loads(one.result)
    return facts, bool(facts.pop("replay"))


def standing(one: Waiting, place: Place) -> tuple[Mapping[str, Any], bool]:
    """What a program is told: the outcome, or that it waits, since when, where in the line and how long still.

    ``ahead`` arrived earlier and are checked first; ``wait_seconds`` is an estimate from recent checks, or null.
    """
    if (known := told(one)) is not None:
        return known
    facts = {
        "outcome": WAITING,
        "arrival": one.id,
        "arrived_at": one.arrived_at.isoformat(),
        "sha256": one.sha256,
        "ahead": place.ahead,
        "wait_seconds": place.seconds,
    }
    return facts, False
