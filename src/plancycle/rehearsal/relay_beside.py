"""The mail relay in a process of its own, as it would be on a machine of its own: what it does with a letter takes
nothing from the one who writes the next.
"""

import json
import signal
import threading
from collections.abc import Collection
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType

from plancycle.rehearsal.plain_relay import PlainRelay
from plancycle.rehearsal.relay_book import LEDGER, LedgerLine

START_SECONDS = 30
_SPAWN = get_context("spawn")


class RelayBeside:
    """The relay, running while its ``with`` block does; what it has taken is read from its folder."""

    def __init__(self, folder: Path, refused: Collection[str] = ()) -> None:
        """``folder`` receives the letters; letters of an earlier run in it are kept and counted on from."""
        self.folder = folder
        self.url = ""
        """What goes into the mail setting, from the start on."""
        self._refused = tuple(refused)
        self._ledger: list[LedgerLine] = []
        self._read_to = 0

    def __enter__(self) -> "RelayBeside":
        """Have it listen on a free port. Raises OSError when it does not come up."""
        self._line, its_end = _SPAWN.Pipe()
        self._process = _SPAWN.Process(target=_serve, args=(its_end, self.folder, self._refused), daemon=True)
        self._process.start()
        its_end.close()
        try:
            if not self._line.poll(START_SECONDS):
                raise TimeoutError("mail relay")
            self.url = self._line.recv()
        except (EOFError, OSError) as error:
            self._end()
            raise OSError("mail relay") from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it; nothing stays open."""
        self._end()

    @property
    def ledger(self) -> list[LedgerLine]:
        """Every attempt so far. A letter stands in it before its sender hears that it was taken."""
        path = self.folder / LEDGER
        if path.exists():
            with path.open("rb") as book:
                book.seek(self._read_to)
                whole = book.read().rpartition(b"\n")[0]
            if whole:
                self._read_to += len(whole) + 1
                self._ledger += [LedgerLine(**json.loads(line)) for line in whole.splitlines()]
        return self._ledger

    def _end(self) -> None:
        self._line.close()
        self._process.join(START_SECONDS)
        self._process.close()


def _serve(line: Connection, folder: Path, refused: tuple[str, ...]) -> None:
    """Relay letters until the other end of the line closes, with its process at the latest. Ctrl-C is for that one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with PlainRelay(folder, refused) as relay:
        threading.Thread(target=relay.serve_forever, name="mail-relay", daemon=True).start()
        line.send(relay.url)
        try:
            line.recv()
        except EOFError:
            relay.shutdown()
