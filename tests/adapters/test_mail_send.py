"""Letters leave: over real SMTP to the rehearsal's relay, or into a folder; every way of failing has its meaning."""

import json
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from plancycle.adapters.mail.sending import FolderPostman, Relay, SmtpPostman, letter_name, postman_for
from plancycle.domain.errors import DataProblem, OutsideFailure
from plancycle.rehearsal.relay import LEDGER, MailRelay
from plancycle.services.ports import AddressRefused

CLERK = "vt@so-y-te.example.vn"
GONE = "cu@so-y-te.example.vn"


def letter(body: str = "Kinh gui") -> bytes:
    head = f"From: snv@example.vn\r\nTo: {CLERK}\r\nDate: Thu, 04 Dec 2025 08:00:00 +0700\r\n\r\n"
    return f"{head}{body}\r\n.a line that starts with a dot\r\n".encode()


@contextmanager
def sending(relay: MailRelay) -> Iterator[SmtpPostman]:
    postman = SmtpPostman(Relay("127.0.0.1", relay.port), timeout=5, final_timeout=5)
    try:
        yield postman
    finally:
        postman.close()


@contextmanager
def scripted_server(conversations: Sequence[Sequence[bytes]]) -> Iterator[int]:
    """A server that says each line in turn and hangs up after the last one of a conversation."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        for lines in conversations:
            connection, _ = listening.accept()
            with connection, connection.makefile("rb") as commands:
                for line in lines:
                    connection.sendall(line + b"\r\n")
                    while (said := commands.readline()) and line.startswith(b"354") and said != b".\r\n":
                        pass

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        thread.join(10)
        listening.close()


def test_letters_arrive_byte_for_byte_in_order(tmp_path: Path) -> None:
    letters = [letter(f"thu {number}") for number in range(3)]
    with MailRelay(tmp_path) as relay, sending(relay) as postman:
        replies = [postman.deliver(CLERK, data) for data in letters]
        assert [path.read_bytes() for path in relay.mailbox(CLERK)] == letters
        assert [path.name[:5] for path in relay.mailbox(CLERK.upper())] == ["00001", "00002", "00003"]
    assert replies == ["250 OK: stored"] * 3


def test_a_refused_address_bounces_and_the_next_letter_goes_out(tmp_path: Path) -> None:
    with MailRelay(tmp_path, refused=[GONE]) as relay, sending(relay) as postman:
        with pytest.raises(AddressRefused, match=r"^550 5\.1\.1"):
            postman.deliver(GONE, letter())
        postman.deliver(CLERK, letter())
        assert (len(relay.mailbox(GONE)), len(relay.mailbox(CLERK))) == (0, 1)
        assert [line.outcome for line in relay.ledger] == ["refused", "accepted"]


def test_a_connection_lost_between_letters_is_opened_again(tmp_path: Path) -> None:
    with MailRelay(tmp_path) as relay, sending(relay) as postman:
        postman.deliver(CLERK, letter("mot"))
        relay.hang_up()
        postman.deliver(CLERK, letter("hai"))
        assert [path.read_bytes() for path in relay.mailbox(CLERK)] == [letter("mot"), letter("hai")]


def test_the_relay_counts_on_in_a_folder_it_has_used_before(tmp_path: Path) -> None:
    for body in ("mot", "hai"):
        with MailRelay(tmp_path) as relay, sending(relay) as postman:
            postman.deliver(CLERK, letter(body))
    assert [path.read_bytes() for path in relay.mailbox(CLERK)] == [letter("mot"), letter("hai")]
    lines = [json.loads(line) for line in (tmp_path / LEDGER).read_text(encoding="utf-8").splitlines()]
    assert [(line["number"], line["to_address"], line["outcome"]) for line in lines] == [
        (1, CLERK, "accepted"),
        (2, CLERK, "accepted"),
    ]


def test_the_relay_closes_while_somebody_still_talks_to_it(tmp_path: Path) -> None:
    with MailRelay(tmp_path) as relay:
        postman = SmtpPostman(Relay("127.0.0.1", relay.port), timeout=5)
        postman.deliver(CLERK, letter())
    with pytest.raises(OutsideFailure) as failure:
        postman.deliver(CLERK, letter())
    assert failure.value.key == "mail.not_delivered"


GREETING = (b"220 hello", b"250 hello")
UP_TO_THE_DOT = (*GREETING, b"250 ok", b"250 ok", b"354 go on")
GOODBYE = (b"250 reset", b"221 bye")


@pytest.mark.parametrize(
    ("lines", "key"),
    [
        ([b"421 too busy"], "mail.not_delivered"),
        ([b"554 no service"], "mail.not_delivered"),
        ([*GREETING, b"550 sender not wanted"], "mail.not_delivered"),
        ([*GREETING, b"250 ok", b"451 greylisted", *GOODBYE], "mail.not_delivered"),
        ([*GREETING, b"250 ok", b"250 ok", b"451 no room", *GOODBYE], "mail.not_delivered"),
        ([*GREETING, b"250 ok"], "mail.not_delivered"),
        ([*UP_TO_THE_DOT], "mail.unknown"),
        (
            [*UP_TO_THE_DOT, b"452 no room", *GOODBYE],
            "mail.not_delivered",
        ),
    ],
    ids=[
        "421",
        "554",
        "sender",
        "rcpt 451",
        "data 451",
        "hangs up early",
        "hangs up after the dot",
        "452 after the dot",
    ],
)
def test_what_went_wrong_says_whether_the_letter_may_have_arrived(lines: Sequence[bytes], key: str) -> None:
    with scripted_server([lines]) as port:
        postman = SmtpPostman(Relay("127.0.0.1", port), timeout=5, final_timeout=5)
        with pytest.raises(OutsideFailure) as failure:
            postman.deliver(CLERK, letter())
        assert failure.value.key == key
        postman.close()


def test_a_letter_the_relay_will_never_take_is_refused_for_good() -> None:
    lines = [*UP_TO_THE_DOT, b"554 5.7.1 not this", *GOODBYE]
    with scripted_server([lines]) as port:
        postman = SmtpPostman(Relay("127.0.0.1", port), timeout=5)
        with pytest.raises(AddressRefused, match=r"^554 5\.7\.1 not this"):
            postman.deliver(CLERK, letter())
        postman.close()


def test_a_relay_that_never_answers_the_last_dot_leaves_the_letter_unknown() -> None:
    silent = threading.Event()
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listening.accept()
        with connection:
            for line in UP_TO_THE_DOT:
                connection.sendall(line + b"\r\n")
                connection.recv(4096)
            silent.wait(10)

    thread = threading.Thread(target=serve)
    thread.start()
    postman = SmtpPostman(Relay("127.0.0.1", listening.getsockname()[1]), timeout=5, final_timeout=0.2)
    with pytest.raises(OutsideFailure) as failure:
        postman.deliver(CLERK, letter())
    silent.set()
    thread.join(10)
    listening.close()
    assert failure.value.key == "mail.unknown"


def test_nobody_listening_means_try_again_later() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(OutsideFailure) as failure:
        SmtpPostman(Relay("127.0.0.1", port), timeout=5).deliver(CLERK, letter())
    assert (failure.value.key, failure.value.params["port"]) == ("mail.not_delivered", port)


def test_the_folder_keeps_one_file_for_one_letter(tmp_path: Path) -> None:
    postman = FolderPostman(tmp_path / "mail")
    names = [postman.deliver(CLERK, data) for data in (letter(), letter(), letter("khac"))]
    postman.close()
    assert names[0] == names[1] != names[2]
    assert sorted(path.name for path in (tmp_path / "mail").iterdir()) == sorted(set(names))
    assert (tmp_path / "mail" / names[0]).read_bytes() == letter()


def test_a_letter_in_the_folder_is_named_by_time_recipient_and_bytes() -> None:
    assert letter_name(CLERK, letter()).startswith("20251204-080000_vt-at-so-y-te.example.vn_")
    assert letter_name("../../etc/x@y", b"From: a@b\r\n\r\nx").startswith("undated_etc-x-at-y_")


def test_a_folder_that_cannot_be_written_means_try_again_later(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file stands where the folder should be")
    with pytest.raises(OutsideFailure) as failure:
        FolderPostman(tmp_path / "mail").deliver(CLERK, letter())
    assert failure.value.key == "mail.folder_failed"


def test_the_mail_url_chooses_the_postman(tmp_path: Path) -> None:
    FolderPostman(tmp_path / "mail").deliver(CLERK, letter())
    postman_for("folder:", tmp_path).deliver(CLERK, letter("hai"))
    postman_for(f"folder:{tmp_path / 'elsewhere'}", tmp_path).deliver(CLERK, letter())
    assert (len(list((tmp_path / "mail").iterdir())), len(list((tmp_path / "elsewhere").iterdir()))) == (2, 1)
    with MailRelay(tmp_path / "relay") as relay:
        postman = postman_for(relay.url, tmp_path)
        postman.deliver(CLERK, letter())
        postman.close()
        assert len(relay.mailbox(CLERK)) == 1


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("", "mail.url_invalid"),
        ("http://relay.example.vn", "mail.url_invalid"),
        ("smtp://", "mail.url_invalid"),
        ("smtp://relay.example.vn:99999", "mail.url_invalid"),
        ("smtp://user:secret@relay.example.vn", "mail.password_in_clear"),
    ],
)
def test_a_mail_url_that_cannot_be_right_is_refused_without_showing_the_password(
    url: str, key: str, tmp_path: Path
) -> None:
    with pytest.raises(DataProblem) as refusal:
        postman_for(url, tmp_path)
    assert refusal.value.key == key
    assert "secret" not in str(refusal.value)
