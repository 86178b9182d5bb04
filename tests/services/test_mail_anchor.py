"""The log's checkpoint goes by mail to those who keep it: once on a day with news, and never without an address."""

import json

import factories as f
from small_programme import YEAR, at

from plancycle.domain.anchors import read_anchor
from plancycle.services.cycle_view import cycle_view
from plancycle.services.mail_anchor import due, queue
from plancycle.services.sweep import perform
from plancycle.services.verify_audit import verify


def written(house):
    with house.work() as work:
        return [one for one in work.outbox.all() if one.kind == "anchor"]


def is_due(house):
    with house.work() as work:
        return due(house, work, cycle_view(house, YEAR, work))


def test_each_keeper_gets_the_checkpoint_once_a_day_and_it_holds_the_log():
    house = f.a_house()
    house.anchor_addresses = ("thanh-tra@tinh.example", "luu-tru@bo.example")
    f.all_answer(house)
    perform(house, YEAR)
    perform(house, YEAR)
    first = [one.to_address for one in written(house)]
    text = json.loads(house.files.get(written(house)[0].sha256))["facts"]["anchor"]
    kept = {"anchor.txt": read_anchor(text)}

    assert first == ["thanh-tra@tinh.example", "luu-tru@bo.example"]
    assert verify(house, kept).ok
    del house.database.tables.audit[kept["anchor.txt"].checkpoint.seq - 1 :]
    assert (verify(house, kept).ok, verify(house).ok) == (False, True)


def test_a_day_without_news_and_a_house_without_keepers_write_nothing():
    house = f.a_house()
    f.all_answer(house)
    assert (is_due(house), queue(house, YEAR)) == ("", None)
    house.anchor_addresses = ("thanh-tra@tinh.example",)
    assert queue(house, YEAR) is not None
    house.clock.at = at(12, 2)  # the day after; nothing happened but the letter itself
    assert is_due(house) == ""
