"""The country's provinces, communes, wards and special zones: names and codes as the government lists them.

The list is a file of this product and no package's: the same names, codes and ids under every version of Python.
Source and how it was compared: ``docs/decisions/0065-own-list-of-communes.md``.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from plancycle.domain.blueprints import slug
from plancycle.domain.errors import DataProblem
from plancycle.domain.official_lists import near
from plancycle.domain.searching import folded

LIST = Path(__file__).parent / "units" / "vietnam-2025.tsv"
"""One unit a line: code, kind, name. Two digits are a province; what has five belongs to the province above it."""
MERGED = Path(__file__).parent / "units" / "merged-2025.tsv"
"""What 29 provinces became part of on 1 July 2025 (Resolution 202/2025/QH15): the name then, the name since."""
PROVINCE_DIGITS = 2
APOSTROPHE = "’"


@dataclass(frozen=True, slots=True)
class Commune:
    """One commune, ward or special zone: ``name`` begins with its kind in small letters (``xã Tân Cương``)."""

    id: str
    name: str
    code: int


@cache
def communes_of(province: int) -> tuple[Commune, ...]:
    """The communes and wards of a province by code; empty for a code that no province has."""
    return next((communes for one, communes in _units() if one.code == province), ())


@cache
def _units() -> tuple[tuple["Province", tuple[Commune, ...]], ...]:
    found: list[tuple[Province, list[Commune]]] = []
    for line in LIST.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            code, kind, name = line.split("\t")
            if len(code) == PROVINCE_DIGITS:
                found.append((Province(int(code), name, f"{kind} {name}"), []))
            else:
                found[-1][1].append(_commune(code, f"{kind} {name}"))
    return tuple((province, tuple(communes)) for province, communes in found)


def _commune(code: str, name: str) -> Commune:
    """Its id carries the code, since several communes of the country have one name."""
    return Commune(f"{slug(name.replace(APOSTROPHE, ''))}-{code}", name, int(code))


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


def provinces() -> tuple[Province, ...]:
    """The provinces and cities by code."""
    return tuple(province for province, _ in _units())


def province_named(text: str) -> Province:
    """The province somebody means, marks, case and the word for its kind aside.

    Raises DataProblem with the name since for one that was merged, with near names for any other.
    """
    wanted = folded(text)
    for kind in ("thanh pho ", "tinh ", "tp. ", "tp "):
        wanted = wanted.removeprefix(kind)
    for one in provinces():
        if folded(one.name) == wanted:
            return one
    for line in MERGED.read_text(encoding="utf-8").splitlines()[1:]:
        then, since = line.split("\t")
        if folded(then) == wanted:
            raise DataProblem("programme_new.merged_province", value=then, since=since)
    names = [one.name for one in provinces()]
    raise DataProblem("programme_new.no_province", value=text, near=near(wanted, names) or tuple(names))
