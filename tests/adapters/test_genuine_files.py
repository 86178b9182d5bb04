"""Genuine workbooks come back from every program and every pair of hands: none is refused, no value moves."""

import shutil
import subprocess
from pathlib import Path

import genuine_workbooks as genuine
import pytest
from genuine_saving import PROGRAMS, saved_otherwise

from plancycle.adapters.texts import Catalogue
from plancycle.adapters.workbooks.files import Workbooks
from plancycle.domain import findings
from plancycle.domain.findings import Severity

ROUND_TRIPS = 5


def check_read(one: genuine.Genuine) -> None:
    """The file is recognised, says what was typed at every question, and has no error."""
    workbook = Workbooks(Catalogue()).read(one.data, one.name)
    stamp = workbook.stamp
    assert stamp is not None, one.name
    assert (stamp.agency, stamp.period, stamp.version) == (one.form.agency, one.form.period, one.form.version), one.name
    asked = {(entry.row, entry.field): entry.raw.strip() for entry in workbook.entries if entry.row}
    assert asked == {question: text.strip() for question, text in one.seen.items()}, one.name
    _, found = findings.check(one.form, genuine.year().programme.form, workbook.entries, {})
    assert [finding for finding in found if finding.severity is Severity.ERROR] == [], one.name


def round_trip(files: list[genuine.Genuine], folder: Path) -> list[genuine.Genuine]:
    """The files opened and saved by one LibreOffice, all at once."""
    source, target = folder / "in", folder / "out"
    source.mkdir()
    paths = [source / f"{number}.xlsx" for number in range(len(files))]
    for path, one in zip(paths, files, strict=True):
        path.write_bytes(one.data)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", str(target), *map(str, paths)]
    subprocess.run(command, check=True, capture_output=True, timeout=600)
    return [
        genuine.Genuine(f"{one.name} by LibreOffice", (target / path.name).read_bytes(), one.form, one.seen)
        for path, one in zip(paths, files, strict=True)
    ]


@pytest.mark.parametrize("turn", range(3))
@pytest.mark.parametrize("way", range(len(PROGRAMS)), ids=PROGRAMS)
def test_a_genuine_workbook_says_what_was_typed_whoever_saved_it(way: int, turn: int) -> None:
    check_read(saved_otherwise(way + turn * len(PROGRAMS))[1])


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_genuine_workbooks_say_the_same_after_libreoffice_saved_them(tmp_path: Path) -> None:
    for one in round_trip([genuine.a_genuine(number) for number in range(ROUND_TRIPS)], tmp_path):
        check_read(one)


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_five_hundred_genuine_workbooks_and_none_is_refused(tmp_path: Path) -> None:
    by_hand = [saved_otherwise(number)[1] for number in range(400)]
    by_office = [genuine.a_genuine(number) for number in range(1000, 1100)]
    if shutil.which("soffice") is not None:
        by_office = round_trip(by_office, tmp_path)
    for one in [*by_hand, *by_office]:
        check_read(one)
