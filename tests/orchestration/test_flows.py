"""The flows on a real, small world: real ledger, workbooks, letters and documents, and Prefect's own test server."""

import json
import os
import re
import shutil
import tempfile
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from types import SimpleNamespace

os.environ.update(
    {
        "PREFECT_HOME": os.path.join(tempfile.gettempdir(), f"plancycle-prefect-{os.getpid()}"),
        "PREFECT_LOGGING_TO_API_ENABLED": "false",
        "PREFECT_LOGGING_LEVEL": "CRITICAL",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
    }
)

import httpx
import pytest
from prefect import flow, task
from prefect.client.orchestration import get_client
from prefect.events import Event
from prefect.exceptions import SignatureMismatchError
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings
from prefect.testing.utilities import prefect_test_harness
from proving import decide

from flows._forms import ZONE
from flows._in_process import quick
from flows.alert_operator import alert_operator
from flows.collect_submissions import collect_submissions
from flows.consolidate import consolidate
from flows.correct_upward import correct_upward
from flows.daily_sweep import daily_sweep
from flows.grant_extension import grant_extension
from flows.quarterly_checkin import quarterly_checkin
from flows.record_offline_submission import record_offline_submission
from flows.resend_requests import resend_requests
from flows.resolve_doubt import resolve_doubt
from flows.retention import retention
from flows.review_explanation import review_explanation
from flows.submit_to_ministries import submit_to_ministries
from plancycle.bootstrap import forget, open_house
from plancycle.domain.approvals import ApprovalStatus
from plancycle.domain.errors import ActionNeeded, NotAllowed, OutsideFailure
from plancycle.domain.messages import MessageKind, MessageStatus
from plancycle.domain.periods import ObligationKey, Period
from plancycle.rehearsal import spreadsheet
from plancycle.rehearsal.answers import Answers
from plancycle.rehearsal.behaviours import Typing
from plancycle.rehearsal.dice import Dice
from plancycle.rehearsal.stage import furnish
from plancycle.services.consolidate_period import consolidate as consolidate_now
from plancycle.services.corrections import open_correction
from plancycle.services.receive_submission import receive
from tasks._policy import LOCAL
from tasks.asking import ask_agency
from tasks.letters import send_letters
from tasks.reaping import reap_dead_runs

AGENCIES = 4
OPENING = "01/03/2025 09:00"
Q1 = {"quarter": "Quý I", "year": 2025, "as_of": OPENING}
REALLY = {"dry_run": False, "confirm": AGENCIES}
SUBMISSION = {"period": "Quý I", "year": 2025, "as_of": "26/03/2025 09:00", "dry_run": False}


@pytest.fixture(scope="session")
def prefect_server():
    """Start the server once; without heartbeats, whose joining would cost every run a second."""
    with (
        prefect_test_harness(server_startup_timeout=120),
        temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}),
    ):
        yield
    shutil.rmtree(os.environ["PREFECT_HOME"], ignore_errors=True)


@pytest.fixture
def world(tmp_path, monkeypatch, prefect_server):
    """A data folder with the shipped programme, cut to four agencies, and an invented address book."""
    furnish(tmp_path, "tn-nq94", AGENCIES, seed=7)
    monkeypatch.setenv("PLANCYCLE_DATA", str(tmp_path))
    yield tmp_path
    forget(tmp_path)


def letters(world):
    """Every letter of the outbox."""
    with open_house() as house, house.work() as work:
        return work.outbox.all()


def mailed(world):
    """What reached the mail folder."""
    return [message_from_bytes(path.read_bytes(), policy=policy.SMTP) for path in (world / "mail").glob("*.eml")]


def artifacts():
    """The newest artifact of every key on the server."""
    with get_client(sync_client=True) as client:
        return {one["key"]: one["data"] for one in client.request("POST", "/artifacts/latest/filter", json={}).json()}


def rows(key):
    """The rows of a table artifact."""
    return json.loads(artifacts()[key])


def fill_in(world, period):
    """Answer every workbook that was sent out and drop the answers into the inbox folder."""
    for path in sorted((world / "workbooks" / period).glob("*.xlsx")):
        (world / "inbox" / path.name).write_bytes(answered(path.read_bytes(), Period(period)))


def answered(workbook, period=Period.Q1, **changed):
    """A workbook with every question answered; ``changed``: other answers, by row."""
    book = spreadsheet.opened(workbook)
    agency = spreadsheet.stamp_of(book)["agency"]
    answers = Answers(Dice(7, agency), agency, 2025)
    for question in spreadsheet.questions(book):
        answer = changed.get(question.row) or answers.answer(period, question.row, question.field)
        spreadsheet.put(question, answer, Typing.NUMBERS)
    return spreadsheet.saved(book)


def approve(world):
    """Whoever has a letter follows its link and approves; a decision made before answers with itself."""
    bodies = [mail.get_body(("plain",)).get_content() for mail in mailed(world)]
    tokens = [found[1] for body in bodies if (found := re.search(r"/phe-duyet/([\w.~-]+)", body))]
    with open_house() as house:
        return [str(decide(house, token, True, "").approver) for token in tokens]


def test_dry_run_lists_what_it_would_send_and_sends_nothing(world):
    quarterly_checkin(**Q1)

    assert (letters(world), mailed(world), list(world.glob("workbooks/*"))) == ([], [], [])
    page = artifacts()["tn-nq94-2025-q1-preview"]
    assert f"**{AGENCIES} thư**" in page
    assert '"confirm": 4' in page
    assert page.count("\n### ") == AGENCIES
    assert "/phe-duyet/" not in page
    assert len(list(world.glob("preview/*-q1-yeu-cau-*/*.eml"))) == AGENCIES
    with open_house() as house, house.work() as work:
        assert work.cycles.all() == []


def test_asking_twice_sends_each_agency_one_letter_and_leaves_its_pages(world):
    quarterly_checkin(**Q1, **REALLY)
    quarterly_checkin(**Q1, dry_run=False, confirm=0)

    assert [one.status for one in letters(world)] == [MessageStatus.SENT] * AGENCIES
    assert len(mailed(world)) == AGENCIES
    assert {
        f"tn-nq94-2025-q1-{what}" for what in ("matrix", "timeliness", "overview", "messages")
    } <= artifacts().keys()
    addresses = [row["Địa chỉ (đã che)"] for row in rows("tn-nq94-2025-q1-messages")]
    assert ["***@" in address for address in addresses] == [True] * AGENCIES


def test_data_call_that_dies_after_its_work_and_is_retried_sends_one_letter(world):
    attempts = []

    @task(**{**LOCAL, "retry_delay_seconds": 0})
    def dies_once():
        ask_agency.fn(2025, "q1", "so-noi-vu", "Sở Nội vụ", OPENING)
        attempts.append(1)
        if len(attempts) == 1:
            raise OutsideFailure("prefect.letters_waiting", count=1)

    @flow
    def story():
        dies_once()
        send_letters(2025, OPENING)
        send_letters(2025, OPENING)

    story()

    assert len(attempts) == 2
    assert [(one.agency, one.attempts) for one in letters(world)] == [("so-noi-vu", 1)]
    assert len(mailed(world)) == 1


def test_relay_out_of_reach_leaves_the_letters_waiting_under_a_named_end(world, monkeypatch):
    monkeypatch.setenv("PLANCYCLE_MAIL_URL", "smtp://127.0.0.1:9")
    monkeypatch.setattr(send_letters, "retries", 0)

    end = quarterly_checkin(**Q1, **REALLY, return_state=True)

    assert (end.name, end.is_completed()) == ("Còn việc chờ gửi", True)
    assert {one.status for one in letters(world)} == {MessageStatus.QUEUED}
    monkeypatch.setenv("PLANCYCLE_MAIL_URL", "folder:")
    daily_sweep(year=2025, as_of="03/03/2025 08:00", dry_run=False)
    assert len(mailed(world)) == AGENCIES


def forge(edition):
    with open_house() as house, house.work() as work:
        (asked,) = work.editions.approvals(edition)
        done = replace(asked, status=ApprovalStatus.APPROVED, decided_by="pho-chu-tich", decided_at=asked.requested_at)
        work.editions.save_approval(done)


def unforge(edition):
    with open_house() as house, house.work() as work:
        (asked,) = work.editions.approvals(edition)
        work.editions.save_approval(replace(asked, status=ApprovalStatus.REQUESTED, decided_by=None, decided_at=None))


@pytest.fixture(scope="module")
def sent(tmp_path_factory, prefect_server):
    """A quarter's report on its way to its addressees: its folder, what every step came to, and the pages it left."""
    world = tmp_path_factory.mktemp("sent")
    furnish(world, "tn-nq94", AGENCIES, seed=7)
    with pytest.MonkeyPatch.context() as changed:
        changed.setenv("PLANCYCLE_DATA", str(world))
        yield SimpleNamespace(world=world, **send_a_report(world))
    forget(world)


def send_a_report(world):
    quarterly_checkin(**Q1, **REALLY)
    fill_in(world, "q1")
    collect_submissions(as_of="10/03/2025 09:00", dry_run=False)
    edition = consolidate("Quý I", 2025, final=True, as_of="26/03/2025 08:00")
    with open_house() as house, house.work() as work:
        newest = work.editions.of_period("tn-nq94-2025", Period.Q1)[-1].id
    asked = submit_to_ministries(**SUBMISSION, confirm=1, return_state=True)
    with pytest.raises(SignatureMismatchError):
        submit_to_ministries.validate_parameters({**SUBMISSION, "confirm": "0", "approved_by": "Lê Thị Duyệt"})
    forge(edition["edition"])  # the rows say approved, signed by nobody
    with pytest.raises(NotAllowed, match="chain_incomplete"):
        submit_to_ministries(**SUBMISSION)
    before = list(world.glob("transmitted/*/*"))
    unforge(edition["edition"])
    first = approve(world)
    halfway = submit_to_ministries(**SUBMISSION, return_state=True)
    both = approve(world)
    submit_to_ministries(**SUBMISSION)
    left = list(world.glob("transmitted/*/*"))
    return {
        "edition": edition,
        "newest": newest,
        "asked": asked.name,
        "before": before,
        "first": first,
        "halfway": halfway.name,
        "both": both,
        "left": left,
        "pages": artifacts().keys(),
    }


def test_nothing_leaves_before_a_named_person_approved_it(sent):
    assert (sent.first, sent.halfway, sorted(sent.both)) == (
        ["giam-doc"],
        "Chờ phê duyệt",
        ["giam-doc", "pho-chu-tich"],
    )
    assert sent.edition == {"edition": sent.newest, "is_new": True}
    assert (sent.asked, sent.before) == ("Chờ phê duyệt", [])
    assert len(sent.left) == 1
    steps = ("receipts", "consolidated", "documents", "transmittals")
    assert {f"tn-nq94-2025-q1-{step}" for step in steps} <= sent.pages


def test_a_report_that_was_sent_is_replaced_by_the_flow_only_once_the_new_one_is_approved(sent, monkeypatch):
    monkeypatch.setenv("PLANCYCLE_DATA", str(sent.world))
    as_of, act = "28/03/2025 09:00", {"reason": "Sai số liệu của một cơ quan", "actor": "Nguyễn Thị Lập"}
    with open_house(as_of=datetime(2025, 3, 28, 8, 0, tzinfo=ZONE)) as house:
        with house.work() as work:
            member = work.editions.get(sent.edition["edition"]).members[0]
        owed = ObligationKey("tn-nq94-2025", Period.Q1, member.agency)
        open_correction(house, owed, "Cơ quan báo nhầm số cuộc kiểm tra", member.agency)
        book = next(sent.world.glob(f"workbooks/q1/*{member.agency}*.xlsx")).read_bytes()
        receive(house, answered(book, inspections="97"), "dinh-chinh.xlsx", "folder")
        newer = consolidate_now(house, 2025, Period.Q1, final=True).edition.id
        operator = house.programmes.address_book(house.programme_id).operator_email
    shown = correct_upward("Thay thế", newer, **act, as_of=as_of, return_state=True)
    keys = [row["Khóa"] for row in rows("tn-nq94-2025-q1-transmittals")]
    done = correct_upward("Thay thế", newer, **act, as_of=as_of, dry_run=False, return_state=True)
    waiting = submit_to_ministries(**SUBMISSION | {"as_of": as_of}, return_state=True)
    before = transmittals()
    approve(sent.world)
    daily_sweep(year=2025, as_of="28/03/2025 09:30", dry_run=False)  # sends the letter to the second step
    approve(sent.world)
    for as_of in ("28/03/2025 10:00", "21/04/2025 08:00"):  # Friday; Monday, sixteen working days later
        daily_sweep(year=2025, as_of=as_of, dry_run=False)

    assert (shown.message, len(keys)) == ("Chạy thử: chưa gửi gì.", 1)
    assert (done.name, waiting.name) == ("Completed", "Chờ phê duyệt")
    first = sent.edition["edition"].rpartition("/")[2]
    assert before == [(first, "sent", "0")]
    assert transmittals() == [(first, "replaced", "0"), (newer.rpartition("/")[2], "sent", "3")]
    assert [one.to_address for one in letters(sent.world) if one.kind is MessageKind.ANSWER_OVERDUE] == [operator]


def transmittals():
    """Edition, standing and kind of everything handed over."""
    with open_house() as house, house.work() as work:
        known = work.transmittals.of_cycle("tn-nq94-2025")
    return sorted((one.edition.rpartition("/")[2], str(one.status), str(one.business)) for one in known)


def test_sweep_after_a_week_of_standstill_does_what_is_due_once(world):
    quarterly_checkin(**Q1, **REALLY)
    fill_in(world, "q1")
    (world / "inbox" / "ghi | chú.xlsx").write_bytes(b"not a workbook")

    for _ in range(2):
        daily_sweep(year=2025, as_of="18/03/2025 08:00", dry_run=False)

    keys = [one.key for one in letters(world)]
    assert len([key for key in keys if "/received-v1/" in key]) == AGENCIES
    assert [key for key in keys if "/remind" in key] == []
    with open_house() as house, house.work() as work:
        assert [one.number for one in work.editions.of_period("tn-nq94-2025", Period.Q1)] == [1, 2]
    assert [row["Tệp"] for row in rows("tn-nq94-quarantine")] == ["ghi | chú.xlsx"]


def test_announced_day_off_moves_the_reminders_and_the_sweep_journals_it_once(world):
    quarterly_checkin(**Q1, **REALLY)
    announced = world / "programmes/thai-nguyen-nq94/working-days.yaml"
    entry = "announced_days:\n  - {source: Công điện 99, announced: 10/03/2025, days_off: [20/03/2025]}\n"
    announced.write_text(announced.read_text("utf-8").replace("announced_days:\n", entry), "utf-8")

    for _ in range(2):
        daily_sweep(year=2025, as_of="11/03/2025 08:00", dry_run=False)

    with open_house() as house, house.work() as work:
        (moved,) = work.audit.find(("calendar.moved",), "tn-nq94-2025")
    assert moved.subject == "tn-nq94-2025/q1"
    assert "20/03/2025 17:00 sang 19/03/2025 17:00" in json.loads(moved.payload)["why"]["vi"]


def test_run_is_named_after_its_period(world):
    state = quarterly_checkin(**Q1, return_state=True)

    with get_client(sync_client=True) as client:
        run = client.request("GET", f"/flow_runs/{state.state_details.flow_run_id}").json()
    assert run["name"] == "Quý I/2025 · yêu cầu báo cáo"


LATER = "05/03/2025 09:00"
RESEND = {"period": "Quý I", "year": 2025, "reason": "Máy chủ thư của tỉnh hỏng", "actor": "Lan", "as_of": LATER}
MORE_TIME = {
    "period": "Quý I",
    "year": 2025,
    "agency": "so-noi-vu",
    "last_day": date(2025, 3, 24),
    "reason": "Bão số 3 làm hỏng kho lưu trữ",
    "document": "Công văn 12/SNV-TH ngày 05/03/2025",
    "requested_by": "Lan",
    "decided_by": "Hoàng Văn Lạ",
    "position": "Phó Giám đốc",
    "as_of": LATER,
}


def kinds(folder):
    return [one.kind for one in letters(folder)]


def test_a_changed_count_stops_the_act_and_a_timetable_needs_none(world):
    with pytest.raises(ActionNeeded, match="count_differs"):
        quarterly_checkin(**Q1, dry_run=False, confirm=AGENCIES - 1)
    assert (letters(world), mailed(world)) == ([], [])

    quick(quarterly_checkin, **Q1, dry_run=False)
    assert len(mailed(world)) == AGENCIES


def test_resending_to_all_needs_a_second_person_and_the_count(world):
    quick(quarterly_checkin, **Q1, dry_run=False)
    with pytest.raises(ActionNeeded, match="second_person"):
        resend_requests(**RESEND, dry_run=False, confirm=AGENCIES)
    with pytest.raises(NotAllowed, match="same_person"):
        resend_requests(**RESEND, seconded_by=" lan ", dry_run=False, confirm=AGENCIES)
    resend_requests(**RESEND, seconded_by="Hoa")
    assert f"**{AGENCIES} thư**" in artifacts()["tn-nq94-2025-q1-preview"]
    assert len(letters(world)) == AGENCIES

    resend_requests(**RESEND, seconded_by="Hoa", dry_run=False, confirm=AGENCIES)
    assert kinds(world) == [MessageKind.DATA_CALL] * 2 * AGENCIES


def test_a_decision_about_more_time_is_shown_then_made_with_its_letter(world):
    grant_extension(**MORE_TIME)
    assert kinds(world) == []
    with pytest.raises(ActionNeeded, match="count_differs"):
        grant_extension(**MORE_TIME, dry_run=False)

    grant_extension(**MORE_TIME, dry_run=False, confirm=1)
    assert kinds(world) == [MessageKind.EXTENSION]
    assert "Hoàng Văn Lạ" in artifacts()["tn-nq94-2025-q1-extension"]


def a_run(client, state, name):
    """A run of a deployment, put into a state without any process behind it."""
    flow_id = client.request("POST", "/flows/", json={"name": "reaped"}).json()["id"]
    deployment = client.request("POST", "/deployments/", json={"name": "reaped", "flow_id": flow_id}).json()["id"]
    run = client.request("POST", f"/deployments/{deployment}/create_flow_run", json={"name": name}).json()["id"]
    body = {"state": {"type": state, "name": state.title()}, "force": True}
    client.request("POST", f"/flow_runs/{run}/set_state", json=body)
    return run


def test_runs_without_a_sign_of_life_are_ended_and_living_ones_are_not(world):
    with get_client(sync_client=True) as client:
        dead = [a_run(client, "RUNNING", "đã chết"), a_run(client, "PENDING", "mắc kẹt")]
        living = a_run(client, "RUNNING", "còn sống")
        time.sleep(1.1)
        soon = datetime.now(UTC) + timedelta(seconds=40)  # the test's server may be slow to come round to asking
        about = {"prefect.resource.id": f"prefect.flow-run.{living}"}
        sign = Event(event="prefect.flow-run.heartbeat", resource=about, occurred=soon)
        client.request("POST", "/events", json=[sign.model_dump(mode="json")])
        since, until = (soon + timedelta(minutes=one) for one in (-2, 1))
        asked = {"filter": {"occurred": {"since": since.isoformat(), "until": until.isoformat()}}}
        asked["filter"]["event"] = {"name": [sign.event]}
        while not client.request("POST", "/events/filter", json=asked).json()["events"]:
            time.sleep(0.2)

        @flow
        def reap():
            return reap_dead_runs(silence=1)

        named = reap()
        states = [client.request("GET", f"/flow_runs/{run}").json()["state_type"] for run in (*dead, living)]
    assert (states, sorted(named)) == (["CRASHED", "CRASHED", "RUNNING"], ["mắc kẹt", "đã chết"])


def test_an_answer_brought_by_hand_is_on_time_by_when_it_was_handed_over(world):
    quick(quarterly_checkin, **Q1, **REALLY)
    fill_in(world, "q1")
    (path, *_) = sorted((world / "inbox").glob("*.xlsx"))
    (world / "nop-truc-tiep").mkdir(exist_ok=True)
    path.rename(world / "nop-truc-tiep" / path.name)
    given = {"file": path.name, "handed_over": "14/03/2025 16:00", "actor": "Vũ Thị Thư", "reason": "Mất mạng hai ngày"}
    quick(record_offline_submission, **given, as_of="28/03/2025 09:00")
    listed = artifacts()["tn-nq94-by-hand"]
    quick(record_offline_submission, **given, as_of="28/03/2025 09:00", dry_run=False)
    with open_house() as house, house.work() as work:
        taken = work.submissions.of_period("tn-nq94-2025", Period.Q1)

    assert path.stem in listed.replace("\\", "")
    assert [(one.is_late, one.sent_at.astimezone(ZONE).day) for one in taken] == [(False, 14)]


def test_an_alert_without_a_known_run_is_still_one_letter(world):
    for _ in range(2):
        quick(alert_operator, run="prefect.flow-run.0e9c", state="prefect.flow-run.Late", dry_run=False)

    (letter,) = mailed(world)
    assert "Lượt chạy chưa bắt đầu đúng giờ: 0e9c" in str(letter["Subject"])


def test_explanations_and_letters_in_doubt_are_listed_before_anybody_decides(world):
    quick(
        review_explanation,
        year=2025,
        number=1,
        verdict="Chấp nhận",
        reason="Đã đối chiếu sổ",
        actor="Lập",
        as_of=OPENING,
    )
    quick(resolve_doubt, letter="x", verdict="Coi như đã gửi", reason="Đã gọi điện hỏi", actor="Lập", as_of=OPENING)
    pages = artifacts()

    assert "Không có giải trình nào đang chờ" in pages["tn-nq94-2025-explanations"]
    assert "Không có thư nào chưa rõ" in pages["tn-nq94-doubts"]


def test_what_is_past_its_time_is_shown_first_and_goes_by_its_plan_and_two_names(world):
    quick(retention, as_of=OPENING)
    shown = artifacts()["tn-nq94-retention"]
    plan = re.search(r"[0-9a-f]{12}", shown)[0]
    with pytest.raises(NotAllowed):
        quick(retention, plan=plan, person="Lập", second="lập", as_of=OPENING, dry_run=False)
    quick(retention, plan=plan, person="Lập", second="Quản", as_of=OPENING, dry_run=False)

    assert "hai người" in shown
    with open_house() as house, house.work() as work:
        assert [one.actor for one in work.audit.find(["retention.applied"], "")] == ["Lập"]


def test_a_rehearsed_sweep_looks_for_no_dead_runs_and_asks_for_no_place_for_results(world, monkeypatch):
    asked, send = [], httpx.Client.send
    monkeypatch.setattr(httpx.Client, "send", lambda *of, **how: asked.append(of[1].url.path) or send(*of, **how))
    quick(daily_sweep, year=2025, as_of=OPENING, dry_run=False)

    assert "/api/flow_runs/" in asked
    assert not {"/api/flow_runs/filter", "/api/admin/storage"} & {*asked}
