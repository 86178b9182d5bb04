"""The acts that write to many: ask a period's agencies, remind those who owe, resend the request, all that is due.

Each takes a house only to queue letters; :mod:`.preview_letters` shows what it would queue.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from plancycle.domain.bounces import Fate, again_key
from plancycle.domain.errors import ActionNeeded
from plancycle.domain.extensions import check_two_people
from plancycle.domain.messages import MessageKind
from plancycle.domain.obligations import ObligationStatus
from plancycle.domain.periods import Period
from plancycle.domain.secrecy import check_unmarked
from plancycle.services import chase_agencies, daily_digest, data_calls
from plancycle.services.bounced_letters import queue_copy
from plancycle.services.cycle_view import CycleView, cycle_view
from plancycle.services.journal import record
from plancycle.services.letters import address_of
from plancycle.services.matrix import cells_of
from plancycle.services.ports import House
from plancycle.services.repositories import Work

OWING = chase_agencies.OWING | {ObligationStatus.NOT_OPEN}


def ask_all(house: House, year: int, period: Period) -> list[str]:
    """Queue the data call of every agency that has none that reached it; returns the keys."""
    waiting = data_calls.recipients(house, year, period)
    return [data_calls.queue(house, year, period, agency).key for agency in waiting]


def remind_all(house: House, year: int, period: Period | None = None) -> list[str]:
    """Queue the reminders that are due, of one period or of all; returns the keys. Raises NotFound."""
    if period is not None:
        cycle_view(house, year).programme.period_rule(period)
    keys = {one.key for one in chase_agencies.due(house, year) if period in (None, one.period)}
    return [one.key for one in chase_agencies.queue_all(house, year, keys)] if keys else []


def ladder_letters(house: House, year: int) -> list[str]:
    """What a sweep would write at this moment: calls, reminders, the operator's own letter."""
    view, now = cycle_view(house, year), house.clock.now()
    opened = [one for one in view.open_periods(now) if now < view.dates(one).freeze_at]
    calls = [key for period in opened for key in ask_all(house, year, period)]
    digest = daily_digest.queue(house, year)
    return [*calls, *remind_all(house, year), *([digest] if digest else [])]


@dataclass(frozen=True, slots=True)
class Resending:
    """An order to send a request again: to whom (nobody named: to all who still owe), why, and by whom.

    ``seconded_by`` is the second person that sending to all needs; it may stay empty for a single agency.
    """

    period: Period
    reason: str
    ordered_by: str
    seconded_by: str = ""
    agencies: tuple[str, ...] = ()


def resend(house: House, year: int, order: Resending) -> list[str]:
    """Send the period's data call once more, as it was, to those who still owe; returns the keys.

    Once a day and agency at most: the same order again sends nothing. Both people are in the journal. Raises
    NotAllowed (one person twice) and ActionNeeded (no reason, nobody or no second person named, nothing to resend).
    """
    with house.work() as work:
        view = cycle_view(house, year, work)
        _check_order(house, view, order)
        chosen = _chosen(house, work, view, order)
        if not chosen:
            raise ActionNeeded("resend.nothing", period=view.title(order.period))
        queued = [key for agency, call in chosen if (key := _again(house, work, view, agency, call))]
        if queued:
            people = {"seconded_by": order.seconded_by, "reason": order.reason}
            subject = view.key(order.period)
            record(house, work, "letters.resent", subject, order.ordered_by, count=len(queued), **people)
    return queued


def _check_order(house: House, view: CycleView, order: Resending) -> None:
    check_unmarked(order.reason)
    if not order.reason.strip():
        raise ActionNeeded("resend.reason_needed")
    if not order.ordered_by.strip():
        raise ActionNeeded("resend.nobody_named")
    if len(order.agencies) == 1:
        return
    if not order.seconded_by.strip():
        raise ActionNeeded("resend.second_person_needed")
    book = house.programmes.address_book(view.programme.id)
    check_two_people((order.ordered_by, order.seconded_by), book, "resend.same_person")


def _chosen(house: House, work: Work, view: CycleView, order: Resending) -> list[tuple[str, Fate]]:
    """Those who still owe and were asked, each with the newest request that was written to it by mail."""
    owing = _owing(house, work, view, order.period)
    calls: dict[str, Fate] = {}
    for fate in work.addresses.fates(f"{view.key(order.period)}/"):
        letter = work.outbox.get(fate.key)
        if letter is not None and letter.kind is MessageKind.DATA_CALL and fate.key.endswith("/mail"):
            calls[fate.agency] = fate
    wanted: Collection[str] = order.agencies or owing
    return [(agency, calls[agency]) for agency in owing if agency in wanted and agency in calls]


def _owing(house: House, work: Work, view: CycleView, period: Period) -> Sequence[str]:
    cells = cells_of(work, view, period, house.clock.now())
    return [cell.obligation.key.agency for cell in cells if cell.status in OWING]


def _again(house: House, work: Work, view: CycleView, agency: str, call: Fate) -> str:
    """Queue the copy; empty when there is one of today or no address works."""
    letter = work.outbox.get(call.key)
    contact = house.programmes.address_book(view.programme.id).contact(agency)
    address = address_of(work, contact)
    if letter is None or not address:
        return ""
    key = again_key(letter.key, int(f"{house.clock.now():%Y%m%d}"))
    return key if queue_copy(house, work, letter, key, address) else ""
