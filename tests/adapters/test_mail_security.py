"""The way to the relay: encrypted and signed in when the setting says so, never in clear, and no password is shown."""

import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from plancycle.adapters.mail.relays import Relay, relay_of
from plancycle.adapters.mail.sending import postman_for
from plancycle.domain.errors import DataProblem, OutsideFailure
from plancycle.services.ports import Postman
from plancycle.settings import Settings

CLERK = "vt@so-y-te.example.vn"
LETTER = b"From: snv@example.vn\r\nTo: vt@so-y-te.example.vn\r\n\r\nKinh gui\r\n"
PASSWORD = "Mật-khẩu-123"
PLAIN_PASSWORD = "mat khau %1"
pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl not installed")


class Sink:
    """Keeps what arrives, and how it came."""

    def __init__(self) -> None:
        self.arrived: list[tuple[list[str], bytes, bool, object]] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        is_secret = server.transport.get_extra_info("ssl_object") is not None
        self.arrived.append((envelope.rcpt_tos, envelope.content, is_secret, session.auth_data))
        return "250 taken"


def checked(_server: Any, _session: Any, _envelope: Any, mechanism: str, data: Any) -> AuthResult:
    """Only the right user with the right password."""
    is_right = data.login == b"bao-cao" and data.password.decode() in (PASSWORD, PLAIN_PASSWORD)
    return AuthResult(success=is_right, handled=False, auth_data=data.login)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for this machine and its key, made for these tests."""
    folder = tmp_path_factory.mktemp("certificate")
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *names, *files]
    subprocess.run(command, check=True, capture_output=True)
    return folder / "cert.pem", folder / "key.pem"


@pytest.fixture
def relay(certificate: tuple[Path, Path], request: pytest.FixtureRequest) -> Iterator[tuple[int, Sink]]:
    """A real relay: ``starttls`` wants a password too, ``smtps`` is encrypted at once, ``plain`` neither."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    login: dict[str, Any] = {"authenticator": checked, "auth_required": True}
    options: dict[str, dict[str, Any]] = {
        "starttls": {"tls_context": context, "require_starttls": True, **login},
        "smtps": {"ssl_context": context},
        "plain": {},
    }
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    sink = Sink()
    controller = Controller(sink, hostname="127.0.0.1", port=port, **options[request.param])
    controller.start()
    yield port, sink
    controller.stop()


def deliver(postman: Postman) -> str:
    try:
        return postman.deliver(CLERK, LETTER, lambda: None)
    finally:
        postman.close()


@pytest.mark.parametrize("relay", ["starttls"], indirect=True)
@pytest.mark.parametrize(
    ("url", "password"),
    [
        ("smtp://bao-cao@localhost:{port}?tls=starttls", PASSWORD),
        ("smtp+starttls://bao-cao@localhost:{port}", PLAIN_PASSWORD),
    ],
)
def test_with_starttls_the_letter_goes_encrypted_and_signed_in(relay, certificate, url, password, tmp_path):
    port, sink = relay
    postman = postman_for(url.format(port=port), tmp_path, password, str(certificate[0]))
    assert deliver(postman) == "250 taken"
    assert sink.arrived == [([CLERK], LETTER, True, b"bao-cao")]


@pytest.mark.parametrize("relay", ["smtps"], indirect=True)
def test_with_smtps_the_conversation_is_encrypted_from_its_first_byte(relay, certificate, tmp_path):
    port, sink = relay
    assert deliver(postman_for(f"smtps://localhost:{port}", tmp_path, "", str(certificate[0]))) == "250 taken"
    assert sink.arrived == [([CLERK], LETTER, True, None)]


@pytest.mark.parametrize(
    ("relay", "url", "trusted", "password"),
    [
        ("starttls", "smtp://bao-cao@localhost:{port}?tls=starttls", True, "sai"),
        ("starttls", "smtp://bao-cao@localhost:{port}?tls=starttls", False, PASSWORD),
        ("plain", "smtp://bao-cao@localhost:{port}?tls=starttls", True, PASSWORD),
        ("plain", "smtps://localhost:{port}", True, ""),
        ("smtps", "smtps://localhost:{port}", False, ""),
    ],
    indirect=["relay"],
    ids=["wrong password", "unknown certificate", "no STARTTLS offered", "no TLS at all", "smtps, unknown certificate"],
)
def test_when_the_way_is_not_safe_nothing_leaves_and_no_password_is_shown(
    relay, url, trusted, password, certificate, tmp_path
):
    port, sink = relay
    postman = postman_for(url.format(port=port), tmp_path, password, str(certificate[0]) if trusted else "")
    with pytest.raises(OutsideFailure) as failure:
        deliver(postman)
    assert (failure.value.key, sink.arrived) == ("mail.not_delivered", [])
    assert not password or password not in str(failure.value)


@pytest.mark.parametrize(
    ("url", "password", "expected"),
    [
        ("smtp://relay.example.vn", "", Relay("relay.example.vn", 25)),
        ("smtp://relay.example.vn:2525?tls=none", "", Relay("relay.example.vn", 2525)),
        ("smtp://a@h.vn?tls=starttls", "x", Relay("h.vn", 587, "smtp+starttls", "a", "x")),
        ("smtp+starttls://a%40b.vn:t%3Aw@h.vn", "", Relay("h.vn", 587, "smtp+starttls", "a@b.vn", "t:w")),
        ("smtps://a:cũ@h.vn", "mới", Relay("h.vn", 465, "smtps", "a", "mới")),
        ("smtp://relay.example.vn", "unused", Relay("relay.example.vn", 25)),
    ],
)
def test_the_mail_url_says_where_the_relay_is_and_how_to_speak_to_it(url, password, expected):
    assert relay_of(url, password) == expected


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("", "mail.url_invalid"),
        ("http://relay.example.vn", "mail.url_invalid"),
        ("smtp://", "mail.url_invalid"),
        ("smtp://relay.example.vn:99999", "mail.url_invalid"),
        ("smtp://relay.example.vn?tls=perhaps", "mail.url_invalid"),
        ("smtp://relay.example.vn?tsl=starttls", "mail.url_invalid"),
        ("smtps://relay.example.vn?tls=starttls", "mail.url_invalid"),
        ("smtp://user:secret@relay.example.vn", "mail.password_in_clear"),
        ("smtp://:secret@relay.example.vn", "mail.password_in_clear"),
        ("smtps://user@relay.example.vn", "mail.password_missing"),
    ],
)
def test_a_mail_url_that_cannot_be_right_is_refused_without_showing_the_password(url, key, tmp_path):
    with pytest.raises(DataProblem) as refusal:
        postman_for(url, tmp_path)
    assert refusal.value.key == key
    assert "secret" not in str(refusal.value)


def test_a_password_of_its_own_setting_is_not_sent_in_clear_either(tmp_path):
    with pytest.raises(DataProblem) as refusal:
        postman_for("smtp://user@relay.example.vn", tmp_path, PASSWORD)
    assert refusal.value.key == "mail.password_in_clear"


def test_neither_settings_nor_relay_show_the_password_when_they_are_printed():
    settings = Settings(mail_password=PASSWORD)
    assert settings.mail_password.get_secret_value() == PASSWORD
    assert PASSWORD not in f"{settings!r} {settings} {settings.model_dump()} {relay_of('smtps://a@h.vn', PASSWORD)!r}"
