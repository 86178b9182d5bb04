"""The operator's listing of addresses that do not work, and putting them right: by a named person, in the log."""

from dataclasses import dataclass

from plancycle.domain.bounces import Address, AddressStanding, Bounce, again_key, restored, usable
from plancycle.domain.errors import ActionNeeded, NotFound
from plancycle.domain.periods import Period
from plancycle.domain.secrecy import check_unmarked
from plancycle.services.bounced_letters import queue_copy
from plancycle.services.cycle_view import cycle_view
from plancycle.services.journal import record
from plancycle.services.letters import address_of
from plancycle.services.ports import House


@dataclass(frozen=True, slots=True)
class AddressLine:
    """An address with something against it. ``agency`` is empty when no contact has it (any longer)."""

    agency: str
    agency_name: str
    known: Address
    is_reachable: bool
    """Whether the agency has another mail address that works."""


@dataclass(frozen=True, slots=True)
class AddressListing:
    """What the operator must look at: addresses, and reports that name no letter of ours."""

    lines: tuple[AddressLine, ...]
    unmatched: tuple[Bounce, ...]


def listing(house: House) -> AddressListing:
    """Every address that is not OK, those of unreachable agencies first."""
    book, programme = house.programmes.address_book(house.programme_id), house.programmes.load(house.programme_id)
    owners = _owners(house)
    with house.work() as work:
        refused = work.addresses.refused()
        known = [one for one in work.addresses.all() if one.standing is not AddressStanding.OK]
        unmatched = tuple(one for one in work.addresses.bounces() if not one.key)
    lines = []
    for one in known:
        agency = owners.get(one.address, "")
        name = programme.agency(agency).name if agency else ""
        lines.append(AddressLine(agency, name, one, bool(usable(book.contact(agency), refused))))
    return AddressListing(tuple(sorted(lines, key=lambda line: (line.is_reachable, line.agency))), unmatched)


def _owners(house: House) -> dict[str, str]:
    """The agency of every address in the book; webhooks by their label."""
    found: dict[str, str] = {}
    for contact in house.programmes.address_book(house.programme_id).contacts:
        label = contact.webhook.label if contact.webhook else None
        for address in (contact.email, contact.alternate_email, contact.leader_email, label):
            if address:
                found.setdefault(address, contact.agency)
    return found


def restore(house: House, address: str, reason: str, actor: str) -> Address:
    """Put an address right again: letters go to it as before. Twice is once.

    Raises ActionNeeded without a reason, NotFound when nothing is known against the address.
    """
    check_unmarked(reason)
    if not reason.strip():
        raise ActionNeeded("address.reason_needed")
    with house.work() as work:
        known = work.addresses.get(address)
        if known is None:
            raise NotFound("address.unknown", address=address)
        if known.standing is AddressStanding.OK:
            return known
        fresh = restored(known, house.clock.now(), reason)
        work.addresses.save(fresh)
        agency = _owners(house).get(address, "")
        record(house, work, "address.restored", agency, actor, was=str(known.standing), evidence=known.evidence)
    return fresh


def send_again(house: House, year: int, period: Period, agency: str, actor: str) -> str:
    """Queue the agency's last letter of a period once more, when it failed, to the address that works now.

    Returns its key. Raises NotFound for an unknown period or body, ActionNeeded when the last letter did not fail or
    no address works.
    """
    view = cycle_view(house, year)
    view.programme.period_rule(period)
    prefix = f"{view.key(period)}/{agency}/"
    with house.work() as work:
        fates = work.addresses.fates(prefix)
        if not fates and agency not in view.reporters(period):
            raise NotFound("not_found.reporter", agency=agency[:200])
        if not fates or not fates[-1].has_failed:
            raise ActionNeeded("address.nothing_failed", agency=agency, period=period)
        address = address_of(work, house.programmes.address_book(view.programme.id).contact(agency))
        if not address:
            raise ActionNeeded("address.none_works", agency=agency)
        failed = work.outbox.get(fates[-1].key)
        assert failed is not None
        key = again_key(failed.key, len(fates))
        queue_copy(house, work, failed, key, address)
        record(house, work, "message.sent_on_request", key, actor)
    return key
