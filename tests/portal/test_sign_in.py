"""Signing in to the desk: accounts, second factor, locks, sessions, and the province's own sign-in."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pyotp
import pytest
from clerk_world import ClerkBrowser
from joserfc.jwk import OctKey, RSAKey
from openid_server import openid_provider

from plancycle.adapters.openid import OpenIdProvider
from plancycle.bootstrap import open_house
from plancycle.domain.errors import DataProblem
from plancycle.domain.people import LOCKED_FOR, MOST_FAILURES, SESSION_IDLE, SESSION_LIFE
from plancycle.portal.allowances import SIGN_INS
from plancycle.portal.app import create_app
from plancycle.services import staff_accounts

NOW = datetime(2025, 12, 10, 8, 30, tzinfo=UTC)
PASSWORD = "hoa ban nở trắng sườn đồi"
NAME, APPROVER = "nguyen-thi-lap", "pho-chu-tich"
CALLBACK = "http://127.0.0.1:8600/dang-nhap/tinh/ve"


@pytest.fixture
def staffed(world):
    """An operator and an approver have accounts."""
    with world.house() as house:
        staff_accounts.add(house, NAME, "Nguyễn Thị Lập", ["operator"], PASSWORD, "quan-tri")
        staff_accounts.add(house, APPROVER, "Lê Thị Mẫu", ["approver"], PASSWORD, "quan-tri")
    return world


def at(world, moment, **options):
    """The same portal at another moment."""
    app = create_app(lambda: open_house(world.settings, moment), **options)
    return replace(world.browser, app=app)


def sign_in(browser, name=NAME, password=PASSWORD):
    """Fill in the sign-in page."""
    return browser.open("/dang-nhap?tiep=%2Fbao-cao%3Fky%3Dannual").submit(
        "/dang-nhap", {"ten": name, "mat_khau": password}
    )


def actions(world):
    with world.house() as house, house.work() as work:
        return [one.action for one in work.audit.all() if one.action.startswith("staff.")]


def test_until_the_first_account_the_desk_is_this_machines_alone(world, stranger):
    assert (world.browser.get("/bao-cao").status_code, stranger.get("/bao-cao").status_code) == (200, 403)


def test_with_an_account_everybody_signs_in_this_machine_too(staffed, stranger):
    for browser in (staffed.browser, replace(stranger)):
        answer = browser.get("/bao-cao?ky=annual")
        assert (answer.status_code, answer.headers["location"]) == (303, "/dang-nhap?tiep=%2Fbao-cao%3Fky%3Dannual")
    answer = staffed.browser.get("/bao-cao", Accept="application/json")
    assert (answer.status_code, answer.json()["code"]) == (401, "portal.sign_in_needed")


def test_signing_in_leads_back_and_signing_out_ends_the_session_on_the_server(staffed):
    browser = sign_in(ClerkBrowser(staffed.browser))
    assert (browser.here, browser.status) == ("/bao-cao?ky=annual", 200)
    cookies = dict(browser.cookies)
    assert list(cookies) == ["__Host-nhan-vien"]
    browser.open("/dang-nhap")
    form = browser.form("/dang-nhap")
    browser.send("POST", "/dang-xuat", data={"csrf": form["csrf"]})
    stolen = ClerkBrowser(staffed.browser, cookies)

    assert stolen.open("/bao-cao").here.startswith("/dang-nhap")
    assert actions(staffed)[-2:] == ["staff.signed_in", "staff.signed_out"]


@pytest.mark.parametrize(("name", "password"), [("khong-co", PASSWORD), (NAME, "sai"), (NAME, ""), ("", "")])
def test_the_words_are_the_same_for_an_unknown_name_and_a_wrong_password(staffed, name, password):
    browser = sign_in(ClerkBrowser(staffed.browser), name, password)

    assert (browser.status, browser.cookies) == (403, {})
    assert "Tên đăng nhập hoặc mật khẩu chưa đúng, hoặc tài khoản đang tạm khóa" in browser.text
    assert PASSWORD not in browser.page


def test_too_many_wrong_passwords_lock_the_account_for_a_while(staffed):
    for _ in range(MOST_FAILURES):
        sign_in(ClerkBrowser(staffed.browser), NAME, "sai")
    locked = sign_in(ClerkBrowser(staffed.browser))
    later = sign_in(ClerkBrowser(at(staffed, NOW + LOCKED_FOR)))

    assert (locked.status, later.status) == (403, 200)
    assert actions(staffed).count("staff.locked") == 1


def test_attempts_from_one_address_are_counted(staffed):
    browser = ClerkBrowser(staffed.browser)
    statuses = [sign_in(browser, "ai-do", "x").status for _ in range(SIGN_INS + 1)]

    assert statuses == [403] * SIGN_INS + [429]


@pytest.mark.parametrize(("wait", "is_open"), [(SESSION_IDLE - timedelta(seconds=1), True), (SESSION_IDLE, False)])
def test_a_session_that_is_not_used_ends(staffed, wait, is_open):
    browser = sign_in(ClerkBrowser(staffed.browser))
    browser.browser = at(staffed, NOW + wait)

    assert (browser.open("/bao-cao").here == "/bao-cao") is is_open


def test_a_session_in_use_ends_after_a_working_day(staffed):
    browser, moment = sign_in(ClerkBrowser(staffed.browser)), NOW
    while moment + timedelta(minutes=50) < NOW + SESSION_LIFE:
        moment += timedelta(minutes=50)
        browser.browser = at(staffed, moment)
        assert browser.open("/bao-cao").here == "/bao-cao"
    browser.browser = at(staffed, NOW + SESSION_LIFE)
    assert browser.open("/bao-cao").here != "/bao-cao"


def test_an_approver_sets_up_and_gives_a_second_factor_and_a_code_works_once(staffed):
    browser = sign_in(ClerkBrowser(staffed.browser), APPROVER)
    assert browser.here.startswith("/dang-nhap/thiet-lap")
    weak = dict(browser.cookies)
    key = browser.page.split('<code class="key">')[1].split("<")[0].replace(" ", "")
    code = pyotp.TOTP(key).at(NOW)
    assert browser.submit("/dang-nhap/thiet-lap", {"ma": "000000"}).status == 422
    browser.submit("/dang-nhap/thiet-lap", {"ma": code})
    codes = [part.split("</code>")[0] for part in browser.page.split("<code>")[1:]]
    assert ("Đã bật xác thực hai bước" in browser.text, len(codes)) == (True, 8)
    assert browser.open("/bao-cao").here == "/bao-cao"
    assert ClerkBrowser(staffed.browser, weak).open("/bao-cao").here.startswith("/dang-nhap")

    again = sign_in(ClerkBrowser(staffed.browser), APPROVER)
    assert again.here.startswith("/dang-nhap/ma")
    assert again.open("/bao-cao").here.startswith("/dang-nhap/ma")  # a password alone opens nothing
    assert again.submit("/dang-nhap/ma", {"ma": code}).status == 403  # taken before
    assert again.submit("/dang-nhap/ma", {"ma": codes[0].upper()}).here == "/bao-cao"
    third = sign_in(ClerkBrowser(staffed.browser), APPROVER)
    assert third.submit("/dang-nhap/ma", {"ma": codes[0]}).status == 403  # a recovery code works once, too
    with staffed.house() as house, house.work() as work:
        stored = work.people.get(APPROVER)
    assert key not in str(stored)
    assert not set(codes) & set(stored.recovery)


def test_a_second_factor_can_be_asked_of_everybody(staffed):
    browser = sign_in(ClerkBrowser(at(staffed, NOW, second_factor_for_everyone=True)))
    assert browser.here.startswith("/dang-nhap/thiet-lap")


def test_a_disabled_account_and_a_new_password_end_every_session(staffed):
    browser = sign_in(ClerkBrowser(staffed.browser))
    with staffed.house() as house:
        staff_accounts.reset(house, NAME, PASSWORD + "!", "quan-tri")
    assert browser.open("/bao-cao").here != "/bao-cao"
    browser = sign_in(ClerkBrowser(staffed.browser), NAME, PASSWORD + "!")
    with staffed.house() as house:
        staff_accounts.disable(house, NAME, "quan-tri")
    assert browser.open("/bao-cao").here != "/bao-cao"
    assert sign_in(ClerkBrowser(staffed.browser), NAME, PASSWORD + "!").status == 403


@pytest.mark.parametrize(
    ("form", "headers"),
    [({"csrf": ""}, {}), ({"csrf": "x"}, {}), ({}, {"Sec-Fetch-Site": "cross-site"})],
)
def test_a_sign_in_form_of_another_site_is_refused(staffed, form, headers):
    browser = ClerkBrowser(staffed.browser).open("/dang-nhap")
    sent = browser.form("/dang-nhap") | {"ten": NAME, "mat_khau": PASSWORD} | form

    assert browser.send("POST", "/dang-nhap", data=sent, headers=headers).status_code == 403


@pytest.mark.parametrize(
    "way", ["https://evil.vn", "//evil.vn", "/\\evil.vn", "javascript:alert(1)", "/a\nb", "x" * 600]
)
def test_the_way_back_never_leaves_the_portal(staffed, way):
    browser = ClerkBrowser(staffed.browser).open("/dang-nhap")
    form = browser.form("/dang-nhap") | {"ten": NAME, "mat_khau": PASSWORD, "tiep": way}

    assert browser.send("POST", "/dang-nhap", data=form).headers["location"] == "/bao-cao"


@pytest.mark.parametrize(
    ("name", "roles", "password", "key"),
    [
        ("Nguyễn Lập", ["operator"], PASSWORD, "staff.name_wrong"),
        ("lap", ["boss"], PASSWORD, "staff.roles_wrong"),
        ("lap", [], PASSWORD, "staff.roles_wrong"),
        ("lap", ["operator"], "ngắn", "staff.password_length"),
        ("lap", ["operator"], "", "staff.password_length"),
    ],
)
def test_an_account_needs_a_name_a_role_and_a_long_password(world, name, roles, password, key):
    with world.house() as house, pytest.raises(DataProblem) as refused:
        staff_accounts.add(house, name, "", roles, password, "quan-tri")
    assert refused.value.key == key


@pytest.fixture(scope="module")
def provider():
    """The province's own sign-in."""
    with openid_provider(int(NOW.timestamp())) as served:
        yield served


def outside(world, provider):
    """A portal with that provider, and a browser that goes there and comes back; returns the last answer."""
    known = OpenIdProvider(provider.address, provider.client, provider.secret, CALLBACK)
    browser = ClerkBrowser(at(world, NOW, oidc=known))
    away = browser.send("GET", "/dang-nhap/tinh?tiep=/bao-cao").headers["location"]
    assert away.startswith(f"{provider.address}/authorize?")
    back = httpx.get(away, trust_env=False).headers["location"]
    return browser, back.removeprefix("http://127.0.0.1:8600")


def linked(world, provider, roles=("operator",)):
    with world.house() as house:
        subject = f"{provider.address}|nguyen-thi-lap"
        staff_accounts.add(house, NAME, "Nguyễn Thị Lập", list(roles), "", "quan-tri", subject)


def test_the_provinces_own_sign_in_opens_the_desk(world, provider):
    linked(world, provider)
    browser, back = outside(world, provider)

    assert browser.open(back).here == "/bao-cao"
    assert list(browser.cookies) == ["__Host-nhan-vien"]


@pytest.mark.parametrize(("methods", "page"), [(["pwd", "otp"], "/bao-cao"), (["pwd"], "/dang-nhap/thiet-lap")])
def test_its_second_factor_counts_when_it_says_so(world, provider, methods, page):
    linked(world, provider, ["approver"])
    provider.claims = {"amr": methods}
    browser, back = outside(world, provider)
    browser.open(back)
    provider.claims = {}

    assert browser.here.startswith(page)


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.vn"},
        {"aud": "another"},
        {"aud": ["plancycle", "another"]},
        {"nonce": "x"},
        {"exp": 1},
        {"exp": None},
        {"sub": None},
    ],
    ids=str,
)
def test_a_token_amiss_opens_nothing(world, provider, claims):
    linked(world, provider)
    provider.claims = claims
    browser, back = outside(world, provider)
    status = browser.open(back).status
    provider.claims = {}

    assert (status, "__Host-nhan-vien" in browser.cookies) == (403, False)


@pytest.mark.parametrize(
    ("algorithm", "key"),
    [("RS256", RSAKey.generate_key(2048, {"kid": "k1"})), ("HS256", OctKey.import_key("bi-mat-cua-cong" * 3))],
)
def test_a_token_signed_by_somebody_else_opens_nothing(world, provider, algorithm, key):
    linked(world, provider)
    provider.algorithm, provider.signing_key = algorithm, key
    browser, back = outside(world, provider)
    status = browser.open(back).status
    provider.algorithm, provider.signing_key = "RS256", provider.key

    assert (status, "__Host-nhan-vien" in browser.cookies) == (403, False)


def test_only_the_browser_that_left_comes_back_and_a_code_works_once(world, provider):
    linked(world, provider)
    browser, back = outside(world, provider)
    stranger = ClerkBrowser(browser.browser)
    assert stranger.open(back).status in (403, 404)
    kept = dict(browser.cookies)
    assert browser.open(back).here == "/bao-cao"
    assert ClerkBrowser(browser.browser, kept).open(back).status == 503


def test_somebody_the_province_knows_and_we_do_not_is_told_so(world, provider):
    browser, back = outside(world, provider)
    assert browser.open(back).status == 403
    assert "chưa được gắn với tài khoản nào" in browser.text
