"""What can be wrong with ``succession.yaml`` when every field is well formed: no day, a circle, work given twice."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from plancycle.adapters.communes import communes_of
from plancycle.adapters.programme_files.schema import EVERYBODY, SUCCESSION
from plancycle.adapters.programme_files.trees import matches
from plancycle.adapters.programme_files.value_types import read_date
from plancycle.adapters.programme_files.yaml_lines import Loc, Tree, YamlFile
from plancycle.domain.errors import Place
from plancycle.domain.succession import Confidence

Files = Mapping[str, YamlFile]


@dataclass(frozen=True, slots=True)
class _Entry:
    """One record as it stands in the file; what is not well formed is empty."""

    loc: Loc
    name: str
    leaving: tuple[str, ...]
    taking: tuple[str, ...]
    works: tuple[str, ...]
    day: date | None
    confidence: str
    note: str


def listed_communes(tree: Tree) -> list[str]:
    """The ids of the communes and wards that the lists of ``agencies.yaml`` stand for."""
    provinces = [int(value) for _, value in matches(tree, "units.*.province") if value.isdecimal()]
    return [commune.id for province in provinces for commune in communes_of(province)]


def succession_places(files: Files) -> Iterator[Place]:
    """Every problem of the records among themselves, and with the work that is assigned."""
    file = files.get(SUCCESSION)
    entries = list(_entries(file.tree)) if file else []
    if file is None:
        return
    common = set(_common_works(files))
    for entry in entries:
        if entry.day is None and entry.confidence != Confidence.UNVERIFIED:
            yield file.place((*entry.loc, "effective"), "programme.succession_without_day", value=entry.name)
        if entry.day is not None and not entry.taking and not entry.note:
            yield file.place(entry.loc, "programme.succession_without_reason", value=entry.name)
        for index, work in enumerate(entry.works):
            if work in common:
                yield file.place((*entry.loc, "works", index), "programme.succession_of_common_work", value=work)
    yield from _given_twice(file, entries)
    yield from _ended(file, entries)


def _given_twice(file: YamlFile, entries: list[_Entry]) -> Iterator[Place]:
    """One work of one body cannot go to two bodies on one day."""
    seen: dict[tuple[str, str, date | None], str] = {}
    for entry in entries:
        for body in entry.leaving:
            for index, work in enumerate(entry.works):
                first = seen.setdefault((body, work, entry.day), entry.name)
                if first != entry.name:
                    loc = (*entry.loc, "works", index)
                    yield file.place(loc, "programme.succession_work_twice", value=work, first=first)


def _ended(file: YamlFile, entries: list[_Entry]) -> Iterator[Place]:
    """Nobody takes over on a day on which it has itself ended: that would be a circle, or a hole."""
    ends = {
        body: entry.day
        for entry in entries
        if entry.day is not None and not entry.works
        for body in entry.leaving
        if body not in entry.taking
    }
    for entry in entries:
        for index, body in enumerate(entry.taking):
            if entry.day is not None and body in ends and ends[body] <= entry.day:
                loc = (*entry.loc, "to", index)
                yield file.place(loc, "programme.successor_has_ended", value=body, day=ends[body])


def _entries(tree: Tree) -> Iterator[_Entry]:
    listed = tree.get("successions") if isinstance(tree, dict) else None
    for index, entry in enumerate(listed if isinstance(listed, list) else []):
        if isinstance(entry, dict):
            yield _Entry(
                loc=("successions", index),
                name=_text(entry.get("id")),
                leaving=_texts(entry.get("from")),
                taking=_texts(entry.get("to")),
                works=_texts(entry.get("works")),
                day=_day(entry.get("effective")),
                confidence=_text(entry.get("confidence")),
                note=_text(entry.get("note")),
            )


def _text(value: Tree) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: Tree) -> tuple[str, ...]:
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()


def _day(value: Tree) -> date | None:
    try:
        return read_date(value) if isinstance(value, str) else None
    except ValueError:  # a day that never is; the schema says so
        return None


def _common_works(files: Files) -> Iterator[str]:
    """Work of every body: it cannot be handed on, whoever reports has it."""
    file = files.get("assignments.yaml")
    entries = file.tree.get("entries") if file and isinstance(file.tree, dict) else None
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, dict) and EVERYBODY in _texts(entry.get("agencies")):
            yield from (value for _, value in matches(entry, "works.*.id"))
