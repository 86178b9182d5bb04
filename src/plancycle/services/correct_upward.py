"""Corrections upward: an edition that has left is replaced or supplemented by a newer one, or asked back.

Each act is linked to the original transmittal and, where something new goes, to the approval of the new edition.
"""

from dataclasses import replace

from plancycle.domain.consolidation import Edition, EditionKind
from plancycle.domain.corrections import Correction
from plancycle.domain.document_register import LONGEST_REASON, RegisterEntry, Relation
from plancycle.domain.errors import ActionNeeded, DataProblem, NotFound
from plancycle.domain.exchange import Business, ExchangeStatus
from plancycle.domain.periods import Period
from plancycle.domain.transmittals import IN_FORCE, Transmittal, TransmittalStatus, check_move
from plancycle.services.acknowledgements import MAIL
from plancycle.services.corrections import is_stale
from plancycle.services.cycle_view import CycleView, cycle_view
from plancycle.services.document_register import PROGRAM, check_reason, known_number, number_replacement
from plancycle.services.hand_over import hand_over, save
from plancycle.services.journal import record
from plancycle.services.make_room import recall_intent
from plancycle.services.ports import House
from plancycle.services.report_figures import report_base
from plancycle.services.repositories import Work
from plancycle.services.restored_house import check_not_held, is_held
from plancycle.services.transmit_edition import issued_edition, waiting_order


def to_send(work: Work, view: CycleView, period: Period) -> Edition | None:
    """The final edition that goes to the addressees: the one that has begun to, else the newest.

    When an answer in the one that went has been corrected since, it is the newest again: it goes as its replacement.
    """
    finals = [one for one in work.editions.of_period(view.id, period) if one.kind is EditionKind.FINAL]
    if not finals:
        return None
    issued = issued_edition(work, view, period)
    gone = next((one for one in finals if one.id == issued), None)
    return finals[-1] if gone is None or is_stale(work, view, period, gone) else gone


def is_handed_over(work: Work, view: CycleView, edition: Edition) -> bool:
    """Whether there is nothing left to send of an edition: whoever waits for a person waits for nothing else."""
    mine = [one for one in work.transmittals.of_cycle(view.id) if one.edition == edition.id]
    newest = [one for one in mine if one.business is not Business.RECALL]
    still = {TransmittalStatus.INTENT, TransmittalStatus.UNKNOWN}
    return bool(newest) and not any(one.status in still for one in newest)


def order_replacement_if_gone(house: House, work: Work, view: CycleView, edition: Edition) -> str:
    """Before a newer edition's documents are made: give it a number of its own and have it cite the one that left.

    Returns the reason, empty when nothing has left.
    """
    issued = issued_edition(work, view, edition.period)
    if issued is None or issued == edition.id:
        return ""
    made = [one for one in work.corrections.under(f"{view.key(edition.period)}/") if _is_in(one, edition)]
    told = "; ".join(dict.fromkeys(one.reason for one in made))[:LONGEST_REASON]
    reason = told or house.texts.say("transmittal.newer_figures")
    _order(house, work, view, edition.period, Relation.REPLACES, reason, made[-1].opened_by if made else PROGRAM)
    return reason


def _is_in(one: Correction, edition: Edition) -> bool:
    return not one.is_open and any(member.submission == one.submission for member in edition.members)


def order(house: House, edition_id: str, business: Business, reason: str, by: str, document: str = "") -> Edition:
    """Have the newest final edition replace (or supplement) the report that left; its documents are made afterwards.

    ``document`` is the paper it rests on; the log keeps it. Raises NotFound, and ActionNeeded: no reason, nothing has
    left, or there is no newer final edition.
    """
    text, paper = check_reason(reason), resting_on(document)
    with house.work() as work:
        edition = work.editions.get(edition_id)
        if edition is None:
            raise NotFound("not_found.edition", edition=edition_id)
        view = cycle_view(house, int(edition.cycle.rpartition("-")[2]), work)
        finals = [one for one in work.editions.of_period(view.id, edition.period) if one.kind is EditionKind.FINAL]
        issued = issued_edition(work, view, edition.period)
        if not finals or finals[-1].id != edition_id:
            raise ActionNeeded("transmittal.newer_edition", edition=edition_id)
        waiting = waiting_order(work, view, edition.period)
        if waiting is not None:
            raise ordered_already(waiting, edition)
        if issued is None or issued == edition_id:
            raise ActionNeeded("transmittal.nothing_to_correct", edition=edition_id)
        _order(house, work, view, edition.period, relation_of(business), text, by)
        told = {"business": str(business), "after": issued, "reason": text, **paper}
        record(house, work, "transmittal.ordered", edition_id, by, **told)
    return edition


def relation_of(business: Business) -> Relation:
    """How a document stands to the one that left: beside it for an update, else in its place."""
    return Relation.SUPPLEMENTS if business is Business.UPDATE else Relation.REPLACES


def ordered_already(entry: RegisterEntry, edition: Edition) -> ActionNeeded:
    """What stands against ordering it once more: it has its number and waits."""
    what = "supplement" if entry.relation is Relation.SUPPLEMENTS else "replacement"
    return ActionNeeded(f"transmittal.{what}_ordered", edition=edition.id, code=f"{entry.code} ({entry.year})")


def _order(house: House, work: Work, view: CycleView, period: Period, relation: Relation, reason: str, by: str) -> None:
    numbered = known_number(work, view.programme, report_base(view, period))
    if numbered is None:
        raise ActionNeeded("transmittal.nothing_to_correct", edition=view.key(period))
    number_replacement(house, work, view.programme, numbered.entry, reason, by, relation)


def resting_on(document: str) -> dict[str, str]:
    """The paper an act rests on, as the log keeps it; nothing where none was named. Raises DataProblem: too long."""
    text = " ".join(document.split())
    if len(text) > LONGEST_REASON:
        raise DataProblem("transmittal.document_too_long", longest=LONGEST_REASON)
    return {"document": text} if text else {}


def recall(house: House, key: str, reason: str, by: str, document: str = "") -> Transmittal:
    """Ask an addressee to give a transmittal back; asked for twice it is once. Returns the recall as it stands.

    ``document`` is the paper it rests on; the log keeps it. Raises NotFound and ActionNeeded (no reason, nothing to
    recall, dealt with to the end, a channel that cannot: then nothing is kept).
    """
    text = check_reason(reason)
    with house.work() as work:
        check_not_held(work)
        older = _found(work, key)
        view = cycle_view(house, int(older.edition.split("/")[0].rpartition("-")[2]), work)
        if older.channel == MAIL:
            raise ActionNeeded("transmittal.recall_by_letter", transmittal=key)
        if older.standing is ExchangeStatus.FINISHED:
            raise ActionNeeded("transmittal.finished", transmittal=key)
        asked = recall_intent(house, work, older, text, by=by, **resting_on(document))
    return hand_over(house, view, asked)


def recalls_to_hand_over(work: Work, view: CycleView) -> list[Transmittal]:
    """Recalls that have not reached their addressee, while there is something to give back; none after a restore."""
    if is_held(work):
        return []
    known = {one.key: one for one in work.transmittals.of_cycle(view.id)}
    still = (TransmittalStatus.INTENT, TransmittalStatus.UNKNOWN)
    asked = [one for one in known.values() if one.business is Business.RECALL and one.status in still]
    return [one for one in asked if one.channel != MAIL and known[one.concerns or ""].status in IN_FORCE]


def hand_over_recalls(house: House, year: int) -> list[Transmittal]:
    """Try every such recall once more; returns them as they stand then."""
    with house.work() as work:
        view = cycle_view(house, year, work)
        waiting = recalls_to_hand_over(work, view)
    return [hand_over(house, view, one) for one in waiting]


def send_again(house: House, key: str, reason: str, by: str, document: str = "") -> Transmittal:
    """Send the same approved bytes once more after a refusal (02) or an agreed recall (15), as a new delivery.

    Raises NotFound and ActionNeeded (no reason, or the addressee has it, or something newer).
    """
    text = check_reason(reason)
    with house.work() as work:
        check_not_held(work)
        older = _found(work, key)
        known = work.transmittals.of_cycle(older.edition.split("/")[0])
        same = [one for one in known if one.key == key or one.key.startswith(f"{key}/n")]
        beside = [one for one in known if _is_beside(one, older)]
        ended = {TransmittalStatus.REFUSED, TransmittalStatus.RECALLED}
        if older.status not in ended or not older.is_report or beside:
            raise ActionNeeded("transmittal.nothing_to_repeat", transmittal=key)
        view = cycle_view(house, int(older.edition.split("/")[0].rpartition("-")[2]), work)
        again = Transmittal(
            key=f"{key}/n{len(same) + 1}",
            edition=older.edition,
            addressee=older.addressee,
            channel=older.channel,
            bundle_sha256=older.bundle_sha256,
            status=TransmittalStatus.INTENT,
            part=older.part,
            concerns=older.key,
            approval=older.approval,
            reason=text,
        )
        work.transmittals.add(again)
        record(house, work, "transmittal.again", again.key, by, concerns=older.key, reason=text, **resting_on(document))
    return hand_over(house, view, again)


def _is_beside(one: Transmittal, older: Transmittal) -> bool:
    """Whether it is another live delivery of the same line."""
    live = set(TransmittalStatus) - {
        TransmittalStatus.REFUSED,
        TransmittalStatus.RECALLED,
        TransmittalStatus.WITHDRAWN,
        TransmittalStatus.REPLACED,
    }
    is_same_line = (one.period_key, one.addressee, one.part) == (older.period_key, older.addressee, older.part)
    return is_same_line and one.is_report and one.status in live


def settle_by_hand(
    house: House, key: str, status: TransmittalStatus, reason: str, by: str, document: str = ""
) -> Transmittal:
    """A person says what became of a parked or unknown delivery: sent, refused, or never arrived (intent).

    Raises NotFound, ActionNeeded and MoveNotAllowed.
    """
    text = check_reason(reason)
    with house.work() as work:
        known = _found(work, key)
    if known.status not in (TransmittalStatus.PARKED, TransmittalStatus.UNKNOWN):
        raise ActionNeeded("transmittal.not_parked", transmittal=key)
    check_move(known.status, status)
    is_sent = status is TransmittalStatus.SENT
    attempts = 0 if status is TransmittalStatus.INTENT else known.attempts
    settled = replace(known, status=status, attempts=attempts, sent_at=house.clock.now() if is_sent else None)
    return save(house, settled, "transmittal.settled", by, status=str(status), reason=text, **resting_on(document))


def _found(work: Work, key: str) -> Transmittal:
    one = work.transmittals.get(key)
    if one is None:
        raise NotFound("not_found.transmittal", transmittal=key)
    return one
