"""Programme folders: read, checked as a whole, and turned into a :class:`Programme`.

A folder under the programmes directory is a programme when it has a ``programme.yaml``; the folder's own name means
nothing. Every problem of every file is found in one pass and carries file, line and column.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from plancycle.adapters.calendars import working_days
from plancycle.adapters.programme_files import templates, versions
from plancycle.adapters.programme_files.building import build_address_book, build_programme, one
from plancycle.adapters.programme_files.checks import cross_check
from plancycle.adapters.programme_files.english import ENGLISH, read_english
from plancycle.adapters.programme_files.legal import flagged_places, told_once
from plancycle.adapters.programme_files.overlay import Overlay, overlay_of, read_overlay
from plancycle.adapters.programme_files.problems import validated
from plancycle.adapters.programme_files.rules import first_year, model_places
from plancycle.adapters.programme_files.schema import CONTACTS, FILES, OPTIONAL, WORKING_DAYS
from plancycle.adapters.programme_files.schema_cycle import ContactsFile
from plancycle.adapters.programme_files.value_types import Strict
from plancycle.adapters.programme_files.yaml_lines import YamlFile, parse_yaml, read_yaml
from plancycle.domain.agencies import AddressBook
from plancycle.domain.errors import NotFound, Place, ProgrammeProblem
from plancycle.domain.programme import Programme
from plancycle.domain.working_days import WorkingDays

MAIN = "programme.yaml"
EXAMPLES = frozenset({"contacts.example.yaml"})
DEFAULT_FIRST_YEAR = 2024

_EVERY_FILE = tuple(sorted(FILES))
Look = tuple[int, int, int]
"""What tells one state of a file from another without reading it."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """A folder as read: the models of the files that passed, and every problem of those that did not."""

    files: dict[str, YamlFile]
    models: dict[str, Strict]
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a check found: what stops a programme, and what its year should have amended."""

    errors: tuple[Place, ...]
    warnings: tuple[Place, ...] = ()


class ProgrammeFiles:
    """The programmes of one directory. Keeps what it has read until a file's content changes."""

    def __init__(self, programmes_dir: Path) -> None:
        self._directory = programmes_dir
        self._loaded: dict[str, Programme] = {}
        self._bundles: dict[str, bytes] = {}
        self._latest: dict[str, Programme] = {}
        self._current: dict[Path, tuple[tuple[Look, ...], str]] = {}
        self._books: dict[Path, tuple[tuple[Look, ...], AddressBook]] = {}
        self._mains: dict[tuple[Path, Look], YamlFile] = {}
        self._overlays: dict[Path, tuple[Look, Overlay]] = {}
        self._english: dict[Path, tuple[Look, dict[str, str]]] = {}

    def load(self, programme_id: str) -> Programme:
        """Read and check one programme. Raises ProgrammeProblem with every error, or NotFound."""
        folder = self._folder(programme_id)
        looks = (*_looks(folder, versions.PLAN_FILES), *templates.looks(folder))
        seen, version = self._current.get(folder, ((), ""))
        if seen != looks:
            version = self._read(folder)
            self._current[folder] = looks, version
        self._latest[programme_id] = self._loaded[version]
        return self._loaded[version]

    def pack(self, programme_id: str) -> bytes:
        """The files of the version :meth:`load` gives, as one bundle to keep. Raises as :meth:`load`."""
        return self._bundles[self.load(programme_id).version]

    def kept(self, programme_id: str, version: str, read: Callable[[], bytes]) -> Programme:
        """A version that was packed earlier; ``read`` gives its bundle and is called once per process.

        Only the fields are checked again: a rule that is newer than the version must not stop a running cycle.
        Raises ProgrammeProblem when the bundle is not one this release can read.
        """
        if version not in self._loaded:
            data = read()
            models, places = _fields_of(versions.opened(data))
            if places:
                raise ProgrammeProblem(places)
            programme = build_programme(models, version)
            self._loaded[version] = replace(programme, templates=versions.opened_templates(data))
        self._latest[programme_id] = self._loaded[version]
        return self._loaded[version]

    def latest(self, programme_id: str) -> Programme:
        """The folder's version, or while it has errors the version that was read last. Raises as :meth:`load`."""
        try:
            return self.load(programme_id)
        except ProgrammeProblem:
            if programme_id not in self._latest:
                raise
            return self._latest[programme_id]

    def address_book(self, programme_id: str) -> AddressBook:
        """The contacts in ``contacts.yaml``; empty when there is no such file. Raises ProgrammeProblem, NotFound."""
        folder = self._folder(programme_id)
        if not os.path.exists(f"{folder}/{CONTACTS}"):
            return AddressBook()
        looks = _looks(folder, _EVERY_FILE)
        seen, book = self._books.get(folder, ((), AddressBook()))
        if seen != looks:
            reading = _read(folder)
            wrong = [place for place in reading.places if Path(place.file).name == CONTACTS]
            if wrong:  # what is wrong elsewhere must not stop the letters of a running cycle
                raise ProgrammeProblem(wrong)
            book = build_address_book(one(reading.models, ContactsFile))
            self._books[folder] = looks, book
        return book

    def working_days(self, programme: Programme, year: int) -> WorkingDays:
        """The calendar of ``year`` and its neighbours: holiday library, then what ``working-days.yaml`` says now.

        Raises ProgrammeProblem (that file has errors) and DataProblem (a year nobody knows the holidays of).
        """
        path = self._folder(programme.id) / WORKING_DAYS
        look = _look(path)
        seen, overlay = self._overlays.get(path, ((0, 0, -1), Overlay()))
        if seen != look:
            overlay = read_overlay(path)
            self._overlays[path] = look, overlay
        return working_days(overlay.announced, year, overlay.confirmed)

    def english(self, programme_id: str) -> Mapping[str, str]:
        """The programme's words in English, as ``english.yaml`` has them now. Raises ProgrammeProblem, NotFound."""
        path = self._folder(programme_id) / ENGLISH
        look = _look(path)
        seen, words = self._english.get(path, ((0, 0, -1), {}))
        if seen != look:
            words = read_english(path)
            self._english[path] = look, words
        return words

    def _folder(self, programme_id: str) -> Path:
        """The folder whose ``programme.yaml`` has that id; problems of unreadable ones are told when none has."""
        if not os.path.isdir(self._directory):
            raise ProgrammeProblem([_at(self._directory, "programme.missing_folder")])
        found: list[YamlFile] = []
        unreadable: list[Place] = []
        for main in _mains(self._directory):
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
            return _path(os.path.dirname(found[0].path))
        if unreadable:
            raise ProgrammeProblem(unreadable)
        raise NotFound("not_found.programme", programme=programme_id)

    def _main(self, path: Path) -> YamlFile:
        """A folder's main file, parsed again only when it has changed."""
        known = (path, _look(path))
        if known not in self._mains:
            self._mains[known] = read_yaml(path)
        return self._mains[known]

    def _read(self, folder: Path) -> str:
        """Read the plan's files and remember them; returns their version. Raises ProgrammeProblem."""
        contents = versions.contents(folder)
        reading = _read(folder, contents, without=frozenset({CONTACTS}))
        if reading.places:
            raise ProgrammeProblem(reading.places)
        own, places = templates.read(folder)
        version = versions.version_of(reading.files, own)
        if version not in self._loaded:
            programme = replace(build_programme(reading.models, version), templates=own)
            places += templates.problems(folder, programme)
            if places:
                raise ProgrammeProblem(places)
            self._loaded[version] = programme
        self._bundles.setdefault(version, versions.bundle(contents, own))
        return version


def _mains(directory: Path) -> list[Path]:
    """The main file of every programme. Asked for with every letter, so the directory is listed once and no more."""
    names = sorted(name for name in os.listdir(directory) if os.path.exists(f"{directory}/{name}/{MAIN}"))
    return [_path(f"{directory}/{name}/{MAIN}") for name in names]


@lru_cache(256)
def _path(text: str) -> Path:
    """Making a path costs more than asking for its file."""
    return Path(text)


def _looks(folder: Path, names: Iterable[str]) -> tuple[Look, ...]:
    return tuple(_look(f"{folder}/{name}") for name in names)


def _look(path: Path | str) -> Look:
    """A file's time (ns), size and number; zeros when there is none."""
    try:
        found = os.stat(path)
    except OSError:
        return 0, 0, 0
    return found.st_mtime_ns, found.st_size, found.st_ino


def check(path: Path) -> list[Place]:
    """Every problem of one programme folder, its ``contacts.yaml`` included; an empty list means it can be used."""
    return list(inspect_folder(path, DEFAULT_FIRST_YEAR).errors)


def inspect_folder(path: Path, year: int) -> Inspection:
    """Every problem of one programme folder; of a good one, the work that ``year`` should have amended."""
    if not path.is_dir():
        return Inspection((_at(path, "programme.missing_folder"),))
    reading = _read(path)
    if reading.places:
        return Inspection(reading.places)
    own, places = templates.read(path)
    version = versions.version_of(reading.files, own)
    programme = replace(build_programme(reading.models, version), templates=own)
    wrong = (*places, *templates.problems(path, programme))
    return Inspection(wrong, () if wrong else tuple(flagged_places(reading.files, programme, year)))


def _at(path: Path, key: str) -> Place:
    return Place(str(path), 1, 1, key, {"name": path.name})


def _read(folder: Path, contents: Mapping[str, bytes] | None = None, without: frozenset[str] = frozenset()) -> _Reading:
    """Read and check everything; ``contents`` are the plan's files when they have been read already."""
    contents = versions.contents(folder) if contents is None else contents
    files = {name: parse_yaml(data, folder / name) for name, data in contents.items()}
    for name in sorted(FILES.keys() - files.keys() - without):
        if name not in OPTIONAL or (folder / name).exists():
            files[name] = read_yaml(folder / name)  # says why it cannot be read
    models, places = _fields_of(files)
    year = first_year(models, DEFAULT_FIRST_YEAR)
    overlay = overlay_of(models.get(WORKING_DAYS))
    for name, model in models.items():
        places += model_places(files[name], model, year, overlay)
    everything = [*_unknown_files(folder), *places, *cross_check(files)]
    return _Reading(files, models, tuple(sorted(told_once(everything), key=_order)))


def _fields_of(files: Mapping[str, YamlFile]) -> tuple[dict[str, Strict], list[Place]]:
    """The models of the files whose fields are right, and every problem of the others."""
    models: dict[str, Strict] = {}
    places: list[Place] = []
    for name, file in files.items():
        model, problems = validated(file, FILES[name])
        places += [*file.places, *problems]
        if model is not None:
            models[name] = model
    return models, places


def _unknown_files(folder: Path) -> Iterator[Place]:
    """A YAML file under another name is read by nobody: most likely a spelling mistake."""
    for path in sorted(folder.glob("*.y*ml")):
        if path.name not in FILES and path.name not in EXAMPLES:
            yield _at(path, "programme.unknown_file")


def _order(place: Place) -> tuple[str, int, int]:
    return place.file, place.line, place.column
