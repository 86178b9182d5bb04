"""Programme folders: read, checked as a whole, and turned into a :class:`Programme`.

A folder under the programmes directory is a programme when it has a ``programme.yaml``; the folder's own name means
nothing. Every problem of every file is found in one pass and carries file, line and column.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from plancycle.adapters.calendars import working_days
from plancycle.adapters.programme_files.building import build_address_book, build_programme, one
from plancycle.adapters.programme_files.checks import cross_check
from plancycle.adapters.programme_files.problems import validated
from plancycle.adapters.programme_files.rules import first_year, model_places
from plancycle.adapters.programme_files.schema import CONTACTS, FILES, OPTIONAL
from plancycle.adapters.programme_files.schema_cycle import ContactsFile
from plancycle.adapters.programme_files.value_types import Strict
from plancycle.adapters.programme_files.yaml_lines import YamlFile, canonical_bytes, parse_yaml, read_yaml
from plancycle.domain.agencies import AddressBook
from plancycle.domain.errors import NotFound, Place, ProgrammeProblem
from plancycle.domain.programme import Programme
from plancycle.domain.working_days import WorkingDays

MAIN = "programme.yaml"
EXAMPLES = frozenset({"contacts.example.yaml"})
DEFAULT_FIRST_YEAR = 2024

Look = tuple[int, int, int]
"""What tells one state of a file from another without reading it."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """A folder as read: the models of the files that passed, and every problem of those that did not."""

    files: dict[str, YamlFile]
    models: dict[str, Strict]
    places: tuple[Place, ...]
    version: str


class ProgrammeFiles:
    """The programmes of one directory. Keeps what it has read until a file's content changes."""

    def __init__(self, programmes_dir: Path) -> None:
        self._directory = programmes_dir
        self._loaded: dict[str, Programme] = {}
        self._books: dict[str, AddressBook] = {}
        self._mains: dict[tuple[Path, Look], YamlFile] = {}
        self._versions: dict[tuple[Path, bool], tuple[tuple[Look, ...], str]] = {}

    def load(self, programme_id: str) -> Programme:
        """Read and check one programme. Raises ProgrammeProblem with every error, or NotFound."""
        folder = self._folder(programme_id)
        version = self._version_of(folder, with_contacts=False)
        if version not in self._loaded:
            reading = _read(folder, with_contacts=False)
            if reading.places:
                raise ProgrammeProblem(reading.places)
            self._loaded[version] = build_programme(reading.models, reading.version)
        return self._loaded[version]

    def address_book(self, programme_id: str) -> AddressBook:
        """The contacts in ``contacts.yaml``; empty when there is no such file. Raises ProgrammeProblem, NotFound."""
        folder = self._folder(programme_id)
        if not (folder / CONTACTS).exists():
            return AddressBook()
        version = self._version_of(folder, with_contacts=True)
        if version not in self._books:
            reading = _read(folder, with_contacts=True)
            if reading.places:
                raise ProgrammeProblem(reading.places)
            self._books[version] = build_address_book(one(reading.models, ContactsFile))
        return self._books[version]

    def working_days(self, programme: Programme, year: int) -> WorkingDays:
        """The calendar of ``year`` and its neighbours: holiday library, then the programme's announced days."""
        return working_days(programme.extra_days_off, programme.extra_working_days, year)

    def _folder(self, programme_id: str) -> Path:
        """The folder whose ``programme.yaml`` has that id; problems of unreadable ones are told when none has."""
        if not self._directory.is_dir():
            raise ProgrammeProblem([_at(self._directory, "programme.missing_folder")])
        found: list[YamlFile] = []
        unreadable: list[Place] = []
        for main in sorted(self._directory.glob(f"*/{MAIN}")):
            file = self._main(main)
            if isinstance(file.tree, dict) and file.tree.get("id") == programme_id:
                found.append(file)
            elif not file.is_readable:
                unreadable += file.places
        if len(found) > 1:
            first = found[0].path
            twice = [
                file.place(("id",), "programme.twice_programme", value=programme_id, first=first) for file in found
            ]
            raise ProgrammeProblem(twice[1:])
        if found:
            return Path(found[0].path).parent
        if unreadable:
            raise ProgrammeProblem(unreadable)
        raise NotFound("not_found.programme", programme=programme_id)

    def _main(self, path: Path) -> YamlFile:
        """A folder's main file, parsed again only when it has changed."""
        known = (path, _look(path))
        if known not in self._mains:
            self._mains[known] = read_yaml(path)
        return self._mains[known]

    def _version_of(self, folder: Path, with_contacts: bool) -> str:
        """The version of the folder's content. Files are read again when the time or size of any has changed."""
        looks = tuple(_look(folder / name) for name in sorted(FILES))
        seen, version = self._versions.get((folder, with_contacts), ((), ""))
        if seen != looks:
            contacts = {CONTACTS: _bytes(folder / CONTACTS) or b""} if with_contacts else {}
            version = _version({**_contents(folder), **contacts})
            self._versions[folder, with_contacts] = looks, version
        return version


def _look(path: Path) -> Look:
    """A file's time (ns), size and number; zeros when there is none."""
    try:
        found = path.stat()
    except OSError:
        return 0, 0, 0
    return found.st_mtime_ns, found.st_size, found.st_ino


def check(path: Path) -> list[Place]:
    """Every problem of one programme folder, its ``contacts.yaml`` included; an empty list means it can be used."""
    if not path.is_dir():
        return [_at(path, "programme.missing_folder")]
    return list(_read(path, with_contacts=True).places)


def _at(path: Path, key: str) -> Place:
    return Place(str(path), 1, 1, key, {"name": path.name})


def _contents(folder: Path) -> dict[str, bytes]:
    """The canonical bytes of the files that make up the programme; contacts are people, not the programme."""
    found = {name: _bytes(folder / name) for name in sorted(FILES.keys() - {CONTACTS})}
    return {name: data for name, data in found.items() if data is not None}


def _bytes(path: Path) -> bytes | None:
    """A file's canonical bytes; None when it cannot be read, and :func:`_read` says why."""
    try:
        return canonical_bytes(path.read_bytes())
    except OSError:
        return None


def _version(contents: dict[str, bytes]) -> str:
    """SHA-256 over names and contents, each with its length, so that nothing can shift between files."""
    digest = hashlib.sha256()
    for name, data in sorted(contents.items()):
        digest.update(f"{name}\0{len(data)}\0".encode())
        digest.update(data)
    return digest.hexdigest()


def _read(folder: Path, *, with_contacts: bool) -> _Reading:
    contents = _contents(folder)
    files = {name: parse_yaml(data, folder / name) for name, data in contents.items()}
    for name in sorted(FILES.keys() - files.keys() - {CONTACTS}):
        if name not in OPTIONAL or (folder / name).exists():
            files[name] = read_yaml(folder / name)  # says why it cannot be read
    if with_contacts and (folder / CONTACTS).exists():
        files[CONTACTS] = read_yaml(folder / CONTACTS)
    models, places = _check_each(files)
    everything = [*_unknown_files(folder), *places, *cross_check(files)]
    return _Reading(files, models, tuple(sorted(everything, key=_order)), _version(contents))


def _check_each(files: dict[str, YamlFile]) -> tuple[dict[str, Strict], list[Place]]:
    models: dict[str, Strict] = {}
    places: list[Place] = []
    for name, file in files.items():
        model, problems = validated(file, FILES[name])
        places += [*file.places, *problems]
        if model is not None:
            models[name] = model
    year = first_year(models, DEFAULT_FIRST_YEAR)
    for name, model in models.items():
        places += model_places(files[name], model, year)
    return models, places


def _unknown_files(folder: Path) -> Iterator[Place]:
    """A YAML file under another name is read by nobody: most likely a spelling mistake."""
    for path in sorted(folder.glob("*.y*ml")):
        if path.name not in FILES and path.name not in EXAMPLES:
            yield _at(path, "programme.unknown_file")


def _order(place: Place) -> tuple[str, int, int]:
    return place.file, place.line, place.column
