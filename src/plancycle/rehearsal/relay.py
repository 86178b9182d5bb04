"""A mail relay on this machine's loopback: takes letters as a real one would and delivers them into a folder.

Every letter becomes one ``.eml`` file, numbered in the order of arrival; addresses on the list of refused ones
bounce with 550, as a mistyped address does. The ledger holds both, so a rehearsal can be counted afterwards.
"""

import asyncio
import socket
import threading
from collections.abc import Collection
from pathlib import Path
from types import TracebackType

from aiosmtpd.smtp import SMTP, Envelope, Session

from plancycle.rehearsal.plain_relay import REFUSAL
from plancycle.rehearsal.relay_book import LedgerLine, RelayBook

START_SECONDS = 30


class MailRelay:
    """The relay, running while its ``with`` block does. ``url`` is what goes into the mail setting."""

    def __init__(self, folder: Path, refused: Collection[str] = ()) -> None:
        """``folder`` receives the letters; letters of an earlier run in it are kept and counted on from."""
        self.folder = folder
        self.port = 0
        self._refused = {address.lower() for address in refused}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="mail-relay", daemon=True)
        self._server: asyncio.Server | None = None
        self._open: set[SMTP] = set()
        self._book: RelayBook | None = None

    @property
    def url(self) -> str:
        """The mail URL of this relay."""
        return f"smtp://127.0.0.1:{self.port}"

    def __enter__(self) -> "MailRelay":
        """Listen on a free port. Raises OSError when the folder cannot be written or no port is free."""
        self._book = RelayBook(self.folder)
        # The protocol is named, else asyncio leaves small packets waiting for each other: 40 ms a conversation.
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listening.bind(("127.0.0.1", 0))
        self.port = listening.getsockname()[1]
        self._thread.start()
        starting = asyncio.run_coroutine_threadsafe(self._listen(listening), self._loop)
        self._server = starting.result(START_SECONDS)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop listening and end every conversation; nothing stays open."""
        asyncio.run_coroutine_threadsafe(self._shut(), self._loop).result(START_SECONDS)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(START_SECONDS)
        self._loop.close()
        if self._book is not None:
            self._book.close()

    @property
    def ledger(self) -> list[LedgerLine]:
        """Every attempt so far."""
        return self._book.lines if self._book is not None else []

    def _opened(self) -> RelayBook:
        assert self._book is not None
        return self._book

    def mailbox(self, address: str) -> list[Path]:
        """The letters for an address, in the order in which they arrived."""
        wanted = address.lower()
        return [self.folder / line.file for line in self.ledger if line.file and line.to_address.lower() == wanted]

    def hang_up(self) -> None:
        """Break every open conversation, as a restart of a real relay does; listening goes on."""
        asyncio.run_coroutine_threadsafe(self._break_all(), self._loop).result(START_SECONDS)

    async def handle_RCPT(  # noqa: N802  (the library finds its hooks by these names)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Refuse the listed addresses, take all others."""
        if address.lower() in self._refused:
            self._opened().note(address, "refused")
            return REFUSAL
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Store one file a recipient, then say yes."""
        content = envelope.content
        data = content.encode() if isinstance(content, str) else bytes(content or b"")
        for address in envelope.rcpt_tos:
            self._opened().note(address, "accepted", data)
        return "250 OK: stored"

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    async def _listen(self, listening: socket.socket) -> asyncio.Server:
        return await self._loop.create_server(self._conversation, sock=listening)

    def _conversation(self) -> SMTP:
        conversation = SMTP(self, hostname="localhost", ident="plancycle rehearsal", loop=self._loop)
        self._open = {known for known in self._open if known.transport is not None} | {conversation}
        return conversation

    async def _shut(self) -> None:
        if self._server is not None:
            self._server.close()
        await self._break_all()
        if self._server is not None:
            await self._server.wait_closed()

    async def _break_all(self) -> None:
        """Close the transports and wait until the library's own handlers have noticed."""
        for conversation in self._open:
            if conversation.transport is not None:
                conversation.transport.close()
        self._open.clear()
        others = asyncio.all_tasks(self._loop) - {asyncio.current_task(self._loop)}
        if others:
            await asyncio.wait(others, timeout=START_SECONDS)
