"""A mail relay for one sender at a time, answered without an event loop: a nation's letters are sixty thousand.

It knows what a sender on this machine says (RFC 5321): HELO, EHLO, MAIL, RCPT, DATA, RSET, NOOP, QUIT.
:mod:`.relay` is the one that tests put faults into.
"""

import re
from collections.abc import Collection
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer

from plancycle.rehearsal.relay_book import RelayBook

REFUSAL = "550 5.1.1 No such mailbox"
_MOST_AT_ONCE, _LONGEST_COMMAND = 1 << 20, 2048
_ADDRESS = re.compile(r"<([^<>]*)>")


class PlainRelay(ThreadingTCPServer):
    """Listens on a free port of this machine from the start on; ``serve_forever`` answers."""

    daemon_threads = True

    def __init__(self, folder: Path, refused: Collection[str] = ()) -> None:
        """``folder`` receives the letters. Raises OSError when it cannot be written or no port is free."""
        self.book = RelayBook(folder)
        self.refused = {address.lower() for address in refused}
        super().__init__(("127.0.0.1", 0), _Conversation)

    @property
    def url(self) -> str:
        """The mail URL of this relay."""
        return f"smtp://127.0.0.1:{self.server_address[1]}"


class _Conversation(StreamRequestHandler):
    """One sender, from greeting to goodbye."""

    server: PlainRelay
    disable_nagle_algorithm = True

    def handle(self) -> None:
        """Answer each command with one line."""
        self._recipients: list[str] = []
        self._say("220 localhost plancycle rehearsal")
        while line := self.rfile.readline(_LONGEST_COMMAND):
            command, _, rest = line.decode("ascii", "replace").strip().partition(" ")
            answer = self._answer(command.upper(), rest)
            if not answer:
                return
            self._say(answer)
            if command.upper() == "QUIT":
                return

    def _answer(self, command: str, rest: str) -> str:
        """The reply to a command; empty when the sender has gone away meanwhile."""
        if command in ("HELO", "EHLO", "MAIL", "RSET"):
            self._recipients = []
        elif command == "RCPT":
            return self._recipient(rest)
        elif command == "DATA":
            return self._letter()
        elif command == "QUIT":
            return "221 Bye"
        elif command != "NOOP":
            return "500 Command not known"
        return "250 OK"

    def _recipient(self, rest: str) -> str:
        found = _ADDRESS.search(rest)
        if found is None:
            return "501 Syntax: RCPT TO:<address>"
        if found[1].lower() in self.server.refused:
            self.server.book.note(found[1], "refused")
            return REFUSAL
        self._recipients.append(found[1])
        return "250 OK"

    def _letter(self) -> str:
        """Take one letter, to the lone dot, and store one file a recipient before saying yes."""
        if not self._recipients:
            return "503 Nobody to send it to"
        self._say("354 End data with <CR><LF>.<CR><LF>")
        taken = bytearray(b"\r\n")
        while not taken.endswith(b"\r\n.\r\n"):
            some = self.rfile.read1(_MOST_AT_ONCE)
            if not some:
                return ""
            taken += some
        data = bytes(taken[:-3]).replace(b"\r\n.", b"\r\n")[2:]
        for address in self._recipients:
            self.server.book.note(address, "accepted", data)
        self._recipients = []
        return "250 OK: stored"

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode("ascii"))
