"""The province's own sign-in: OpenID Connect, authorization code with PKCE (OpenID Connect Core 1.0, 3.1; RFC 7636)."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from plancycle.adapters.trust import well_known
from plancycle.domain.errors import DataProblem, NotAllowed, OutsideFailure

ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
"""Signatures of a provider's own key; never ``none``, never one made with the client's secret."""
STRONG = {"mfa", "otp", "hwk", "swk", "sc", "fpt", "face", "pop"}
"""Ways of signing in that are a second factor (RFC 8176)."""
TIMEOUT = 10.0
LARGEST = 256 * 1024
LEEWAY = 60
"""Seconds two clocks may differ."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One way there and back. ``verifier`` and ``nonce`` stay with the browser's sealed cookie."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Vouched:
    """Who the provider says it is."""

    subject: str
    """``issuer|sub``."""
    name: str
    is_strong: bool
    proved_at: datetime | None
    """When the person last proved it there (``auth_time``); None when the provider does not say."""


class OpenIdProvider:
    """One provider, described by its discovery document, which is asked for once."""

    def __init__(self, issuer: str, client_id: str, client_secret: str, callback: str) -> None:
        address = urlsplit(issuer)
        if address.scheme != "https" and address.hostname not in ("127.0.0.1", "localhost", "::1"):
            raise DataProblem("sign_in.issuer_wrong", issuer=issuer)
        self._issuer = issuer
        self._client = (client_id, client_secret)
        self._callback = callback
        self._known: Mapping[str, Any] | None = None

    def address(self, attempt: Attempt, *, again: bool = False) -> str:
        """Where the browser goes to sign in. Raises OutsideFailure.

        ``again``: an old session there is not enough, and the answer must say when it happened (Core 1.0, 3.1.2.1).
        """
        challenge = base64.urlsafe_b64encode(hashlib.sha256(attempt.verifier.encode()).digest()).decode().rstrip("=")
        asked = {
            "response_type": "code",
            "client_id": self._client[0],
            "redirect_uri": self._callback,
            "scope": "openid profile",
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            **({"prompt": "login", "max_age": "0"} if again else {}),
        }
        place = str(self._facts()["authorization_endpoint"])
        return f"{place}{'&' if '?' in place else '?'}{urlencode(asked)}"

    def redeem(self, code: str, attempt: Attempt, now: datetime) -> Vouched:
        """Exchange the code for the ID token and check it. Raises OutsideFailure, or NotAllowed for a token amiss."""
        sent = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._callback,
            "client_id": self._client[0],
            "code_verifier": attempt.verifier,
        }
        auth = httpx.BasicAuth(*self._client) if self._client[1] else None
        answer = self._ask("POST", str(self._facts()["token_endpoint"]), data=sent, auth=auth)
        claims = self._claims(str(answer.get("id_token", "")), attempt.nonce, now)
        methods = claims.get("amr")
        is_strong = isinstance(methods, list) and bool(STRONG & {str(one) for one in methods})
        return Vouched(f"{self._issuer}|{claims['sub']}", str(claims.get("name", "")), is_strong, _instant(claims))

    def _claims(self, token: str, nonce: str, now: datetime) -> Mapping[str, Any]:
        rules = jwt.JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=LEEWAY,
            iss={"essential": True, "value": self._issuer},
            aud={"essential": True, "value": self._client[0]},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        keys = KeySet.import_key_set(self._ask("GET", str(self._facts()["jwks_uri"])))  # type: ignore[arg-type]
        try:
            claims = jwt.decode(token, keys, algorithms=ALGORITHMS).claims
            rules.validate(claims)
        except (JoseError, ValueError) as wrong:
            raise NotAllowed("sign_in.token_wrong", why=type(wrong).__name__) from None
        audience = claims["aud"]
        if isinstance(audience, list) and len(audience) > 1 and claims.get("azp") != self._client[0]:
            raise NotAllowed("sign_in.token_wrong", why="azp")
        return claims

    def _facts(self) -> Mapping[str, Any]:
        """The discovery document; the issuer it names must be the one that was configured (Discovery 1.0, 4.3)."""
        if self._known is None:
            found = self._ask("GET", f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
            missing = {"authorization_endpoint", "token_endpoint", "jwks_uri"} - found.keys()
            if found.get("issuer") != self._issuer or missing:
                raise OutsideFailure("sign_in.provider_wrong", issuer=self._issuer)
            self._known = found
        return self._known

    def _ask(self, method: str, address: str, **content: Any) -> Mapping[str, Any]:
        try:
            with httpx.Client(verify=well_known(), timeout=TIMEOUT, follow_redirects=False, trust_env=False) as client:
                answer = client.request(method, address, **content)
            if answer.status_code != 200 or len(answer.content) > LARGEST:
                raise OutsideFailure("sign_in.provider_failed", status=answer.status_code)
            facts = answer.json()
        except (httpx.HTTPError, ValueError):
            # Never the answer itself: it may hold a token.
            raise OutsideFailure("sign_in.provider_failed", status="–") from None
        if not isinstance(facts, dict):
            raise OutsideFailure("sign_in.provider_failed", status="–")
        return facts


def _instant(claims: Mapping[str, Any]) -> datetime | None:
    """``auth_time``: seconds since 1970, or nothing."""
    seconds = claims.get("auth_time")
    if not isinstance(seconds, int) or isinstance(seconds, bool) or not 0 <= seconds < 1 << 33:
        return None
    return datetime.fromtimestamp(seconds, UTC)
