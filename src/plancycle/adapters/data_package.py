"""A publication as files: ``datapackage.json``, each table as CSV and as JSON; the same bytes each time."""

import csv
import hashlib
import io
import json
import zipfile

from plancycle.domain.open_data import TABLES, Kind, Publication, Rows, Table, csv_path, description, json_path

FIRST_MOMENT = (1980, 1, 1, 0, 0, 0)
"""The date every member of the ZIP file carries."""


def package_files(made: Publication) -> dict[str, bytes]:
    """The files by name. The description tells each one's size and SHA-256, so that a changed file is seen."""
    files: dict[str, bytes] = {}
    for table in TABLES:
        files[csv_path(table)] = _csv(table, made.rows[table.name])
        files[json_path(table)] = _json([_values(table, row) for row in made.rows[table.name]])
    described = description(made)
    for resource in described["resources"]:
        data = files[resource["path"]]
        resource |= {"bytes": len(data), "hash": f"sha256:{hashlib.sha256(data).hexdigest()}"}
    return {"datapackage.json": _json(described), **files}


def package_zip(made: Publication) -> bytes:
    """The files as one ZIP file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in package_files(made).items():
            packed.writestr(zipfile.ZipInfo(name, FIRST_MOMENT), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _csv(table: Table, rows: Rows) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([column.name for column in table.columns])
    for row in rows:
        writer.writerow(["" if (value := row[column.name]) is None else value for column in table.columns])
    return out.getvalue().encode()


def _values(table: Table, row: object) -> dict[str, object]:
    """A row for JSON: figures stay texts there, so that no reader turns exact decimals into floats."""
    assert isinstance(row, dict)
    return {one.name: row[one.name] if one.kind is not Kind.YEAR else int(str(row[one.name])) for one in table.columns}


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()
