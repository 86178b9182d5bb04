"""Ask agencies for their reports: one data call per obligation, with the agency's own workbook attached."""

from collections.abc import Set as AbstractSet

from plancycle.domain.messages import MessageKind, MessageStatus, message_key
from plancycle.domain.periods import Period
from plancycle.services.cycle_view import CycleView, cycle_view
from plancycle.services.letters import QueuedLetter, address_of, queue_to_agency
from plancycle.services.make_template import make_template
from plancycle.services.ports import Attachment, House
from plancycle.services.repositories import Work

CALL = "call"
CALL_TO_ALTERNATE = "call-alternate"


def recipients(house: House, year: int, period: Period) -> list[str]:
    """Agencies still without a data call that reached them; none before the period opens."""
    view = cycle_view(house, year)
    if house.clock.now() < view.dates(period).opens_at:
        return []
    with house.work() as work:
        called = work.outbox.keys(f"{view.key(period)}/")
        return [agency for agency in view.programme.reporters if _rung(house, work, view, period, agency, called)]


def queue(house: House, year: int, period: Period, agency: str) -> QueuedLetter:
    """Put the agency's data call into the outbox; when the first address was refused, one to the alternate."""
    view = cycle_view(house, year)
    with house.work() as work:
        rung = _rung(house, work, view, period, agency, work.outbox.keys(f"{view.key(period)}/{agency}/")) or CALL
        template = make_template(house, work, view, period, agency)
        letter = queue_to_agency(
            house,
            work,
            view,
            period,
            agency,
            MessageKind.DATA_CALL,
            rung,
            {},
            [Attachment(template.file_name, template.data)],
        )
        house.leave_file(f"workbooks/{period}", template.file_name, template.data)
    return letter


def _rung(
    house: House, work: Work, view: CycleView, period: Period, agency: str, called: AbstractSet[str]
) -> str | None:
    """The data call that is still to be made; ``called`` are the keys of the letters there are."""
    first, second = (message_key(view.key(period), agency, rung) for rung in (CALL, CALL_TO_ALTERNATE))
    if first not in called:
        return CALL
    contact = house.programmes.address_book(view.programme.id).contact(agency)
    if second in called or contact is None or not contact.alternate_email:
        return None
    letter = work.outbox.get(first)
    if letter is None or letter.status is not MessageStatus.REFUSED:
        return None
    return CALL_TO_ALTERNATE if address_of(work, contact) not in ("", letter.to_address) else None
