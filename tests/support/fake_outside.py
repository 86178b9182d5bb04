"""A mail relay and an addressee that remember what reached them and fail on cue."""

import json
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from fake_ledger import PowerCut

from plancycle.domain.errors import OutsideFailure
from plancycle.domain.webhooks import Endpoint
from plancycle.services.ports import AddressPostponed, AddressRefused, GatewayReply, NotTaken, Package


class FakePostman:
    """A relay. ``script``: what happens to the next letters, ``down``, ``later`` (4xx), ``unknown``, ``slow`` (our
    sender is held up for an hour before the letter leaves), ``stuck`` (after it) or ``cut`` (our machine dies)."""

    def __init__(self) -> None:
        self.delivered: list[tuple[str, bytes]] = []
        self.refuses: set[str] = set()
        self.script: deque[str] = deque()
        self.is_open = False
        self.meanwhile: Callable[[], object] = lambda: None
        """What others do while a letter is ``slow`` or ``stuck``."""

    def deliver(self, to_address: str, data: bytes, about_to_leave: Callable[[], None]) -> str:
        self.is_open = True
        what = self.script.popleft() if self.script else ""
        if to_address in self.refuses:
            raise AddressRefused("550 5.1.1 no such user")
        if what == "down":
            raise OutsideFailure("mail.not_delivered")
        if what == "later":
            raise AddressPostponed("450 4.2.1 mailbox busy")
        if what == "slow":
            self.meanwhile()
        about_to_leave()
        self.delivered.append((to_address, data))
        if what == "unknown":
            raise OutsideFailure("mail.unknown")
        if what == "cut":
            raise PowerCut("after the last dot")
        if what == "stuck":
            self.meanwhile()
        return "250 2.0.0 queued"

    def greet(self) -> None:
        """It always answers."""

    def close(self) -> None:
        self.is_open = False

    def received(self) -> list[str]:
        """Keys of the letters that arrived, in order, repeats included."""
        return [json.loads(data)["key"] for _, data in self.delivered]


class FakeSenders:
    """Every delivery is a sender of its own; one that died is gone, the wall clock moves only when told to."""

    def __init__(self) -> None:
        self.at = datetime(2025, 1, 1, tzinfo=UTC)
        self.count = 0
        self.alive: set[str] = set()

    def me(self) -> str:
        self.count += 1
        return f"sender-{self.count}"

    def now(self) -> datetime:
        return self.at

    def is_gone(self, owner: str) -> bool:
        return owner not in self.alive


class FakeCourier:
    """Agencies' own systems. ``script``: answers to the next posts, an HTTP status each (200 when there is none)."""

    def __init__(self) -> None:
        self.posted: list[tuple[str, str, bytes]] = []
        self.script: deque[int] = deque()
        self.patience: timedelta | None = None

    def deliver(self, endpoint: Endpoint, key: str, body: bytes) -> str:
        status = self.script.popleft() if self.script else 200
        self.posted.append((endpoint.url, key, body))
        if status == 410:
            raise AddressRefused("HTTP 410 gone")
        if status >= 300:
            raise NotTaken(f"HTTP {status}", self.patience)
        return f"HTTP {status}"


class FakeGateway:
    """An addressee. ``taken`` is its ledger of effects: one a key, however often it is sent.

    ``script``: ``down`` (not taken), ``lost`` (taken, the answer is lost), ``silent`` (not taken, nobody can say),
    ``refused``, ``conflict`` (other bytes stand under the key), ``mute`` (not taken, nobody can say or be asked),
    ``cut`` (taken, then our machine dies).
    """

    def __init__(self) -> None:
        self.taken: dict[str, Package] = {}
        self.calls: list[str] = []
        self.script: deque[str] = deque()
        self.answer = "acknowledged"
        self.codes: dict[str, str] = {}
        """What the addressee says about a key, where it is not ``answer``."""
        self.is_mute = False

    def send(self, package: Package) -> GatewayReply:
        self.calls.append(f"send {package.addressee}")
        what = self.script.popleft() if self.script else ""
        if what in ("refused", "conflict"):
            return GatewayReply(what, "wrong form")
        if what == "down":
            raise OutsideFailure("gateway.not_delivered", addressee=package.addressee)
        self.is_mute = self.is_mute or what == "mute"
        if what not in ("silent", "mute"):
            self.taken.setdefault(package.key, package)
        if what in ("lost", "silent", "mute"):
            raise OutsideFailure("gateway.unknown", addressee=package.addressee)
        if what == "cut":
            raise PowerCut("after handing over")
        return GatewayReply("sent", "taken")

    def recall(self, package: Package) -> GatewayReply:
        self.calls.append(f"recall {package.addressee}")
        return GatewayReply("sent", "asked")

    def ask(self, addressee: str, key: str, bundle_sha256: str = "") -> GatewayReply | None:
        self.calls.append(f"ask {addressee}")
        if self.is_mute:
            raise OutsideFailure("gateway.cannot_ask", addressee=addressee)
        if key in self.codes:
            return GatewayReply("sent", f"{key} {self.codes[key]}", self.codes[key])
        return GatewayReply(self.answer, f"no. {len(self.taken)}") if key in self.taken else None

    def answers(self) -> None:
        return None

    def note_taken(self, answers: object) -> None:
        return None
