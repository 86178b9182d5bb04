"""A small OpenID provider here: discovery, authorization with PKCE, token, keys. It signs what it is told to."""

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey


class Provider:
    """What the server says; tests change it."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "k1"})
        self.client, self.secret = "plancycle", "bi-mat-cua-cong"
        self.address = ""
        self.claims: dict[str, Any] = {}
        self.codes: dict[str, dict[str, str]] = {}
        self.signing_key: Any = self.key
        self.algorithm = "RS256"

    def authorize(self, asked: dict[str, str]) -> str:
        """Where the browser goes back to."""
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, sent: dict[str, str], header: str, now: int) -> tuple[int, dict[str, Any]]:
        """The answer to a code, once, for the right client and verifier."""
        asked = self.codes.pop(sent["code"], None)
        client = base64.b64encode(f"{self.client}:{self.secret}".encode()).decode()
        challenge = base64.urlsafe_b64encode(hashlib.sha256(sent["code_verifier"].encode()).digest())
        if asked is None or header != f"Basic {client}" or challenge.decode().rstrip("=") != asked["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        claims = {
            "iss": self.address,
            "aud": self.client,
            "sub": "nguyen-thi-lap",
            "nonce": asked["nonce"],
            "iat": now,
            "exp": now + 300,
        }
        made = {name: value for name, value in (claims | self.claims).items() if value is not None}
        return 200, {"id_token": jwt.encode({"alg": self.algorithm, "kid": "k1"}, made, self.signing_key)}


@contextmanager
def openid_provider(now: int) -> Iterator[Provider]:
    """Serve a provider at a free port; ``now`` is its clock."""
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path, query = urlsplit(self.path).path, urlsplit(self.path).query
            if path == "/authorize":
                asked = {name: values[0] for name, values in parse_qs(query).items()}
                self.send_response(303)
                self.send_header("Location", provider.authorize(asked))
                self.end_headers()
            elif path == "/keys":
                self.say(200, {"keys": [provider.key.as_dict(private=False)]})
            else:
                places = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
                self.say(200, {"issuer": provider.address} | {k: f"{provider.address}/{v}" for k, v in places.items()})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            sent = {name: values[0] for name, values in parse_qs(body).items()}
            self.say(*provider.token(sent, self.headers.get("Authorization", ""), now))

        def say(self, status: int, facts: dict[str, Any]) -> None:
            data = json.dumps(facts).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
