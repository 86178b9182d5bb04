"""Communes and wards of a province as the ``vietnam-provinces`` package publishes them (two-level government, 2025).

Only its JSON file is read: the package's own module builds thousands of enum members on import.
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

PACKAGE = "vietnam_provinces"
CODE_LENGTH = 5
"""Codes of communes are written with five digits; the package holds them as numbers."""


@dataclass(frozen=True, slots=True)
class Commune:
    """One commune or ward: ``name`` begins with its kind in lower case (``xã Tân Cương``)."""

    id: str
    name: str
    code: int


@cache
def communes_of(province: int) -> tuple[Commune, ...]:
    """The communes and wards of a province in the list's order; empty for a code that no province has."""
    return tuple(_commune(ward) for one in _divisions() if one["code"] == province for ward in one["wards"])


def _divisions() -> list[dict[str, Any]]:
    spec = find_spec(PACKAGE)
    assert spec is not None
    assert spec.origin is not None
    path = Path(spec.origin).parent / "data" / "nested-divisions.json"
    divisions: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return divisions


def _commune(ward: dict[str, Any]) -> Commune:
    name, code = str(ward["name"]), int(str(ward["code"]))
    slug = str(ward["codename"]).replace("_", "-")
    return Commune(f"{slug}-{code:0{CODE_LENGTH}d}", name[0].lower() + name[1:], code)
