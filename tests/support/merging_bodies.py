"""The small programme in a year in which bodies merge or split: three bodies are still to come."""

from dataclasses import replace
from datetime import date, datetime

from fakes import FakeClock, FakeHouse, FakeProgrammes
from small_programme import BEFORE_YEAR, YEAR, a_programme, an_address_book, at

from plancycle.domain.agencies import Agency, AgencyKind, Contact
from plancycle.domain.succession import Confidence, Succession
from plancycle.services.open_cycle import open_cycle

MERGED, XA_1, XA_2 = "so-moi", "xa-mot", "xa-hai"
EARLY = at(3, 5)  # Wednesday, q1 is open
IN_Q1 = date(2025, 3, 10)  # Monday, while q1 is open
MID_YEAR = date(2025, 7, 1)  # Tuesday


def a_succession(leaving: tuple[str, ...], taking: tuple[str, ...], day: date, **more: object) -> Succession:
    """One that was read in a law."""
    return Succession("s-" + leaving[0], leaving, taking, day, Confidence.FOUND, reference="NQ 1", **more)  # type: ignore[arg-type]


def a_house(*successions: Succession, now: datetime = EARLY) -> FakeHouse:
    """The small programme with three bodies to come, its year opened on Wednesday 01/01."""
    bodies = [Agency(one, f"Cơ quan {one}", AgencyKind.DEPARTMENT) for one in (MERGED, XA_1, XA_2)]
    plan = a_programme()
    plan = replace(plan, agencies=(*plan.agencies, *bodies), successions=successions)
    book = an_address_book()
    contacts = [Contact(one.id, "Văn thư", f"bao-cao@{one.id}.example") for one in bodies]
    house = FakeHouse(FakeProgrammes(plan, replace(book, contacts=(*book.contacts, *contacts))), FakeClock(BEFORE_YEAR))
    open_cycle(house, YEAR)
    house.clock.at = now
    return house
