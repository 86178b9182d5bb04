"""The same facts give the same bytes: across runs, processes, time zones and hash seeds; and quickly enough."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PROGRAM = """
import hashlib, json, sys
sys.path[:0] = [sys.argv[1], sys.argv[2]]
import test_documents as given
from sample_documents import LETTERS, a_document, a_year
from plancycle.adapters.documents.official import Documents
from plancycle.adapters.texts import Catalogue
from plancycle.domain.periods import Period
documents = Documents(Catalogue())
digests = {"receipt": hashlib.sha256(documents.receipt(given.RECEIPT)).hexdigest()}
for period in (Period.ANNUAL, Period.PLAN, Period.ANNUAL):
    for file in documents.report(given.report_facts(period)):
        digest = hashlib.sha256(file.data).hexdigest()
        assert digests.setdefault(file.file_name, digest) == digest, file.file_name
for file in (*documents.report(a_year()), *(one for kind in LETTERS for one in documents.document(a_document(kind)))):
    digests[f"full {file.file_name}"] = hashlib.sha256(file.data).hexdigest()
print(json.dumps(digests, sort_keys=True))
"""


def digests(zone: str, hash_seed: str, language: str, python: str = sys.executable) -> dict[str, str]:
    environment = {**os.environ, "TZ": zone, "PYTHONHASHSEED": hash_seed, "LC_ALL": language}
    command = [python, "-c", PROGRAM, str(HERE), str(HERE.parent / "support")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=120)
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    return found


@pytest.fixture(scope="module")
def reference() -> dict[str, str]:
    return digests("Asia/Ho_Chi_Minh", "0", "C.UTF-8")


def test_documents_are_made(reference: dict[str, str]) -> None:
    assert len(reference) == 11 + 5 + 16


@pytest.mark.parametrize(
    ("zone", "hash_seed", "language"), [("America/New_York", "1", "C"), ("Pacific/Kiritimati", "2", "C.UTF-8")]
)
def test_another_process_in_another_zone_makes_the_same_bytes(
    reference: dict[str, str], zone: str, hash_seed: str, language: str
) -> None:
    assert digests(zone, hash_seed, language) == reference


LIBRARIES = "import typst, docx, xlsxwriter, jinja2, babel, yaml, pytest, plancycle"
OTHERS = ("python3.12", "python3.13", "python3.14")
"""Looked for on the path, with the run-time libraries and pytest."""


def has_the_libraries(name: str) -> bool:
    other = shutil.which(name)
    if other is None:
        return False
    return subprocess.run([other, "-c", LIBRARIES], capture_output=True, timeout=60).returncode == 0


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(
            name, marks=pytest.mark.skipif(not has_the_libraries(name), reason=f"{name} with libraries not installed")
        )
        for name in OTHERS
    ],
)
def test_another_python_makes_the_same_bytes(reference: dict[str, str], name: str) -> None:
    assert digests("UTC", "3", "C.UTF-8", name) == reference
