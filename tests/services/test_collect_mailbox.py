"""Answers by mail: only genuine replies from an agency's own address are believed; everything is kept."""

from dataclasses import replace
from datetime import timedelta

import factories as f
import mails as m
import pytest
from fakes import PowerCut
from small_programme import ANNUAL, CYCLE, DUE, FINANCE, HEALTH, LAST_GOOD, Q1

from plancycle.domain.errors import OutsideFailure
from plancycle.domain.messages import MessageStatus
from plancycle.domain.secrecy import REASON
from plancycle.domain.submissions import Outcome
from plancycle.services.collect_mailbox import collect_mailbox, waiting_subjects
from plancycle.services.manage_quarantine import listed, release

OTHER_SENDER = f"bao-cao@{FINANCE}.example"


def deliver(house, data, uid=1, arrived=None):
    house.mailbox.mails.append(m.fetched(data, arrived or house.clock.at, uid))


def collect(house):
    return list(collect_mailbox(house))


def a_reply(house, *files, **changed):
    changed.setdefault("to", m.marked_address(house))
    return m.a_mail(
        changed.pop("arrived", house.clock.at), files or [("bc.xlsx", f.a_workbook(house, HEALTH))], **changed
    )


def reasons(house):
    return [line.file.reason for line in listed(house)]


def letters(house):
    with house.work() as work:
        return [message.key.removeprefix(f"{CYCLE}/") for message in work.outbox.all()]


def test_a_genuine_reply_is_accepted_and_marked_in_the_mailbox():
    house = f.a_house()
    deliver(house, a_reply(house))
    (result,) = collect(house)

    assert (result.outcome, [one.outcome for one in result.files]) == ("taken", [Outcome.ACCEPTED])
    assert house.mailbox.settled == {1}
    assert letters(house) == [f"annual/{HEALTH}/received-v1/mail"]


def test_a_reply_is_known_by_its_thread_when_the_address_lost_its_mark():
    house = f.a_house()
    reference = (("References", f"<x@y> {m.marked_thread(house)} <z@y>"),)
    deliver(house, a_reply(house, to=m.MAILBOX, headers=reference))

    assert [one.outcome for one in collect(house)] == ["taken"]


def test_our_letters_carry_the_mark_in_both_ways():
    house = f.a_house()
    composed = []
    compose = house.composer.compose
    house.composer.compose = lambda letter: composed.append(letter) or compose(letter)
    f.a_letter(house, MessageStatus.QUEUED)

    assert composed[0].reply_to == m.marked_address(house)
    assert house.composer.message_id(composed[0].thread) == m.marked_thread(house)


FORGED = ("Authentication-Results", m.PASSED)
REFUSALS = {
    "nothing from our server": ({"passed": None}, "mail.not_authentic"),
    "another server's word": ({"passed": m.PASSED.replace("mx.", "evil.")}, "mail.not_authentic"),
    "ours failed, a forged pass below": (
        {"passed": f"{m.AUTHSERV}; dkim=none; dmarc=none", "headers": (FORGED,)},
        "mail.not_authentic",
    ),
    "another domain's signature": ({"passed": f"{m.AUTHSERV}; dkim=pass header.d=evil.example"}, "mail.not_authentic"),
    "a stranger": (
        {"sender": "ai-do@evil.example", "passed": f"{m.AUTHSERV}; dmarc=pass header.from=evil.example"},
        "mail.unknown_sender",
    ),
    "a colleague of the agency who is no contact": ({"sender": f"ai-do@{HEALTH}.example"}, "mail.unknown_sender"),
    "no mark": ({"to": m.MAILBOX}, "mail.no_mark"),
    "an invented mark": ({"to": m.MAILBOX.replace("@", "+0123456789abcdef0123@")}, "mail.no_mark"),
}


@pytest.mark.parametrize(("changed", "reason"), REFUSALS.values(), ids=REFUSALS)
def test_a_mail_that_cannot_be_believed_is_kept_whole_and_answered_to_nobody(changed, reason):
    house = f.a_house()
    data = a_reply(house, **changed)
    deliver(house, data)
    (result,) = collect(house)
    (line,) = listed(house)

    assert (result.outcome, result.reason, line.file.reason) == ("quarantined", reason, reason)
    assert house.files.get(line.file.sha256) == data
    assert (f.versions(house, HEALTH), letters(house), house.mailbox.settled) == ([], [], {1})


def test_another_agencys_mark_does_not_help():
    house = f.a_house()
    deliver(house, a_reply(house, to=m.marked_address(house, FINANCE)))

    assert [one.reason for one in collect(house)] == ["mail.no_mark"]


def test_an_agency_cannot_answer_for_another_one():
    house = f.a_house()
    deliver(house, a_reply(house, ("bc.xlsx", f.a_workbook(house, FINANCE))))
    (result,) = collect(house)

    assert [one.reason for one in result.files] == ["file.other_agency"]
    assert f.versions(house, FINANCE) == []


def test_the_alternate_address_is_the_agencys_too():
    house = f.a_house()
    deliver(house, a_reply(house, sender=f"Văn thư <VAN-THU@{HEALTH}.example>"))

    assert [one.outcome for one in collect(house)] == ["taken"]


@pytest.mark.parametrize(
    ("arrived", "outcome"), [(LAST_GOOD.replace(microsecond=0), Outcome.ACCEPTED), (DUE, Outcome.ACCEPTED_LATE)]
)
def test_what_counts_is_when_our_server_got_it_not_the_date_header_nor_when_we_looked(arrived, outcome):
    house = f.a_house(f.at(12, 12))  # Friday 12/12/2025: the mailbox is read two days later
    deliver(house, a_reply(house, arrived=arrived), arrived=arrived + timedelta(minutes=3))
    (result,) = collect(house)

    assert [one.outcome for one in result.files] == [outcome]


def test_a_received_line_of_somebody_elses_server_is_not_believed():
    house = f.a_house(f.at(12, 12))
    deliver(house, a_reply(house, arrived=LAST_GOOD, by="out.so-y-te.example"), arrived=DUE)
    (result,) = collect(house)

    assert [one.outcome for one in result.files] == [Outcome.ACCEPTED_LATE]


@pytest.mark.parametrize("cut", ["before the mail's row", "before the mark"])
def test_a_power_cut_between_fetching_and_marking_gives_one_submission(cut):
    house = f.a_house()
    deliver(house, a_reply(house))
    if cut == "before the mark":
        settle = house.mailbox.settle
        house.mailbox.settle = lambda mail: (_ for _ in ()).throw(PowerCut(cut))
    else:
        leave = house.leave_file  # the receipt's copies are left after the version's commit, before the mail's

        def leave_and_cut(*file):
            house.database.fail_at = house.database.commits + 1
            return leave(*file)

        house.leave_file = leave_and_cut
    with pytest.raises(PowerCut):
        collect(house)
    assert len(f.versions(house, HEALTH)) == 1
    if cut == "before the mark":
        house.mailbox.settle = settle
    else:
        house.leave_file = leave
    collect(house)

    assert (len(f.versions(house, HEALTH)), house.mailbox.settled) == (1, {1})
    assert letters(house) == [f"annual/{HEALTH}/received-v1/mail"]


def test_the_same_mail_delivered_twice_is_taken_once():
    house = f.a_house()
    data = a_reply(house)
    deliver(house, data, uid=1)
    deliver(house, data, uid=2)

    assert [one.outcome for one in collect(house)] == ["taken", "again"]
    assert house.mailbox.settled == {1, 2}


def test_a_rebuilt_mailbox_with_new_numbers_gives_nothing_twice():
    house = f.a_house()
    data = a_reply(house)
    deliver(house, data)
    collect(house)
    house.mailbox.mails = [m.fetched(data, house.clock.at, uid=1, validity=8)]
    house.mailbox.settled = set()

    assert [one.outcome for one in collect(house)] == ["again"]
    assert len(f.versions(house, HEALTH)) == 1


def test_a_quarantined_mail_does_not_stand_in_the_way_of_a_genuine_one_with_its_message_id():
    house = f.a_house()
    deliver(house, a_reply(house, passed=None), uid=1)
    deliver(house, a_reply(house), uid=2)

    assert [one.outcome for one in collect(house)] == ["quarantined", "taken"]


AUTOMATIC = [("Auto-Submitted", "auto-replied"), ("Precedence", "bulk"), ("List-Id", "<x.y>"), ("X-Autoreply", "yes")]


@pytest.mark.parametrize("header", AUTOMATIC, ids=[name for name, _ in AUTOMATIC])
def test_an_out_of_office_note_is_recognised_and_never_answered(header):
    house = f.a_house()
    deliver(house, a_reply(house, headers=(header,)))

    assert [one.outcome for one in collect(house)] == ["automatic"]
    assert (letters(house), listed(house), house.mailbox.settled) == ([], [], {1})


def test_a_reply_without_a_file_is_kept_and_its_agency_told_once_a_day():
    house = f.a_house()
    for uid in (1, 2):
        mail = m.a_mail(house.clock.at, to=m.marked_address(house), message_id=f"<{uid}@y>")
        deliver(house, mail, uid)

    assert [one.reason for one in collect(house)] == ["mail.no_file"] * 2
    assert (reasons(house), letters(house)) == (["mail.no_file"] * 2, [f"annual/{HEALTH}/mail-20251201/mail"])


def test_every_file_of_a_mail_is_taken_in_for_itself_and_packed_ones_are_unpacked():
    house = f.a_house()
    book = f.a_workbook(house, HEALTH)
    packed = m.a_zip({"quy-1/bc.xlsx": f.a_workbook(house, HEALTH, Q1), "ghi-chu.txt": b"xin chao"})
    deliver(house, a_reply(house, ("bc.xlsx", book), ("nen.zip", packed)))
    (result,) = collect(house)

    assert [(one.file_name, one.outcome) for one in result.files] == [
        ("bc.xlsx", Outcome.ACCEPTED),
        ("bc.xlsx", Outcome.ACCEPTED_LATE),
        ("ghi-chu.txt", Outcome.QUARANTINED),
    ]
    assert letters(house)[-1] == f"annual/{HEALTH}/mail-20251201/mail"


def test_a_mail_over_which_something_of_ours_fails_stops_no_other():
    house = f.a_house()
    deliver(house, a_reply(house, ("a.xlsx", b"{}"), message_id="<a@y>"), uid=1)  # the stand-in reader trips over it
    deliver(house, a_reply(house, message_id="<b@y>"), uid=2)

    assert [one.outcome for one in collect(house)] == ["stuck", "taken"]
    assert house.mailbox.settled == {2}


def test_a_full_disk_ends_the_round_and_leaves_the_mail_waiting():
    house = f.a_house()
    deliver(house, a_reply(house))
    house.files.put = lambda data: (_ for _ in ()).throw(OutsideFailure("files.not_stored", name="x", reason="full"))
    with pytest.raises(OutsideFailure):
        collect(house)

    assert house.mailbox.settled == set()


def test_looking_at_the_waiting_mails_takes_nothing_in():
    house = f.a_house()
    deliver(house, a_reply(house))

    assert waiting_subjects(house) == ["Re: Báo cáo năm"]
    assert (house.mailbox.settled, f.versions(house, HEALTH)) == (set(), [])


def test_the_operator_can_release_a_mail_and_its_time_of_arrival_still_counts():
    house = f.a_house(LAST_GOOD)
    deliver(house, a_reply(house, passed=None))
    collect(house)
    house.clock.at = f.at(12, 12)
    (result,) = release(house, 1, "Nguyễn Thị Lập")

    assert result.outcome is Outcome.ACCEPTED
    assert [line.file.status for line in listed(house, everything=True)] == ["released"]


def test_a_cut_mail_is_never_read_as_if_it_were_whole():
    house = f.a_house()
    house.mailbox.mails.append(replace(m.fetched(a_reply(house), house.clock.at), is_cut=True))

    assert [one.reason for one in collect(house)] == ["mail.too_large"]
    assert f.versions(house, HEALTH, ANNUAL) == []


def test_a_delivery_report_goes_to_the_letters_that_came_back():
    house = f.a_house()
    report = (
        b"From: MAILER-DAEMON@x.example\r\nSubject: failed\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n--b\r\n\r\n--b--\r\n'
    )
    deliver(house, report)

    assert [one.outcome for one in collect(house)] == ["bounce"]
    assert (house.files.get(house.files.put(report)), listed(house), letters(house)) == (report, [], [])
    assert house.mailbox.settled == {1}


def test_a_mail_whose_subject_carries_a_mark_is_held_whole_and_its_agency_told():
    house = f.a_house()
    deliver(house, a_reply(house, subject="[TỐI MẬT] Báo cáo năm"))
    (result,) = collect(house)

    assert (result.outcome, result.reason, result.subject) == ("quarantined", REASON, "")
    assert (f.versions(house, HEALTH), len(house.files.apart)) == ([], 1)
    assert letters(house) == [f"annual/{HEALTH}/mail-{house.clock.at:%Y%m%d}/mail"]
