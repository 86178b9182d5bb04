"""An approved edition reaches its addressee once, whatever goes wrong; the ministry listens on loopback, for real."""

import hashlib
import json
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from plancycle.adapters.gateways import ANSWER, MANIFEST, FolderGateway, HttpGateway, metadata
from plancycle.adapters.timed_http import Answered, TimedHttp
from plancycle.domain.consolidation import DocumentFile, bundle_sha256
from plancycle.domain.errors import DataProblem, OutsideFailure
from plancycle.rehearsal.faults import Fault
from plancycle.rehearsal.ministry import Ministry
from plancycle.services.ports import Gateway, Package
from plancycle.services.report_contents import RenderedFile

KEY = "tn-nq94-2025/annual/e3/bo-noi-vu"
EDITION = "ed" * 32
FILES = (
    RenderedFile("docx", "Báo cáo.docx", b"PK\x03\x04 word \r\n--x\r\n\x00\xff"),
    RenderedFile("pdf", "Báo cáo.pdf", bytes(range(256)) * 40),
)


def bundle_of(files: tuple[RenderedFile, ...]) -> str:
    listed = [
        DocumentFile("e3", file.kind, file.file_name, hashlib.sha256(file.data).hexdigest(), len(file.data))
        for file in files
    ]
    return bundle_sha256(EDITION, listed)


BUNDLE = bundle_of(FILES)
PACKAGE = Package(
    key=KEY,
    sender="so-noi-vu",
    addressee="bo-noi-vu",
    document_number="12/BC-SNV",
    subject="Báo cáo kết quả thực hiện Nghị quyết 94 năm 2025",
    edition_sha256=EDITION,
    bundle_sha256=BUNDLE,
    files=FILES,
)
OTHER = replace(PACKAGE, files=FILES[:1], bundle_sha256=bundle_of(FILES[:1]))

Start = Callable[..., tuple[Ministry, HttpGateway]]


@pytest.fixture
def start(tmp_path: Path, request: pytest.FixtureRequest) -> Start:
    """Start a ministry with a script and a gateway to it."""

    def start(*faults: Fault, timeout: float = 5.0, register_after: int | None = 1) -> tuple[Ministry, HttpGateway]:
        ministry = Ministry(tmp_path / "ministry", {"bo-noi-vu": faults}, register_after).__enter__()
        request.addfinalizer(lambda: ministry.__exit__(None, None, None))
        return ministry, HttpGateway(ministry.url, timeout)

    return start


def test_a_delivery_arrives_whole_is_registered_and_acknowledged(start: Start, tmp_path: Path) -> None:
    ministry, gateway = start(register_after=2)
    reply = gateway.send(PACKAGE)
    assert (reply.state, json.loads(reply.body)["status"]) == ("sent", "01")
    [receipt] = ministry.ledger()
    assert (receipt.key, receipt.bundle_sha256, receipt.files) == (KEY, BUNDLE, ("Bao-cao.docx", "Bao-cao.pdf"))
    assert receipt.subject == PACKAGE.subject
    states = [gateway.ask("bo-noi-vu", KEY) for _ in range(3)]
    assert [state.state for state in states if state] == ["sent", "acknowledged", "acknowledged"]


def test_nobody_knows_a_key_that_was_never_sent(start: Start) -> None:
    _, gateway = start()
    assert gateway.ask("bo-noi-vu", KEY) is None


def test_the_same_key_with_the_same_bytes_counts_once(start: Start) -> None:
    ministry, gateway = start()
    assert [gateway.send(PACKAGE).state for _ in range(3)] == ["sent", "sent", "sent"]
    assert (ministry.deliveries, len(ministry.ledger())) == (3, 1)


def test_the_same_key_with_other_bytes_is_a_conflict_for_a_person(start: Start) -> None:
    ministry, gateway = start()
    gateway.send(PACKAGE)
    assert gateway.send(OTHER).state == "conflict"
    asked = gateway.ask("bo-noi-vu", KEY, OTHER.bundle_sha256)
    assert asked is not None
    assert asked.state == "conflict"
    assert [receipt.bundle_sha256 for receipt in ministry.ledger()] == [BUNDLE]


@pytest.mark.parametrize(
    ("fault", "state", "effects"),
    [
        (Fault.CONFLICT, "conflict", 0),
        (Fault.REFUSE, "refused", 0),
        (Fault.WRONG_HASH, "conflict", 1),
    ],
)
def test_an_answer_is_read_for_what_it_says(start: Start, fault: Fault, state: str, effects: int) -> None:
    ministry, gateway = start(fault)
    assert gateway.send(PACKAGE).state == state
    assert len(ministry.ledger()) == effects


@pytest.mark.parametrize("fault", [Fault.BUSY, Fault.BROKEN, Fault.REDIRECT])
def test_what_asking_shows_was_not_taken_can_be_sent_again(start: Start, fault: Fault) -> None:
    ministry, gateway = start(fault)
    with pytest.raises(OutsideFailure) as failed:
        gateway.send(PACKAGE)
    assert failed.value.key == "gateway.unknown"
    assert gateway.ask("bo-noi-vu", KEY) is None
    assert gateway.send(PACKAGE).state == "sent"
    assert len(ministry.ledger()) == 1


def test_silence_after_sending_is_unknown_and_asking_settles_it(start: Start) -> None:
    ministry, gateway = start(Fault.TIMEOUT_AFTER_EFFECT, timeout=0.4)
    with pytest.raises(OutsideFailure) as failed:
        gateway.send(PACKAGE)
    assert failed.value.key == "gateway.unknown"
    answer = gateway.ask("bo-noi-vu", KEY)
    assert answer is not None
    assert answer.state == "acknowledged"
    assert len(ministry.ledger()) == 1


def test_nobody_listening_is_not_delivered_and_no_answer() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        gateway = HttpGateway(f"http://127.0.0.1:{free.getsockname()[1]}", 1.0)
    with pytest.raises(OutsideFailure) as failed:
        gateway.send(PACKAGE)
    assert failed.value.key == "gateway.not_delivered"
    with pytest.raises(OutsideFailure) as silent:
        gateway.ask("bo-noi-vu", KEY)
    assert silent.value.key == "gateway.no_answer"


def test_a_refused_document_stays_refused(start: Start) -> None:
    ministry, gateway = start(register_after=None)
    gateway.send(PACKAGE)
    ministry.refuse(KEY)
    answer = gateway.ask("bo-noi-vu", KEY)
    assert answer is not None
    assert answer.state == "refused"


def test_the_ministry_registers_when_told_and_remembers_after_a_restart(start: Start) -> None:
    ministry, gateway = start(register_after=None)
    gateway.send(PACKAGE)
    ministry.register(KEY)
    _, later = start(register_after=None)
    assert later.send(PACKAGE).state == "sent"
    answer = later.ask("bo-noi-vu", KEY)
    assert answer is not None
    assert answer.state == "acknowledged"


@pytest.mark.parametrize(
    "change",
    [
        {"files": [("file", ("Bao-cao.docx", b"other bytes", "application/octet-stream"))]},
        {"headers": {"Idempotency-Key": "another"}},
        {"files": []},
    ],
)
def test_the_ministry_refuses_what_its_hashes_do_not_fit(start: Start, change: dict[str, object]) -> None:
    ministry, _ = start()
    form = {
        "headers": {"Idempotency-Key": KEY},
        "files": [("file", ("Bao-cao.docx", PACKAGE.files[0].data, "application/octet-stream"))],
    } | change
    form["files"] = [("metadata", (None, metadata(OTHER).encode(), "application/json")), *form["files"]]  # type: ignore[misc]
    answer = httpx.post(f"{ministry.url}/documents", trust_env=False, **form)  # type: ignore[arg-type]
    assert (answer.status_code, answer.json()["status"]) == (422, "02")
    assert ministry.ledger() == ()


def test_a_delivery_is_the_same_request_every_time(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[httpx.Headers, bytes]] = []

    def catch(self: TimedHttp, request: httpx.Request) -> Answered:
        sent.append((request.headers, request.read()))
        return Answered(200, json.dumps({"bundle_sha256": BUNDLE}).encode())

    monkeypatch.setattr(TimedHttp, "call", catch)
    for _ in range(2):
        HttpGateway("http://127.0.0.1:1").send(PACKAGE)
    assert sent[0] == sent[1]
    assert sent[0][0]["Idempotency-Key"] == KEY


@pytest.mark.parametrize("url", ["", "folder:", "ftp://bo.gov.vn", "http://", "bo.gov.vn"])
def test_an_address_that_is_not_http_is_refused_at_once(url: str) -> None:
    with pytest.raises(DataProblem) as refused:
        HttpGateway(url)
    assert refused.value.key == "gateway.bad_url"


def test_a_folder_delivery_holds_the_files_and_their_manifest(tmp_path: Path) -> None:
    gateway: Gateway = FolderGateway(tmp_path)
    reply = gateway.send(PACKAGE)
    [place] = (tmp_path / "bo-noi-vu").iterdir()
    assert sorted(path.name for path in place.iterdir()) == ["Bao-cao.docx", "Bao-cao.pdf", MANIFEST]
    assert (place / "Bao-cao.pdf").read_bytes() == PACKAGE.files[1].data
    assert (reply.state, reply.body) == ("sent", metadata(PACKAGE))
    assert json.loads(reply.body)["bundle_sha256"] == BUNDLE


def test_a_folder_delivery_that_was_killed_leaves_nothing_beside_the_one_that_follows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between writing and renaming: nothing is tidied up, and the folder must not hold the report twice."""
    with monkeypatch.context() as killed:
        killed.setattr("shutil.rmtree", lambda *given, **more: None)
        killed.setattr("os.rename", lambda *given: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            FolderGateway(tmp_path).send(PACKAGE)
    left = len(list(tmp_path.glob(f"*/*/{MANIFEST}")))
    FolderGateway(tmp_path).send(PACKAGE)

    assert (left, len(list(tmp_path.glob(f"*/*/{MANIFEST}")))) == (1, 1)


def test_a_folder_counts_a_key_once_and_refuses_other_bytes(tmp_path: Path) -> None:
    gateway = FolderGateway(tmp_path)
    assert [gateway.send(package).state for package in (PACKAGE, PACKAGE, OTHER)] == ["sent", "sent", "conflict"]
    assert len(list((tmp_path / "bo-noi-vu").iterdir())) == 1


def test_keys_that_look_alike_once_made_safe_stay_apart(tmp_path: Path) -> None:
    gateway = FolderGateway(tmp_path)
    for key in ("a/b", "a-b", "../a-b"):
        assert gateway.send(replace(PACKAGE, key=key, addressee="../../x")).state == "sent"
    assert len(list((tmp_path / "x").iterdir())) == 3
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (None, "sent"),
        ('{"status": "01"}', "sent"),
        ('{"status": "02"}', "refused"),
        ('{"status": "03"}', "acknowledged"),
        ('{"status": "99"}', "sent"),
    ],
)
def test_a_folder_answers_with_what_a_person_left_in_it(tmp_path: Path, answer: str | None, state: str) -> None:
    gateway = FolderGateway(tmp_path)
    assert gateway.ask("bo-noi-vu", KEY) is None
    gateway.send(PACKAGE)
    [place] = (tmp_path / "bo-noi-vu").iterdir()
    if answer is not None:
        (place / ANSWER).write_text(answer, encoding="utf-8")
    reply = gateway.ask("bo-noi-vu", KEY)
    assert reply is not None
    assert reply.state == state


@pytest.mark.parametrize("answer", ["", "[]", '{"status": 3}', "đã nhận"])
def test_an_answer_nobody_understands_is_no_answer(tmp_path: Path, answer: str) -> None:
    gateway = FolderGateway(tmp_path)
    gateway.send(PACKAGE)
    [place] = (tmp_path / "bo-noi-vu").iterdir()
    (place / ANSWER).write_text(answer, encoding="utf-8")
    with pytest.raises(OutsideFailure) as silent:
        gateway.ask("bo-noi-vu", KEY)
    assert silent.value.key == "gateway.no_answer"
