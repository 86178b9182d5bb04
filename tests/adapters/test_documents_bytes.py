"""The same facts give the same bytes: across runs, processes, time zones and hash seeds; and quickly enough."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PROGRAM = """
import hashlib, json, sys
sys.path.insert(0, sys.argv[1])
import test_documents as given
from plancycle.adapters.documents.official import Documents
from plancycle.adapters.texts import Catalogue
from plancycle.domain.periods import Period
documents = Documents(Catalogue())
digests = {"receipt": hashlib.sha256(documents.receipt(given.RECEIPT)).hexdigest()}
for period in (Period.ANNUAL, Period.PLAN, Period.ANNUAL):
    for file in documents.report(given.report_facts(period)):
        digest = hashlib.sha256(file.data).hexdigest()
        assert digests.setdefault(file.file_name, digest) == digest, file.file_name
print(json.dumps(digests, sort_keys=True))
"""


def digests(zone: str, hash_seed: str, language: str) -> dict[str, str]:
    environment = {**os.environ, "TZ": zone, "PYTHONHASHSEED": hash_seed, "LC_ALL": language}
    command = [sys.executable, "-c", PROGRAM, str(HERE)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=120)
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    return found


@pytest.fixture(scope="module")
def reference() -> dict[str, str]:
    return digests("Asia/Ho_Chi_Minh", "0", "C.UTF-8")


def test_documents_are_made(reference: dict[str, str]) -> None:
    assert len(reference) == 7


@pytest.mark.parametrize(
    ("zone", "hash_seed", "language"), [("America/New_York", "1", "C"), ("Pacific/Kiritimati", "2", "C.UTF-8")]
)
def test_another_process_in_another_zone_makes_the_same_bytes(
    reference: dict[str, str], zone: str, hash_seed: str, language: str
) -> None:
    assert digests(zone, hash_seed, language) == reference
