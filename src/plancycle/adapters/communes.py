"""Communes and wards of a province as the ``vietnam-provinces`` package publishes them (two-level government, 2025).

Only its JSON file is read: the package's own module builds thousands of enum members on import.
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from plancycle.domain.errors import DataProblem
from plancycle.domain.official_lists import near
from plancycle.domain.searching import folded

PACKAGE = "vietnam_provinces"
CODE_LENGTH = 5
"""Codes of communes are written with five digits; the package holds them as numbers."""
CITY = "Thành phố "


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
    name, code = " ".join(str(ward["name"]).split()), int(str(ward["code"]))
    slug = str(ward["codename"]).replace("_", "-")
    return Commune(f"{slug}-{code:0{CODE_LENGTH}d}", name[0].lower() + name[1:], code)


@dataclass(frozen=True, slots=True)
class Province:
    """One of the 34 provinces and cities. ``seat`` is what a body's name ends with: ``tỉnh Cao Bằng``."""

    code: int
    name: str
    seat: str

    @property
    def place(self) -> str:
        """The place in a document's date line (Decree 30/2020/NĐ-CP, Annex I): a city named after a person in full."""
        return f"Thành phố {self.name}" if self.name == "Hồ Chí Minh" else self.name


@cache
def provinces() -> tuple[Province, ...]:
    """The provinces and cities in the list's order."""
    return tuple(_province(one["code"], str(one["name"])) for one in _divisions())


def _province(code: int, name: str) -> Province:
    short = name.removeprefix(CITY)
    return Province(code, short, f"thành phố {short}" if short != name else f"tỉnh {name}")


def province_named(text: str) -> Province:
    """The province somebody means, marks, case and the word for its kind aside. Raises DataProblem with near names."""
    wanted = folded(text)
    for kind in ("thanh pho ", "tinh ", "tp. ", "tp "):
        wanted = wanted.removeprefix(kind)
    for one in provinces():
        if folded(one.name) == wanted:
            return one
    names = [one.name for one in provinces()]
    raise DataProblem("programme_new.no_province", value=text, near=near(wanted, names) or tuple(names))
