"""Open data: a valid data package of what was approved, without people, the same bytes each time."""

import csv
import hashlib
import io
import json
import re
import warnings

import pytest
from factories import a_final_edition, a_house, all_answer, an_approved_edition

from plancycle.adapters.data_package import package_files, package_zip
from plancycle.domain.errors import DataProblem, NotFound
from plancycle.services.publish_open_data import gather


@pytest.fixture
def house():
    """A house whose evaluation was answered and approved."""
    opened = a_house()
    all_answer(opened)
    an_approved_edition(opened)
    return opened


def rows(files, name):
    return list(csv.DictReader(io.StringIO(files[f"{name}.csv"].decode())))


def test_the_package_is_one_that_frictionless_finds_no_fault_with(house, tmp_path):
    for name, data in package_files(gather(house, licence="CC-BY-4.0")).items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the library's own, about its dependencies
        import frictionless

        report = frictionless.validate(str(tmp_path / "datapackage.json"))

    assert report.flatten(["rowNumber", "fieldName", "message"]) == []
    assert [(task.type, task.stats["errors"]) for task in report.tasks] == [("table", 0), ("json", 0)] * 5


def test_only_what_was_approved_is_published_unless_provisional_is_asked_for(house):
    files = package_files(gather(house))

    assert [(one["period_key"], one["kind"]) for one in rows(files, "editions")] == [("ct-2025/annual", "final")]
    assert {one["period_key"] for one in rows(files, "timeliness")} == {"ct-2025/annual"}
    fresh = a_house()
    all_answer(fresh)
    a_final_edition(fresh)
    with pytest.raises(NotFound):
        gather(fresh)
    assert len(gather(fresh, provisional=True).rows["editions"]) == 1


def test_figures_are_exact_and_the_dictionary_explains_every_column(house):
    files = package_files(gather(house))
    package = json.loads(files["datapackage.json"])
    fields = {one["name"]: one for one in package["resources"] if one["format"] == "csv"}

    assert all("E" not in one["value"] for one in rows(files, "figures"))
    assert json.loads(files["json/figures.json"])[0]["value"] == rows(files, "figures")[0]["value"]
    assert {name: [f["name"] for f in one["schema"]["fields"]] for name, one in fields.items()} == {
        name: list(rows(files, name)[0]) for name in fields
    }
    assert all(f["title"] and f["description"] for one in fields.values() for f in one["schema"]["fields"])


def test_the_description_tells_each_files_size_and_hash_so_that_a_changed_file_is_seen(house):
    files = package_files(gather(house))
    resources = json.loads(files.pop("datapackage.json"))["resources"]
    expected = {name: (len(data), f"sha256:{hashlib.sha256(data).hexdigest()}") for name, data in files.items()}

    assert {one["path"]: (one["bytes"], one["hash"]) for one in resources} == expected


def test_every_file_is_a_resource_and_the_json_twin_has_the_csv_files_rows_under_the_same_schema(house):
    files = package_files(gather(house))
    resources = json.loads(files["datapackage.json"])["resources"]
    pairs = list(zip(resources[::2], resources[1::2], strict=True))

    assert {one["path"] for one in resources} == files.keys() - {"datapackage.json"}
    assert [twin["name"] for _, twin in pairs] == [f"{one['name']}-json" for one, _ in pairs]
    assert [(one["schema"], one["format"]) for one, _ in pairs] == [(twin["schema"], "csv") for _, twin in pairs]
    for one, twin in pairs:
        told = [
            {key: "" if value is None else str(value) for key, value in row.items()}
            for row in json.loads(files[twin["path"]])
        ]
        assert told == rows(files, one["name"])


def test_the_description_keeps_to_the_data_package_specification(house):
    """Checked by hand against version 1 of the specification: what must be there, and how names are written."""
    package = json.loads(package_files(gather(house))["datapackage.json"])
    resources = package["resources"]
    names = [package["name"], *(one["name"] for one in resources)]
    fields = [field for one in resources for field in one["schema"]["fields"]]
    pointed = [key["reference"] for one in resources for key in one["schema"]["foreignKeys"]]

    assert package["profile"] == "data-package"
    assert [name for name in names if not re.fullmatch(r"[a-z0-9._/-]+", name)] == []
    assert len(names) == len(set(names))
    assert {one["profile"] for one in resources} == {"tabular-data-resource", "data-resource"}
    assert {field["type"] for field in fields} <= {"string", "integer", "number", "date", "datetime", "year"}
    assert {one["resource"] for one in pointed} <= set(names)
    assert all(one["name"] or one["path"] for one in package["licenses"])
    assert all(one["title"] for one in (*package["sources"], *package["contributors"]))


def test_nobody_and_nothing_typed_is_in_it(house):
    book = house.programmes.address_book(house.programme_id)
    text = b"".join(package_files(gather(house)).values()).decode()
    people = [one.name for one in book.everybody()] + [one.person for one in book.contacts]

    assert [name for name in people if name in text] == []
    assert "@" not in text


def test_the_same_rows_make_the_same_bytes_and_an_unknown_licence_is_refused(house):
    assert package_zip(gather(house)) == package_zip(gather(house))
    with pytest.raises(DataProblem):
        gather(house, licence="cua-toi")
