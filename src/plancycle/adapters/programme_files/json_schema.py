"""JSON Schemas of the programme files, made from the models: completion and hover in editors, one schema a file.

Written in the dialect editors know best (draft 7). The words are those of the catalogue: ``schema.file.<name>``,
``schema.<field>``, or ``schema.<mapping>.<field>`` where one name means two things; a field without words goes without.
"""

import json
from pathlib import Path
from typing import Any

from plancycle.adapters.programme_files.schema import FILES
from plancycle.adapters.texts import LANGUAGES, words

DIALECT = "http://json-schema.org/draft-07/schema#"
FOLDER = "schema"
"""Beside the programme folders; every YAML file names its schema as ``../schema/<name>.json``."""


def json_schemas() -> dict[str, dict[str, Any]]:
    """The schema of every file, by the file's name."""
    return {name: _schema(name) for name in FILES}


def schema_file(name: str) -> str:
    """The name of a file's schema: ``legal.yaml`` has ``legal.json``."""
    return f"{Path(name).stem}.json"


def schema_texts() -> dict[str, str]:
    """What stands in each schema file, by its name."""
    return {schema_file(name): written(schema) for name, schema in json_schemas().items()}


def written(schema: dict[str, Any]) -> str:
    """A schema as text; the same models give the same bytes."""
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


def modeline(name: str) -> str:
    """The first line of a file, by which editors find its schema."""
    return f"# yaml-language-server: $schema=../{FOLDER}/{schema_file(name)}\n"


def write_schemas(folder: Path) -> int:
    """Write every schema file into a folder; returns how many. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = schema_texts()
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
    return len(texts)


def _schema(name: str) -> dict[str, Any]:
    stem = Path(name).stem
    schema: dict[str, Any] = _tidied(FILES[name].model_json_schema(), stem)
    described = _words(f"file.{stem}")
    return {"$schema": DIALECT, **({"description": described} if described else {}), **schema}


def _tidied(node: Any, owner: str) -> Any:
    """In draft 7's words, described in ours: no titles made from names, no docstrings, short lists as of old.

    ``owner`` is the mapping a field belongs to: the file's stem, or the name of the model.
    """
    if isinstance(node, list):
        return [_tidied(item, owner) for item in node]
    if not isinstance(node, dict):
        return node
    left_out = ("title", "description", "properties", "$defs")
    found = {key: _tidied(value, owner) for key, value in node.items() if key not in left_out}
    if "properties" in node:
        found["properties"] = {name: _field(name, value, owner) for name, value in node["properties"].items()}
    if "$defs" in node:
        found["$defs"] = {name: _tidied(value, name) for name, value in node["$defs"].items()}
    if "prefixItems" in found:
        found["items"] = found.pop("prefixItems")
    return found


def _field(name: str, node: dict[str, Any], owner: str) -> dict[str, Any]:
    described = _words(f"{owner}.{name}") or _words(name)
    tidied: dict[str, Any] = _tidied(node, owner)
    if "$ref" in tidied and described:  # draft 7 ignores what stands beside a reference
        tidied = {"allOf": [tidied]}
    return {**tidied, **({"description": described} if described else {})}


def _words(key: str) -> str:
    found = [words(language).get(f"schema.{key}", "") for language in LANGUAGES]
    return "\n\n".join(text for text in found if text)
