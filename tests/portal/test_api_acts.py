"""What an agency's own system may do beside handing in: as a clerk may, by the same rules, and once."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from clerk_world import a_clerk
from doubted_answer import WHY, doubted_workbook
from openpyxl import load_workbook

from plancycle.services import api_keys

NOW = datetime(2025, 9, 10, 2, 0, tzinfo=UTC)  # Wednesday 10/09/2025, 09:00; the third quarter is due on 20/09
JSON = {"Content-Type": "application/json", "Accept": "application/json"}
XLSX = {"Content-Type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
BY = "Trần Thị B"
REASON = "Nộp nhầm số liệu của quý trước"


@pytest.fixture
def clerk(build: Any) -> Any:
    """An agency while the third quarter is open."""
    return a_clerk(build(now=NOW))


@pytest.fixture
def ask(clerk: Any) -> Any:
    """Ask as the agency's own program: method, path below /api, body; gives status and facts."""
    with clerk.world.house() as house:
        _, token = api_keys.create(house, clerk.agency, "A" * 43, "Nguyễn Thị Lập")
    opened = {**JSON, "Authorization": f"Bearer {token}"}

    def once(method: str, path: str, body: Any = None, **headers: str) -> Any:
        sent = opened | {name.replace("_", "-"): value for name, value in headers.items()}
        content = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else b""
        return clerk.world.browser.ask(method, f"/api{path}", sent, content=content)

    return once


@pytest.fixture
def owed(clerk: Any) -> str:
    """The address of the agency's obligation."""
    return f"/obligations/{clerk.obligation}"


def hand_in(clerk: Any, ask: Any) -> str:
    """A standing answer with one warning; its address."""
    answer = ask("POST", "/submissions", doubted_workbook(clerk), **{"Content-Type": XLSX["Content-Type"]})
    assert answer.status_code == 201, answer.text
    return f"/submissions/{answer.json()['submission']}"


def test_a_program_sees_where_its_obligation_stands_and_gets_its_workbook(clerk: Any, ask: Any, owed: str) -> None:
    before = ask("GET", owed).json()
    assert (before["status"], before["versions"], before["extension_requests"]) == ("open", [], [])
    template = ask("GET", f"{owed}/template")
    assert template.headers["content-disposition"].startswith("attachment;")
    (clerk.world.settings.data / "mau.xlsx").write_bytes(template.content)
    assert load_workbook(clerk.world.settings.data / "mau.xlsx").sheetnames

    found = hand_in(clerk, ask)
    after = ask("GET", owed).json()
    assert after["submission"] == found.removeprefix("/submissions/")
    assert [one["status"] for one in after["versions"]] == ["accepted"]
    receipt = ask("GET", f"{found}/receipt").json()
    assert after["versions"][0]["receipt"] in json.dumps(receipt)


def test_a_warning_is_explained_and_the_review_can_be_followed(clerk: Any, ask: Any) -> None:
    found = hand_in(clerk, ask)
    (warning,) = [one for one in ask("GET", found).json()["findings"] if one["severity"] == "warning"]
    body = {"by": BY, "text": WHY} | {name: warning[name] for name in ("rule", "row", "field")}
    given = ask("POST", f"{found}/explanations", body)
    again = ask("POST", f"{found}/explanations", body)

    assert (given.status_code, given.json()["status"]) == (201, "given")
    assert again.json()["number"] == given.json()["number"]  # the same words twice are once
    (kept,) = ask("GET", f"{found}/explanations").json()["explanations"]
    assert (kept["text"], kept["status"]) == (WHY, "given")
    other = ask("POST", f"{found}/explanations", body | {"row": "không có"})
    assert (other.status_code, other.json()["code"]) == (404, "not_found.warning")
    assert f"{warning['rule']} · {warning['row']} · {warning['field']}" in other.json()["message_vi"]
    assert "plancycle " not in other.json()["message_en"]  # whoever asks by API has no shell here


def test_an_answer_is_withdrawn_with_a_reason(clerk: Any, ask: Any) -> None:
    found = hand_in(clerk, ask)
    short = ask("POST", f"{found}/withdrawal", {"by": BY, "reason": "sai"})
    assert (short.status_code, short.json()["code"]) == (409, "approval.reason_needed")
    done = ask("POST", f"{found}/withdrawal", {"by": BY, "reason": REASON})
    assert (done.status_code, done.json()["status"]) == (200, "withdrawn")
    assert [one.status for one in clerk.versions()] == ["withdrawn"]


def test_more_time_is_asked_for_once_and_taken_back(clerk: Any, ask: Any, owed: str) -> None:
    path, body = f"{owed}/extension-requests", {"by": BY, "reason": "Chờ số liệu", "last_day": "2025-09-30"}
    first, again = (ask("POST", path, body, Idempotency_Key="gia-han-q3-2025") for _ in range(2))
    assert (first.status_code, first.json()["until"]) == (201, "2025-10-01T00:00:00+07:00")
    assert (again.json(), again.headers["idempotent-replayed"]) == (first.json(), "true")
    other = ask("POST", path, body | {"reason": "Khác"}, Idempotency_Key="gia-han-q3-2025")
    assert (other.status_code, other.json()["code"]) == (422, "api.idempotency_key_reused")
    earlier = ask("POST", path, body | {"last_day": "2025-09-01"})
    assert earlier.status_code == 409
    ended = ask("POST", f"{path}/withdrawal", {"by": BY})
    assert (ended.status_code, ended.json()["status"]) == (200, "withdrawn")
    assert [one["status"] for one in ask("GET", owed).json()["extension_requests"]] == ["withdrawn"]


def test_a_correction_is_only_for_what_was_approved(clerk: Any, ask: Any, owed: str) -> None:
    nothing = ask("POST", f"{owed}/corrections", {"by": BY, "reason": REASON})
    hand_in(clerk, ask)
    answer = ask("POST", f"{owed}/corrections", {"by": BY, "reason": REASON})

    assert (nothing.status_code, nothing.json()["code"]) == (404, "not_found.submission")
    assert (answer.status_code, answer.json()["code"]) == (409, "correction.not_approved")


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"by", "reason", "last_day"}),
        ({"by": BY, "reason": "x", "last_day": "31/2/2025"}, {"last_day"}),
        ({"by": "", "reason": "x" * 3000, "last_day": "2025-09-30"}, {"by", "reason"}),
        ({"by": BY, "reason": "x", "last_day": "2025-09-30", "year": 1}, {"year"}),
    ],
)
def test_every_field_amiss_is_named_in_both_languages(ask: Any, owed: str, body: Any, fields: set[str]) -> None:
    answer = ask("POST", f"{owed}/extension-requests", body)
    facts = answer.json()

    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert {one["field"] for one in facts["errors"]} == fields
    assert all(one["message_vi"] != one["message_en"] for one in facts["errors"])


def test_another_agencys_obligations_and_versions_are_not_there(clerk: Any, ask: Any) -> None:
    paths = [
        (method, path.removeprefix("/api"))
        for path, methods in clerk.world.browser.get("/openapi.json").json()["paths"].items()
        if path.startswith("/api/") and "{agency}" in path
        for method in methods
    ]
    bodies = {"by": BY, "reason": REASON, "last_day": "2025-09-30"}
    found = {}
    for cycle, period, agency in (
        ("tn-nq94-2025", "q3", "so-y-te"),
        ("tn-nq94-25", "q3", clerk.agency),
        ("other-2025", "q3", clerk.agency),
        ("tn-nq94-2025", "q9", clerk.agency),
    ):
        for method, path in paths:
            place = path.format(cycle=cycle, period=period, agency=agency, version="v1")
            body = bodies if method == "post" else None
            found[method, place] = ask(method.upper(), place, body).status_code

    assert len(paths) >= 9
    # A body is read before its address is judged: one that does not fit is told so, without a word about the address.
    assert set(found.values()) <= {404, 422}
    assert {status for (method, _), status in found.items() if method == "get"} == {404}


def test_every_obligation_in_the_list_says_the_address_under_which_it_stands(clerk: Any, ask: Any, owed: str) -> None:
    listed = [one["obligation"] for one in ask("GET", "/obligations?year=2025").json()["obligations"]]

    assert str(clerk.obligation) in listed
    assert [ask("GET", f"/obligations/{one}").json()["obligation"] for one in listed] == listed


def test_a_body_that_is_cut_off_is_called_broken_json_and_one_that_lacks_a_field_names_it(ask: Any, owed: str) -> None:
    cut, lacking = (ask("POST", f"{owed}/corrections", body) for body in (b'{"by": ', {"by": BY}))

    assert (cut.status_code, cut.json()["code"], cut.json()["errors"]) == (400, "answer.not_json", [])
    assert (lacking.status_code, lacking.json()["code"]) == (422, "api.fields")
    assert [one["field"] for one in lacking.json()["errors"]] == ["reason"]
