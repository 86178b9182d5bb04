"""How often somebody may ask: counted in this process, over the last minute."""

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import TypeVar

from starlette.requests import Request

from plancycle.domain.errors import NotAllowed

Found = TypeVar("Found")
WINDOW = 60.0
"""Seconds."""
REQUESTS = 60
"""Requests a minute with one key."""
WRONG_KEYS = 20
"""Wrong keys a minute from one address, and wrong secrets of one key from there."""
SIGN_INS = 10
"""Attempts to sign in a minute from one address."""
WRONG_LINKS = 20
"""Links that are none a minute from one address."""
WRONG_RECIPIENTS = 5
"""Addresses a minute that did not receive the letter, through one link."""
UPLOADS = 20
"""Files and answers a minute through one link."""
MOST_NAMES = 10_000
"""Names remembered at once; beyond it the longest silent ones are forgotten."""


OPENS_NOTHING = frozenset({"api.key_unknown", "link.invalid"})
"""Refusals of what may have been guessed."""


class Allowance:
    """At most ``limit`` takings a minute for each name. ``clock`` counts seconds and never goes back."""

    def __init__(self, limit: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._clock = clock
        self._taken: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def wait(self, name: str) -> int:
        """Whole seconds until the name may take again; 0: now."""
        with self._lock:
            taken = self._recent(name)
            return 0 if len(taken) < self._limit else max(1, round(WINDOW - (self._clock() - taken[0])))

    def take(self, name: str) -> None:
        """Count one."""
        with self._lock:
            taken = self._recent(name)
            taken.append(self._clock())
            self._taken.pop(name, None)
            self._taken[name] = taken  # the newest name stands last
            while len(self._taken) > MOST_NAMES:
                self._taken.pop(next(iter(self._taken)))

    def _recent(self, name: str) -> deque[float]:
        taken = self._taken.get(name, deque())
        while taken and self._clock() - taken[0] >= WINDOW:
            taken.popleft()
        return taken


class Allowances:
    """What is counted."""

    def __init__(self) -> None:
        self.requests = Allowance(REQUESTS)
        self.wrong_keys = Allowance(WRONG_KEYS)
        self.tries_of_a_key = Allowance(WRONG_KEYS)
        self.sign_ins = Allowance(SIGN_INS)
        self.wrong_links = Allowance(WRONG_LINKS)
        self.wrong_recipients = Allowance(WRONG_RECIPIENTS)
        self.uploads = Allowance(UPLOADS)


def unless_guessed(allowance: Allowance, address: str, look: Callable[[], Found], busy: str) -> Found:
    """What ``look`` finds; who is refused too often waits. Only what opens nothing counts and nothing else is shut out:
    many people sit behind one address, and keys and links are too long to be found by trying.

    Raises NotAllowed: what ``look`` raises, or ``busy`` with the seconds to wait.
    """
    try:
        return look()
    except NotAllowed as refused:
        if refused.key not in OPENS_NOTHING:
            raise
        if seconds := allowance.wait(address):
            raise NotAllowed(busy, seconds=seconds) from refused
        allowance.take(address)
        raise


def count_sign_in(request: Request) -> None:
    """Every attempt to prove who one is counts, by address. Raises NotAllowed("api.rate")."""
    allowances: Allowances = request.app.state.allowances
    address = request.client.host if request.client else ""
    if seconds := allowances.sign_ins.wait(address):
        raise NotAllowed("api.rate", seconds=seconds)
    allowances.sign_ins.take(address)
