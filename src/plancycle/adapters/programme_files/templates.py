"""A programme's own templates of documents: ``templates/*.txt.j2`` beside its files, each in place of a shipped one.

They are part of the programme's version. A check renders every document they take part in with made-up facts, so that
a mistake is told with file and line before anything is sent.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from plancycle.adapters.programme_files.yaml_lines import canonical_bytes
from plancycle.domain.errors import Place
from plancycle.domain.programme import Programme, Template

FOLDER = "templates"
ENDING = ".j2"


def _paths(folder: Path) -> list[Path]:
    place = f"{folder}/{FOLDER}"
    if not os.path.isdir(place):  # most programmes have none, and this is asked with every letter
        return []
    return sorted(Path(place).glob(f"*{ENDING}"))


def looks(folder: Path) -> Iterator[tuple[int, int, int]]:
    """What tells one state of the templates from another without reading them."""
    for path in _paths(folder):
        found = path.stat()
        yield found.st_mtime_ns, found.st_size, found.st_ino


def read(folder: Path) -> tuple[tuple[Template, ...], list[Place]]:
    """The programme's templates by name; a file that is no UTF-8 text is a problem."""
    found, places = [], []
    for path in _paths(folder):
        try:
            found.append(Template(path.name, canonical_bytes(path.read_bytes()).decode()))
        except UnicodeDecodeError:
            places.append(Place(str(path), 1, 1, "programme.template_not_text", {"name": path.name}))
    return tuple(found), places


def problems(folder: Path, programme: Programme) -> list[Place]:
    """Every mistake in the programme's templates: unknown names, syntax, and what a sample document shows."""
    if not programme.templates:
        return []
    from plancycle.adapters.documents.template_check import template_problems
    from plancycle.adapters.documents.templating import shipped_names

    known, places = shipped_names(), []
    for template in programme.templates:
        if template.id not in known:
            where = str(folder / FOLDER / template.id)
            params = {"name": template.id, "choices": ", ".join(known)}
            places.append(Place(where, 1, 1, "programme.template_unknown", params))
    for found in template_problems(programme):
        where = str(folder / FOLDER / found.name)
        places.append(Place(where, found.line, 1, found.key, {"name": found.name, **found.params}))
    return places
