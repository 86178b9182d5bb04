"""``explanation refuse`` and ``duty move`` show their letters first: neither does anything without its count."""

import pytest

from plancycle.bootstrap import forget
from plancycle.cli import app


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    monkeypatch.setenv("PLANCYCLE_DATA", str(tmp_path))
    yield tmp_path
    forget(tmp_path)


@pytest.mark.parametrize("words", [("explanation", "refuse"), ("duty", "move"), ("render",), ("address", "resend")])
def test_an_act_that_writes_letters_takes_a_dry_run_and_a_count(words):
    _, bound, _ = app.parse_commands(list(words))
    names = {name for one in bound[-1].assemble_argument_collection() for name in one.names}

    assert {"--dry-run", "--confirm"} <= names
