"""A new programme folder: commented files that pass the check, ready to be replaced by a plan's own content."""

import re
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from importlib.resources import files
from io import BytesIO
from pathlib import Path

from plancycle.adapters.programme_files.folders import MAIN, inspect_folder
from plancycle.adapters.programme_files.json_schema import FOLDER, write_schemas
from plancycle.domain.errors import ActionNeeded, OutsideFailure, ProgrammeProblem

TEMPLATES = files("plancycle") / "templates" / "programme"
CALENDAR = "calendar.yaml"
DEADLINES = re.compile(rb"^(deadlines:\n)((?:  .*\n)+)", re.MULTILINE)
WIDE = 10_000
"""Columns: no line is broken that was not broken before."""


def new_programme(
    folder: Path, values: Mapping[str, str | int], others: Mapping[str, bytes] | None = None, deadlines: str = ""
) -> None:
    """Write the files of a new programme into ``folder``, with ``values`` in its main file, and the schemas beside it.

    ``others`` stand in for the template's files of these names, ``deadlines`` for those of its calendar.

    Nothing is overwritten and nothing is written unless the result passes the check. Raises ActionNeeded (the folder
    holds something), ProgrammeProblem (the values do not pass) and OutsideFailure (disk).
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        first = min(one.name for one in folder.iterdir()) if folder.is_dir() else folder.name
        raise ActionNeeded("programme.not_empty", folder=folder, name=first)
    texts = {one.name: one.read_bytes() for one in TEMPLATES.iterdir() if one.name.endswith(".yaml")}
    texts[MAIN] = with_values(texts[MAIN], values)
    texts |= others or {}
    if deadlines:
        texts[CALENDAR] = DEADLINES.sub(lambda found: found[1] + deadlines.encode(), texts[CALENDAR])
    _check(folder, texts, int(values["start_year"]))
    try:
        _write(folder, texts)
        if not (folder.parent / FOLDER).exists():
            write_schemas(folder.parent / FOLDER)
    except OSError as problem:
        raise OutsideFailure("programme.folder_unwritable", folder=folder, reason=problem.strerror or "") from problem


def with_values(data: bytes, values: Mapping[str, str | int]) -> bytes:
    """A YAML file with some of its top fields changed; comments and layout stay as they are."""
    from ruamel.yaml import YAML
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString

    yaml = YAML()
    yaml.preserve_quotes, yaml.width = True, WIDE
    yaml.indent(mapping=2, sequence=4, offset=2)
    tree = yaml.load(data)
    for name, value in values.items():
        place = tree
        *path, last = name.split(".")
        for step in path:
            place = place[step]
        place[last] = DoubleQuotedScalarString(value) if isinstance(value, str) else value
    written = BytesIO()
    yaml.dump(tree, written)
    return written.getvalue()


def _check(folder: Path, texts: Mapping[str, bytes], year: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        trial = Path(name) / "trial"
        _write(trial, texts)
        errors = inspect_folder(trial, year).errors
    if errors:
        raise ProgrammeProblem([replace(one, file=str(folder / Path(one.file).name)) for one in errors])


def _write(folder: Path, texts: Mapping[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in sorted(texts.items()):
        (folder / name).write_bytes(data)
