"""Everything that is held about one person, told; and let go where the law lets it."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from plancycle.domain.agencies import AddressBook
from plancycle.domain.errors import ActionNeeded, DataProblem
from plancycle.domain.personal_data import GOES, Purpose, purpose_of, replacement
from plancycle.domain.retention import SETTLED
from plancycle.domain.two_people import check_two
from plancycle.services.custody_repository import Found
from plancycle.services.journal import record
from plancycle.services.ports import House
from plancycle.services.repositories import Work

SHORTEST = 4
"""Characters of a name or address; less would find half the ledger."""


@dataclass(frozen=True, slots=True)
class Holding:
    """One row that names the person, and why each such column is kept."""

    table: str
    purposes: dict[str, Purpose]
    row: dict[str, object]


@dataclass(frozen=True, slots=True)
class Told:
    """What is held about one person. ``in_book``: the entries of the address book; ``files``: SHA-256 by what it is."""

    term: str
    in_book: tuple[str, ...]
    holdings: tuple[Holding, ...]
    files: dict[str, str]


def export(house: House, term: str, person: str) -> Told:
    """Everything the ledger and the address book hold about a name or address; the journal says who asked, not about
    whom. Raises DataProblem (too short, or no name of who asks).
    """
    wanted, by = _wanted(term), " ".join(person.split())
    if not by:
        raise DataProblem("person.nobody")
    with house.work() as work:
        found = work.custody.naming(wanted)
        told = Told(wanted, _in_book(_book(house), wanted), tuple(map(_holding, found)), _files(found))
        record(house, work, "person.exported", _mark(house, wanted), by, rows=len(found), files=len(told.files))
    return told


def erase(house: House, term: str, person: str, second: str, reason: str, document: str) -> dict[str, int]:
    """Let go of how somebody is reached; returns how many rows changed by table and column, and files dropped.

    What was done in an office's name stays. Raises DataProblem and NotAllowed (two people, a reason, a document) and
    ActionNeeded (the address book still has it, or letters to it are still open).
    """
    wanted, why = _wanted(term), " ".join(reason.split())
    first, other, basis = check_two(person, second, document)
    if not why:
        raise DataProblem("person.no_reason")
    if entries := _in_book(_book(house), wanted):
        raise ActionNeeded("person.in_book", entries=", ".join(entries))
    mark = _mark(house, wanted)
    with house.work() as work:
        found = work.custody.naming(wanted)
        _check_settled(found)
        droppable = _droppable(work, found)
        places = ((one, work.custody.replace(one.table, one.column, wanted, replacement(wanted, mark))) for one in GOES)
        counts = {f"{one.table}.{one.column}": count for one, count in places if count}
        counts |= {"files": len(droppable)} if droppable else {}
        record(house, work, "person.erased", mark, first, second=other, reason=why, document=basis, changed=counts)
    for sha256 in droppable:
        house.files.drop(sha256)
    return counts


def _wanted(term: str) -> str:
    wanted = " ".join(unicodedata.normalize("NFC", term).split())
    if len(wanted) < SHORTEST:
        raise DataProblem("person.too_short", minimum=SHORTEST)
    return wanted


def _mark(house: House, term: str) -> str:
    """The same for the same person, and nobody without the installation's key can find out whose."""
    return house.seals.seal("erased-person", term.casefold())[:12]


def _book(house: House) -> AddressBook:
    return house.programmes.address_book(house.programme_id)


def _in_book(book: AddressBook, term: str) -> tuple[str, ...]:
    """Agencies' contacts and officials of the address book with that name, address or telephone."""
    wanted = term.casefold()
    contacts = {
        one.agency: (one.person, one.email, one.alternate_email, one.leader_email, one.phone) for one in book.contacts
    }
    officials = {one.id: (one.name, one.email) for one in book.everybody()}
    everybody = [*contacts.items(), *officials.items(), ("operator", (book.operator_email,))]
    return tuple(name for name, facts in everybody if wanted in {(fact or "").casefold() for fact in facts})


def _holding(found: Found) -> Holding:
    return Holding(found.table, {one: purpose_of(found.table, one) for one in found.columns}, found.row)


def _files(found: Sequence[Found]) -> dict[str, str]:
    """Files that belong to rows which name the person: letters to them, mail from them, answers they handed in."""
    return {
        f"{one.table}/{next(iter(one.row.values()))}": str(one.row["sha256"]) for one in found if one.row.get("sha256")
    }


def _check_settled(found: Sequence[Found]) -> None:
    letters = [one.row for one in found if one.table == "messages"]
    waiting = [str(one["key"]) for one in letters if one["status"] not in {str(status) for status in SETTLED}]
    if waiting:
        raise ActionNeeded("person.letters_open", count=len(waiting), first=waiting[0])


def _droppable(work: Work, found: Sequence[Found]) -> list[str]:
    """The bytes of letters to the address, unless another row stands on them."""
    mine = {str(one.row["sha256"]) for one in found if one.table == "messages" and "to_address" in one.columns}
    return sorted(mine - work.custody.needed_beside_letters()) if mine else []
