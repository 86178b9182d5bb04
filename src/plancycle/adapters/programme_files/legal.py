"""Legal references across the files: two documents of one number, numbers used as ids, documents whose time is over."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from plancycle.adapters.programme_files.trees import matches
from plancycle.adapters.programme_files.value_types import read_date
from plancycle.adapters.programme_files.yaml_lines import Loc, Tree, YamlFile
from plancycle.domain.amendments import flagged_for_amendment
from plancycle.domain.errors import Place
from plancycle.domain.programme import Programme

LEGAL, ASSIGNMENTS = "legal.yaml", "assignments.yaml"
NUMBER_KEYS = frozenset({"programme.number_for_id", "programme.ambiguous_number"})

Files = Mapping[str, YamlFile]


def number_place(files: Files, file: YamlFile, loc: Loc, value: str) -> Place | None:
    """The problem of a reference that gives a document's number where its id belongs; None when it is no number.

    Numbers repeat: the plan cites two different directives 05-CT/TW. Only an id says which one is meant.
    """
    legal = files.get(LEGAL)
    numbers: dict[str, list[str]] = defaultdict(list)
    for (part, index, _), number in matches(legal.tree if legal else None, "legal_refs.*.number"):
        assert legal is not None
        known_as = dict(matches(legal.tree, "legal_refs.*.id")).get((part, index, "id"))
        if known_as:
            numbers[_compared(number)].append(f"{known_as} ({LEGAL}:{legal.values[part, index][0]})")
    ids = numbers.get(_compared(value), [])
    if not ids:
        return None
    key = "programme.number_for_id" if len(ids) == 1 else "programme.ambiguous_number"
    return file.place(loc, key, value=value, ids=", ".join(ids), count=len(ids))


def told_once(places: Sequence[Place]) -> list[Place]:
    """Without "not an id" wherever it is already said that a document's number stands there."""
    numbers = {(one.file, one.line, one.column) for one in places if one.key in NUMBER_KEYS}
    return [one for one in places if one.key != "programme.bad_id" or (one.file, one.line, one.column) not in numbers]


def same_document(files: Files) -> Iterator[Place]:
    """Two references to one document: same kind, number, issuer and date. The number alone may well repeat."""
    legal = files.get(LEGAL)
    entries = legal.tree.get("legal_refs") if legal and isinstance(legal.tree, dict) else None
    seen: dict[tuple[str, ...], int] = {}
    for index, entry in enumerate(entries if isinstance(entries, list) else []):
        if not isinstance(entry, dict) or not entry.get("number"):
            continue
        document = tuple(_compared(entry.get(name)) for name in ("kind", "number", "issuer", "dated"))
        first = seen.setdefault(document, index)
        if first != index:
            assert legal is not None
            line = legal.values["legal_refs", first][0]
            yield legal.place(("legal_refs", index), "programme.same_document", value=entry["number"], first_line=line)


def flagged_places(files: Files, programme: Programme, year: int) -> Iterator[Place]:
    """Where work rests on a document that ended before the year: a warning for each."""
    file = files[ASSIGNMENTS]
    ids = dict(matches(file.tree, "entries.*.works.*.id"))
    cited = {(ids[(*loc[:-2], "id")], ref): loc for loc, ref in matches(file.tree, "entries.*.works.*.legal_refs.*")}
    for flag in flagged_for_amendment(programme, year):
        document = flag.reference.number or flag.reference.subject
        params = {"work": flag.work.id, "document": document, "valid_to": flag.reference.valid_to, "year": year}
        yield file.place(cited[flag.work.id, flag.reference.id], "programme.basis_ended", **params)


def _compared(value: Tree) -> str:
    """One spelling of a field for comparing: dates by their day, texts without regard to case and spaces."""
    if not isinstance(value, str):
        return ""
    try:
        day = read_date(value)
    except ValueError:  # a day that never is; the schema says so
        day = None
    return day.isoformat() if day else " ".join(value.casefold().split())
