"""Letters leave: over real SMTP to the rehearsal's relay, or into a folder; every way of failing has its meaning."""

import json
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from plancycle.adapters.mail.relays import Relay
from plancycle.adapters.mail.sending import FolderPostman, SmtpPostman, letter_name, postman_for
from plancycle.domain.errors import OutsideFailure
from plancycle.rehearsal.relay import MailRelay
from plancycle.rehearsal.relay_book import LEDGER
from plancycle.services.ports import AddressPostponed, AddressRefused

CLERK = "vt@so-y-te.example.vn"
GONE = "cu@so-y-te.example.vn"


def at_once() -> None:
    """Nothing to write down before a letter leaves."""


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
        replies = [postman.deliver(CLERK, data, at_once) for data in letters]
        assert [path.read_bytes() for path in relay.mailbox(CLERK)] == letters
        assert [path.name[:5] for path in relay.mailbox(CLERK.upper())] == ["00001", "00002", "00003"]
    assert replies == ["250 OK: stored"] * 3


def test_a_refused_address_bounces_and_the_next_letter_goes_out(tmp_path: Path) -> None:
    with MailRelay(tmp_path, refused=[GONE]) as relay, sending(relay) as postman:
        with pytest.raises(AddressRefused, match=r"^550 5\.1\.1"):
            postman.deliver(GONE, letter(), at_once)
        postman.deliver(CLERK, letter(), at_once)
        assert (len(relay.mailbox(GONE)), len(relay.mailbox(CLERK))) == (0, 1)
        assert [line.outcome for line in relay.ledger] == ["refused", "accepted"]


def test_a_connection_lost_between_letters_is_opened_again(tmp_path: Path) -> None:
    with MailRelay(tmp_path) as relay, sending(relay) as postman:
        postman.deliver(CLERK, letter("mot"), at_once)
        relay.hang_up()
        postman.deliver(CLERK, letter("hai"), at_once)
        assert [path.read_bytes() for path in relay.mailbox(CLERK)] == [letter("mot"), letter("hai")]


def test_the_relay_counts_on_in_a_folder_it_has_used_before(tmp_path: Path) -> None:
    for body in ("mot", "hai"):
        with MailRelay(tmp_path) as relay, sending(relay) as postman:
            postman.deliver(CLERK, letter(body), at_once)
    assert [path.read_bytes() for path in relay.mailbox(CLERK)] == [letter("mot"), letter("hai")]
    lines = [json.loads(line) for line in (tmp_path / LEDGER).read_text(encoding="utf-8").splitlines()]
    assert [(line["number"], line["to_address"], line["outcome"]) for line in lines] == [
        (1, CLERK, "accepted"),
        (2, CLERK, "accepted"),
    ]


def test_the_relay_closes_while_somebody_still_talks_to_it(tmp_path: Path) -> None:
    with MailRelay(tmp_path) as relay:
        postman = SmtpPostman(Relay("127.0.0.1", relay.port), timeout=5)
        postman.deliver(CLERK, letter(), at_once)
    with pytest.raises(OutsideFailure) as failure:
        postman.deliver(CLERK, letter(), at_once)
    assert failure.value.key == "mail.not_delivered"


GREETING = (b"220 hello", b"250 hello")
UP_TO_THE_DOT = (*GREETING, b"250 ok", b"250 ok", b"354 go on")
GOODBYE = (b"250 reset", b"221 bye")


TO_THE_RECIPIENT = (*GREETING, b"250 ok", b"250 ok")


@pytest.mark.parametrize(
    ("lines", "key"),
    [
        ([b"421 too busy"], "mail.not_delivered"),
        ([b"554 no service"], "mail.not_delivered"),
        ([*GREETING, b"451 no senders now", *GOODBYE], "mail.not_delivered"),
        ([*GREETING, b"550 sender not wanted"], "mail.not_delivered"),
        ([*UP_TO_THE_DOT], "mail.unknown"),
    ],
    ids=["421", "554", "sender 451", "sender 550", "hangs up after the dot"],
)
def test_a_relay_out_of_reach_and_one_that_may_have_taken_the_letter_are_told_apart(
    lines: Sequence[bytes], key: str
) -> None:
    with scripted_server([lines]) as port:
        postman = SmtpPostman(Relay("127.0.0.1", port), timeout=5, final_timeout=5)
        with pytest.raises(OutsideFailure) as failure:
            postman.deliver(CLERK, letter(), at_once)
        assert failure.value.key == key
        postman.close()


@pytest.mark.parametrize(
    ("lines", "refusal", "reply"),
    [
        ([*GREETING, b"250 ok", b"451 greylisted", *GOODBYE], AddressPostponed, "451 greylisted"),
        ([*GREETING, b"250 ok", b"452 mailbox full", *GOODBYE], AddressPostponed, "452 mailbox full"),
        ([*GREETING, b"250 ok", b"550 no such user", *GOODBYE], AddressRefused, "550 no such user"),
        ([*TO_THE_RECIPIENT, b"451 no room", *GOODBYE], AddressPostponed, "451 no room"),
        ([*TO_THE_RECIPIENT, b"554 no letters", *GOODBYE], AddressRefused, "554 no letters"),
        ([*UP_TO_THE_DOT, b"452 no room", *GOODBYE], AddressPostponed, "452 no room"),
        ([*UP_TO_THE_DOT, b"421 going down"], AddressPostponed, "421 going down"),
        ([*UP_TO_THE_DOT, b"552 too large", *GOODBYE], AddressRefused, "552 too large"),
    ],
    ids=["rcpt 451", "rcpt 452", "rcpt 550", "data 451", "data 554", "dot 452", "dot 421", "dot 552"],
)
def test_a_reply_with_a_code_is_an_answer_about_this_letter_alone(
    lines: Sequence[bytes], refusal: type[Exception], reply: str
) -> None:
    with scripted_server([lines]) as port:
        postman = SmtpPostman(Relay("127.0.0.1", port), timeout=5, final_timeout=5)
        with pytest.raises(refusal, match=f"^{reply}"):
            postman.deliver(CLERK, letter(), at_once)
        postman.close()


TAKEN = (*UP_TO_THE_DOT, b"250 taken", *GOODBYE)


@pytest.mark.parametrize(
    "lines",
    [[*GREETING], [*GREETING, b"250 ok"], [*TO_THE_RECIPIENT], [*TO_THE_RECIPIENT, b"421 going down"]],
    ids=["after the greeting", "after the sender", "after the recipient", "instead of 354"],
)
def test_a_relay_that_hangs_up_before_it_has_the_letter_is_called_again(lines: Sequence[bytes]) -> None:
    marks: list[str] = []
    with scripted_server([lines, lines, TAKEN]) as port:
        postman = SmtpPostman(Relay("127.0.0.1", port), timeout=5, final_timeout=5)
        assert postman.deliver(CLERK, letter(), lambda: marks.append("mark")) == "250 taken"
        postman.close()
    assert len(marks) >= 1


def test_a_relay_that_always_hangs_up_is_called_three_times() -> None:
    with scripted_server([GREETING] * 3) as port:
        postman = SmtpPostman(Relay("127.0.0.1", port), timeout=5)
        with pytest.raises(OutsideFailure) as failure:
            postman.deliver(CLERK, letter(), at_once)
        assert failure.value.key == "mail.not_delivered"


def test_a_letter_that_may_not_leave_after_all_does_not_and_the_next_one_does(tmp_path: Path) -> None:
    def stop() -> None:
        raise ZeroDivisionError

    with MailRelay(tmp_path) as relay, sending(relay) as postman:
        with pytest.raises(ZeroDivisionError):
            postman.deliver(CLERK, letter("mot"), stop)
        postman.deliver(CLERK, letter("hai"), at_once)
        assert [path.read_bytes() for path in relay.mailbox(CLERK)] == [letter("hai")]


@pytest.mark.parametrize("body", [".", "..", ".\r\n.\r\nMAIL FROM:<x@y.vn>", "a\r\n.", "x" * 900, ""])
def test_dots_in_a_letter_never_end_it(tmp_path: Path, body: str) -> None:
    with MailRelay(tmp_path) as relay, sending(relay) as postman:
        postman.deliver(CLERK, letter(body), at_once)
        assert [path.read_bytes() for path in relay.mailbox(CLERK)] == [letter(body)]


def test_a_letter_the_relay_will_never_take_is_refused_for_good() -> None:
    lines = [*UP_TO_THE_DOT, b"554 5.7.1 not this", *GOODBYE]
    with scripted_server([lines]) as port:
        postman = SmtpPostman(Relay("127.0.0.1", port), timeout=5)
        with pytest.raises(AddressRefused, match=r"^554 5\.7\.1 not this"):
            postman.deliver(CLERK, letter(), at_once)
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
        postman.deliver(CLERK, letter(), at_once)
    silent.set()
    thread.join(10)
    listening.close()
    assert failure.value.key == "mail.unknown"


def test_nobody_listening_means_try_again_later() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(OutsideFailure) as failure:
        SmtpPostman(Relay("127.0.0.1", port), timeout=5).deliver(CLERK, letter(), at_once)
    assert (failure.value.key, failure.value.params["port"]) == ("mail.not_delivered", port)


def test_the_folder_keeps_one_file_for_one_letter(tmp_path: Path) -> None:
    postman = FolderPostman(tmp_path / "mail")
    names = [postman.deliver(CLERK, data, at_once) for data in (letter(), letter(), letter("khac"))]
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
        FolderPostman(tmp_path / "mail").deliver(CLERK, letter(), at_once)
    assert failure.value.key == "mail.folder_failed"


def test_the_mail_url_chooses_the_postman(tmp_path: Path) -> None:
    FolderPostman(tmp_path / "mail").deliver(CLERK, letter(), at_once)
    postman_for("folder:", tmp_path).deliver(CLERK, letter("hai"), at_once)
    postman_for(f"folder:{tmp_path / 'elsewhere'}", tmp_path).deliver(CLERK, letter(), at_once)
    assert (len(list((tmp_path / "mail").iterdir())), len(list((tmp_path / "elsewhere").iterdir()))) == (2, 1)
    with MailRelay(tmp_path / "relay") as relay:
        postman = postman_for(relay.url, tmp_path)
        postman.deliver(CLERK, letter(), at_once)
        postman.close()
        assert len(relay.mailbox(CLERK)) == 1
