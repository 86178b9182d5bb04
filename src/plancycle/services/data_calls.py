"""Ask agencies for their reports: one data call per obligation, with the agency's own workbook attached."""

from collections.abc import Iterable, Mapping, Sequence
from zoneinfo import ZoneInfo

from plancycle.domain.agencies import AddressBook
from plancycle.domain.bounces import Fate
from plancycle.domain.messages import MessageKind, message_key
from plancycle.domain.periods import Period
from plancycle.services.cycle_view import CycleView, cycle_view
from plancycle.services.letters import CALL, QueuedLetter, address_of, queue_to_agency
from plancycle.services.make_template import make_template
from plancycle.services.ports import Attachment, House
from plancycle.services.repositories import Work

CALL_TO_ALTERNATE = "call-alternate"
WINDOW = 24
"""Letters queued in one commit: others wait for a tenth of a second at most, the last file is waited for once."""


def recipients(house: House, year: int, period: Period) -> list[str]:
    """Agencies still without a data call that reached them; none before the period opens."""
    with house.work() as work:
        return uncalled(house, work, cycle_view(house, year, work), period)


def uncalled(house: House, work: Work, view: CycleView, period: Period) -> list[str]:
    """The same, inside a transaction."""
    if house.clock.now() < view.dates(period).opens_at:
        return []
    called = _letters(work, f"{view.key(period)}/")
    return [agency for agency in view.reporters(period) if _rung(house, work, view, period, agency, called)]


def unwritten(house: House, year: int, periods: Iterable[Period] | None = None) -> list[str]:
    """Names of agencies whose data call is due and has nowhere to go: no address was entered, or none works.

    Of these periods, or of all that are open and not frozen.
    """
    now = house.clock.now()
    with house.work() as work:
        view, book = cycle_view(house, year, work), house.programmes.address_book(house.programme_id)
        open_now = (one for one in view.open_periods(now) if now < view.dates(one).freeze_at)
        waiting = {agency for one in periods or open_now for agency in uncalled(house, work, view, one)}
        return [view.name(one) for one in sorted(waiting) if not address_of(work, book.contact(one))]


def queue(house: House, year: int, period: Period, agency: str) -> QueuedLetter:
    """Put the agency's data call into the outbox; when the first one failed, one to another address of the agency.

    (An alternate that was known when the first one failed has been written to already.)
    """
    return queue_all(house, year, period, [agency])[0]


def queue_all(house: House, year: int, period: Period, agencies: Sequence[str]) -> list[QueuedLetter]:
    """The same for many: a few share a look at the year and a commit, as they do when they are sent."""
    queued: list[QueuedLetter] = []
    for at in range(0, len(agencies), WINDOW):
        with house.work() as work, house.files.together():  # left before the rows are committed
            view, book = cycle_view(house, year, work), house.programmes.address_book(house.programme_id)
            queued += [_queued(house, work, view, book, period, agency) for agency in agencies[at : at + WINDOW]]
    return queued


def _queued(house: House, work: Work, view: CycleView, book: AddressBook, period: Period, agency: str) -> QueuedLetter:
    rung = CALL
    if work.outbox.get(message_key(view.key(period), agency, CALL)) is not None:
        rung = _rung(house, work, view, period, agency, _letters(work, f"{view.key(period)}/{agency}/")) or CALL
    template = make_template(house, work, view, period, agency, book)
    joined_on, attached = view.share(period, agency).joined_on, [Attachment(template.file_name, template.data)]
    facts = {"joined_on": joined_on}
    letter = queue_to_agency(house, work, view, period, agency, MessageKind.DATA_CALL, rung, facts, attached, book=book)
    house.leave_file(f"workbooks/{period}", template.file_name, template.data)
    return letter


def _letters(work: Work, prefix: str) -> dict[str, Fate]:
    return {fate.key: fate for fate in work.addresses.fates(prefix)}


def _grown_rung(work: Work, view: CycleView, period: Period, agency: str, first: str) -> str | None:
    """A second call to an agency that was given more to answer for after the first one; its workbook has both."""
    grown_on = view.share(period, agency).grown_on
    letter = work.outbox.get(first) if grown_on else None
    if grown_on is None or letter is None:
        return None
    is_asked = letter.queued_at.astimezone(ZoneInfo(view.programme.timezone)).date() >= grown_on
    return None if is_asked else f"{CALL}-{grown_on:%Y%m%d}"


def _rung(
    house: House, work: Work, view: CycleView, period: Period, agency: str, called: Mapping[str, Fate]
) -> str | None:
    """The data call that is still to be made; ``called`` are the letters there are, by key."""
    first, second = (message_key(view.key(period), agency, rung) for rung in (CALL, CALL_TO_ALTERNATE))
    if f"{view.key(period)}/{agency}" in view.standpoint.elsewhere or agency not in view.reports_now(agency):
        return None  # reported another way, or a body that has ended and whose answer stays
    if first not in called:
        return CALL
    grown = _grown_rung(work, view, period, agency, first)
    if grown is not None and message_key(view.key(period), agency, grown) not in called:
        return grown
    if second in called or not called[first].has_failed:
        return None
    contact = house.programmes.address_book(view.programme.id).contact(agency)
    if contact is None:
        return None
    return CALL_TO_ALTERNATE if address_of(work, contact) not in ("", called[first].address) else None
