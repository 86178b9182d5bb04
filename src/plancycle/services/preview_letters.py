"""What an act would send, letter by letter, with nothing sent, stored or numbered: the act itself, undone at its end.

An act is shown first and done later, by people who look at the list: the number of letters they saw comes back with
the order, and when somebody was added meanwhile the order is refused.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any, cast

from plancycle.domain.errors import ActionNeeded
from plancycle.domain.messages import Message, MessageStatus
from plancycle.services.carriers import is_webhook
from plancycle.services.ports import House
from plancycle.services.repositories import Work

Act = Callable[[House], object]
"""Anything that queues letters, given a house."""


@dataclass(frozen=True, slots=True)
class PreviewLetter:
    """One letter as it would go out: its place in the outbox and its exact bytes."""

    message: Message
    data: bytes

    @property
    def is_webhook(self) -> bool:
        """Whether it is a post to the agency's own system."""
        return is_webhook(self.message.key)


def letters_of(house: House, act: Act) -> tuple[PreviewLetter, ...]:
    """The letters an act would queue now, in the order it would queue them. Raises what the act raises."""
    dry = _DryHouse(house)
    act(cast(House, dry))
    return tuple(PreviewLetter(one, dry.files.get(one.sha256)) for one in dry.queued)


def waiting_letters(house: House, prefix: str = "") -> tuple[PreviewLetter, ...]:
    """The letters that wait in the outbox already and would leave now."""
    with house.work() as work:
        waiting = [one for one in work.outbox.waiting(house.clock.now()) if one.key.startswith(prefix)]
    return tuple(PreviewLetter(one, house.files.get(one.sha256)) for one in waiting)


def check_count(house: House, act: Act, confirmed: int | None) -> int:
    """Refuse an act whose letters are no longer as many as somebody saw. Raises ActionNeeded; returns the count."""
    return compare(len(letters_of(house, act)), confirmed)


def compare(count: int, confirmed: int | None) -> int:
    """Hold the number somebody confirmed (None: nobody did) against the number there is. Raises ActionNeeded."""
    if confirmed is None and count:
        raise ActionNeeded("sending.count_needed", count=count)
    if confirmed is None:
        return count
    if confirmed != count:
        raise ActionNeeded("sending.count_differs", count=count, confirmed=confirmed)
    return count


def leave_preview(house: House, act: str, letters: tuple[PreviewLetter, ...]) -> str:
    """Leave every letter as a file to open, in a folder of its own under ``preview``; returns the folder's name."""
    mark = hashlib.sha256("\n".join(one.message.sha256 for one in letters).encode()).hexdigest()[:6]
    folder = f"preview/{house.clock.now():%Y%m%d-%H%M%S}-{act}-{mark}"
    for number, one in enumerate(letters, start=1):
        suffix = "json" if one.is_webhook else "eml"
        house.leave_file(folder, f"{number:03d}-{one.message.agency}-{one.message.kind}.{suffix}", one.data)
    lines = [f"{one.message.agency}\t{one.message.to_address}\t{one.message.subject}" for one in letters]
    house.leave_file(folder, "000-danh-sach.txt", "".join(f"{line}\n" for line in lines).encode())
    return folder


class _Undo(Exception):
    """Ends a transaction of which nothing is to stay."""


class _DryHouse:
    """A house in which every transaction is undone and every byte stays in memory; all else is the real one's."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.files = _DryFiles(house)
        self.queued: list[Message] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._house, name)

    @contextmanager
    def work(self) -> Iterator[Work]:
        """One transaction, undone at its end."""
        try:
            with self._house.work() as work:
                yield cast(Work, _DryWork(work, self.queued))
                raise _Undo
        except _Undo:
            return

    def leave_file(self, folder: str, name: str, data: bytes) -> str:
        """Nothing is left."""
        return f"{folder}/{name}"


class _DryFiles:
    """A file store that forgets."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._kept: dict[str, bytes] = {}

    def put(self, data: bytes) -> str:
        """Kept for as long as the preview takes."""
        sha256 = hashlib.sha256(data).hexdigest()
        self._kept[sha256] = data
        return sha256

    def together(self) -> AbstractContextManager[None]:
        """Nothing is written, so there is nothing to wait for."""
        return nullcontext()

    def get(self, sha256: str) -> bytes:
        """What was put here, else what is stored. Raises NotFound."""
        return self._kept[sha256] if sha256 in self._kept else self._house.files.get(sha256)


class _DryWork:
    """A transaction that notes which letters are queued in it."""

    def __init__(self, work: Work, queued: list[Message]) -> None:
        self._work = work
        self.outbox = _DryOutbox(work, queued)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._work, name)


class _DryOutbox:
    """An outbox that notes what is new in it."""

    def __init__(self, work: Work, queued: list[Message]) -> None:
        self._outbox = work.outbox
        self._queued = queued

    def __getattr__(self, name: str) -> Any:
        return getattr(self._outbox, name)

    def add(self, message: Message) -> bool:
        """As the real one; a letter that another one covers is not counted."""
        is_new = self._outbox.add(message)
        if is_new and message.status is MessageStatus.QUEUED:
            self._queued.append(message)
        return is_new
