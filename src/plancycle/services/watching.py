"""What must not wait for a schedule: waiting letters leave, dropped files and mailed answers are taken in.

It needs nothing but the ledger, the folder, the relay and the mailbox; the sweep does the same and more, later. Each
part fails for itself, is told once, and is tried again at the next look.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from plancycle.domain.errors import NotFound, PlancycleError
from plancycle.services import collect_inbox
from plancycle.services.collect_mailbox import collect_mailbox
from plancycle.services.deliver_messages import deliver
from plancycle.services.ports import House
from plancycle.services.wait_in_line import LEFT_AFTER, check_all

MAILBOX_EVERY = 3
"""Looks; somebody else's server is asked less often than our own folder."""


@dataclass(slots=True)
class Looked:
    """What one look did, and what failed by part."""

    sent: int = 0
    files: int = 0
    mails: int = 0
    problems: dict[str, PlancycleError | Exception] = field(default_factory=dict)


@dataclass(slots=True)
class Watcher:
    """Remembers between two looks how long each waiting file was: one that still grows is left alone."""

    reads_mailbox: bool = False
    _lengths: dict[str, int] = field(default_factory=dict)
    _looks: int = 0

    def look(self, house: House) -> Looked:
        """Take in what is whole, then send what waits; nothing is raised."""
        done = Looked()
        self._try(done, "files", lambda: self._take_files(house, done))
        if self.reads_mailbox and self._looks % MAILBOX_EVERY == 0:
            self._try(done, "mails", lambda: _take_mails(house, done))
        self._try(done, "line", lambda: check_all(house, LEFT_AFTER))
        self._try(done, "letters", lambda: _send(house, done))
        self._looks += 1
        return done

    def _try(self, done: Looked, part: str, act: Callable[[], None]) -> None:
        try:
            act()
        except Exception as failure:  # one part's bug or a busy ledger must not stop the other parts
            done.problems[part] = failure

    def _take_files(self, house: House, done: Looked) -> None:
        before, self._lengths = self._lengths, {}
        for name in collect_inbox.waiting(house):
            try:
                length = len(house.inbox.read(name))
                if before.get(name) != length:
                    self._lengths[name] = length
                    continue
                collect_inbox.take_in(house, name)
                done.files += 1
            except NotFound:
                continue


def _take_mails(house: House, done: Looked) -> None:
    done.mails += sum(1 for _ in collect_mailbox(house))


def _send(house: House, done: Looked) -> None:
    done.sent += len(deliver(house).sent)
