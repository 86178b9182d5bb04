"""Builds the desk's lists: refused files, requests for more time, letters, addresses."""

from urllib.parse import urlencode

from plancycle.domain.errors import NotFound
from plancycle.domain.extensions import RequestStatus
from plancycle.domain.messages import Message, MessageStatus
from plancycle.domain.people import Role
from plancycle.domain.periods import ObligationKey, Period
from plancycle.domain.quarantine import QuarantineStatus, is_held
from plancycle.portal.desk_dossier import needs_position
from plancycle.portal.desk_frame import NOTHING_TYPED, Desk, Typed, dossier_path
from plancycle.portal.desk_letters_first import read_letter
from plancycle.portal.desk_list_pages import (
    AddressesPage,
    ExtensionRow,
    ExtensionsPage,
    LetterPage,
    LetterRow,
    OutboxPage,
    QuarantinedPage,
    QuarantinePage,
)
from plancycle.portal.desk_words import last_day_of, mask
from plancycle.services import manage_quarantine, mend_address
from plancycle.services.extension_requests import RequestLine, listing
from plancycle.services.programme_versions import names_ever
from plancycle.services.resolve_doubt import letters

LETTERS = 100
"""On one page."""


def quarantine_page(desk: Desk, everything: bool) -> QuarantinePage:
    """Refused files that wait for the operator; with ``everything`` the settled ones, too."""
    lines = manage_quarantine.listed(desk.house, everything=everything)
    return QuarantinePage(tuple(reversed(lines)), everything, desk.done)


def quarantined_page(desk: Desk, number: int, typed: Typed = NOTHING_TYPED) -> QuarantinedPage:
    """One refused file. Raises NotFound."""
    line = manage_quarantine.show(desk.house, number)
    agency = line.file.agency or ""
    return QuarantinedPage(
        line=line,
        agency_name=_names(desk).get(agency, agency),
        has_bytes=line.file.status is not QuarantineStatus.PURGED and not is_held(line.file),
        is_waiting=line.file.status is QuarantineStatus.KEPT and not is_held(line.file),
        is_held=line.file.status is QuarantineStatus.KEPT and is_held(line.file),
        **desk.acting(typed),
    )


def _names(desk: Desk) -> dict[str, str]:
    """Whoever gets letters, by id: bodies, officials of the address book, the coordinating office."""
    house = desk.house
    book = house.programmes.address_book(house.programme_id)
    officials = {one.id: one.name for one in (book.preparer, book.signatory, book.approver) if one}
    with house.work() as work:
        bodies = names_ever(house, work, house.clock.now().year)
    if not bodies:
        bodies = {one.id: one.name for one in house.programmes.load(house.programme_id).agencies}
    return {"operator": desk.say("desk.office"), **officials, **bodies}


def extensions_page(desk: Desk, year: int, typed: Typed = NOTHING_TYPED) -> ExtensionsPage:
    """A year's requests for more time."""
    rows = [_extension(desk, one) for one in listing(desk.house, year)]
    return ExtensionsPage(
        year=year,
        waiting=tuple(one for one in rows if one.is_waiting),
        others=tuple(reversed([one for one in rows if not one.is_waiting])),
        **desk.acting(typed, Role.OPERATOR, Role.REVIEWER),
    )


def _extension(desk: Desk, line: RequestLine) -> ExtensionRow:
    until = line.request.due_at or line.request.wanted
    return ExtensionRow(
        line=line,
        status=desk.say(f"extension_status.{line.status}"),
        last_day=last_day_of(until.astimezone(desk.house.clock.now().tzinfo)),
        href=dossier_path(line.request.obligation),
        is_waiting=line.status is RequestStatus.REQUESTED,
        needs_position=needs_position(desk),
    )


def outbox_page(desk: Desk, year: int, status: str, start: int, typed: Typed = NOTHING_TYPED) -> OutboxPage:
    """A year's letters: those in doubt first, then the ones asked for, newest first."""
    cycle = f"{desk.house.programme_id}-{year}/"
    every = letters(desk.house, cycle)
    names = _names(desk)
    wanted = [one for one in reversed(every) if status in ("", one.status)]
    shown = wanted[start : start + LETTERS]
    counts = {one: sum(letter.status is one for letter in every) for one in MessageStatus}
    return OutboxPage(
        year=year,
        status=status,
        statuses=tuple((str(one), desk.say(f"message_status.{one}"), count) for one, count in counts.items() if count),
        in_doubt=tuple(_letter(desk, names, one) for one in every if one.status is MessageStatus.IN_DOUBT),
        rows=tuple(_letter(desk, names, one) for one in shown),
        found=len(wanted),
        before=_outbox(year, status, start - LETTERS) if start else "",
        after=_outbox(year, status, start + LETTERS) if start + LETTERS < len(wanted) else "",
        **desk.acting(typed),
    )


def _outbox(year: int, status: str, start: int) -> str:
    return f"/thu-di?{urlencode({'nam': year, 'tt': status, 'tu': max(0, start)})}"


def _letter(desk: Desk, names: dict[str, str], one: Message) -> LetterRow:
    return LetterRow(
        message=one,
        agency_name=names.get(one.agency, one.agency),
        address=mask(one.to_address),
        kind=desk.say(f"message_kind.{one.kind}"),
        status=desk.say(f"message_status.{one.status}"),
        href=f"/thu-di/la?{urlencode({'khoa': one.key})}",
    )


def letter_page(desk: Desk, key: str) -> LetterPage:
    """One letter as people read it. Raises NotFound.

    A link in a letter speaks for its addressee (an approver's decides, an agency's answers), so nobody else gets it.
    """
    with desk.house.work() as work:
        found = work.outbox.get(key)
    if found is None:
        raise NotFound("not_found.message", message=key[:250])
    text, names = read_letter(desk, desk.house.files.get(found.sha256))
    return LetterPage(
        row=_letter(desk, _names(desk), found),
        text=text,
        attachments=names,
        back_href=dossier_path(ObligationKey.parse(f"{found.period}/{found.agency}")) if _is_ours(found) else "/thu-di",
    )


def _is_ours(letter: Message) -> bool:
    """Whether a letter is about an obligation; requests for approval and digests are not."""
    return letter.period.rpartition("/")[2] in set(Period)


def addresses_page(desk: Desk, typed: Typed = NOTHING_TYPED) -> AddressesPage:
    """Addresses with something against them, those of unreachable agencies first."""
    seen = mend_address.listing(desk.house)
    return AddressesPage(seen.lines, seen.unmatched, **desk.acting(typed))
