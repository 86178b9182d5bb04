"""The mailbox over IMAP, against a real server: nothing is deleted, nothing is taken twice."""

import os
import tempfile
from datetime import UTC, datetime
from imaplib import Time2Internaldate
from pathlib import Path

import factories as f
import mails as m
import pytest
from dovecot_server import DOVECOT, PASSWORD, Dovecot
from fakes import PowerCut
from small_programme import HEALTH

from plancycle.adapters.mail.mailbox import ImapMailbox
from plancycle.domain.errors import ActionNeeded, DataProblem, OutsideFailure
from plancycle.services.collect_mailbox import collect_mailbox

needs_server = pytest.mark.skipif(DOVECOT is None, reason="dovecot is not installed")


@pytest.fixture(scope="module")
def server():
    """One server for all tests of this file."""
    with tempfile.TemporaryDirectory(prefix="dovecot-") as folder:
        os.chmod(folder, 0o755)
        running = Dovecot(Path(folder))
        yield running
        running.stop()


@pytest.fixture
def house(server):
    """A house whose mailbox is the real one, empty at first."""
    client = server.client()
    _, (count,) = client.select("INBOX")
    if int(count):
        client.store("1:*", "+FLAGS", "\\Deleted")
        client.expunge()
    client.logout()
    house = f.a_house()
    house.mailbox = ImapMailbox(server.url, PASSWORD, m.MAILBOX, m.AUTHSERV)
    yield house
    house.mailbox.close()


def put(server, data, arrived):
    client = server.client()
    client.append("INBOX", "", Time2Internaldate(arrived), data)
    client.logout()


def a_reply(house, **changed):
    files = [("báo cáo.xlsx", f.a_workbook(house, HEALTH))]
    return m.a_mail(changed.pop("arrived", house.clock.at), files, to=m.marked_address(house), **changed)


def flags(server):
    client = server.client()
    client.select("INBOX", readonly=True)
    _, found = client.fetch("1:*", "(FLAGS)")
    client.logout()
    return [line.decode().partition("FLAGS")[2] for line in found if line]


@needs_server
def test_a_reply_is_taken_in_and_marked_and_stays_unread_where_it_is(server, house):
    put(server, a_reply(house), house.clock.at)
    (result,) = collect_mailbox(house)

    assert [(one.file_name, str(one.outcome)) for one in result.files] == [("báo cáo.xlsx", "accepted")]
    (marks,) = flags(server)
    assert ("PlancycleDone" in marks, "\\Seen" in marks) == (True, False)
    assert list(collect_mailbox(house)) == []


@needs_server
def test_the_mailboxs_own_date_counts(server, house):
    house.clock.at = f.at(12, 12)
    put(server, a_reply(house, arrived=f.at(12, 9), by="out.example"), datetime(2025, 12, 9, 16, 59, 59, tzinfo=UTC))
    put(server, a_reply(house, message_id="<2@y>"), datetime(2025, 12, 9, 17, 0, 0, tzinfo=UTC))
    waiting = list(house.mailbox.waiting())

    assert [mail.arrived_at for mail in waiting] == [
        datetime(2025, 12, 9, 16, 59, 59, tzinfo=UTC),
        datetime(2025, 12, 9, 17, 0, 0, tzinfo=UTC),
    ]


@needs_server
def test_a_power_cut_between_fetching_and_marking_gives_one_submission(server, house):
    put(server, a_reply(house), house.clock.at)
    house.mailbox.settle = lambda mail: (_ for _ in ()).throw(PowerCut("before the mark"))
    with pytest.raises(PowerCut):
        list(collect_mailbox(house))
    del house.mailbox.settle

    assert [one.outcome for one in collect_mailbox(house)] == ["again"]
    assert len(f.versions(house, HEALTH)) == 1
    assert "PlancycleDone" in flags(server)[0]


@needs_server
def test_marking_never_expunges_what_somebody_else_marked_for_deletion(server, house):
    put(server, a_reply(house), house.clock.at)
    put(server, m.a_mail(house.clock.at, passed=None), house.clock.at)
    client = server.client()
    client.select("INBOX")
    client.store("2", "+FLAGS", "\\Deleted")
    client.logout()
    list(collect_mailbox(house))
    house.mailbox.close()

    assert len(flags(server)) == 2


@needs_server
def test_a_wrong_password_is_an_outside_failure_that_does_not_show_it(server):
    mailbox = ImapMailbox(server.url, "sai-mat-khau", m.MAILBOX, m.AUTHSERV)
    with pytest.raises(OutsideFailure, match="unreachable") as failed:
        list(mailbox.waiting())

    assert "sai-mat-khau" not in str(failed.value)


@pytest.mark.parametrize(
    "url",
    [
        "imap://a@mail.example/INBOX",  # unencrypted to another machine
        "imaps://mail.example/INBOX",  # nobody to log in as
        "imaps://a:secret@mail.example/INBOX",  # a password where it is logged
        "http://a@localhost/",
        "imaps://a@mail.example:x/INBOX",
    ],
)
def test_an_address_that_cannot_be_used_is_refused_before_anything_is_sent(url):
    with pytest.raises(DataProblem, match="url_wrong"):
        list(ImapMailbox(url, "x", m.MAILBOX, m.AUTHSERV).waiting())


def test_without_an_address_there_is_no_mailbox():
    with pytest.raises(ActionNeeded, match=r"mailbox\.none"):
        list(ImapMailbox("", "", "", "").waiting())


def test_a_server_that_is_not_there_is_an_outside_failure():
    with pytest.raises(OutsideFailure, match="unreachable"):
        list(ImapMailbox("imap://a@127.0.0.1:9/INBOX", "x", m.MAILBOX, m.AUTHSERV).waiting())
