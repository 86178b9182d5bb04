"""What is published as open data: the tables, their columns, and the description a data portal reads.

The description is a Frictionless Data Package: every table is a resource twice, as CSV and as JSON, under one schema;
every column says in both languages what it holds. No table has a person in it, and none has a text that somebody typed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

NOT_SAID = "notspecified"
"""The name the Open Definition gives a licence nobody has chosen."""
LICENCES: Mapping[str, tuple[str, str]] = {
    NOT_SAID: ("License Not Specified", "https://opendefinition.org/licenses/"),
    "CC-BY-4.0": ("Creative Commons Attribution 4.0", "https://creativecommons.org/licenses/by/4.0/"),
    "CC0-1.0": ("CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
    "ODC-BY-1.0": ("Open Data Commons Attribution License 1.0", "https://opendatacommons.org/licenses/by/1-0/"),
    "PDDL-1.0": (
        "Open Data Commons Public Domain Dedication and Licence 1.0",
        "https://opendatacommons.org/licenses/pddl/",
    ),
}


class Kind(StrEnum):
    """The types of Table Schema that are used."""

    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    DATE = "date"
    MOMENT = "datetime"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. Its description is the text ``open_data.column.<table>.<name>``."""

    name: str
    kind: Kind = Kind.STRING
    is_needed: bool = True
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its columns, what tells its rows apart, and which columns point to another table."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    points: tuple[tuple[tuple[str, ...], str, tuple[str, ...]], ...] = ()


C = Column
TABLES: tuple[Table, ...] = (
    Table(
        "agencies",
        (
            C("agency"),
            C("name"),
            C("kind"),
            C("code", is_needed=False),
            C("from", Kind.DATE, False),
            C("until", Kind.DATE, False),
        ),
        ("agency",),
    ),
    Table(
        "periods",
        (
            *(
                C("period_key"),
                C("year", Kind.YEAR),
                C("period"),
                C("title"),
                C("opens", Kind.DATE),
                C("cutoff", Kind.DATE),
            ),
            *(C("last_day", Kind.DATE), C("due", Kind.MOMENT)),
        ),
        ("period_key",),
    ),
    Table(
        "editions",
        (
            *(C("edition"), C("period_key"), C("kind", choices=("provisional", "final"))),
            *(C("frozen_at", Kind.MOMENT), C("approved_at", Kind.MOMENT, False), C("sha256")),
            *(C(name, Kind.INTEGER) for name in ("expected", "included", "late", "excused", "missing", "elsewhere")),
        ),
        ("edition",),
        ((("period_key",), "periods", ("period_key",)),),
    ),
    Table(
        "figures",
        (
            *(C("edition"), C("figure"), C("label"), C("unit", is_needed=False), C("value", Kind.NUMBER)),
            *(C("decimals", Kind.INTEGER), C("aggregation"), C("contributors", Kind.INTEGER)),
            *(C("carried_forward", Kind.INTEGER), C("estimated", Kind.INTEGER)),
        ),
        ("edition", "figure"),
        ((("edition",), "editions", ("edition",)),),
    ),
    Table(
        "timeliness",
        (
            *(C("period_key"), C("agency"), C("due", Kind.MOMENT), C("sent", Kind.DATE, False)),
            C("corrected", Kind.DATE, False),
            C("standing", choices=("on_time", "excused", "late", "missing", "elsewhere")),
            C("days_late", Kind.INTEGER),
        ),
        ("period_key", "agency"),
        ((("period_key",), "periods", ("period_key",)), (("agency",), "agencies", ("agency",))),
    ),
)

Rows = Sequence[Mapping[str, str | int | None]]


@dataclass(frozen=True, slots=True)
class Words:
    """A text in both languages."""

    vi: str
    en: str

    def __str__(self) -> str:
        """Vietnamese first, as the portals of provinces read."""
        return f"{self.vi} / {self.en}"


@dataclass(frozen=True, slots=True)
class Publication:
    """What is published: whose, of which years, which rows, what it rests on."""

    name: str
    title: str
    publisher: str
    version: str
    updated: str
    licence: str
    sources: tuple[str, ...]
    rows: Mapping[str, Rows]
    words: Mapping[str, Words]
    """By ``open_data.…`` key."""


def description(made: Publication) -> dict[str, Any]:
    """The ``datapackage.json`` of a publication."""
    title, path = LICENCES[made.licence]
    return {
        "profile": "data-package",
        "name": made.name,
        "title": made.title,
        "description": str(made.words["open_data.about"]),
        "version": made.version,
        "created": made.updated,
        "contributors": [{"title": made.publisher, "role": "publisher"}],
        "licenses": [{"name": made.licence, "title": title, "path": path}],
        "sources": [{"title": one} for one in made.sources],
        "resources": [one for table in TABLES for one in (_csv(table, made.words), _json(table, made.words))],
    }


def csv_path(table: Table) -> str:
    """Where a table's CSV file is in the package."""
    return f"{table.name}.csv"


def json_path(table: Table) -> str:
    """Where a table's JSON file is in the package."""
    return f"json/{table.name}.json"


def _csv(table: Table, words: Mapping[str, Words]) -> dict[str, object]:
    facts = {"profile": "tabular-data-resource", "name": table.name, "path": csv_path(table)}
    return {**facts, "format": "csv", "mediatype": "text/csv", **_described(table, words)}


def _json(table: Table, words: Mapping[str, Words]) -> dict[str, object]:
    """The twin: the same rows as a list of objects, figures as texts so that they stay exact."""
    facts = {"profile": "data-resource", "name": f"{table.name}-json", "path": json_path(table)}
    return {**facts, "format": "json", "mediatype": "application/json", **_described(table, words)}


def _described(table: Table, words: Mapping[str, Words]) -> dict[str, object]:
    return {
        "title": str(words[f"open_data.table.{table.name}"]),
        "encoding": "utf-8",
        "schema": {
            "fields": [_field(table.name, one, words) for one in table.columns],
            "primaryKey": list(table.key),
            "foreignKeys": [
                {"fields": list(mine), "reference": {"resource": other, "fields": list(theirs)}}
                for mine, other, theirs in table.points
            ],
            "missingValues": [""],
        },
    }


def _field(table: str, column: Column, words: Mapping[str, Words]) -> dict[str, object]:
    rules: dict[str, object] = {"required": True} if column.is_needed else {}
    if column.choices:
        rules["enum"] = list(column.choices)
    said = words[f"open_data.column.{table}.{column.name}"]
    field: dict[str, object] = {"name": column.name, "type": str(column.kind), "title": said.vi, "description": said.en}
    if column.kind is Kind.MOMENT:
        field["format"] = "%Y-%m-%dT%H:%M:%S%z"
    return field | ({"constraints": rules} if rules else {})
