"""The wire of the simulated ministry: HTTP requests in, plain values out. Silent, loopback only."""

import json
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import Any
from urllib.parse import unquote

from python_multipart import parse_form
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import Field, File

MAX_BODY = 64 * 1024 * 1024
SLOW_CLIENT = 30.0
"""Seconds after which a client that has stopped sending is cut off."""


@dataclass(frozen=True, slots=True)
class Received:
    """One delivery: its Idempotency-Key, its metadata and its files (name, bytes) in order."""

    key: str
    metadata: Mapping[str, Any]
    files: tuple[tuple[str, bytes], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer: status 0 hangs up without one; facts are sent as JSON, bytes as they are."""

    status: int
    body: Mapping[str, object] | bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    drip: float = 0.0
    """Seconds between two bytes of the answer; 0 sends it in one piece."""

    @property
    def facts(self) -> Mapping[str, object]:
        """The body when it is JSON; empty otherwise."""
        return {} if isinstance(self.body, bytes) else self.body


Receive = Callable[[Received], Answer]
Ask = Callable[[str], Answer]
Recall = Callable[[str, Mapping[str, Any]], Answer]


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # so that closing waits for every call in progress

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no news."""


def serve(
    receive: Receive, ask: Ask, recall: Recall, trust: ssl.SSLContext | None = None
) -> tuple[ThreadingHTTPServer, threading.Thread]:
    """Listen on a free loopback port. The caller shuts the server down and joins the thread."""

    class Handler(_Handler):
        pass

    Handler.receive = staticmethod(receive)
    Handler.ask = staticmethod(ask)
    Handler.recall = staticmethod(recall)
    return listen(Handler, trust)


def listen(
    handler: type[BaseHTTPRequestHandler], trust: ssl.SSLContext | None = None
) -> tuple[ThreadingHTTPServer, threading.Thread]:
    """Listen on a free loopback port with any handler, over TLS where there is a certificate."""
    server = _Server(("127.0.0.1", 0), handler)
    if trust is not None:
        server.socket = trust.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="loopback")
    thread.start()
    return server, thread


class LoopbackHandler(BaseHTTPRequestHandler):
    """One connection: reads a body of a known length, sends an answer as the script has it, says nothing else."""

    timeout = SLOW_CLIENT

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the name is http.server's)
        """Say nothing."""

    def body(self) -> bytes:
        """The request's body; empty when it says no length, or too long a one."""
        length = int(self.headers.get("Content-Length") or 0)
        return self.rfile.read(length) if 0 < length <= MAX_BODY else b""

    def send(self, answer: Answer, media_type: str = "") -> None:
        """Send an answer."""
        if not answer.status:
            self.close_connection = True
            return
        is_raw = isinstance(answer.body, bytes)
        data = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body, ensure_ascii=False).encode()
        if answer.drip:
            self._drip(b"HTTP/1.0 %d OK\r\nContent-Length: %d\r\n\r\n" % (answer.status, len(data)) + data, answer.drip)
            return
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", media_type or ("text/html" if is_raw else "application/json"))
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _drip(self, data: bytes, seconds: float) -> None:
        """One byte at a time, until all is out or the other side has had enough."""
        self.close_connection = True
        for place in range(len(data)):
            try:
                self.wfile.write(data[place : place + 1])
            except OSError:
                return
            time.sleep(seconds)


class _Handler(LoopbackHandler):
    receive: Receive
    ask: Ask
    recall: Recall

    def do_POST(self) -> None:
        """``POST /documents`` and ``POST /documents/{key}/recall``."""
        length, body = int(self.headers.get("Content-Length") or 0), self.body()
        head, _, rest = self.path.partition("/documents/")
        if not head and rest.endswith("/recall") and body:
            self.send(type(self).recall(unquote(rest.removesuffix("/recall")), json.loads(body)))
            return
        if self.path != "/documents" or not body:
            self.send(Answer(413 if length > MAX_BODY else 404, {}))
            return
        try:
            received = _parse(self.headers.get("Idempotency-Key", ""), self.headers.get("Content-Type", ""), body)
        except (FormParserError, ValueError):
            self.send(Answer(400, {"reason": "the form cannot be read"}))
            return
        self.send(type(self).receive(received))

    def do_GET(self) -> None:
        """``GET /documents/{key}``."""
        head, _, key = self.path.partition("/documents/")
        self.send(type(self).ask(unquote(key)) if not head and key else Answer(404, {}))


def _parse(key: str, content_type: str, body: bytes) -> Received:
    """Read a multipart body. Raises FormParserError or ValueError."""
    fields: dict[str, bytes] = {}
    files: list[tuple[str, bytes]] = []

    def on_field(part: Field) -> None:
        fields[(part.field_name or b"").decode()] = part.value or b""

    def on_file(part: File) -> None:
        part.file_object.seek(0)
        files.append(((part.file_name or b"").decode(), part.file_object.read()))
        part.close()

    headers = {"Content-Type": content_type.encode(), "Content-Length": str(len(body)).encode()}
    parse_form(headers, BytesIO(body), on_field, on_file)
    metadata = json.loads(fields.get("metadata", b"{}"))
    if not isinstance(metadata, dict):
        raise ValueError("metadata is not an object")
    return Received(key, metadata, tuple(files))
