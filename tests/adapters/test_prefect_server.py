"""Setting up a Prefect server: one that is still starting is waited for, one that is not there is named."""

import threading
import time
from http.server import ThreadingHTTPServer

import pytest
from prefect_stand_in import saying

from plancycle.adapters import prefect_server
from plancycle.adapters.processes import free_port
from plancycle.cli import run
from plancycle.domain.errors import OutsideFailure


def test_a_server_that_is_still_starting_is_waited_for():
    port = free_port()
    servers = []

    def start_late() -> None:
        time.sleep(0.3)
        servers.append(ThreadingHTTPServer(("127.0.0.1", port), saying({})))
        servers[0].serve_forever(poll_interval=0.01)

    thread = threading.Thread(target=start_late)
    thread.start()
    began = time.monotonic()
    prefect_server.wait_for_server(f"http://127.0.0.1:{port}/api", timeout=20)
    waited = time.monotonic() - began
    servers[0].shutdown()
    thread.join()
    servers[0].server_close()

    assert waited >= 0.25


def test_a_server_that_never_answers_is_named():
    address = f"http://127.0.0.1:{free_port()}/api"

    with pytest.raises(OutsideFailure) as refused:
        prefect_server.wait_for_server(address, timeout=0)

    assert refused.value.key == "runs.not_answering"
    assert address in str(refused.value.params["reason"])


@pytest.mark.parametrize(("home", "is_ours"), [("prefect", True), ("another-year", False), ("", False)])
def test_a_server_that_took_the_port_first_is_not_taken_for_our_own(tmp_path, home, is_ours):
    told = {"/api/admin/settings": {"home": str(tmp_path / home)} if home else {}}
    with ThreadingHTTPServer(("127.0.0.1", 0), saying(told)) as other:
        thread = threading.Thread(target=other.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        ours = prefect_server.PrefectServer(tmp_path / "prefect", tmp_path / "log", port=other.server_address[1])
        try:
            assert ours.is_healthy() is is_ours
        finally:
            other.shutdown()
            thread.join()


def test_the_command_says_it_in_words_without_a_traceback(monkeypatch, capsys):
    address = f"http://127.0.0.1:{free_port()}/api"
    monkeypatch.setattr(prefect_server.wait_for_server, "__defaults__", (0,))

    code = run(["prefect", "install", "--api-url", address])

    assert code == OutsideFailure.exit_code
    assert "Máy chủ Prefect không trả lời" in capsys.readouterr().err
