"""The watch: files that are whole are taken in, letters leave, one part's failure stops no other."""

import factories as f
from small_programme import HEALTH

from plancycle.domain.messages import MessageStatus
from plancycle.services.watching import Watcher


def test_a_file_is_taken_in_when_it_no_longer_grows_and_its_receipt_leaves_with_it():
    house, watcher = f.a_house(), Watcher()
    whole = f.a_workbook(house, HEALTH)
    seen = []
    for data in (whole[:100], whole, whole, None):
        if data is not None:
            house.inbox.files["y-te.xlsx"] = data
        done = watcher.look(house)
        seen.append((done.files, done.sent, dict(done.problems)))

    assert seen == [(0, 0, {}), (0, 0, {}), (1, 1, {}), (0, 0, {})]
    assert len(f.versions(house, HEALTH)) == 1
    assert house.inbox.files == {}


def test_a_mailbox_that_fails_holds_up_neither_files_nor_letters():
    house, watcher = f.a_house(), Watcher(reads_mailbox=True)
    f.a_letter(house, MessageStatus.QUEUED)

    def away():
        raise ConnectionError("away")

    house.mailbox.waiting = away
    first, second = watcher.look(house), watcher.look(house)

    assert (first.sent, list(first.problems)) == (1, ["mails"])
    assert second.problems == {}  # the mailbox is asked at every third look only
