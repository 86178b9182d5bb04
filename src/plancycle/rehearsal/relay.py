"""A mail relay on this machine's loopback: takes letters as a real one would and delivers them into a folder.

Every letter becomes one ``.eml`` file, numbered in the order of arrival; addresses on the list of refused ones
bounce with 550, as a mistyped address does. The ledger holds both, so a rehearsal can be counted afterwards.
"""

import asyncio
import hashlib
import json
import re
import socket
import threading
from collections.abc import Collection
from dataclasses import dataclass, fields
from pathlib import Path
from types import TracebackType
from typing import IO, cast

from aiosmtpd.smtp import SMTP, Envelope, Session

LEDGER = "ledger.jsonl"
REFUSAL = "550 5.1.1 No such mailbox"
START_SECONDS = 30
_MOST_AT_ONCE = 1 << 20
_PLAIN_ADDRESS = re.compile(r"<([A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,190})>(?: +(.*))?")


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One attempt: ``file`` and ``sha256`` are empty for a refused address."""

    number: int
    to_address: str
    outcome: str
    file: str = ""
    sha256: str = ""


class _Conversation(SMTP):
    """The library's conversation, but for the letter itself, taken as it comes, not line by line, and plain addresses.

    A letter with a workbook has a thousand lines, and the library's way with each costs more than writing the letter.
    """

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        """An address as nearly every one is; the library, which makes a class for each, sees to the others."""
        plain = _PLAIN_ADDRESS.fullmatch(arg)
        if plain is None:
            return super()._getaddr(arg)
        return plain[1], plain[2] or ""

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802  (the library finds its commands by these names)
        """Take one letter, to the lone dot."""
        envelope = cast(Envelope, self.envelope)
        if arg or not envelope.rcpt_tos:
            await super().smtp_DATA(arg)
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        taken = b"\r\n"
        while not taken.endswith(b"\r\n.\r\n"):
            some = await self._reader.read(_MOST_AT_ONCE)
            if not some:
                return
            taken += some
        envelope.content = envelope.original_content = taken[:-3].replace(b"\r\n.", b"\r\n")[2:]
        status = await self._call_handler_hook("DATA")
        self._set_post_data_state()  # type: ignore[no-untyped-call]
        await self.push(status)


class MailRelay:
    """The relay, running while its ``with`` block does. ``url`` is what goes into the mail setting."""

    def __init__(self, folder: Path, refused: Collection[str] = ()) -> None:
        """``folder`` receives the letters; letters of an earlier run in it are kept and counted on from."""
        self.folder = folder
        self.port = 0
        self.ledger: list[LedgerLine] = []
        self._refused = {address.lower() for address in refused}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="mail-relay", daemon=True)
        self._server: asyncio.Server | None = None
        self._open: set[SMTP] = set()
        self._book: IO[str] | None = None
        """The file behind ``ledger``, open while the relay runs; every line is in it at once."""

    @property
    def url(self) -> str:
        """The mail URL of this relay."""
        return f"smtp://127.0.0.1:{self.port}"

    def __enter__(self) -> "MailRelay":
        """Listen on a free port. Raises OSError when the folder cannot be written or no port is free."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._read_ledger()
        self._book = (self.folder / LEDGER).open("a", encoding="utf-8", buffering=1)
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
            self._note(address, "refused")
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
            self._note(address, "accepted", data)
        return "250 OK: stored"

    def _note(self, address: str, outcome: str, data: bytes | None = None) -> None:
        number = len(self.ledger) + 1
        line = LedgerLine(number, address, outcome)
        if data is not None:
            digest = hashlib.sha256(data).hexdigest()
            recipient = re.sub(r"[^A-Za-z0-9.-]+", "-", address.replace("@", "-at-")).strip("-.")[:80]
            line = LedgerLine(number, address, outcome, f"{number:05d}_{recipient}_{digest[:12]}.eml", digest)
            (self.folder / line.file).write_bytes(data)
        told = {one.name: getattr(line, one.name) for one in fields(line)}
        assert self._book is not None
        self._book.write(json.dumps(told, ensure_ascii=False) + "\n")
        self.ledger.append(line)

    def _read_ledger(self) -> None:
        path = self.folder / LEDGER
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        self.ledger = [LedgerLine(**json.loads(line)) for line in lines]

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    async def _listen(self, listening: socket.socket) -> asyncio.Server:
        return await self._loop.create_server(self._conversation, sock=listening)

    def _conversation(self) -> SMTP:
        conversation = _Conversation(self, hostname="localhost", ident="plancycle rehearsal", loop=self._loop)
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
