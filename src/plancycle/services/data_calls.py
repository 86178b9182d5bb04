"""Ask agencies for their reports: one data call per obligation, with the agency's own workbook attached."""

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
        return [agency for agency in view.programme.reporters if _rung(house, work, view, period, agency)]


def queue(house: House, year: int, period: Period, agency: str) -> QueuedLetter:
    """Put the agency's data call into the outbox; when the first address was refused, one to the alternate."""
    view = cycle_view(house, year)
    with house.work() as work:
        rung = _rung(house, work, view, period, agency) or CALL
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


def _rung(house: House, work: Work, view: CycleView, period: Period, agency: str) -> str | None:
    first = work.outbox.get(message_key(view.key(period), agency, CALL))
    if first is None:
        return CALL
    if first.status is not MessageStatus.REFUSED:
        return None
    alternate = address_of(work, house.programmes.address_book(view.programme.id).contact(agency))
    second = work.outbox.get(message_key(view.key(period), agency, CALL_TO_ALTERNATE))
    return CALL_TO_ALTERNATE if alternate not in ("", first.to_address) and second is None else None
