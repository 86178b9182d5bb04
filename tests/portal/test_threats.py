"""The catalogue of threats to identity and input: what each is answered by, and the answers found nowhere else."""

import asyncio
import re
import secrets
import socket
import statistics
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from clerk_world import CONTACT, a_clerk
from fastapi.routing import iter_route_contexts
from keyboard import served

from plancycle.domain.periods import ObligationKey, Period
from plancycle.portal import guard
from plancycle.portal.access import ROUTES, Access
from plancycle.portal.app import create_app
from plancycle.portal.downloads import attachment
from plancycle.portal.routes.clerk_answers import shown_name
from plancycle.services.clerk_links import link_for, revoke

TESTS = Path(__file__).resolve().parents[1]
CATALOGUE = {
    "A01": (
        "Scanners fetch a link as often as they like.",
        "portal/test_clerk.py::test_fetching_the_link",
    ),
    "A02": ("No route takes a method it does not have.", "portal/test_headers.py::test_no_route_takes_other_methods"),
    "A03": (
        "Tokens are unguessable and kept nowhere.",
        "portal/test_threats.py::test_many_tokens",
    ),
    "A04": (
        "A token that is none looks like no page.",
        "portal/test_threats.py::test_tokens_that_are_none",
    ),
    "A05": ("Guessing tokens is stopped.", "portal/test_clerk.py::test_a_token_that_is_none_looks_like_no_page"),
    "A06": ("Every answer carries the headers.", "portal/test_headers.py::test_every_answer_carries_the_headers"),
    "A07": ("No token after the button.", "portal/test_clerk.py::test_the_token_never_stands_in_a_page_or_a_cookie"),
    "A08": (
        "The letter's address is asked.",
        "portal/test_threats.py::test_the_address_that_received_the_letter",
    ),
    "A09": ("The access log holds no token.", "portal/test_headers.py::test_the_access_log_never_holds_a_token"),
    "A10": ("A form that is not ours is refused.", "portal/test_threats.py::test_a_form_that_went_stale_keeps"),
    "A11": ("No frame of another site.", "portal/test_approver_in_a_browser.py::test_no_other_site_can_show_the_page"),
    "A12": ("Nothing of another agency.", "portal/test_threats.py::test_no_page_of_another_agency_opens"),
    "A13": ("Only our own host names.", "portal/test_headers.py::test_only_our_own_names_are_answered_to"),
    "A14": ("The way back stays here.", "portal/test_sign_in.py::test_the_way_back_never_leaves_the_portal"),
    "A15": ("A link taken back stays shut.", "portal/test_clerk.py::test_a_link_that_was_taken_back_opens_nothing"),
    "A16": (
        "Two windows keep both works.",
        "portal/test_clerk.py::test_two_windows_that_change_one_row",
    ),
    "A54": ("Names of files do no harm.", "portal/test_threats.py::test_a_files_name_is_shown_safely"),
    "A55": ("Text never becomes a formula.", "portal/test_desk.py::test_the_journals_file_never_calculates"),
    "A56": (
        "Text never becomes a template.",
        "portal/test_approvals.py::test_what_an_agency_or_official_wrote",
    ),
    "A57": ("Text never becomes markup of Word.", "adapters/test_documents.py::test_typed_text_comes_out_literally"),
    "A58": ("Text never becomes Typst.", "adapters/test_documents.py::test_typed_text_comes_out_literally"),
    "A59": ("Text never becomes HTML.", "portal/test_approvals.py::test_what_an_agency_or_official_wrote"),
    "A60": ("Text never becomes a header.", "adapters/test_mail_compose.py::test_whatever_an_agency_is_called"),
    "A61": ("One line of the log stays one.", "portal/test_signals.py::test_a_lost_signal_is_one_line_in_the_log"),
    "A62": ("A search is a search.", "portal/test_desk.py::test_the_journal_is_searched_by_who_what"),
    "A85": ("A trickling body is cut off.", "portal/test_threats.py::test_a_body_that_trickles_is_not_waited_for"),
    "A86": ("An endless body is cut off.", "portal/test_threats.py::test_an_upload_without_an_end_is_cut_off"),
    "A87": ("A senseless form is refused.", "portal/test_threats.py::test_a_senseless_form_is_refused"),
}
"""By its number: what is promised, and the test that would fail; a name may be cut short."""

MAY = {
    "GET /don-vi/{year}/{period}/{agency}/goi": {"operator", "reviewer"},
    "POST /don-vi/{year}/{period}/{agency}/lien-ket": {"operator"},
    "POST /don-vi/{year}/{period}/{agency}/tra-lai": {"operator", "reviewer"},
    "POST /don-vi/{year}/{period}/{agency}/gia-han": {"operator"},
    "POST /don-vi/{year}/{period}/{agency}/giai-trinh": {"operator", "reviewer"},
    "POST /don-vi/{year}/{period}/{agency}/gui-lai": {"operator"},
    "POST /don-vi/{year}/{period}/{agency}/thu-hoi": {"operator"},
    "POST /don-vi/{year}/{period}/{agency}/dinh-chinh": {"operator"},
    "POST /xet/{year}/{period}": {"operator", "reviewer"},
    "POST /xet/{year}/{period}/{agency}": {"operator", "reviewer"},
    "GET /cach-ly/{number}/tep": {"operator"},
    "POST /cach-ly/{number}": {"operator"},
    "POST /gia-han": {"operator", "reviewer"},
    "POST /thu-di": {"operator"},
    "POST /dia-chi": {"operator"},
    "POST /viec-khac": {"operator"},
    "POST /viec-khac/{cycle}/{kind}/{body}/{key}": {"operator"},
    "GET /luot-chay/{step}": {"operator"},
    "POST /luot-chay/{step}": {"operator"},
    "POST /thuyet-minh/{year}/{period}": {"operator"},
    "GET /gui-len/{year}/{period}/sua": {"operator"},
    "POST /gui-len/{year}/{period}/sua": {"operator"},
}
"""Who may do what at the desk; every other page is read by whoever has signed in, an auditor too."""


def asked_of(dependant: Any) -> tuple[bool, set[str]]:
    """Whether a route asks for somebody who has signed in, and which roles it names."""
    is_asked, roles = False, set()
    for one in dependant.dependencies:
        if getattr(one.call, "__qualname__", "") == "staff.<locals>.holder":
            cells = (cell.cell_contents for cell in one.call.__closure__)
            roles |= {str(role) for cell in cells if isinstance(cell, tuple) for role in cell}
        deeper, more = asked_of(one)
        is_asked |= deeper or getattr(one.call, "__name__", "") == "anybody"
        roles |= more
    return is_asked, roles


def test_every_route_of_the_desk_asks_who_it_is_and_every_act_names_its_roles() -> None:
    found, open_pages = {}, []
    for route in iter_route_contexts(create_app(lambda: None).routes):  # type: ignore[arg-type,return-value]
        if ROUTES.get(route.path) is not Access.DESK:
            continue
        for method in route.methods:
            is_asked, roles = asked_of(route.dependant)
            if not is_asked:
                open_pages.append(f"{method} {route.path}")
            if roles or method != "GET":
                found[f"{method} {route.path}"] = roles

    assert open_pages == []
    assert found == MAY
    assert not any(roles & {"auditor", "approver"} for roles in found.values())


@pytest.mark.parametrize("number", sorted(CATALOGUE))
def test_each_threat_is_answered_by_a_test_that_is_there(number: str) -> None:
    promise, place = CATALOGUE[number]
    file, _, name = place.partition("::")

    assert promise.endswith(".")
    assert re.search(rf"^(async )?def {name}", (TESTS / file).read_text("utf-8"), re.MULTILINE)


def test_many_tokens_are_all_different_and_stand_in_no_file_of_the_installation(world: Any) -> None:
    with world.house() as house, house.work() as work:
        reporters = house.programmes.load(house.programme_id).reporters[:100]
        owed = [ObligationKey("tn-nq94-2025", Period.ANNUAL, agency) for agency in reporters]
        people = [f"nguoi-{number}@b.example" for number in range(-(-1000 // len(owed)))]
        tokens = [link_for(house, work, one, who).rpartition("/")[2] for one in owed for who in people]
    kept = b"".join(path.read_bytes() for path in world.settings.data.rglob("*") if path.is_file())

    assert len(set(tokens)) == len(tokens) >= 1000
    assert all(re.fullmatch("[0-9a-f]{32}", token) for token in tokens)  # 128 bits
    assert set(re.findall(rb"[0-9a-f]{32}", kept)) & {token.encode() for token in tokens} == set()


def test_tokens_that_are_none_are_answered_alike(world: Any) -> None:
    clerk = a_clerk(world, "so-y-te", Period.ANNUAL)
    token = clerk.link.rpartition("/")[2]
    wrong = ["x", token[:-1], f"{token}0", token.upper(), secrets.token_hex(16), "%00", "à"]
    answers = [world.browser.get(f"/n/{one}") for one in wrong]

    assert {(one.status_code, one.text) for one in answers} == {(404, answers[0].text)}
    with world.house() as house:
        revoke(house, clerk.obligation, "may-chu")
    taken_back = world.browser.get(clerk.link)  # says whom to ask, and nothing of the report
    assert (taken_back.status_code, clerk.agency in taken_back.text) == (403, False)


def test_no_page_of_another_agency_opens(world: Any) -> None:
    mine = a_clerk(world, "so-y-te", Period.ANNUAL)
    mine.enter()
    values = {"receipt": "x", "kind": "pdf", "number": "1", "sealed": "x", "arrival": "x"}
    found = {}
    for path in [path for path, access in ROUTES.items() if access is Access.CLERK]:
        for agency in ("so-noi-vu", "khong-co"):
            place = path.format(cycle="tn-nq94-2025", period="annual", agency=agency, **values)
            answer = mine.browser.send("GET", place)
            found[place] = (answer.status_code, mine.agency in answer.text)

    with world.house() as house, house.work() as work:
        denied = [one for one in work.audit.all() if one.action == "access.denied"]

    assert set(found.values()) <= {(404, False), (405, False)}
    assert len(found) > 30
    assert len(denied) == len([one for one, _ in found.values() if one == 404])
    assert {one.actor for one in denied} == {"plancycle"}


def test_a_body_that_trickles_is_not_waited_for(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "BODY_SECONDS", 0.05)

    async def trickle() -> Any:
        yield b"reason="
        await asyncio.sleep(5)
        yield b"x"

    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = world.browser.ask("POST", world.page, form, content=trickle())
    assert answer.status_code == 408
    assert "quá chậm" in answer.text


MULTIPART = "multipart/form-data; boundary=b"
PART = '--b\r\nContent-Disposition: form-data; name="o{0}"\r\n\r\nx\r\n'


@pytest.mark.parametrize(
    ("media", "body"),
    [
        (MULTIPART, "".join(PART.format(number) for number in range(10_000)) + "--b--\r\n"),
        ("multipart/form-data", PART.format(1)),
        (MULTIPART, "--b\r\n\r\n\r\n--b--"),
        (MULTIPART, "--b\r\nContent-Disposition: form-data; name=" + "x" * 100_000),
        (MULTIPART, "\x00" * 1000),
    ],
    ids=["10,000 parts", "no boundary", "no names", "a long header", "no form at all"],
)
def test_a_senseless_form_is_refused(world: Any, media: str, body: str) -> None:
    clerk = a_clerk(world, "so-y-te", Period.ANNUAL)
    clerk.enter()
    answer = clerk.browser.send("POST", f"{clerk.base}/tep", content=body.encode(), headers={"Content-Type": media})
    assert answer.status_code in (400, 403, 413, 422)
    assert clerk.versions() == []


def test_the_address_that_received_the_letter_is_asked_for_where_the_office_wants_that(build: Any) -> None:
    clerk = a_clerk(build(confirm_recipient=True), "so-y-te", Period.ANNUAL)
    tries = [clerk.browser.open(clerk.link).submit(clerk.link, {"dia_chi": f"ai-do-{n}@so.example"}) for n in range(5)]
    wrong, said = [one.status for one in tries], clerk.browser.text
    clerk.browser.open(clerk.link).submit(clerk.link, {"dia_chi": CONTACT})
    later = a_clerk(clerk.world, "so-noi-vu", Period.ANNUAL)
    later.browser.open(later.link).submit(later.link, {"dia_chi": f"  {CONTACT.upper()} "})
    with later.world.house() as house, house.work() as work:
        noted = [one.subject for one in work.audit.all() if one.action == "clerk_link.recipient_wrong"]

    assert (wrong[-1], "không phải là nơi đã nhận thư" in said, len(noted)) == (403, True, 5)
    assert clerk.browser.status == 429
    assert (later.browser.status, later.browser.here) == (200, later.base)


def test_a_form_that_went_stale_keeps_what_was_typed_unless_it_comes_from_elsewhere(world: Any) -> None:
    clerk = a_clerk(world, "so-y-te", Period.ANNUAL)
    page = clerk.enter().open(f"{clerk.base}/nhap")
    form = page.form(f"{clerk.base}/nhap")
    name = next(one for one in form if one.endswith("inspections.value"))
    stale = form | {"csrf": "x", name: "4321"}
    again = page.send("POST", f"{clerk.base}/nhap", data=stale)
    elsewhere = page.send("POST", f"{clerk.base}/nhap", data=stale, headers={"Sec-Fetch-Site": "cross-site"})

    assert (again.status_code, 'value="4321"' in again.text) == (403, True)
    assert "Nội dung đã nhập vẫn được giữ" in again.text
    assert (elsewhere.status_code, "4321" in elsewhere.text) == (403, False)
    page.page = again.text
    assert page.submit(f"{clerk.base}/nhap", {"luu": "1"}).status == 200
    assert 'value="4321"' in page.page


@pytest.mark.parametrize(
    "name",
    ["../../x.xlsx", "C:\\x.xlsx", "CON.xlsx", "x" * 5000, "a\r\nb.xlsx", "a\x00b", "\u202exslx.exe"],
    ids=range(7),
)
def test_a_files_name_is_shown_safely_and_never_used_for_a_place(name: str) -> None:
    shown = shown_name(name)
    header = attachment(b"x", name).headers["content-disposition"]

    assert len(shown) <= 200
    assert not {"/", "\\", "\r", "\n", "\x00", "\u202e"} & set(shown)
    assert header.isascii()
    assert header.isprintable()
    assert "/" not in header.partition("filename*")[0]


def test_an_upload_without_an_end_is_cut_off(world: Any) -> None:
    clerk = a_clerk(world, "so-y-te", Period.ANNUAL)
    clerk.enter()
    sent = 0

    async def endless() -> Any:
        nonlocal sent
        yield b'--b\r\nContent-Disposition: form-data; name="tep"; filename="a.xlsx"\r\n\r\n'
        while True:
            sent += 1
            yield b"x" * 1024 * 1024

    answer = clerk.browser.send("POST", f"{clerk.base}/tep", content=endless(), headers={"Content-Type": MULTIPART})
    assert answer.status_code == 413
    assert sent <= 11
    assert clerk.versions() == []


SLOW = 500


def a_slow_sender(address: str) -> socket.socket:
    """Somebody who begins a request and does not go on: half of them within the headers, half within the body."""
    host, _, port = address.removeprefix("http://").partition(":")
    line = socket.create_connection((host, int(port)), timeout=5)
    line.sendall(f"POST /dang-nhap HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Length: 100\r\n".encode())
    return line


@pytest.mark.slow
def test_five_hundred_slow_senders_hold_nobody_else_up(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "BODY_SECONDS", 5.0)
    taken = []
    with served(lambda at: create_app(world.house, at, world.settings.data)) as address, httpx.Client() as others:
        lines = [a_slow_sender(address) for _ in range(SLOW)]
        for line in lines[::2]:
            line.sendall(b"Content-Type: application/x-www-form-urlencoded\r\n\r\nname=")
        for _ in range(40):
            began = time.perf_counter()
            assert others.get(f"{address}/suc-khoe").status_code == 200
            taken.append(time.perf_counter() - began)
        told = [line.recv(4096).partition(b"\r\n")[0] for line in lines[::2]]
        for line in lines:
            line.close()

    assert statistics.quantiles(taken, n=20)[-1] < 1, taken
    assert {answer.split(b" ")[1] for answer in told} == {b"408"}
