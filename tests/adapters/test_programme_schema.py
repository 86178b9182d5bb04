"""What helps an officer write programme files: schemas for editors, near names, and a scaffold that passes."""

import json
import shutil
from pathlib import Path

import jsonschema
import pytest
from ruamel.yaml import YAML

from plancycle.adapters.programme_files.folders import ProgrammeFiles, check
from plancycle.adapters.programme_files.json_schema import json_schemas, modeline, schema_file, schema_texts
from plancycle.adapters.programme_files.problems import names_at
from plancycle.adapters.programme_files.scaffold import TEMPLATES, new_programme, with_values
from plancycle.adapters.programme_files.schema import FILES
from plancycle.cli import run
from plancycle.domain.errors import ActionNeeded, OutsideFailure, ProgrammeProblem

PROGRAMMES = Path(__file__).parents[2] / "programmes"
SHIPPED = sorted(PROGRAMMES.glob("*/*.yaml"))
VALUES = {"id": "cb-pctt", "title": 'Kế hoạch "phòng, chống": 2026', "province": "Cao Bằng", "start_year": 2026}


def in_folder(path):
    return f"{path.parent.name}/{path.name}"


def test_the_schema_files_are_what_the_models_say():
    written = {path.name: path.read_text("utf-8") for path in (PROGRAMMES / "schema").iterdir()}

    assert written == schema_texts(), "run: make docs"


@pytest.mark.parametrize("path", SHIPPED, ids=in_folder)
def test_a_shipped_file_tells_editors_its_schema_and_keeps_to_it(path):
    name = path.name.replace(".example", "")
    values = YAML(typ="safe").load(path.read_text("utf-8"))

    assert path.read_text("utf-8").startswith(modeline(name))
    assert (path.parent / modeline(name).partition("$schema=")[2].strip()).is_file()
    assert [error.message for error in jsonschema.Draft7Validator(json_schemas()[name]).iter_errors(values)] == []


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_schema_is_one_editors_understand(name):
    schema = json_schemas()[name]
    jsonschema.Draft7Validator.check_schema(schema)

    assert schema["additionalProperties"] is False
    assert "prefixItems" not in json.dumps(schema)


# file, what is wrong in it for an editor
WRONG = [
    ("legal.yaml", {"legal_refs": [{"id": "a", "kind": "Luật", "subject": "b", "role": "basis", "line": "ba"}]}),
    ("legal.yaml", {"legal_ref": []}),
    ("recipients.yaml", {"recipients": [], "addressees": [{"agency": "a", "channel": "fax", "periods": ["q1"]}]}),
    (
        "recipients.yaml",
        {"recipients": [], "addressees": [{"agency": "Sở Y tế", "channel": "http", "periods": ["q1"]}]},
    ),
]


@pytest.mark.parametrize(("name", "content"), WRONG)
def test_an_editor_sees_what_is_wrong(name, content):
    assert not jsonschema.Draft7Validator(json_schemas()[name]).is_valid(content)


def test_fields_are_described_in_both_languages():
    legal = json_schemas()["legal.yaml"]
    entry = legal["$defs"]["LegalEntry"]["properties"]

    assert "Ngày ban hành" in entry["dated"]["description"]
    assert "Date of issue" in entry["dated"]["description"]
    assert "title" not in entry["dated"]
    assert legal["description"].startswith("Căn cứ và văn bản")


def test_the_names_a_place_may_have_are_known():
    assert "valid_to" in names_at(FILES["legal.yaml"], ("legal_refs", 3))
    assert "works" in names_at(FILES["assignments.yaml"], ("entries", 0))
    assert names_at(FILES["groups.yaml"], ("groups", 0, "items", 1, "items", 2))[:2] == ["id", "title"]
    assert names_at(FILES["legal.yaml"], ("nowhere", 1)) == []


def test_a_misspelt_field_is_told_with_the_name_that_was_meant(tmp_path):
    folder = Path(shutil.copytree(PROGRAMMES / "thai-nguyen-nq94", tmp_path / "tn"))
    legal = folder / "legal.yaml"
    legal.write_text(legal.read_text("utf-8").replace(", valid_to:", ", valid_til:", 1), "utf-8")
    (place,) = check(folder)

    assert (place.key, str(place.params["near"]).split(", ")[0]) == ("programme.unknown_field", "valid_to")


def test_the_command_prints_one_schema_or_all_or_writes_them(tmp_path, capsys):
    assert run(["programme", "schema", "legal.yaml"]) == 0
    assert json.loads(capsys.readouterr().out) == json_schemas()["legal.yaml"]
    assert run(["programme", "schema"]) == 0
    assert json.loads(capsys.readouterr().out).keys() == FILES.keys()
    assert run(["programme", "schema", "--out", str(tmp_path / "schema")]) == 0
    assert {path.name for path in (tmp_path / "schema").iterdir()} == {schema_file(name) for name in FILES}
    assert run(["programme", "schema", "legals.yaml"]) == 3


def test_a_new_programme_passes_the_check_and_loads(tmp_path, capsys):
    folder = tmp_path / "programmes" / "cao-bang"
    named = ["--id", "cb-pctt", "--title", VALUES["title"], "--province", "Cao Bằng", "--start-year", "2026"]
    assert run(["programme", "new", str(folder), *named, "--json"]) == 0
    assert "contacts.example.yaml" in json.loads(capsys.readouterr().out)["files"]

    assert run(["programme", "check", str(folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"ok": True, "errors": [], "warnings": []}
    programme = ProgrammeFiles(folder.parent).load("cb-pctt")
    assert (programme.title, programme.province, programme.start_year) == (VALUES["title"], "Cao Bằng", 2026)
    assert programme.report.place == "Cao Bằng"
    assert (programme.source.sha256, programme.source.signer) == (None, None)
    for path in folder.iterdir():
        name = path.name.replace(".example", "")
        assert path.read_text("utf-8").startswith(modeline(name))
        values = YAML(typ="safe").load(path.read_text("utf-8"))
        jsonschema.Draft7Validator(json_schemas()[name]).validate(values)
    assert (folder.parent / "schema" / "legal.json").is_file()


def test_the_address_book_of_a_new_programme_is_a_good_one_once_copied(tmp_path):
    new_programme(tmp_path / "programmes" / "cb", VALUES)
    folder = tmp_path / "programmes" / "cb"
    shutil.copy(folder / "contacts.example.yaml", folder / "contacts.yaml")

    assert check(folder) == []
    assert ProgrammeFiles(folder.parent).address_book("cb-pctt").contact("so-mau") is not None


def test_comments_stay_where_values_change():
    before = (TEMPLATES / "programme.yaml").read_bytes()
    after = with_values(before, VALUES).decode()
    changed = [line for line in after.splitlines() if line not in before.decode().splitlines()]

    assert [line.partition(":")[0] for line in changed] == ["id", "title", "province"]
    assert "# không bao giờ đổi sau khi đã mở chu kỳ" in changed[0]
    assert before.decode().count("#") == after.count("#")


@pytest.mark.parametrize("there", ["contacts.yaml", "ghi-chu.txt"])
def test_a_folder_with_anything_in_it_is_left_as_it_is(tmp_path, there):
    (tmp_path / there).write_text("của tôi", "utf-8")
    with pytest.raises(ActionNeeded) as refused:
        new_programme(tmp_path, VALUES)

    assert (refused.value.key, refused.value.params["name"]) == ("programme.not_empty", there)
    assert [path.name for path in tmp_path.iterdir()] == [there]


def test_values_that_make_no_programme_write_nothing(tmp_path):
    with pytest.raises(ProgrammeProblem) as refused:
        new_programme(tmp_path / "a" / "b", {**VALUES, "id": "Cao Bằng", "province": " "})

    found = {(Path(place.file).relative_to(tmp_path).as_posix(), place.key) for place in refused.value.places}
    assert found == {("a/b/programme.yaml", "programme.bad_id"), ("a/b/programme.yaml", "programme.empty")}
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_refuses_is_told(tmp_path):
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(OutsideFailure) as failed:
        new_programme(tmp_path / "file" / "cb", VALUES)

    assert failed.value.key == "programme.folder_unwritable"
