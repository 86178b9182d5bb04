"""The promises of ``services/address_repository.py``, kept alike by the real ledger and by the fake one."""

from dataclasses import replace
from datetime import timedelta

import pytest
from fakes import FakeDatabase
from ledgers import ledger_url
from small_programme import ANNUAL, CYCLE, DURING_ANNUAL, HEALTH, HOME

from plancycle.adapters.database.unit_of_work import Database
from plancycle.domain.bounces import Address, AddressStanding, Bounce, BounceKind, Fate
from plancycle.domain.messages import Message, MessageKind, MessageStatus
from plancycle.domain.openings import AgentClass, Visit, VisitKind
from plancycle.domain.periods import ObligationKey

ADDRESS = Address("văn-thư@so-y-te.example", AddressStanding.REFUSED, DURING_ANNUAL, "550 'x' % _ \\ 𝟏", 2, "e" * 64)
BOUNCE = Bounce(
    "e" * 64, f"{CYCLE}/annual/{HEALTH}/call/mail", "a@b.example", BounceKind.HARD, "5.1.1", "?", DURING_ANNUAL
)
VISIT = Visit(ObligationKey(CYCLE, ANNUAL, HEALTH), VisitKind.FETCHED, AgentClass.SCANNER, DURING_ANNUAL, DURING_ANNUAL)


@pytest.fixture(params=["real", "fake"])
def database(request, tmp_path):
    """The real ledger on a file of its own, and its stand-in."""
    if request.param == "fake":
        yield FakeDatabase()
        return
    database = Database(ledger_url(tmp_path))
    database.upgrade()
    yield database
    database.close()


def a_message(agency, rung="call", channel="mail", status=MessageStatus.SENT):
    key = f"{CYCLE}/annual/{agency}/{rung}/{channel}"
    return Message(
        key,
        MessageKind.DATA_CALL,
        f"{CYCLE}/annual",
        agency,
        f"{agency}@x.example",
        "s",
        f"<{key}>",
        "0" * 64,
        status,
        DURING_ANNUAL,
    )


def test_an_address_is_stored_changed_and_found_as_it_was(database):
    with database.work() as work:
        assert (work.addresses.get(ADDRESS.address), work.addresses.all(), work.addresses.refused()) == (
            None,
            [],
            set(),
        )
        work.addresses.save(ADDRESS)
    with database.work() as work:
        assert work.addresses.get(ADDRESS.address) == ADDRESS
        assert work.addresses.refused() == {ADDRESS.address}
        work.addresses.save(replace(ADDRESS, standing=AddressStanding.OK, evidence=None))
        work.addresses.save(replace(ADDRESS, address="a@b.example", standing=AddressStanding.SOFT_BOUNCED))
    with database.work() as work:
        found = [(one.address, one.standing) for one in work.addresses.all()]
        assert found == [("a@b.example", AddressStanding.SOFT_BOUNCED), (ADDRESS.address, AddressStanding.OK)]
        assert work.addresses.refused() == set()


def test_a_report_about_a_letter_is_stored_once_and_found_by_prefix_oldest_first(database):
    other = replace(BOUNCE, evidence="f" * 64, at=DURING_ANNUAL - timedelta(days=1))
    elsewhere = replace(BOUNCE, key=f"{CYCLE}/q1/{HEALTH}/call/mail")
    with database.work() as work:
        added = [work.addresses.add_bounce(one) for one in (BOUNCE, BOUNCE, other, elsewhere)]
    with database.work() as work:
        assert added == [True, False, True, True]
        assert work.addresses.bounces(f"{CYCLE}/annual/") == [other, BOUNCE]
        assert len(work.addresses.bounces()) == 3
        assert work.addresses.bounces("%") == []


def test_a_letter_is_found_by_its_message_id_and_its_fate_says_whether_it_came_back(database):
    queued = a_message(HOME, status=MessageStatus.QUEUED)
    letters = [a_message(HEALTH), queued, a_message(HEALTH, channel="webhook"), a_message(HEALTH, "remind-5")]
    delayed = replace(BOUNCE, key=letters[3].key, kind=BounceKind.DELAYED)
    with database.work() as work:
        for one in letters:
            assert work.outbox.add(one)
        work.addresses.add_bounce(BOUNCE)
        work.addresses.add_bounce(delayed)
    with database.work() as work:
        assert work.addresses.letters([letters[0].message_id, "<x@y>", queued.message_id]) == [
            letters[0].key,
            queued.key,
        ]
        assert work.addresses.letters([]) == []
        assert work.addresses.fates(f"{CYCLE}/annual/") == [
            Fate(HEALTH, letters[0].key, letters[0].to_address, MessageStatus.SENT, True),
            Fate(HOME, queued.key, queued.to_address, MessageStatus.QUEUED, False),
            Fate(HEALTH, letters[3].key, letters[3].to_address, MessageStatus.SENT, False),
        ]


def test_visits_of_one_kind_and_class_are_one_line_that_grows(database):
    later = replace(VISIT, first_at=DURING_ANNUAL + timedelta(hours=1), last_at=DURING_ANNUAL + timedelta(hours=1))
    opened = replace(VISIT, kind=VisitKind.OPENED, agent=AgentClass.BROWSER)
    with database.work() as work:
        for one in (VISIT, later, VISIT, opened):
            work.addresses.visit(one)
    with database.work() as work:
        grown = replace(VISIT, last_at=later.last_at, times=3)
        assert work.addresses.visits(f"{CYCLE}/annual/{HEALTH}") == [grown, opened]
        assert work.addresses.visits(f"{CYCLE}/annual/{HOME}") == []
