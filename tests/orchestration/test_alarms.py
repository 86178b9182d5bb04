"""Each of the five things an automation watches for, brought about on a real server, ends as a letter to a person.

Failed, crashed, late, suspended too long, and a zombie: a run that Prefect calls running although its process is gone.
``plancycle prefect install`` sets the server up from a copy of the shipped files in which the waiting times are short.
"""

import asyncio
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from contextlib import chdir
from email import message_from_bytes, policy
from pathlib import Path

import httpx
import pytest
from aiosmtpd.controller import Controller
from several_machines import ask, processes_of, wait_for

from plancycle.adapters.prefect_server import PrefectServer, project_root, worker_command
from plancycle.adapters.processes import Child, free_port
from plancycle.rehearsal.stage import furnish

YEAR, AGENCIES, PATIENCE = 2025, 4, 240
SHORTER = {
    "deployments/automations.yaml": {"within: 300": "within: 75", "within: 259200": "within: 10"},
    "deployments/prefect.env": {
        "PREFECT_FLOWS_HEARTBEAT_FREQUENCY=60": "PREFECT_FLOWS_HEARTBEAT_FREQUENCY=30",
        "LATE_RUNS_AFTER_SECONDS=600": "LATE_RUNS_AFTER_SECONDS=10\nPREFECT_SERVER_EVENTS_PROACTIVE_GRANULARITY=PT2S",
    },
}
"""What the shipped files say, and what it is here: nobody waits three days for a test."""
PERIODS = {  # the first day of each period: Thursday, Saturday and Monday
    "draft_plans": {"as_of": "02/01/2025 09:00"},
    "quarterly_checkin": {"as_of": "01/03/2025 09:00", "quarter": "Quý I"},
    "annual_evaluation": {"as_of": "03/11/2025 09:00"},
}
CANARIES = {"PLANCYCLE_METRICS_KEY": "chim-yen-giam-sat-5a5a", "PLANCYCLE_EXCHANGE_SECRET": "chim-yen-truc-77ab"}
A_LINK = re.compile(r"/(?:n|phe-duyet)/[\w.~-]{12,}")
pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]


class Relay:
    """Takes a letter to the operator at once; an agency's takes so long that its run is still running."""

    def __init__(self):
        self.letters = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - the name aiosmtpd calls
        if not envelope.rcpt_tos[0].startswith("van-hanh"):
            await asyncio.sleep(PATIENCE)
        self.letters.append(message_from_bytes(envelope.content, policy=policy.SMTP))
        return "250 kept"


class Office:
    """A server that ``plancycle prefect install`` has set up, a worker that can be taken away, and the relay."""

    def __init__(self, folder, server, relay_port, relay):
        ours = {
            "PLANCYCLE_DATA": str(folder / "data"),
            "PLANCYCLE_PREFECT_API_URL": server.api_url,
            "PLANCYCLE_MAIL_URL": f"smtp://127.0.0.1:{relay_port}",
        }
        self.folder, self.relay, self.api, self.ui = folder, relay, server.api_url, server.ui_url
        self.env = {**server.env, **ours, **CANARIES, "PREFECT_WORKER_QUERY_SECONDS": "2"}
        self.worker = Child("worker", worker_command(4), self.env, folder / "worker.log", cwd=server.root)

    def install(self, root):
        """The verb an administrator gives; what it said."""
        command = [sys.executable, "-m", "plancycle", "prefect", "install", "--json"]
        done = subprocess.run(command, cwd=root, env=self.env, capture_output=True, text=True, check=True, timeout=300)
        return json.loads(done.stdout)

    def run(self, deployment, parameters):
        """Ask for a run; its id."""
        (found,) = ask(self.api, "/deployments/filter", {"deployments": {"name": {"any_": [deployment]}}})
        body = {"parameters": parameters, "state": {"type": "SCHEDULED"}}
        return ask(self.api, f"/deployments/{found['id']}/create_flow_run", body)["id"]

    def standing(self, run):
        """The name of a run's state."""
        return httpx.get(f"{self.api}/flow_runs/{run}", timeout=60, trust_env=False).json()["state"]["name"]

    def sending(self, deployment):
        """A run that writes to the agencies, for real, and is in the middle of it: its id and its process."""
        run = self.run(deployment, {"year": YEAR, "dry_run": False, "confirm": AGENCIES, **PERIODS[deployment]})
        wait_for(lambda: self.standing(run) == "Running", PATIENCE, "the run does not begin")
        (process, *_) = [pid for pid in self.processes()[1:] if is_about(pid, run)]
        wait_for(lambda: self.beats(run), PATIENCE, "no heartbeat is heard of")
        return run, process

    def processes(self):
        """The worker and everything it started."""
        return processes_of(self.worker)

    def beats(self, run):
        """Whether the server has heard a heartbeat."""
        wanted = {"event": {"name": ["prefect.flow-run.heartbeat"]}, "resource": {"id": [f"prefect.flow-run.{run}"]}}
        return ask(self.api, "/events/filter", {"filter": wanted, "limit": 1})["events"]

    def told(self, run, words):
        """The letters about a run; waits for the one with these words in its subject."""
        link = f"{self.ui}/v2/runs/flow-run/{run}"

        def about():
            return [one for one in self.relay.letters if link in text_of(one)]

        wait_for(
            lambda: any(words in str(one["Subject"]) for one in about()), PATIENCE, f"{words}: {self.standing(run)}"
        )
        return [str(one["Subject"]) for one in about()]


def text_of(letter):
    return letter.get_body(("plain",)).get_content()


def is_about(pid, run):
    """Whether a process was started for that run."""
    try:
        return run.encode() in Path(f"/proc/{pid}/environ").read_bytes() + Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def shortened(folder):
    """A copy of what is shipped for Prefect, with short waiting times. Fails when a place to shorten is gone."""
    shutil.copytree(project_root() / "deployments", folder / "deployments")
    shutil.copy(project_root() / "prefect.yaml", folder)
    for name, changes in SHORTER.items():
        text = (folder / name).read_text("utf-8")
        for old, new in changes.items():
            text, count = re.subn(rf"{re.escape(old)}$", new, text, flags=re.M)
            assert count == 1, (name, old)
        (folder / name).write_text(text, "utf-8")
    return folder


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    folder = tmp_path_factory.mktemp("alarms")
    furnish(folder / "data", "tn-nq94", AGENCIES, seed=7)
    relay = Relay()
    listening = Controller(relay, hostname="127.0.0.1", port=free_port())
    listening.start()
    root = shortened(folder / "root")
    with chdir(root):
        server = PrefectServer(folder / "prefect", folder / "prefect.log", port=free_port())
    with server:
        server.wait_healthy(PATIENCE)
        opened = Office(folder, server, listening.port, relay)
        said = opened.install(root)
        assert (said["automations"], said["deployments"] > 15) == (4, True)
        opened.worker.start()
        yield opened
        for pid in reversed(opened.processes()):
            os.kill(pid, signal.SIGKILL)
        opened.worker.kill()
    listening.stop()


def test_a_run_that_fails_is_told_once(office):
    run = office.run("submit_to_ministries", {"period": "Quý I", "year": YEAR})  # there is no final edition

    assert office.told(run, "bị hỏng") == ["[TN-NQ94] Lượt chạy bị hỏng: Quý I/2025 · trình và gửi báo cáo"]


def test_a_run_whose_process_is_killed_is_told_as_broken_off(office):
    run, process = office.sending("quarterly_checkin")
    os.kill(process, signal.SIGKILL)

    assert office.told(run, "bị ngắt") == ["[TN-NQ94] Lượt chạy bị ngắt giữa chừng: Quý I/2025 · yêu cầu báo cáo"]


def test_a_run_that_waits_suspended_is_told(office):
    run, _ = office.sending("draft_plans")
    suspended = {"state": {"type": "PAUSED", "name": "Suspended"}}
    assert ask(office.api, f"/flow_runs/{run}/set_state", suspended)["status"] == "ACCEPT"

    assert office.told(run, "tạm dừng") == ["[TN-NQ94] Lượt chạy tạm dừng quá 3 ngày: Năm 2025 · dự thảo kế hoạch"]


def test_a_run_whose_worker_died_with_it_is_called_crashed_and_told(office):
    run, _ = office.sending("annual_evaluation")
    for pid in office.processes():
        os.kill(pid, signal.SIGKILL)
    office.worker.kill()
    assert office.standing(run) == "Running"
    office.worker.start()

    assert office.told(run, "bị ngắt") == ["[TN-NQ94] Lượt chạy bị ngắt giữa chừng: Năm 2025 · đánh giá năm"]
    assert office.standing(run) == "Crashed"


def test_a_run_nobody_took_up_in_time_is_told_by_its_step_when_a_worker_is_back(office):
    office.worker.stop()
    run = office.run("consolidate", {"period": "Quý I", "year": YEAR})
    wait_for(lambda: office.standing(run) == "Late", PATIENCE, "the run is not called late")
    office.worker.start()
    (told,) = office.told(run, "chưa bắt đầu đúng giờ")

    assert told.rpartition(": ")[2] in ("Tổng hợp", "Quý I/2025 · tổng hợp")  # as it stands when the letter is written


def test_nothing_the_server_keeps_carries_a_secret_or_a_link_into_the_portal(office):
    assert office.told(office.run("submit_to_ministries", {"period": "Quý II", "year": YEAR}), "bị hỏng")
    kept = {
        what: json.dumps(ask(office.api, f"/{what}/filter", {"limit": 200}), ensure_ascii=False)
        for what in ("artifacts", "flow_runs", "task_runs", "logs")
    }
    kept |= {"worker.log": (office.folder / "worker.log").read_text("utf-8")}
    secrets = [(office.folder / "data/secret.key").read_text("ascii").strip(), *CANARIES.values()]

    assert [what for what, text in kept.items() if len(text) < 100] == []
    assert [what for what, text in kept.items() if any(one in text for one in secrets) or A_LINK.search(text)] == []
