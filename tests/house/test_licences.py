"""Whose each file is: the licence is there, every file is covered, and what is quoted in a programme says so."""

import re
import subprocess
import tomllib
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
ANNOTATIONS = tomllib.loads((ROOT / "REUSE.toml").read_text("utf-8"))["annotations"]
LICENCES = {path.stem for path in (ROOT / "LICENSES").iterdir()}
PROGRAMMES = sorted(path.name for path in (ROOT / "programmes").iterdir() if path.is_dir())
OWN_HEADER = re.compile(r"SPDX-License-Identifier|Copyright \(c\)|All rights reserved", re.IGNORECASE)


def annotation(path: str) -> dict[str, str]:
    """What REUSE.toml says of a file: the last entry that fits it stands."""
    return next((one for one in reversed(ANNOTATIONS) if fnmatchcase(path, one["path"])), {})


def parts(expression: str) -> set[str]:
    """The licences of an SPDX expression."""
    return set(re.findall(r"[\w.-]+", expression)) - {"AND", "OR", "WITH"}


def tracked() -> list[str]:
    """Every file of the repository; without git there is nothing to list."""
    command = ["git", "ls-files", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout
    return [name for name in listed.split("\0") if name]


def test_the_licence_is_apache_and_names_its_holders():
    text = (ROOT / "LICENSE").read_text("utf-8")

    assert "Apache License" in text
    assert re.search(r"Copyright 20\d\d(-20\d\d)? the plancycle contributors", text)
    assert PROJECT["license"] == "Apache-2.0"
    assert PROJECT["license-files"] == ["LICENSE", "LICENSES/*.txt"]


def test_every_file_has_a_holder_and_a_licence_whose_text_is_there():
    bare = [name for name in tracked() if not annotation(name).get("SPDX-FileCopyrightText")]

    assert bare == []
    assert {one for entry in ANNOTATIONS for one in parts(entry["SPDX-License-Identifier"])} == LICENCES


@pytest.mark.parametrize("name", PROGRAMMES)
def test_a_programme_says_of_itself_where_its_words_are_from(name):
    assert f"programmes/{name}/**" in {entry["path"] for entry in ANNOTATIONS}


@pytest.mark.parametrize("name", [name for name in PROGRAMMES if name != "schema"])
def test_a_programme_made_from_a_document_carries_the_official_texts_terms(name):
    is_quoted = "sha256:" in (ROOT / "programmes" / name / "source.yaml").read_text("utf-8")
    licence = annotation(f"programmes/{name}/source.yaml")["SPDX-License-Identifier"]

    assert ("LicenseRef-VN-Official-Text" in parts(licence)) is is_quoted


def test_no_file_carries_another_holders_notice():
    texts = (ROOT / name for name in tracked() if name.endswith((".py", ".css", ".js", ".html", ".yaml", ".typ")))
    foreign = [path.name for path in texts if path != Path(__file__) and OWN_HEADER.search(path.read_text("utf-8"))]

    assert foreign == []


def test_the_last_fitting_entry_stands():
    assert annotation("programmes/thai-nguyen-nq94/legal.yaml") != annotation("README.md")
    assert parts("Apache-2.0 AND LicenseRef-X") == {"Apache-2.0", "LicenseRef-X"}
