"""The doorkeeper: every route is listed, every answer carries the security headers, strangers stay outside."""

import logging
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from fastapi.routing import iter_route_contexts

from plancycle.portal.access import ROUTES, Access
from plancycle.portal.app import TokenFilter, create_app
from plancycle.portal.guard import CONTENT_POLICY, HEADERS
from plancycle.services import staff_accounts

Build = Callable[..., Any]


SAMPLES = {
    "cycle": "tn-nq94-2025",
    "period": "annual",
    "agency": "so-y-te",
    "year": "2025",
    "version": "1",
    "number": "1",
    "receipt": "ABCDEFGHJKLM",
    "sealed": "x",
    "kind": "pdf",
}
"""A value for each part of an address that has one."""


def addresses(world: Any) -> dict[str, str]:
    """One address for each route."""
    values = SAMPLES | {"sha256": world.files[1].sha256, "token": world.token}
    filled = {path: re.sub(r"\{(\w+)(:\w+)?\}", lambda part: values.get(part[1], "x"), path) for path in ROUTES}
    return {path: address.replace("/static", "/static/portal.css") for path, address in filled.items()}


def methods(world: Any) -> dict[str, set[str]]:
    """GET or POST or both, by route."""
    described = world.browser.get("/openapi.json").json()["paths"]
    return {path: {one.upper() for one in how} for path, how in described.items()}


def test_every_route_is_listed_with_who_may_open_it(world: Any) -> None:
    assert {route.path for route in iter_route_contexts(world.app.routes)} == set(ROUTES)


def test_every_route_says_what_it_does(world: Any) -> None:
    described = world.browser.get("/openapi.json").json()["paths"]
    silent = [path for path, methods in described.items() for it in methods.values() if not it.get("description")]
    assert silent == []
    assert set(described) == set(ROUTES) - {"/", "/static", "/openapi.json"}


def test_every_answer_carries_the_headers(world: Any) -> None:
    answers = [world.browser.get(address) for address in addresses(world).values()]
    assert [answer.url.path for answer in answers if answer.status_code >= 500] == []
    answers += [
        world.browser.get("/khong-co"),
        world.browser.get("/static/khong-co.css"),
        world.browser.get("/static/../app.py"),
        world.browser.get("/phe-duyet/x"),
        world.browser.get("/bao-cao?nam=1999"),
        world.browser.get("/bao-cao", Host="evil.vn"),
        world.browser.ask("DELETE", "/bao-cao"),
        world.browser.ask("HEAD", "/bao-cao"),
        world.browser.ask("POST", world.page, content=b"x" * 70_000),
    ]
    for answer in answers:
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
        assert "strict-transport-security" not in answer.headers
    assert "frame-ancestors 'none'" in CONTENT_POLICY


def test_pages_bring_nothing_from_elsewhere_and_no_script(world: Any) -> None:
    for address in ("/bao-cao", "/bao-cao?ky=annual", "/suc-khoe", world.page, "/khong-co"):
        page = world.browser.get(address).text
        assert "<script" not in page
        assert "style=" not in page
        assert "http://" not in page
        assert "https://" not in page
        assert len(page.encode()) < 150_000


def test_behind_https_browsers_are_told_to_stay_there(build: Build) -> None:
    world = build(base_url="https://baocao.tinh.gov.vn")
    answer = world.browser.get(world.page, Host="baocao.tinh.gov.vn")
    assert (answer.status_code, answer.headers["strict-transport-security"]) == (200, "max-age=31536000")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "127.0.0.1:8600"}, 200),
        ({"Host": "localhost"}, 200),
        ({"Host": "[::1]:8600"}, 200),
        ({"Host": "LOCALHOST:1"}, 200),
        ({"Host": "evil.vn"}, 400),
        ({"Host": "127.0.0.1.evil.vn"}, 400),
        ({"Host": "127.0.0.1@evil.vn"}, 400),
        ({"Host": "[::1"}, 400),
        ({"X-Forwarded-Host": "evil.vn"}, 400),
    ],
)
def test_only_our_own_names_are_answered_to(world: Any, headers: dict[str, str], status: int) -> None:
    assert world.browser.ask("GET", "/suc-khoe", headers).status_code == status


def asked(world: Any, browser: Any, kinds: set[Access], **headers: str) -> dict[str, tuple[int, str]]:
    """How each route of some kinds answers a browser without any session, by method and path."""
    found, how = {}, methods(world)
    for path, address in addresses(world).items():
        for method in sorted(how.get(path, ())) if ROUTES[path] in kinds else ():
            sent = {"Sec-Fetch-Site": "same-origin"} | headers
            answer = browser.ask(method, address, sent, **({"data": {}} if method == "POST" else {}))
            found[f"{method} {path}"] = (answer.status_code, answer.headers.get("location", ""))
    return found


def test_the_desk_is_closed_to_strangers_before_there_are_accounts(world: Any, stranger: Any) -> None:
    here = asked(world, world.browser, {Access.DESK})
    assert len(here) >= 2
    assert here["GET /bao-cao"] == (200, "")
    for browser, headers in (
        (stranger, {}),
        (world.browser, {"X-Forwarded-For": "127.0.0.1"}),
        (world.browser, {"X-Real-IP": "127.0.0.1"}),
        (world.browser, {"Forwarded": "for=127.0.0.1"}),
    ):
        found = asked(world, browser, {Access.DESK}, **headers)
        assert {name: answer for name, answer in found.items() if answer[0] != 403} == {}


def test_the_desk_asks_everybody_to_sign_in_once_there_are_accounts(world: Any, stranger: Any) -> None:
    with world.house() as house:
        staff_accounts.add(house, "nguyen-thi-lap", "", ["operator"], "hoa ban nở trắng", "quan-tri")
    for browser in (world.browser, stranger):
        found = asked(world, browser, {Access.DESK, Access.HALF_WAY})
        pages = {name: to for name, (_, to) in found.items() if name.startswith("GET ")}
        assert {name for name, to in pages.items() if not to.startswith("/dang-nhap")} == set()
        assert {status for status, _ in found.values()} <= {303, 403}  # a form without its token is refused at once


def test_a_clerks_pages_open_with_a_session_only_and_the_api_with_a_key_only(world: Any, stranger: Any) -> None:
    for browser in (world.browser, stranger):
        clerks, programs = (asked(world, browser, {kind}) for kind in (Access.CLERK, Access.KEY))
        assert {status for status, _ in clerks.values()} == {403}
        assert {status for status, _ in programs.values()} == {401}


def test_public_pages_and_mailed_links_open_from_anywhere(world: Any, stranger: Any) -> None:
    found = asked(world, stranger, {Access.PUBLIC, Access.TOKEN})
    assert {name for name, (status, _) in found.items() if status not in (200, 303, 403, 404)} == set()
    assert [found[f"GET {path}"][0] for path in ("/suc-khoe", "/dang-nhap", "/phe-duyet/{token}")] == [200] * 3


def test_public_pages_show_nothing_of_any_agency(world: Any, stranger: Any) -> None:
    for path, access in ROUTES.items():
        if access is Access.PUBLIC:
            assert "Sở " not in stranger.get(addresses(world)[path]).text


def test_the_desk_is_closed_under_its_public_name(build: Build) -> None:
    world = build(base_url="https://baocao.tinh.gov.vn")
    assert world.browser.get("/bao-cao", Host="baocao.tinh.gov.vn").status_code == 403
    assert world.browser.get("/bao-cao").status_code == 200


def test_a_configured_proxy_opens_the_desk(build: Build) -> None:
    world = build(base_url="https://baocao.tinh.gov.vn", proxies=["10.0.0.2"])
    proxy = replace(world.browser, client=("10.0.0.2", 1))
    headers = {"Host": "baocao.tinh.gov.vn", "X-Forwarded-For": "10.9.9.9"}
    assert proxy.ask("GET", "/bao-cao", headers).status_code == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE"])
def test_no_route_takes_other_methods(world: Any, method: str) -> None:
    for path, address in addresses(world).items():
        assert (path, world.browser.ask(method, address).status_code) == (path, 405)


@pytest.mark.parametrize(
    ("headers", "content", "status"),
    [
        ({}, b"reason=" + b"x" * 70_000, 413),
        ({"Content-Length": "-1"}, b"x", 400),
        ({"Content-Length": "1e3"}, b"x", 400),
    ],
)
def test_a_body_is_small_and_says_its_size(world: Any, headers: dict[str, str], content: bytes, status: int) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert world.browser.ask("POST", world.page, form | headers, content=content).status_code == status


def test_a_body_without_an_end_is_cut_off(world: Any) -> None:
    async def endless() -> Any:
        for _ in range(1000):
            yield b"reason=" + b"x" * 1000 + b"&"

    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = world.browser.ask("POST", world.page, headers, content=endless())
    assert answer.status_code == 413
    assert "64 KB" in answer.text


def test_our_own_fault_shows_a_number_and_never_a_traceback(world: Any, caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> Any:
        raise RuntimeError("secret detail in /srv/plancycle")

    browser = replace(world.browser, app=create_app(broken))
    with caplog.at_level(logging.ERROR, "plancycle.portal"):
        answer = browser.get("/suc-khoe")
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert "Traceback" not in answer.text
    [record] = caplog.records
    assert str(record.args[0] if isinstance(record.args, tuple) else "") in answer.text
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


def test_the_access_log_never_holds_a_token(world: Any) -> None:
    record = logging.LogRecord("uvicorn.access", 20, "", 0, '%s "%s %s"', ("::1", "GET", f"{world.page}/tep/ab"), None)
    assert TokenFilter().filter(record) is True
    assert record.getMessage() == '::1 "GET /phe-duyet/[...]/tep/ab"'
