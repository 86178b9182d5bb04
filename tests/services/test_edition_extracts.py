"""Extracts and copies: rendered with the edition, approved with it, sent as deliveries of their own."""

from dataclasses import replace
from datetime import date

import factories as f
import pytest
from proving import decide
from small_programme import ANNUAL, BEFORE_YEAR, DURING_ANNUAL, HEALTH, YEAR

from plancycle.domain.agencies import Agency, AgencyKind
from plancycle.domain.consolidation import bundle_sha256
from plancycle.domain.document_register import Relation
from plancycle.domain.errors import NotAllowed
from plancycle.domain.exchange import Business
from plancycle.domain.programme import Addressee, Copies, Recipient
from plancycle.domain.succession import Confidence, Succession
from plancycle.services.choose_relation import put_up
from plancycle.services.cycle_view import cycle_view
from plancycle.services.deliveries import addressee_names, deliveries
from plancycle.services.open_cycle import open_cycle
from plancycle.services.transmit_edition import transmit

OLD, NEW = "bo-cu", "bo-moi"
FROM = date(2025, 3, 1)  # Saturday


def a_house():
    """The health department's task follows a ministry's timetable; another ministry succeeds it on 01/03/2025."""
    house = f.a_house(opened=False)
    programme = house.programmes.programme
    works = tuple(replace(one, ministry_schedule=OLD) if one.agencies == (HEALTH,) else one for one in programme.works)
    ministries = tuple(Agency(one, name, AgencyKind.MINISTRY) for one, name in ((OLD, "Bộ cũ"), (NEW, "Bộ mới")))
    house.programmes.programme = replace(
        programme,
        agencies=(*programme.agencies, *ministries),
        works=works,
        extracts=(Addressee(OLD, "folder", (ANNUAL,)),),
        copies=Copies("folder", (ANNUAL,), without=(3,)),
        recipients=(
            Recipient(1, "Bộ Nội vụ", "ministry", ref="bo-noi-vu"),
            Recipient(2, "Thường trực Tỉnh ủy", "party"),
            Recipient(3, "Các đơn vị", "implementers"),
            Recipient(4, "Lưu: VT", "archive"),
        ),
        successions=(Succession("bo", (OLD,), (NEW,), FROM, Confidence.CONFIRMED),),
    )
    house.clock.at = BEFORE_YEAR
    open_cycle(house, YEAR)
    house.clock.at = DURING_ANNUAL
    return house


@pytest.mark.parametrize(("day", "ministry"), [(date(2025, 2, 28), OLD), (FROM, NEW)])
def test_the_extract_goes_to_the_ministry_that_holds_the_timetable_on_the_day(day, ministry):
    house = a_house()
    found = deliveries(cycle_view(house, YEAR), ANNUAL, day)

    assert [(str(one.part), one.addressee.agency) for one in found] == [
        ("report", "ubnd-tinh"),
        ("report", "bo-noi-vu"),
        ("extract", ministry),
        ("copy", "noi-nhan-2"),
    ]


def test_each_gets_its_part_under_a_key_of_its_own_and_the_approved_hash_covers_all():
    house = a_house()
    edition = f.an_approved_edition(house)
    sent = transmit(house, edition.id)
    with house.work() as work:
        listed = work.editions.documents(edition.id)
        [approval] = work.editions.approvals(edition.id)
    given = {one.addressee: [file.kind for file in house.gateways[one.channel].taken[one.key].files] for one in sent}
    extract = house.gateways["folder"].taken[sent[2].key]

    assert given == {
        "ubnd-tinh": ["docx", "pdf", "xlsx"],
        "bo-noi-vu": ["docx", "pdf", "xlsx"],
        NEW: [f"{NEW}.docx", f"{NEW}.pdf"],
        "noi-nhan-2": ["docx", "pdf", "xlsx"],
    }
    assert approval.bundle_sha256 == bundle_sha256(edition.sha256, listed) == extract.bundle_sha256
    assert len({one.key for one in sent}) == 4
    assert (extract.document_number, extract.cover.assignments) == ("02/BC-SNV", ("n2",))


def test_an_extract_whose_bytes_were_exchanged_after_the_approval_does_not_leave():
    house = a_house()
    edition = f.an_approved_edition(house)
    tables = house.database.tables
    forged = [replace(one, sha256="f" * 64) if one.kind == f"{NEW}.pdf" else one for one in tables.documents]
    tables.documents[:] = forged
    with pytest.raises(NotAllowed):
        transmit(house, edition.id)

    assert {channel: list(gateway.taken) for channel, gateway in house.gateways.items()} == {"http": [], "folder": []}


def test_a_newer_edition_brings_a_newer_extract_that_replaces_the_old_one():
    house = a_house()
    first = transmit(house, f.an_approved_edition(house).id)
    second = transmit(house, f.a_newer_approved_edition(house).id)
    with house.work() as work:
        numbers = [(one.code, str(one.relation or "")) for one in work.register.of_year(f.HOME, YEAR)]

    assert [(str(one.business), one.concerns) for one in second] == [("3", one.key) for one in first]
    assert sorted(numbers) == [
        ("01/BC-SNV", ""),
        ("02/BC-SNV", ""),
        ("03/BC-SNV", "replaces"),
        ("04/BC-SNV", "replaces"),
    ]


def test_a_supplement_of_the_report_brings_an_extract_that_replaces_the_old_one_as_it_says():
    house = a_house()
    transmit(house, f.an_approved_edition(house).id)
    newer = f.a_newer_edition(house)
    put_up(house, newer.id, Business.UPDATE, f.REASON, "van-thu")
    with house.work() as work:
        [asked] = work.editions.approvals(newer.id)
    decide(house, f.link_to(house, asked), True, "")
    sent = {(str(one.part), one.addressee): one.business for one in transmit(house, newer.id)}
    with house.work() as work:
        cited = {one.kind: one.relation for one in work.register.of_year(f.HOME, YEAR) if one.relation}

    assert sent == {
        ("report", "ubnd-tinh"): Business.UPDATE,
        ("report", "bo-noi-vu"): Business.UPDATE,
        ("extract", NEW): Business.REPLACE,
        ("copy", "noi-nhan-2"): Business.UPDATE,
    }
    assert cited == {"report": Relation.SUPPLEMENTS, "ministry": Relation.REPLACES}


def test_every_body_that_may_be_sent_something_has_a_name_the_invited_ones_too():
    house = a_house()
    names = addressee_names(cycle_view(house, YEAR))

    assert (names["tinh-doan"], names[NEW], names["noi-nhan-2"]) == ("Tỉnh đoàn", "Bộ mới", "Thường trực Tỉnh ủy")
