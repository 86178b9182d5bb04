"""What went upward, at the desk: looked at, asked back, replaced, supplemented, settled; two presses, one report."""

import asyncio
import hashlib
import html
import re
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace

import factories as f
import httpx
import pytest
from clerk_world import ClerkBrowser
from loopback_upward import MINISTRY, a_house_before, keys_in_force, of_ministry
from proving import decide
from small_programme import DURING_ANNUAL, YEAR

from plancycle.adapters.texts import Catalogue
from plancycle.domain.transmittals import TransmittalStatus
from plancycle.portal.app import create_app
from plancycle.portal.desk_upward import MARKS
from plancycle.rehearsal.exchange import Exchange
from plancycle.services import staff_accounts
from plancycle.services.acknowledgements import ask_acknowledgements
from plancycle.services.prepare_submission import prepare
from plancycle.services.sign_in import from_outside
from plancycle.services.transmit_edition import transmit

PAGE, ACT = f"/gui-len/{YEAR}/annual", f"/gui-len/{YEAR}/annual/sua"
WHY = {"reason": "Sai số liệu của Sở Nội vụ", "document": "Công văn số 15/SNV-CCHC ngày 01/12/2025"}


class OneRequest:
    """What a browser's requests go to."""

    def __init__(self, app):
        self.app = app

    def ask(self, method, path, headers, **content):
        async def once():
            transport = httpx.ASGITransport(self.app, client=("127.0.0.1", 50000))
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8600") as client:
                return await client.request(method, path, headers={"Accept": "text/html"} | headers, **content)

        return asyncio.run(once())


@pytest.fixture
def exchange():
    """The exchange's gateway on loopback."""
    with Exchange(lambda: DURING_ANNUAL) as server:
        yield server


@pytest.fixture
def house(exchange):
    """A house whose report has reached the ministry."""
    house = a_house_before(exchange)
    house.texts = Catalogue()
    transmit(house, f.an_approved_edition(house).id)
    return house


@pytest.fixture(scope="module")
def portal():
    """One portal for all tests here, in front of whichever house is put behind it."""
    behind = SimpleNamespace(house=None)

    @contextmanager
    def opened():
        yield behind.house

    behind.browser = OneRequest(create_app(opened))
    return behind


@pytest.fixture
def desk(house, portal):
    """The desk's browser, on the server itself."""
    portal.house = house
    return ClerkBrowser(portal.browser)


def link(desk, act):
    """The address of an act on the page of what went upward."""
    found = [html.unescape(one) for one in re.findall(r'href="([^"]+)"', desk.open(PAGE).page)]
    return next(one for one in found if f"viec={act}&" in one)


def pressed(desk, act, **more):
    """Open an act's form, fill it in, look at what would be done, do it; returns what was shown before."""
    desk.open(link(desk, act)).submit(ACT, WHY | more)
    shown = desk.text
    desk.submit(ACT, {})
    return shown


def log(house):
    with house.work() as work:
        return [one.action for one in work.audit.all()]


def kept_answers(house):
    with house.work() as work:
        return work.acknowledgements.under("")


def approve(house, edition):
    with house.work() as work:
        asked = work.editions.approvals(edition)[-1]
    decide(house, f.link_to(house, asked), True, "")


def test_a_recall_is_shown_first_then_asked_for_once_with_its_reason_and_paper(house, desk, exchange):
    before = len(log(house))
    desk.open(link(desk, "recall")).submit(ACT, WHY)
    shown, untouched = desk.text, len(log(house)) == before
    desk.submit(ACT, {})
    asked = [one for one in of_ministry(house) if str(one.business) == "1"]
    exchange.say(exchange.ledger()[0].document.document_id, "15")
    ask_acknowledgements(house, YEAR)
    with house.work() as work:
        [told] = [one for one in work.audit.all() if one.action == "transmittal.recall"]

    assert untouched
    assert all(words in shown for words in ("Bộ Nội vụ", "01/BC-SNV", "mã 13", *WHY.values()))
    assert [(str(one.status), one.reason) for one in asked] == [("sent", WHY["reason"])]
    assert (told.actor, WHY["document"] in told.payload) == ("may-chu", True)
    assert "Đã thu hồi, nơi nhận đồng ý" in desk.open(PAGE).text
    assert keys_in_force(exchange) == []


def test_what_has_been_dealt_with_to_the_end_has_no_button_for_a_recall(house, desk, exchange):
    before = "viec=recall" in desk.open(PAGE).page
    exchange.say(exchange.ledger()[0].document.document_id, "06")
    ask_acknowledgements(house, YEAR)
    [mine] = [one for one in re.findall(r"<section.*?</section>", desk.open(PAGE).page, re.DOTALL) if "06:" in one]

    assert (before, "viec=recall" in mine) == (True, False)


def test_what_was_given_back_can_be_sent_again_from_the_page(house, desk, exchange):
    exchange.agrees = True
    pressed(desk, "recall")
    ask_acknowledgements(house, YEAR)
    pressed(desk, "again")

    assert "✓ Đã gửi lại." in desk.text
    assert len(keys_in_force(exchange)) == 1
    assert "viec=again" not in desk.open(PAGE).page


@pytest.mark.parametrize(
    ("act", "relation", "number"), [("replace", "replaces", "02"), ("supplement", "supplements", "01")]
)
def test_a_newer_edition_goes_in_the_place_or_beside_of_the_one_sent_only_once_approved(
    house, desk, exchange, act, relation, number
):
    newer = f.a_newer_edition(house)
    shown = pressed(desk, act)
    counts = [len(exchange.ledger())]
    with house.work() as work:
        entry = work.register.of_year(f.HOME, YEAR)[-1]
        [asked] = [str(one.status) for one in work.editions.approvals(newer.id)]
    approve(house, newer.id)
    transmit(house, newer.id)

    assert "số liệu" in shown
    assert "Bộ Nội vụ: Báo cáo tổng hợp, bản số 1" in shown
    assert (asked, str(entry.relation), entry.cites_number, entry.reason) == ("requested", relation, 1, WHY["reason"])
    assert [*counts, len(exchange.ledger())] == [1, 2]
    assert [one.document.number for one in exchange.effective()] == [number]
    assert "viec=replace" not in desk.open(PAGE).page


def a_prepared_correction(house):
    """A newer edition that was put up as a replacement by itself, as the sweep does after an agency's correction."""
    newer = f.a_newer_edition(house)
    prepare(house, newer.id)
    return newer


def test_a_correction_that_was_prepared_as_a_replacement_is_made_a_supplement_at_the_desk(house, desk, exchange):
    newer = a_prepared_correction(house)
    before = desk.open(PAGE).text
    shown = pressed(desk, "supplement")
    after = desk.open(PAGE).text
    with house.work() as work:
        [told] = [one for one in work.audit.all() if one.action == "register.related_otherwise"]
    approve(house, newer.id)
    transmit(house, newer.id)

    assert "Thay thế bản đã gửi (02/BC-SNV) · Lý do: " in before
    assert "Đổi thành bổ sung…" in before
    assert "Đang trình phê duyệt là: Thay thế bản đã gửi (02/BC-SNV)" in shown
    assert "Bản mới giữ số đã cấp" in shown
    assert f"Bổ sung cho bản đã gửi (02/BC-SNV) · Lý do: {WHY['reason']}" in after
    assert "Đổi thành thay thế…" in after
    assert (told.actor, WHY["document"] in told.payload) == ("may-chu", True)
    assert [one.document.number for one in exchange.effective()] == ["01"]


def test_once_approved_the_desk_says_in_both_languages_why_the_choice_stands(house, desk):
    newer = a_prepared_correction(house)
    desk.open(link(desk, "supplement")).submit(ACT, WHY)
    form = desk.form(ACT)
    approve(house, newer.id)
    refused = desk.submit(ACT, {})
    said = {refused.status: refused.text}
    page = desk.open(PAGE)

    assert list(said) == [409]
    assert "đã được" in said[409]
    assert "không đổi giữa thay thế và bổ sung được nữa" in said[409]
    assert "can no longer be changed between replacement and supplement" in said[409]
    assert "Đã có người phê duyệt nên không đổi" in page.text
    assert "viec=supplement" not in page.page
    assert form["viec"] == "supplement"


def test_whoever_pressed_when_things_had_changed_looks_again(house, desk, exchange):
    desk.open(link(desk, "recall")).submit(ACT, WHY)
    exchange.say(exchange.ledger()[0].document.document_id, "03")
    ask_acknowledgements(house, YEAR)
    desk.submit(ACT, {})
    again = desk.text
    desk.submit(ACT, {})

    assert "Tình trạng đã thay đổi" in again
    assert "✓ Đã gửi yêu cầu thu hồi" in desk.text


def test_a_delivery_that_waits_for_a_person_is_settled_with_what_the_addressee_says(house, desk):
    [one] = of_ministry(house)
    with house.work() as work:
        work.transmittals.save(replace(one, status=TransmittalStatus.PARKED))
    pressed(desk, "settle", outcome="arrived")

    assert "✓ Đã ghi nhận kết quả lần gửi" in desk.text
    assert [str(it.status) for it in of_ministry(house)] == ["sent"]


def test_a_form_without_reason_or_paper_and_an_act_that_is_not_possible_do_nothing(house, desk):
    before = len(log(house))
    where = link(desk, "recall")
    desk.open(where).submit(ACT, {"reason": "", "document": ""})
    empty = desk.status, desk.text
    desk.open(where).submit(ACT, WHY)
    desk.submit(ACT, {"sua": "1"})
    back = desk.page
    statuses = {
        act: desk.send("GET", f"{ACT}?viec={act}&ma={of_ministry(house)[0].key}").status_code
        for act in ("replace", "again", "settle", "x", "")
    }

    assert (empty[0], "Hãy nêu lý do." in empty[1], "Hãy ghi số và ngày" in empty[1]) == (422, True, True)
    assert f">{WHY['reason']}</textarea>" in back
    assert set(statuses.values()) == {404}
    assert len(log(house)) == before


def test_only_operators_act_and_the_others_see_no_button(house, desk):
    where = link(desk, "recall")
    form = desk.open(where).form(ACT) | WHY
    seen = {}
    for role in ("operator", "reviewer"):
        # Known to the province's own sign-in: no password, so none is hashed slowly.
        staff_accounts.add(house, f"n-{role}", f"Người {role}", [role], "", "may-chu", f"so|{role}")
        _, cookie = from_outside(house, f"so|{role}", is_strong=False)
        browser = ClerkBrowser(desk.browser, {"__Host-nhan-vien": cookie})
        looked, has_button = browser.open(PAGE).status, "viec=recall" in browser.page
        status = browser.open(where).status
        own = browser.form(ACT) | WHY if status == 200 else form
        posted = [browser.send("POST", ACT, data=one).status_code for one in (form, own)]
        seen[role] = (looked, has_button, status, *posted)

    assert seen == {"operator": (200, True, 200, 403, 200), "reviewer": (200, False, 403, 403, 403)}
    assert not [one for one in of_ministry(house) if str(one.business) == "1"]


def test_the_page_shows_every_answer_with_its_bytes_and_no_other_file(house, desk, exchange):
    exchange.say(exchange.ledger()[0].document.document_id, "03", "Số đến 215")
    ask_acknowledgements(house, YEAR)
    page = desk.open(PAGE)
    places = re.findall(rf'href="({PAGE}/tra-loi/[0-9a-f]+)"', page.page)
    answers = [desk.send("GET", one) for one in places]
    kept = [one.sha256 for one in kept_answers(house)]
    other = next(sha256 for sha256 in house.files.stored if not any(sha256 in one for one in places))

    assert "03: đã tiếp nhận, vào sổ" in page.text
    assert [hashlib.sha256(one.content).hexdigest() for one in answers] == kept
    assert any("Số đến 215".encode() in one.content for one in answers)
    assert {one.headers["content-disposition"].split(";")[0] for one in answers} == {"attachment"}
    assert desk.send("GET", f"{PAGE}/tra-loi/{other}").status_code == 404


def test_every_standing_has_a_mark():
    assert set(MARKS) == set(TransmittalStatus)


def test_the_report_asked_for_by_another_address_is_of_that_period_only(desk):
    assert MINISTRY not in desk.open(f"/gui-len/{YEAR}/q1").text
    assert desk.open(f"/gui-len/{YEAR}/x").status == 404
