"""A time-stamping authority on this machine (RFC 3161 over HTTP), for one test."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from asn1crypto import tsp
from asn1crypto.x509 import Certificate
from certificates import Identity
from cryptography.hazmat.primitives import serialization as form
from pyhanko.keys import load_private_key_from_pemder_data
from pyhanko.sign.timestamps import DummyTimeStamper


@contextmanager
def stamping(clock: Identity, status: int = 200) -> Iterator[str]:
    """Serve; gives the address."""
    key = clock.key.private_bytes(form.Encoding.DER, form.PrivateFormat.PKCS8, form.NoEncryption())
    stamper = DummyTimeStamper(Certificate.load(clock.der), load_private_key_from_pemder_data(key, None))

    class Page(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            import asyncio

            asked = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
            answer = asyncio.run(stamper.async_request_tsa_response(asked)).dump()
            self.send_response(status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *args: Any) -> None:
            """Keep the test's output quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()
