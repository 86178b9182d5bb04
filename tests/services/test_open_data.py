"""Open data: a valid data package of what was approved, without people, the same bytes each time."""

import csv
import io
import json
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
    assert len(report.tasks) == 5


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
    fields = {one["name"]: one for one in package["resources"]}

    assert all("E" not in one["value"] for one in rows(files, "figures"))
    assert json.loads(files["json/figures.json"])[0]["value"] == rows(files, "figures")[0]["value"]
    assert {name: [f["name"] for f in one["schema"]["fields"]] for name, one in fields.items()} == {
        name: list(rows(files, name)[0]) for name in fields
    }
    assert all(f["title"] and f["description"] for one in fields.values() for f in one["schema"]["fields"])


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
