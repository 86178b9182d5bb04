"""Answers about bytes that come again: files of one programme share most of their parts, and most of their strings."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Concatenate, ParamSpec, TypeVar

LARGEST = 64 * 1024
"""Bytes of what is remembered; anything larger is looked at every time."""

Facts = ParamSpec("Facts")
Answer = TypeVar("Answer")
AboutBytes = Callable[Concatenate[bytes, Facts], Answer]


def remembered(most: int) -> Callable[[AboutBytes[Facts, Answer]], AboutBytes[Facts, Answer]]:
    """Decorate a pure function of some bytes: of the last ``most`` small ones the answer is known.

    Nothing is taken on trust: an answer is given again for the very same bytes only, and errors are not remembered.
    """

    def decorate(work: AboutBytes[Facts, Answer]) -> AboutBytes[Facts, Answer]:
        known: AboutBytes[Facts, Answer] = lru_cache(most)(work)

        def answer(content: bytes, /, *facts: Facts.args, **more: Facts.kwargs) -> Answer:
            return (known if len(content) <= LARGEST else work)(content, *facts, **more)

        return answer

    return decorate


class Sieve:
    """Catches the texts that a test is true of, and remembers of small ones what it said.

    The test is asked about many at once first, joined by ``<``: what it does not find there it finds in none of them.
    """

    LARGEST = 1024
    """Bytes of a text that is remembered."""

    def __init__(self, catches: Callable[[bytes], bool], most: int) -> None:
        self._catches, self._most = catches, most
        self._caught: set[bytes] = set()
        self._let_go: set[bytes] = set()

    def caught(self, texts: Iterable[bytes]) -> list[bytes]:
        """Those of the texts that the test catches, each once, in no order."""
        new = set(texts) - self._let_go
        known = new & self._caught
        new -= known
        held = {one for one in new if self._catches(one)} if self._catches(b"<".join(new)) else set()
        self._remember(self._caught, held)
        self._remember(self._let_go, new - held)
        return [*known, *held]

    def _remember(self, known: set[bytes], new: set[bytes]) -> None:
        if len(known) + len(new) > self._most:
            known.clear()
        known.update([one for one in new if len(one) <= self.LARGEST])
