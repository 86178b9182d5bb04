"""Letters that come back, the alternate's one try, the operator's listing, and what counts as opened."""

import factories as f
import pytest
import returned_mail as mail
from small_programme import ANNUAL, CYCLE, DISTRICT, HEALTH, YEAR, an_address_book

from plancycle.domain.agencies import Contact
from plancycle.domain.bounces import AddressStanding, BounceKind, MailStanding
from plancycle.domain.errors import ActionNeeded, NotFound
from plancycle.domain.messages import MessageStatus
from plancycle.domain.openings import AgentClass, VisitKind, agent_class, visit_kind
from plancycle.services import chase_agencies
from plancycle.services.data_calls import queue
from plancycle.services.deliver_messages import deliver
from plancycle.services.matrix import matrix
from plancycle.services.mend_address import listing, restore, send_again
from plancycle.services.openings import record_fetch, record_opening
from plancycle.services.ports import AddressRefused
from plancycle.services.record_bounce import BounceOutcome, record_bounce

FIRST, SECOND = "bao-cao@so-y-te.example", "van-thu@so-y-te.example"
CALL = f"{CYCLE}/annual/{HEALTH}/call/mail"
ALTERNATE = f"{CYCLE}/annual/{HEALTH}/call-alternate/mail"


def letter(house, key=CALL):
    with house.work() as work:
        return work.outbox.get(key)


def address(house, spelt=FIRST):
    with house.work() as work:
        return work.addresses.get(spelt)


def events(house, kind=""):
    with house.work() as work:
        return [one.action for one in work.audit.all() if one.action.startswith(kind)]


def cell(house, agency=HEALTH):
    return next(row for row in matrix(house, YEAR, ANNUAL).rows if row.agency == agency)


def report(house, key=CALL, to=FIRST, **how):
    """A report about one of the house's letters."""
    return mail.dsn(to, message_id=letter(house, key).message_id, **how)


@pytest.fixture
def house():
    """A house whose data call to the health department has left."""
    house = f.a_house()
    f.a_letter(house, MessageStatus.SENT)
    return house


def test_a_returned_letter_marks_the_address_and_goes_to_the_alternate_with_the_same_attachments(house):
    taken = record_bounce(house, report(house))
    sent = deliver(house).sent

    assert (taken.outcome, taken.key, taken.kind, taken.second_try) == (
        BounceOutcome.RECORDED,
        CALL,
        BounceKind.HARD,
        ALTERNATE,
    )
    assert (address(house).standing, address(house).evidence) == (AddressStanding.REFUSED, taken.evidence)
    assert (sent, house.postman.delivered[-1][0]) == ([ALTERNATE], SECOND)
    assert letter(house, ALTERNATE).message_id != letter(house).message_id
    assert house.files.get(taken.evidence) == report(house)
    assert cell(house).mail is MailStanding.ALTERNATE_USED


def test_the_same_report_twice_is_once_and_a_second_report_sends_no_third_letter(house):
    record_bounce(house, report(house))
    again = record_bounce(house, report(house))
    other = record_bounce(house, report(house, diagnostic="smtp; 550 5.1.1 another server, another report"))

    assert (again.outcome, other.second_try) == (BounceOutcome.KNOWN, None)
    assert events(house, "message.queued") == ["message.queued"] * 2


def test_when_the_alternate_comes_back_too_the_agency_is_unreachable_and_nothing_more_is_tried(house):
    record_bounce(house, report(house))
    deliver(house)
    last = record_bounce(house, report(house, ALTERNATE, SECOND))

    assert last.second_try is None
    assert (cell(house).mail, "agency.unreachable" in events(house)) == (MailStanding.UNREACHABLE, True)
    assert [(line.agency, line.known.address, line.is_reachable) for line in listing(house).lines] == [
        (HEALTH, FIRST, False),
        (HEALTH, SECOND, False),
    ]
    house.clock.at = f.at(12, 2)
    due = next(one for one in chase_agencies.due(house, YEAR) if one.agency == HEALTH)
    assert chase_agencies.queue(house, YEAR, due).outcome == "unreachable"


def test_an_agency_without_an_alternate_is_unreachable_after_one_refusal_at_once():
    house = f.a_house()
    f.a_letter(house, MessageStatus.REFUSED, DISTRICT)

    assert cell(house, DISTRICT).mail is MailStanding.UNREACHABLE


@pytest.mark.parametrize(
    ("reply", "standing"),
    [
        ("550 5.1.1 no such user", AddressStanding.REFUSED),
        ("550 no such user", AddressStanding.REFUSED),
        ("552 5.2.2 mailbox full", AddressStanding.SOFT_BOUNCED),
        ("554 5.7.1 looks like spam", AddressStanding.SOFT_BOUNCED),
        ("554 transaction failed", AddressStanding.SOFT_BOUNCED),
    ],
)
def test_a_refusal_at_the_door_is_about_the_letter_and_only_sometimes_about_the_address(reply, standing, monkeypatch):
    house = f.a_house()
    queue(house, YEAR, ANNUAL, HEALTH)

    def refuse(to_address, data, about_to_leave):
        raise AddressRefused(reply)

    monkeypatch.setattr(house.postman, "deliver", refuse)
    deliver(house, CALL)

    assert address(house).standing is standing
    assert letter(house, ALTERNATE).status is MessageStatus.QUEUED


def test_three_letters_in_a_row_that_come_back_for_now_make_an_address_that_does_not_work():
    house = f.a_house()
    house.programmes.book = an_address_book(contacts=(Contact(HEALTH, "Ông Sáu", FIRST),))
    standings = []
    for number in range(3):
        key = f"{CYCLE}/annual/{HEALTH}/call{f'-again{number}' if number else ''}/mail"
        if number:
            assert send_again(house, YEAR, ANNUAL, HEALTH, "lan") == key
        else:
            queue(house, YEAR, ANNUAL, HEALTH)
        deliver(house)
        record_bounce(house, report(house, key, status="5.2.2", diagnostic="smtp; 552 5.2.2 full"))
        standings.append((str(address(house).standing), address(house).soft_bounces, str(cell(house).mail)))

    assert standings == [
        ("soft_bounced", 1, "bounced"),
        ("soft_bounced", 2, "bounced"),
        ("refused", 3, "unreachable"),
    ]


def test_a_delay_and_a_delivery_change_nothing(house):
    late = record_bounce(house, report(house, status="4.4.1", action="delayed"))
    good = record_bounce(house, report(house, status="2.0.0", action="delivered"))

    assert (late.outcome, late.kind, good.outcome) == (
        BounceOutcome.RECORDED,
        BounceKind.DELAYED,
        BounceOutcome.NOT_A_REPORT,
    )
    assert (address(house), letter(house, ALTERNATE), cell(house).mail) == (None, None, MailStanding.SENT)


def test_a_report_that_names_no_letter_of_ours_is_listed_and_changes_no_address(house):
    forged = mail.dsn(FIRST, message_id="<guessed@elsewhere.example>")
    taken = [record_bounce(house, forged).outcome for _ in range(2)]

    assert taken == [BounceOutcome.UNMATCHED, BounceOutcome.KNOWN]
    assert address(house) is None
    assert [one.address for one in listing(house).unmatched] == [FIRST]
    assert events(house, "bounce.") == ["bounce.unmatched"]


def test_what_is_no_report_is_kept_and_nothing_else(house):
    taken = record_bounce(house, mail.holiday())

    assert (taken.outcome, house.files.get(taken.evidence)) == (BounceOutcome.NOT_A_REPORT, mail.holiday())


def test_a_report_about_a_letter_in_doubt_proves_that_it_left():
    house = f.a_house()
    f.a_letter(house, MessageStatus.IN_DOUBT)
    record_bounce(house, report(house))

    assert letter(house).status is MessageStatus.SENT


def test_the_next_letter_goes_to_the_alternate_at_once(house):
    record_bounce(house, report(house))
    house.clock.at = f.at(12, 2)
    due = next(one for one in chase_agencies.due(house, YEAR) if one.agency == HEALTH)

    assert chase_agencies.queue(house, YEAR, due).to_address == SECOND


def test_only_a_person_with_a_reason_puts_an_address_right_and_the_log_keeps_who(house):
    record_bounce(house, report(house))
    with pytest.raises(ActionNeeded):
        restore(house, FIRST, "  ", "lan")
    with pytest.raises(NotFound):
        restore(house, "khac@so-y-te.example", "đã mở lại", "lan")
    known = [restore(house, FIRST, "Sở Y tế đã mở lại hộp thư", "lan") for _ in range(2)]

    assert {one.standing for one in known} == {AddressStanding.OK}
    assert events(house, "address.") == ["address.refused", "address.restored"]
    assert listing(house).lines == ()
    with house.work() as work:
        last = work.audit.all()[-1]
    assert (last.actor, last.subject, FIRST in last.payload) == ("lan", HEALTH, False)


def test_a_letter_that_came_back_is_sent_again_to_the_address_that_works_now(house):
    house.programmes.book = an_address_book(contacts=(Contact(HEALTH, "Ông Sáu", FIRST),))
    record_bounce(house, report(house))
    with pytest.raises(ActionNeeded):
        send_again(house, YEAR, ANNUAL, HEALTH, "lan")
    house.programmes.book = an_address_book(contacts=(Contact(HEALTH, "Ông Sáu", "moi@so-y-te.example"),))
    key = send_again(house, YEAR, ANNUAL, HEALTH, "lan")
    deliver(house)

    assert (key, house.postman.delivered[-1][0]) == (
        f"{CYCLE}/annual/{HEALTH}/call-again1/mail",
        "moi@so-y-te.example",
    )
    assert cell(house).mail is MailStanding.SENT
    with pytest.raises(ActionNeeded):
        send_again(house, YEAR, ANNUAL, HEALTH, "lan")


@pytest.mark.parametrize(
    ("status", "standing"),
    [
        (None, MailStanding.NOT_SENT),
        (MessageStatus.QUEUED, MailStanding.WAITING),
        (MessageStatus.IN_DOUBT, MailStanding.WAITING),
        (MessageStatus.SENT, MailStanding.SENT),
    ],
)
def test_the_matrix_says_how_an_agency_stands_with_its_letters(status, standing):
    house = f.a_house()
    if status is not None:
        f.a_letter(house, status)

    assert cell(house).mail is standing


def test_an_agency_without_a_contact_is_said_to_have_no_address():
    house = f.a_house()
    house.programmes.book = an_address_book(contacts=())

    assert cell(house).mail is MailStanding.NO_ADDRESS


SCANNERS = ["Mozilla/5.0 (compatible; SafeLinks)", "BarracudaCentral/1.0", "Zalo android", "BkavMailScan/2"]
BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/142.0 Safari/537.36"


@pytest.mark.parametrize(
    ("agent", "kind"),
    [
        *((one, AgentClass.SCANNER) for one in SCANNERS),
        ("curl/8.5", AgentClass.TOOL),
        ("python-httpx/0.28", AgentClass.TOOL),
        (BROWSER, AgentClass.BROWSER),
        ("", AgentClass.NONE),
        ("  ", AgentClass.NONE),
    ],
)
def test_a_user_agent_is_put_into_a_class(agent, kind):
    assert agent_class(agent) is kind


@pytest.mark.parametrize(
    ("method", "has_session", "is_download", "kind"),
    [
        ("GET", False, False, VisitKind.FETCHED),
        ("HEAD", False, False, VisitKind.FETCHED),
        ("GET", False, True, VisitKind.FETCHED),
        ("GET", True, False, VisitKind.FETCHED),
        ("POST", False, False, VisitKind.FETCHED),
        ("POST", True, False, VisitKind.OPENED),
        ("GET", True, True, VisitKind.OPENED),
    ],
)
def test_only_what_a_person_must_do_counts_as_opened(method, has_session, is_download, kind):
    assert visit_kind(method, has_session, is_download) is kind


def test_fifty_fetches_by_scanners_are_no_opening_and_one_line_of_the_log(house):
    for number in range(50):
        record_fetch(house, f.owed(HEALTH), SCANNERS[number % 4])
    before = cell(house).opened_at
    house.clock.at = f.at(12, 3, 14)
    record_opening(house, f.owed(HEALTH), BROWSER)

    assert (before, cell(house).opened_at) == (None, house.clock.at)
    assert events(house, "link.") == ["link.fetched", "link.opened"]
    with house.work() as work:
        assert [(one.kind, one.times) for one in work.addresses.visits(f"{CYCLE}/annual/{HEALTH}")] == [
            (VisitKind.FETCHED, 50),
            (VisitKind.OPENED, 1),
        ]
