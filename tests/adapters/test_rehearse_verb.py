"""``plancycle rehearse``: a folder's year before it is opened, as a table, as JSON, and its letters as files."""

import json
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
import yaml

from plancycle.cli import run

SAMPLE = Path(__file__).parents[2] / "programmes" / "bo-noi-vu-cchc"


@pytest.fixture
def folder(tmp_path):
    """The sample programme with an address of one body."""
    copy = tmp_path / "p" / "bnv"
    copy.mkdir(parents=True)
    for one in SAMPLE.glob("*.yaml"):
        (copy / one.name).write_bytes(one.read_bytes())
    book = {"contacts": [{"agency": "cao-bang", "person": "Người Mẫu", "email": "cb@cao-bang.example"}]}
    (copy / "contacts.yaml").write_text(yaml.safe_dump(book, allow_unicode=True), "utf-8")
    return copy


def test_a_programme_with_two_periods_is_rehearsed_and_an_outage_is_seen_to_miss(folder, capsys):
    assert run(["rehearse", str(folder), "--year", "2026"]) == 0
    assert "Đánh giá năm" in capsys.readouterr().out
    assert run(["rehearse", str(folder), "--year", "2026", "--down", "18/12/2026/20d", "--json"]) == 4
    found = json.loads(capsys.readouterr().out)

    assert [one["period"] for one in found["planned"]["periods"]] == ["h1", "annual"]
    assert {one["aspect"] for one in found["differences"]} >= {"letters", "edition"}


def test_an_agencys_letters_of_the_year_are_left_as_files_to_open(folder, tmp_path, capsys):
    out = tmp_path / "thu"
    asked = ["--save-letters", str(out), "--agency", "cao-bang"]
    assert run(["rehearse", str(folder), "--year", "2026", *asked, "--json"]) == 0
    letters = [message_from_bytes(one.read_bytes(), policy=default) for one in sorted(out.iterdir())]

    assert {one["To"].addresses[0].addr_spec for one in letters} == {"cb@cao-bang.example"}
    assert len(letters) >= 4
    assert any(part.get_filename("").endswith(".xlsx") for part in letters[0].walk())
    assert run(["rehearse", str(folder), "--save-letters", str(out), "--agency", "ha-noi"]) == 4
    assert "contacts.yaml" in capsys.readouterr().err


def test_a_folder_that_is_none_or_has_errors_is_refused(folder, tmp_path, capsys):
    assert run(["rehearse", str(tmp_path)]) == 4
    (folder / "groups.yaml").write_text("groups: [a", "utf-8")
    assert run(["rehearse", str(folder)]) == 3
    assert "groups.yaml:" in capsys.readouterr().err
