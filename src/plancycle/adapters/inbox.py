"""The folder returned workbooks are dropped into; taken-in files move to ``inbox/taken``."""

from pathlib import Path

from plancycle.adapters.file_store import safe_name
from plancycle.domain.errors import NotFound

TAKEN = "taken"


class InboxFolder:
    """Files waiting in a folder; implements :class:`plancycle.services.ports.Inbox`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        (folder / TAKEN).mkdir(parents=True, exist_ok=True)

    def names(self) -> list[str]:
        """Waiting files by name; hidden ones and half-copied ``.part`` files are left alone."""
        files = (path for path in self._folder.iterdir() if path.is_file())
        return sorted(path.name for path in files if not path.name.startswith((".", "~$")) and path.suffix != ".part")

    def read(self, name: str) -> bytes:
        """The bytes of one file. Raises NotFound when it has gone (another worker took it in)."""
        try:
            return (self._folder / Path(name).name).read_bytes()
        except FileNotFoundError as gone:
            raise NotFound("not_found.file", name=name) from gone

    def done(self, name: str) -> None:
        """Move the file out of the way; the bytes themselves are in the file store."""
        source = self._folder / Path(name).name
        source.replace(self._folder / TAKEN / safe_name(name))

    def discard(self, name: str) -> None:
        """Remove a refused file; its bytes are in the quarantine, and must be gone when they are purged there."""
        (self._folder / Path(name).name).unlink(missing_ok=True)
