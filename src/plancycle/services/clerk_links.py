"""Links in letters to agencies: one for each recipient of each obligation, usable until the period is locked.

A link's token is a keyed hash of whom it is for and how often it was made anew: 128 bits nobody without the
installation's key can guess, the same in every letter to that recipient, and kept as a hash only.
"""

import hmac
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from plancycle.domain.agencies import AddressBook
from plancycle.domain.clerk_access import TOKEN_DIGITS, ClerkLink, digest, link_id, locked_at
from plancycle.domain.errors import DataProblem, NotAllowed, NotFound
from plancycle.domain.periods import ObligationKey
from plancycle.services.corrections import last_opened_at
from plancycle.services.cycle_view import CycleView, cycle_view
from plancycle.services.journal import record
from plancycle.services.ports import House
from plancycle.services.repositories import Work

PATH = "/n"


@dataclass(frozen=True, slots=True)
class OpenedLink:
    """A link that opens, with the year it belongs to."""

    link: ClerkLink
    view: CycleView
    locked_at: datetime


def link_for(house: House, work: Work, obligation: ObligationKey, recipient: str) -> str:
    """The address for a letter; made the first time, the same afterwards, a new one after it was taken back."""
    known = [link for link in work.links.of(obligation) if link.recipient == recipient]
    generation = len(known)
    if known and known[-1].revoked_at is None:
        generation = known[-1].generation
    token = _token(house, obligation, recipient, generation)
    if generation == len(known):
        link = ClerkLink(link_id(token), digest(token), obligation, recipient, generation, house.clock.now())
        work.links.add(link)
        record(house, work, "clerk_link.made", link.id, obligation=str(obligation))
    return f"{house.base_url}{PATH}/{token}"


def _token(house: House, obligation: ObligationKey, recipient: str, generation: int) -> str:
    return house.seals.seal("clerk-link", str(obligation), recipient, str(generation))[:TOKEN_DIGITS]


def open_token(house: House, token: str) -> OpenedLink:
    """Look at the link of a token; changes nothing.

    Raises NotAllowed: ``link.invalid`` (not ours), ``link.revoked``, ``link.locked`` (the period is closed).
    """
    with house.work() as work:
        link = work.links.get(link_id(token)) if token.isascii() and len(token) <= 100 else None
    if link is None or not hmac.compare_digest(link.token_sha256, digest(token)):
        raise NotAllowed("link.invalid")
    return _standing(house, link)


def open_link(house: House, known_id: str, obligation: str) -> OpenedLink | None:
    """Look at the link a session was begun with; None when it is another obligation's.

    Raises NotAllowed as :func:`open_token`.
    """
    with house.work() as work:
        link = work.links.get(known_id)
    return _standing(house, link) if link is not None and str(link.obligation) == obligation else None


def _standing(house: House, link: ClerkLink) -> OpenedLink:
    view = cycle_view(house, int(link.obligation.cycle.rpartition("-")[2]))
    if link.revoked_at is not None:
        raise NotAllowed("link.revoked", contact=contact_of(house))
    dates = view.dates(link.obligation.period)
    with house.work() as work:
        extension = work.submissions.extension(str(link.obligation))
        corrected_at = last_opened_at(work, link.obligation)
    closes = locked_at(dates.freeze_at, extension.due_at if extension else dates.due_at, corrected_at)
    if house.clock.now() >= closes:
        raise NotAllowed(
            "link.locked", at=closes.astimezone(ZoneInfo(view.programme.timezone)), contact=contact_of(house)
        )
    return OpenedLink(link, view, closes)


def contact_of(house: House) -> str:
    """Whom to call, as letters say it."""
    book: AddressBook = house.programmes.address_book(house.programme_id)
    return f"{book.preparer.name}, {book.preparer.email}" if book.preparer else "–"


def revoke(house: House, obligation: ObligationKey, by: str, recipient: str = "") -> list[ClerkLink]:
    """Take back the links of an obligation (of one recipient, when given) with every session begun by them.

    Twice is once; the next letter carries a new link. Raises NotFound when there is none.
    """
    now = house.clock.now()
    with house.work() as work:
        known = [link for link in work.links.of(obligation) if recipient in ("", link.recipient)]
        if not known:
            raise NotFound("not_found.link", obligation=str(obligation))
        for link in known:
            if link.revoked_at is None:
                work.links.revoke(link.id, now, by)
                record(house, work, "clerk_link.revoked", link.id, by, obligation=str(obligation))
        return [link for link in work.links.of(obligation) if recipient in ("", link.recipient)]


def issue(house: House, obligation: ObligationKey, recipient: str, by: str) -> str:
    """The address of a recipient's link, for handing it over in person; the same as in their letters.

    Raises NotFound (a body that owes nothing then) and DataProblem("link.recipient_wrong").
    """
    if not recipient.strip() or "@" not in recipient or any(letter.isspace() for letter in recipient.strip()):
        raise DataProblem("link.recipient_wrong", recipient=recipient[:80])
    view = cycle_view(house, int(obligation.cycle.rpartition("-")[2]))
    if obligation.cycle != view.id or obligation.agency not in view.reporters(obligation.period):
        raise NotFound("not_found.reporter", agency=obligation.agency)
    with house.work() as work:
        address = link_for(house, work, obligation, recipient.strip())
        link = link_id(address.rpartition("/")[2])
        record(house, work, "clerk_link.handed_over", link, by, obligation=str(obligation))
    return address


def record_denied(house: House, link: str, wanted: str) -> None:
    """Write down that whoever holds a link asked for something of another body or period."""
    with house.work() as work:
        record(house, work, "access.denied", link, wanted=wanted)


def is_recipient(house: House, link: ClerkLink, typed: str) -> bool:
    """Whether somebody named the address that received the link (case, blanks and spelling of letters aside).

    A wrong one is written down, without what was typed.
    """
    written, known = (unicodedata.normalize("NFC", one).strip().casefold() for one in (typed, link.recipient))
    is_right = hmac.compare_digest(written.encode("utf-8", "replace"), known.encode())
    if not is_right:
        with house.work() as work:
            record(house, work, "clerk_link.recipient_wrong", link.id, obligation=str(link.obligation))
    return is_right


def listed(house: House, obligation: ObligationKey) -> list[ClerkLink]:
    """Every link of an obligation, oldest first."""
    with house.work() as work:
        return work.links.of(obligation)
