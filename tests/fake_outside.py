"""A mail relay and an addressee that remember what reached them and fail on cue."""

import json
from collections import deque

from fake_ledger import PowerCut

from plancycle.domain.errors import OutsideFailure
from plancycle.services.ports import AddressRefused, GatewayReply, Package


class FakePostman:
    """A relay. ``script``: what happens to the next letters, ``down``, ``unknown`` or ``cut`` (our machine dies)."""

    def __init__(self) -> None:
        self.delivered: list[tuple[str, bytes]] = []
        self.refuses: set[str] = set()
        self.script: deque[str] = deque()
        self.is_open = False

    def deliver(self, to_address: str, data: bytes) -> str:
        self.is_open = True
        what = self.script.popleft() if self.script else ""
        if to_address in self.refuses:
            raise AddressRefused("550 5.1.1 no such user")
        if what == "down":
            raise OutsideFailure("mail.not_delivered")
        self.delivered.append((to_address, data))
        if what == "unknown":
            raise OutsideFailure("mail.unknown")
        if what == "cut":
            raise PowerCut("after the last dot")
        return "250 2.0.0 queued"

    def close(self) -> None:
        self.is_open = False

    def received(self) -> list[str]:
        """Keys of the letters that arrived, in order, repeats included."""
        return [json.loads(data)["key"] for _, data in self.delivered]


class FakeGateway:
    """An addressee. ``taken`` is its ledger of effects: one a key, however often it is sent.

    ``script``: ``down`` (not taken), ``lost`` (taken, the answer is lost), ``silent`` (not taken, nobody can say),
    ``refused``, ``cut`` (taken, then our machine dies).
    """

    def __init__(self) -> None:
        self.taken: dict[str, Package] = {}
        self.calls: list[str] = []
        self.script: deque[str] = deque()
        self.answer = "acknowledged"

    def send(self, package: Package) -> GatewayReply:
        self.calls.append(f"send {package.addressee}")
        what = self.script.popleft() if self.script else ""
        if what == "refused":
            return GatewayReply("refused", "wrong form")
        if what == "down":
            raise OutsideFailure("gateway.not_delivered", addressee=package.addressee)
        if what != "silent":
            self.taken.setdefault(package.key, package)
        if what in ("lost", "silent"):
            raise OutsideFailure("gateway.unknown", addressee=package.addressee)
        if what == "cut":
            raise PowerCut("after handing over")
        return GatewayReply("sent", "taken")

    def ask(self, addressee: str, key: str) -> GatewayReply | None:
        self.calls.append(f"ask {addressee}")
        return GatewayReply(self.answer, f"no. {len(self.taken)}") if key in self.taken else None
