"""The approver's page: read freely, decided once, by the person asked, with a second factor, about exactly the bytes
that were shown.
"""

import html
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pyotp
import pytest
from approving import APPROVER, approver, code_of, form_of
from clerk_world import ClerkBrowser
from openid_server import openid_provider
from sqlalchemy import inspect, text

from plancycle import bootstrap
from plancycle.adapters.openid import OpenIdProvider
from plancycle.bootstrap import open_house
from plancycle.domain.approvals import ApprovalStatus
from plancycle.domain.consolidation import Member, bundle_sha256
from plancycle.domain.edition_changes import changes_between_editions
from plancycle.domain.people import MOST_FAILURES
from plancycle.portal.app import create_app
from plancycle.services import staff_accounts

NOW = datetime(2025, 12, 10, 8, 30, tzinfo=UTC)
REASON = "Cần bổ sung thuyết minh <b>chỉ tiêu</b> & số liệu"
BEFORE = "Thiếu số liệu của Sở Tài chính"
REQUESTED, APPROVED, RETURNED = ApprovalStatus.REQUESTED, ApprovalStatus.APPROVED, ApprovalStatus.RETURNED


def shown(page: str) -> str:
    """The words of a page, without its marks."""
    body = re.sub(r"<head>.*?</head>", " ", page, flags=re.DOTALL)
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)))


@pytest.fixture
def app(world: Any) -> pyotp.TOTP:
    """The approver's authenticator app."""
    return approver(world)


def post(world: Any, code: str, decision: str = "approve", **sent: str) -> httpx.Response:
    """Send the form of the page as it stands."""
    answer: httpx.Response = world.browser.post(world.page, form_of(world) | {"decision": decision, "ma": code} | sent)
    return answer


def ledger(world: Any) -> list[str]:
    """Every row of every table, to see that nothing has changed."""
    with bootstrap.database(world.settings.ledger_url).engine.connect() as connection:
        names = sorted(inspect(connection).get_table_names())
        return [repr(row) for name in names for row in connection.execute(text(f'SELECT * FROM "{name}"')).all()]


def test_the_approver_reads_the_figures_the_coverage_the_files_and_the_hash(world: Any) -> None:
    page = world.browser.get(world.page).text
    words = shown(page)
    assert "Nguyễn Thị Mẫu trình Lê Thị Mẫu, Phó Chủ tịch UBND tỉnh, lúc 09/12/2025 17:05." in words
    assert "3/28 cơ quan, đơn vị đã báo cáo" in words
    assert "Chưa báo cáo (25)" in words
    assert "Số cuộc kiểm tra, giám sát 1.234 cuộc 3" in words
    assert "Kinh phí đã thực hiện 98.765,5 triệu đồng 3" in words
    assert "Lãnh đạo Sở thông qua : Trần Văn Mẫu – ✓ Đã phê duyệt , 09/12/2025 17:05" in words
    assert "Lãnh đạo UBND tỉnh phê duyệt : Lê Thị Mẫu – ◐ Đang chờ phê duyệt" in words
    assert world.approval.bundle_sha256 in words
    assert world.files[1].sha256 in words
    assert "Phê duyệt xong, hệ thống gửi đến" in words  # everybody who gets something, before the decision
    assert all(part in words for part in ("Báo cáo: ", "Bộ Nội vụ", "Bản sao để biết: "))
    links = re.findall(rf'href="({re.escape(world.page)}/tep/\w+)"', page)
    assert [world.browser.get(link).content for link in links] == [b"pdf", b"docx", b"xlsx"]


def test_reading_the_link_changes_nothing_however_often(world: Any) -> None:
    before = ledger(world)
    for _ in range(10):
        assert world.browser.get(world.page).status_code == 200
        assert world.browser.ask("HEAD", world.page).content == b""
    assert ledger(world) == before


def test_a_confirmed_approval_is_recorded_with_who_when_and_which_bytes(world: Any, app: pyotp.TOTP) -> None:
    answer = post(world, code_of(world, app))
    assert (answer.status_code, answer.headers["location"]) == (303, world.page)
    approval = world.now_stands()
    assert (approval.status, approval.decided_by, approval.bundle_sha256) == (
        APPROVED,
        APPROVER,
        world.approval.bundle_sha256,
    )
    page = world.browser.get(world.page).text
    assert "✓ Đã phê duyệt Lê Thị Mẫu quyết định lúc 15:30:00 ngày 10/12/2025." in shown(page)
    assert f'action="{world.page}"' not in page
    with world.house() as house, house.work() as work:
        last = [one.action for one in work.audit.all()][-2:]
    assert last == ["staff.code_taken", "approval.approved"]


@pytest.mark.parametrize("code", ["", "000000", "12345", "x" * 500, "' OR 1=1--"])
def test_without_the_right_code_nothing_is_decided(world: Any, app: pyotp.TOTP, code: str) -> None:
    answer = post(world, code)
    assert answer.status_code == (403 if code else 422)
    assert answer.text.count('href="#ma-duyet"') == 1  # in the summary, in the same words at the field
    assert 'id="ma-duyet-loi"' in answer.text
    assert "000000" not in answer.text
    assert world.now_stands().status is REQUESTED


def test_a_code_that_was_taken_once_is_not_taken_again(world: Any, app: pyotp.TOTP) -> None:
    code = code_of(world, app)
    with world.house() as house:
        from plancycle.services.sign_in import confirm

        confirm(house, APPROVER, code)
    assert post(world, code).status_code == 403
    assert world.now_stands().status is REQUESTED


def test_guessing_codes_locks_the_account_and_a_right_code_no_longer_helps(world: Any, app: pyotp.TOTP) -> None:
    statuses = [post(world, f"{number:06d}").status_code for number in range(MOST_FAILURES)]
    answer = post(world, code_of(world, app))
    assert (statuses, answer.status_code) == ([403] * MOST_FAILURES, 403)
    assert "tạm khóa 15 phút" in answer.text
    assert world.now_stands().status is REQUESTED


@pytest.mark.parametrize("roles", [(), ("operator",), ("auditor", "reviewer")])
def test_nobody_decides_without_an_approvers_account(world: Any, roles: tuple[str, ...]) -> None:
    app = approver(world, roles) if roles else pyotp.TOTP(pyotp.random_base32())
    page = world.browser.get(world.page).text
    assert "Mỗi quyết định cần mã xác thực của chính người được trình" in page
    assert f'action="{world.page}"' not in page
    with world.house() as house:
        from plancycle.portal.approvals import form_seal

        sent = {"shown_sha256": world.approval.bundle_sha256, "decision": "approve", "ma": code_of(world, app)}
        sent["csrf"] = form_seal(house, world.token, world.approval.bundle_sha256)
    assert world.browser.post(world.page, sent).status_code == 403
    assert world.now_stands().status is REQUESTED


@pytest.mark.parametrize(("step", "status", "owner"), [("1", ApprovalStatus.REQUESTED, "giam-doc"), ("0", None, "")])
def test_a_return_goes_to_the_step_that_was_chosen(
    world: Any, app: pyotp.TOTP, step: str, status: ApprovalStatus | None, owner: str
) -> None:
    page = world.browser.get(world.page).text
    targets = re.findall(r'<option value="(\d)">([^<]+)</option>', page)
    assert targets == [("1", "Lãnh đạo Sở thông qua"), ("0", "Người lập báo cáo")]
    assert post(world, code_of(world, app), "return", reason=REASON, ve=step).status_code == 303
    with world.house() as house, house.work() as work:
        newest = work.editions.approvals(world.approval.edition)[-1]
    assert world.now_stands().returned_to == int(step)
    assert status is None or (newest.status, newest.approver) == (status, owner)


def test_a_disabled_account_decides_nothing(world: Any, app: pyotp.TOTP) -> None:
    form, code = form_of(world), code_of(world, app)
    with world.house() as house:
        staff_accounts.disable(house, APPROVER, "quan-tri")
    answer = world.browser.post(world.page, form | {"decision": "approve", "ma": code})
    assert (answer.status_code, world.now_stands().status) == (403, REQUESTED)


def test_a_second_decision_is_harmless_and_shows_the_first(world: Any, app: pyotp.TOTP) -> None:
    form = form_of(world)
    post(world, code_of(world, app), "return", reason=REASON)
    first = world.now_stands()
    again = world.browser.post(world.page, form | {"decision": "approve", "ma": ""})
    assert (again.status_code, again.headers["location"]) == (303, world.page)
    assert "↩ Đã trả lại" in shown(world.browser.get(world.page).text)
    assert (world.now_stands(), first.status) == (first, RETURNED)


def test_a_return_needs_a_reason_and_keeps_what_was_typed(world: Any, app: pyotp.TOTP) -> None:
    code = code_of(world, app)
    answer = post(world, "", "return", reason="  sai <x> ")
    assert answer.status_code == 422
    assert "Có 2 chỗ" not in answer.text  # the heading says that nothing was recorded
    assert "Khi trả lại phải nêu lý do, ít nhất 10 ký tự" in shown(answer.text)
    assert {"#ly-do", "#ma-tra"} == set(re.findall(r'<li><a href="(#[^"]+)">', answer.text))
    assert "sai &lt;x&gt;" in answer.text
    assert answer.text.count("<title>Lỗi: ") == 1
    assert world.now_stands().status is REQUESTED
    assert post(world, code, "return", reason="ngắn").status_code == 422  # the code is not used up by that
    assert post(world, code, "return", reason=REASON).status_code == 303
    assert html.escape(REASON, quote=False) in world.browser.get(world.page).text


def test_a_reason_marked_as_a_state_secret_is_refused_before_the_code_is_used_up(world: Any, app: pyotp.TOTP) -> None:
    code = code_of(world, app)
    answer = post(world, code, "return", reason="Xem văn bản kèm theo\nTỐI MẬT")

    assert (answer.status_code, "mang dấu “TỐI MẬT”" in shown(answer.text)) == (422, True)
    assert world.now_stands().status is REQUESTED
    assert post(world, code, "return", reason=REASON).status_code == 303


@pytest.mark.parametrize(
    ("headers", "form"),
    [
        ({}, {"csrf": ""}),
        ({}, {"csrf": "0" * 32}),
        ({}, {"shown_sha256": "0" * 64}),
        ({"Sec_Fetch_Site": "cross-site"}, {}),
        ({"Sec_Fetch_Site": "same-site"}, {}),
    ],
)
def test_a_form_that_is_not_ours_is_refused_and_keeps_the_text(
    world: Any, app: pyotp.TOTP, headers: dict[str, str], form: dict[str, str]
) -> None:
    sent = form_of(world) | {"decision": "return", "reason": REASON, "ma": code_of(world, app)} | form
    answer = world.browser.post(world.page, sent, **headers)
    assert answer.status_code == 403
    assert html.escape(REASON, quote=False) in answer.text
    assert world.now_stands().status is REQUESTED


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://127.0.0.1:8600", 303),
        ("null", 303),
        ("http://evil.vn", 403),
        ("http://127.0.0.1:9999", 403),
        ("", 403),
    ],
)
def test_an_older_browser_is_judged_by_its_origin(world: Any, app: pyotp.TOTP, origin: str, status: int) -> None:
    form = form_of(world) | {"decision": "approve", "ma": code_of(world, app)}
    headers = {"Origin": origin} if origin else {}
    assert world.browser.ask("POST", world.page, headers, data=form).status_code == status


def test_changed_bytes_must_be_looked_at_again(world: Any, app: pyotp.TOTP) -> None:
    form = form_of(world) | {"decision": "approve", "ma": code_of(world, app)}
    with bootstrap.database(world.settings.ledger_url).engine.begin() as connection:
        connection.execute(text("UPDATE documents SET sha256 = :sha256 WHERE kind = 'pdf'"), {"sha256": "f" * 64})
    answer = world.browser.post(world.page, form)
    assert answer.status_code == 409
    assert "đã thay đổi sau khi được mở xem" in answer.text
    page = world.browser.get(world.page).text
    assert "Tài liệu đã thay đổi" in page
    assert f'action="{world.page}"' not in page
    assert world.now_stands().status is REQUESTED


def test_a_form_made_for_other_bytes_opens_the_page_again_with_its_forms_closed(world: Any, app: pyotp.TOTP) -> None:
    with world.house() as house:
        from plancycle.portal.approvals import form_seal

        old = {"shown_sha256": "a" * 64, "csrf": form_seal(house, world.token, "a" * 64)}
    answer = world.browser.post(world.page, old | {"decision": "approve", "ma": code_of(world, app)})
    assert answer.status_code == 409
    assert '<details class="decide approve">' in answer.text
    assert post(world, code_of(world, app)).status_code == 303  # the code was not used up


def test_a_replaced_request_offers_no_decision(world: Any, app: pyotp.TOTP) -> None:
    form = form_of(world) | {"decision": "approve", "ma": code_of(world, app)}
    with world.house() as house, house.work() as work:
        work.editions.save_approval(replace(world.approval, status=ApprovalStatus.VOID))
    page = world.browser.get(world.page).text
    assert "Bản này đã được thay thế" in page
    assert f'action="{world.page}"' not in page
    world.browser.post(world.page, form)
    assert world.now_stands().status is ApprovalStatus.VOID


def test_only_the_named_approver_decides_not_even_the_preparer(world: Any) -> None:
    for person in ("chuyen-vien-tong-hop", "giam-doc"):
        app = approver(world, name=person)
        with world.house() as house:
            token = house.seals.sign_link({"approval": world.approval.id, "approver": person})
        other = replace(world, token=token)
        assert post(other, code_of(world, app)).status_code == 403
    assert world.now_stands().status is REQUESTED


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_link_that_is_not_ours_does_not_exist(world: Any, method: str) -> None:
    for token in ("x", world.token[:-1], f"{world.token}x"):
        answer = world.browser.ask(method, f"/phe-duyet/{token}", {"Sec-Fetch-Site": "same-origin"})
        assert answer.status_code == 404
        assert world.approval.bundle_sha256 not in answer.text


def test_a_token_opens_its_own_files_only(world: Any) -> None:
    with world.house() as house:
        other = house.files.put(b"another file")
    assert world.browser.get(f"{world.page}/tep/{other}").status_code == 404


def test_what_an_agency_or_official_wrote_is_never_markup(world: Any) -> None:
    with world.house() as house, house.work() as work:
        work.editions.save_approval(
            replace(
                world.approval,
                status=RETURNED,
                decided_at=world.approval.requested_at,
                decided_by="<img src=x onerror=alert(1)>",
                reason="{{ 7*7 }} <script>alert(1)</script>",
            )
        )
    page = world.browser.get(world.page).text
    assert "<script" not in page
    assert "<img" not in page
    assert "{{ 7*7 }} &lt;script&gt;" in page


def second_edition(world: Any) -> Any:
    """The first edition was returned; a second one has another figure, a new report, a revised one, and one less."""
    with world.house() as house, house.work() as work:
        first = work.editions.get(world.approval.edition)
        returned = replace(
            world.approval,
            status=RETURNED,
            decided_at=NOW,
            decided_by=APPROVER,
            reason=BEFORE,
        )
        work.editions.save_approval(returned)
        kept, renewed, _ = first.members
        joined = house.programmes.load(house.programme_id).reporters[3]
        new = Member(joined, f"tn-nq94-2025/annual/{joined}/v1", "8" * 64, False)
        members = (kept, replace(renewed, sha256="9" * 64), new)
        figures = (replace(first.figures[0], value=Decimal(1300)), *first.figures[1:])
        second = replace(first, number=2, members=members, figures=figures, sha256="3" * 64)
        asked = replace(world.approval, edition=second.id, bundle_sha256=bundle_sha256(second.sha256, ()))
        work.editions.add(second)
        work.editions.add_approval(asked)
        token = house.seals.sign_link({"approval": asked.id, "approver": asked.approver})
    return replace(world, token=token, approval=asked), first, second


def test_what_changed_since_the_last_version_is_shown(world: Any) -> None:
    later, first, second = second_edition(world)
    words = shown(later.browser.get(later.page).text)
    changes = changes_between_editions(first, second)
    assert "Thay đổi so với bản trình trước" in words
    assert f"Đã trả lại vì: {BEFORE}" in words
    assert "Số liệu khác bản trước (1)" in words
    assert "Số cuộc kiểm tra, giám sát (cuộc) 1.234 1.300" in words
    assert "Báo cáo mới có thêm (1): Sở" in words
    assert "Báo cáo đã sửa (1)" in words
    assert "Báo cáo không còn trong bản này (1)" in words
    assert [len(one) for one in (changes.figures, changes.joined, changes.renewed, changes.left)] == [1] * 4
    assert changes_between_editions(first, first).is_empty
    assert "Thay đổi so với bản trình trước" not in shown(world.browser.get(world.page).text)


def test_the_page_is_english_on_request(world: Any, app: pyotp.TOTP) -> None:
    page = world.browser.get(f"{world.page}?ngon-ngu=en").text
    assert '<html lang="en">' in page
    assert "Confirm the approval" in page
    english = ("Annual evaluation, 2025", "Approved", "Waiting for approval", "The preparer")
    vietnamese = ("Đánh giá năm 2025", "Đã phê duyệt", "Đang chờ phê duyệt", "Người lập báo cáo")
    assert [one for one in (*english, *vietnamese) if one in page] == list(english)
    answer = world.browser.post(f"{world.page}?ngon-ngu=en", form_of(world) | {"decision": "approve"})
    assert "Type the 6-digit code" in answer.text


@pytest.fixture(scope="module")
def provider() -> Any:
    """The province's own sign-in."""
    with openid_provider(int(NOW.timestamp())) as served:
        yield served


def step_up(world: Any, provider: Any, claims: dict[str, Any], sub: str = APPROVER) -> tuple[ClerkBrowser, Any]:
    """The approver's browser after it went to the province's sign-in and came back."""
    known = OpenIdProvider(
        provider.address, provider.client, provider.secret, "http://127.0.0.1:8600/dang-nhap/tinh/ve"
    )
    portal = create_app(lambda: open_house(world.settings, NOW), oidc=known)
    with world.house() as house:
        staff_accounts.add(
            house, APPROVER, "Lê Thị Mẫu", ["approver"], "", "quan-tri", f"{provider.address}|{APPROVER}"
        )
    browser = ClerkBrowser(replace(world.browser, app=portal)).open(world.page)
    assert "Xác thực bằng tài khoản của tỉnh" in browser.text
    assert f'action="{world.page}"' not in browser.page
    away = browser.send("GET", f"{world.page}/xac-thuc").headers["location"]
    assert "prompt=login&max_age=0" in away
    provider.claims = {"sub": sub, "amr": ["pwd", "otp"], "auth_time": int(NOW.timestamp()) - 20} | claims
    back = httpx.get(away, trust_env=False).headers["location"].removeprefix("http://127.0.0.1:8600")
    browser.open(back)
    provider.claims = {}
    return browser, known


def test_the_provinces_own_sign_in_asked_anew_takes_the_place_of_the_code(world: Any, provider: Any) -> None:
    browser, known = step_up(world, provider, {})
    assert (browser.here, "__Host-nhan-vien" in browser.cookies) == (world.page, False)  # no session, one decision
    late = create_app(lambda: open_house(world.settings, NOW + timedelta(minutes=6)), oidc=known)
    afterwards = ClerkBrowser(replace(world.browser, app=late), dict(browser.cookies)).open(world.page)
    assert "Đã xác thực bằng tài khoản của tỉnh lúc" not in afterwards.text
    assert "Đã xác thực bằng tài khoản của tỉnh lúc 10/12/2025 15:30" in browser.text
    browser.submit(world.page, {"decision": "approve"})
    assert "✓ Đã phê duyệt" in browser.text
    assert browser.cookies == {}
    assert world.now_stands().status is APPROVED


@pytest.mark.parametrize(
    ("claims", "sub"),
    [
        ({"amr": ["pwd"]}, APPROVER),
        ({"auth_time": int(NOW.timestamp()) - 3600}, APPROVER),
        ({"auth_time": None}, APPROVER),
        ({"auth_time": "now"}, APPROVER),
        ({}, "giam-doc"),
    ],
)
def test_a_weak_old_or_foreign_proof_decides_nothing(world: Any, provider: Any, claims: Any, sub: str) -> None:
    browser, _ = step_up(world, provider, claims, sub)
    assert browser.status == 403
    assert "__Host-xac-thuc" not in browser.cookies
    assert f'action="{world.page}"' not in browser.open(world.page).page


def test_a_proof_is_good_for_the_very_bytes_it_was_given_for(world: Any, provider: Any) -> None:
    browser, _ = step_up(world, provider, {})
    later, _, _ = second_edition(world)
    browser.open(later.page)
    assert "Xác thực bằng tài khoản của tỉnh" in browser.text
    assert f'action="{later.page}"' not in browser.page
