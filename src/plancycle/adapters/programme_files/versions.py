"""A programme's version: the hash of what its files say, and its files as one bundle to keep.

The hash is over the parsed contents, so that comments, quotes, spacing and the order of fields may be tidied without a
new version. What is not part of the plan does not count: contacts are people, and announced days off come from the
Government for everybody (``OUTSIDE_THE_PLAN``).
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from plancycle.adapters.programme_files.schema import FILES, OUTSIDE_THE_PLAN
from plancycle.adapters.programme_files.yaml_lines import YamlFile, canonical_bytes, parse_yaml
from plancycle.domain.events import canonical_json
from plancycle.domain.programme import Template

FORMAT = "plancycle-programme-1"
"""Named inside what is hashed and what is kept, so that another way of doing it could be told apart."""

PLAN_FILES = tuple(sorted(FILES.keys() - OUTSIDE_THE_PLAN))


def contents(folder: Path) -> dict[str, bytes]:
    """The canonical bytes of the files that make up the plan; those that cannot be read are left out."""
    found = {name: _bytes(folder / name) for name in PLAN_FILES}
    return {name: data for name, data in found.items() if data is not None}


def _bytes(path: Path) -> bytes | None:
    try:
        return canonical_bytes(path.read_bytes())
    except OSError:
        return None


def version_of(files: Mapping[str, YamlFile], templates: Sequence[Template] = ()) -> str:
    """SHA-256 over what the plan's files and its own templates say. Only meaningful when all of them could be read."""
    said = {name: file.tree for name, file in files.items() if name in PLAN_FILES}
    whole = {"format": FORMAT, "files": said, **_as_texts(templates)}
    return hashlib.sha256(canonical_json(whole).encode()).hexdigest()


def _as_texts(templates: Sequence[Template]) -> dict[str, dict[str, str]]:
    """Nothing for a programme without templates of its own, so that it keeps the version it has always had."""
    return {"templates": {one.id: one.text for one in templates}} if templates else {}


def bundle(data: Mapping[str, bytes], templates: Sequence[Template] = ()) -> bytes:
    """The files, comments and all, as one text; the same files give the same bytes."""
    texts = {name: content.decode() for name, content in data.items()}
    return canonical_json({"format": FORMAT, "files": texts, **_as_texts(templates)}).encode()


def opened_templates(data: bytes) -> tuple[Template, ...]:
    """The programme's own templates in a bundle."""
    texts: dict[str, str] = json.loads(data).get("templates", {})
    return tuple(Template(name, text) for name, text in sorted(texts.items()))


def opened(data: bytes) -> dict[str, YamlFile]:
    """The files of a bundle, parsed."""
    texts: dict[str, str] = json.loads(data)["files"]
    return {name: parse_yaml(text.encode(), Path(name)) for name, text in texts.items()}
