"""What a relay has taken and refused: a folder of letters, and a ledger with one line an attempt."""

import hashlib
import json
import re
import threading
from dataclasses import dataclass, fields
from pathlib import Path
from typing import IO

LEDGER = "ledger.jsonl"


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One attempt: ``file`` and ``sha256`` are empty for a refused address."""

    number: int
    to_address: str
    outcome: str
    file: str = ""
    sha256: str = ""


class RelayBook:
    """The folder while a relay runs; letters of an earlier run in it are kept and counted on from."""

    def __init__(self, folder: Path) -> None:
        """Open it. Raises OSError when it cannot be written."""
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        path = folder / LEDGER
        told = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        self.lines = [LedgerLine(**json.loads(line)) for line in told]
        self._file: IO[str] = path.open("a", encoding="utf-8", buffering=1)
        self._writing = threading.Lock()

    def note(self, address: str, outcome: str, data: bytes | None = None) -> None:
        """One attempt, with the letter it brought: in the folder and in the ledger when this returns."""
        with self._writing:
            number = len(self.lines) + 1
            line = LedgerLine(number, address, outcome)
            if data is not None:
                digest = hashlib.sha256(data).hexdigest()
                recipient = re.sub(r"[^A-Za-z0-9.-]+", "-", address.replace("@", "-at-")).strip("-.")[:80]
                line = LedgerLine(number, address, outcome, f"{number:05d}_{recipient}_{digest[:12]}.eml", digest)
                (self.folder / line.file).write_bytes(data)
            told = {one.name: getattr(line, one.name) for one in fields(line)}
            self._file.write(json.dumps(told, ensure_ascii=False) + "\n")
            self.lines.append(line)

    def close(self) -> None:
        """Nothing stays open."""
        self._file.close()
