"""Answers of addressees: fetched, kept with their bytes, and followed where the table has the step."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from plancycle.domain.acknowledgements import Acknowledgement, Hearing, hear, is_going_on
from plancycle.domain.errors import ActionNeeded, NotFound, OutsideFailure
from plancycle.domain.exchange import Business, ExchangeStatus, can_be_asked_back, document_id
from plancycle.domain.transmittals import (
    MOVES,
    OPEN,
    STATUS_OF,
    Transmittal,
    TransmittalStatus,
    check_move,
    in_force,
    line,
)
from plancycle.services.cycle_view import cycle_view
from plancycle.services.failpoints import reach
from plancycle.services.journal import record
from plancycle.services.ports import GatewayAnswer, House
from plancycle.services.repositories import Work

MAIL = "mail"
"""The channel of letters: nobody is there to be asked."""
NO_CODE = {"acknowledged": str(ExchangeStatus.RECEIVED), "refused": str(ExchangeStatus.REFUSED)}
"""What an answer without a code of its own stands for."""


@dataclass(frozen=True, slots=True)
class Said:
    """An answer on its way into the ledger."""

    code: str
    data: bytes
    source: str
    description: str = ""
    at: datetime | None = None


def note(house: House, work: Work, one: Transmittal, said: Said, actor: str = "plancycle") -> Transmittal:
    """Keep an answer with its bytes and follow it where the table has the step; the same answer again is one."""
    hearing = hear(one.standing, said.code)
    if not _keep(house, work, one.key, hearing, said, actor):
        return one
    return _follow(house, work, one, ExchangeStatus(said.code)) if hearing is Hearing.FOLLOWED else one


def _keep(house: House, work: Work, key: str, hearing: Hearing, said: Said, actor: str) -> bool:
    sha256 = house.files.put(said.data)
    now = house.clock.now()
    heard = Acknowledgement(key, 0, said.code, said.description, said.at, now, sha256, hearing, said.source)
    is_new = work.acknowledgements.add(heard)
    if is_new:
        details = {"code": said.code, "hearing": str(hearing), "sha256": sha256, "source": said.source}
        record(house, work, "acknowledgement.kept", key or said.source, actor, **details)
    return is_new


def _follow(house: House, work: Work, one: Transmittal, code: ExchangeStatus) -> Transmittal:
    """Where a transmittal stands after an answer; whatever stands beside it follows in the same transaction."""
    known, now = replace(one, standing=code), house.clock.now()
    if known.status in (OPEN - {TransmittalStatus.PARKED}):
        known = replace(known, status=TransmittalStatus.SENT, sent_at=known.sent_at or now)
        take_the_place(house, work, known)
    status = STATUS_OF.get(code)
    ends = {TransmittalStatus.REFUSED, TransmittalStatus.RECALLED}
    is_left = known.status is TransmittalStatus.REPLACED and status not in ends  # its successor is what counts
    if status and status in MOVES[known.status] and not is_left:
        check_move(known.status, status)
        known = replace(known, status=status, acknowledged_at=known.acknowledged_at or now)
    work.transmittals.save(known)
    if known.status is not one.status:
        record(house, work, f"transmittal.{known.status}", known.key, code=str(code))
    was_last = one.status is not TransmittalStatus.REPLACED
    if known.status is TransmittalStatus.REFUSED and known.business is Business.REPLACE and was_last:
        _restore(house, work, known)
    if code in (ExchangeStatus.RECALL_AGREED, ExchangeStatus.RECALL_REFUSED):
        _close_recall(house, work, known, code)
    return known


def take_the_place(house: House, work: Work, known: Transmittal) -> None:
    """A replacement that has arrived leaves what was there behind; a recall that has arrived is now asked."""
    if known.business is Business.REPLACE:
        for older in in_force(line(work.transmittals.of_cycle(known.edition.split("/")[0]), known)):
            if older.key != known.key and older.edition_number <= known.edition_number:
                check_move(older.status, TransmittalStatus.REPLACED)
                work.transmittals.save(replace(older, status=TransmittalStatus.REPLACED))
                record(house, work, "transmittal.replaced", older.key, by_key=known.key)
    if known.business is Business.RECALL:
        asked = work.transmittals.get(known.concerns or "")
        if asked is not None and can_be_asked_back(asked.standing):
            work.transmittals.save(replace(asked, standing=ExchangeStatus.RECALL_ASKED))


def _restore(house: House, work: Work, refused: Transmittal) -> None:
    """A replacement that is refused replaces nothing: what it was to replace is in force again."""
    older = work.transmittals.get(refused.concerns or "")
    beside = in_force(line(work.transmittals.of_cycle(refused.edition.split("/")[0]), refused))
    if older is None or older.status is not TransmittalStatus.REPLACED or beside:
        return
    is_confirmed = older.standing in STATUS_OF
    status = TransmittalStatus.ACKNOWLEDGED if is_confirmed else TransmittalStatus.SENT
    check_move(older.status, status)
    work.transmittals.save(replace(older, status=status))
    record(house, work, "transmittal.restored", older.key, refused=refused.key)


def _close_recall(house: House, work: Work, recalled: Transmittal, code: ExchangeStatus) -> None:
    """The recall itself is answered together with what it concerns."""
    for one in work.transmittals.of_cycle(recalled.edition.split("/")[0]):
        if one.business is Business.RECALL and one.concerns == recalled.key and one.status is TransmittalStatus.SENT:
            has_agreed = code is ExchangeStatus.RECALL_AGREED
            status = TransmittalStatus.ACKNOWLEDGED if has_agreed else TransmittalStatus.REFUSED
            check_move(one.status, status)
            work.transmittals.save(replace(one, status=status, standing=code, acknowledged_at=house.clock.now()))
            record(house, work, f"transmittal.{status}", one.key, code=str(code))


def going_on(house: House, work: Work, cycle: str) -> list[Transmittal]:
    """Transmittals whose addressees are to be asked by themselves."""
    known = work.transmittals.of_cycle(cycle)
    return [one for one in known if is_going_on(one) and _is_asked(one)]


def _is_asked(one: Transmittal) -> bool:
    return one.channel != MAIL and one.business is not Business.RECALL


def ask_acknowledgements(house: House, year: int) -> list[Transmittal]:
    """Fetch what addressees say about everything they have; returns the transmittals whose standing changed.

    Raises ActionNeeded where a channel is not set up; every other channel has been asked by then.
    """
    view = cycle_view(house, year)
    has_it = {TransmittalStatus.SENT, TransmittalStatus.ACKNOWLEDGED}
    with house.work() as work:
        known = work.transmittals.of_cycle(view.id)
    waiting = [
        one for one in known if one.status in has_it and one.standing is not ExchangeStatus.FINISHED and _is_asked(one)
    ]
    refusals: list[ActionNeeded] = []
    for channel in dict.fromkeys(one.channel for one in waiting):
        try:
            _ask_channel(house, channel, [one for one in waiting if one.channel == channel])
        except ActionNeeded as refusal:
            refusals.append(refusal)
    if refusals:
        raise refusals[0]
    with house.work() as work:
        now = {one.key: one for one in work.transmittals.of_cycle(view.id)}
    return [now[one.key] for one in known if now[one.key] != one]


def _ask_channel(house: House, channel: str, waiting: Sequence[Transmittal]) -> None:
    """Everything a channel knows: all its messages at once, or what it says about each delivery."""
    if not _fetch(house, channel):
        for one in waiting:
            _ask(house, one)


def _fetch(house: House, channel: str) -> bool:
    """Take in the status messages a gateway holds for us; False where it holds none and each key is asked about."""
    gateway = house.gateway(channel)
    try:
        found = gateway.answers()
        if found is not None:
            take_in(house, found, channel)
            gateway.note_taken(found)
    except OutsideFailure:
        return True
    return found is not None


def take_in(house: House, answers: Sequence[GatewayAnswer], source: str, by: str = "plancycle") -> list[str]:
    """Keep status messages, whatever they are about; returns the keys they were about, empty for a stray one."""
    return [_take_in(house, one, source, by) for one in answers]


def _take_in(house: House, answer: GatewayAnswer, source: str, by: str) -> str:
    said = Said(answer.code, answer.data, source, answer.description, answer.at)
    with house.work() as work:
        known = [one for cycle in work.cycles.all() for one in work.transmittals.of_cycle(cycle.id)]
        mine = next((one for one in known if answer.concerns == document_id(one.key)), None)
        if mine is None:
            _keep(house, work, "", Hearing.STRAY, said, by)
            return ""
        note(house, work, mine, said, by)
        return mine.key


def _ask(house: House, one: Transmittal) -> None:
    try:
        reply = house.gateway(one.channel).ask(one.addressee, one.key, one.bundle_sha256)
    except OutsideFailure:
        return  # asked again by the next sweep
    code = (reply.code or NO_CODE.get(reply.state, "")) if reply else ""
    if reply is None or not code:
        return
    with house.work() as work:
        known = work.transmittals.get(one.key)
        if known is not None:
            note(house, work, known, Said(code, reply.body.encode(), one.channel))
    reach("transmit.acknowledged")


def enter_answer(house: House, key: str, said: Said, by: str) -> Transmittal:
    """Enter an answer that came on paper, by mail or by telephone. Raises NotFound."""
    with house.work() as work:
        one = work.transmittals.get(key)
        if one is None:
            raise NotFound("not_found.transmittal", transmittal=key)
        return note(house, work, one, said, by)
