"""What a backup holds: everything in the data folder but keys and what can be made again; the keys go apart.

Two archives, because who steals one must not be able to speak in our name: the data, and the keys. An archive ends in
its manifest, so one that was cut off is recognised.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import PurePosixPath

from plancycle.domain.errors import DataProblem

FORMAT = 1
LEDGER = "ledger"
"""The member with the ledger: a SQLite file, or what ``pg_dump`` wrote."""
MANIFEST = "manifest.json"

HELD = "held"
"""The folder of files marked as state secrets: no copy of them is made."""
_MADE_AGAIN = {"prefect", "logs"}
"""Prefect's records and logs: the year goes on without them."""
_KEY_SUFFIXES = {".pem", ".key", ".p12", ".pfx", ".age"}
_PASSING_SUFFIXES = {".lock", ".tmp"}


class Part(StrEnum):
    """Which archive a file of the data folder belongs into."""

    DATA = "data"
    KEYS = "keys"
    NEITHER = "neither"


def part_of(relative: str) -> Part:
    """Where a file belongs, by its path within the data folder (``/`` between folders)."""
    path = PurePosixPath(relative)
    name = path.name
    if path.parts[0] in {*_MADE_AGAIN, HELD} or name.startswith(".part-") or path.suffix in _PASSING_SUFFIXES:
        return Part.NEITHER
    if len(path.parts) == 1 and name.startswith("plancycle.db"):
        # Copying a ledger that is in use gives a file nobody can read; it is taken as a snapshot instead.
        return Part.NEITHER
    is_key = path.suffix in _KEY_SUFFIXES and not name.endswith(".pub.pem")
    return Part.KEYS if is_key else Part.DATA


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive: its path, its bytes' number and their SHA-256 (hex)."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The ledger at one moment: ``sqlite`` or ``postgresql``, the audit chain's length and end, rows a table."""

    kind: str
    events: int
    head: str
    rows: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive says of itself. ``snapshot`` is None in an archive of keys."""

    part: Part
    made_at: datetime
    """The moment of the snapshot: whatever happened later is not in it."""
    version: str
    programme: str
    members: tuple[Member, ...]
    snapshot: Snapshot | None = None
    format: int = FORMAT

    def text(self) -> str:
        """As JSON with sorted keys."""
        return json.dumps(asdict(self), default=lambda at: at.isoformat(), ensure_ascii=False, sort_keys=True, indent=1)


def read_manifest(text: str) -> Manifest:
    """Read what :meth:`Manifest.text` wrote. Raises DataProblem for anything else or a newer form."""
    try:
        plain = json.loads(text)
        if plain["format"] != FORMAT:
            raise DataProblem("backup.other_format", found=plain["format"], known=FORMAT)
        snapshot = Snapshot(**plain["snapshot"]) if plain["snapshot"] else None
        members = tuple(Member(**one) for one in plain["members"])
        made_at = datetime.fromisoformat(plain["made_at"])
        return Manifest(Part(plain["part"]), made_at, plain["version"], plain["programme"], members, snapshot)
    except (KeyError, TypeError, ValueError) as broken:
        raise DataProblem("backup.no_manifest") from broken


def differences(manifest: Manifest, found: Mapping[str, Member]) -> tuple[str, ...]:
    """Names of members that are missing, that nobody announced, or whose bytes are not those that were packed."""
    wanted = {one.name: one for one in manifest.members}
    return tuple(sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name)))
