"""On the command line an act that writes letters shows them first and needs their number; nothing moves without it."""

import json
from contextlib import contextmanager
from pathlib import Path

import factories as f
import pytest

from plancycle.cli import address_verbs, duty_verbs, edition_verbs, explanation_verbs, run
from plancycle.domain.messages import MessageKind
from plancycle.services.prepare_submission import prepare


@pytest.fixture
def opened(monkeypatch):
    """The small house in the place of the one the environment describes."""
    house = f.a_house()
    house.data_dir = Path("data")

    @contextmanager
    def ours(as_of="", programme=""):
        yield house

    for verbs in (edition_verbs, address_verbs, explanation_verbs, duty_verbs):
        monkeypatch.setattr(verbs, "house", ours)
    return house


def letters(house):
    with house.work() as work:
        return [one.kind for one in work.outbox.all("")]


def test_a_request_for_approval_is_shown_before_it_is_made_and_needs_its_count(opened, capsys):
    edition = f.a_final_edition(opened)
    before, tables = letters(opened), opened.database.tables
    assert run(["render", edition.id]) == 4
    assert run(["render", edition.id, "--confirm", "2"]) == 4
    assert run(["render", edition.id, "--dry-run", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)

    assert [(one["kind"], one["to"]) for one in shown["letters"]] == [
        ("approval_request", "phe-duyet@ubnd-tinh.example")
    ]
    assert any(name.startswith("preview/") and name.endswith(".eml") for name in opened.left)
    assert (letters(opened), opened.database.tables) == (before, tables)
    assert run(["render", edition.id, "--confirm", "1", "--json"]) == 0
    assert letters(opened) == [*before, MessageKind.APPROVAL_REQUEST]
    assert len(json.loads(capsys.readouterr().out)["files"]) == 3


def test_what_has_been_asked_is_shown_without_a_count(opened, capsys):
    edition = f.a_final_edition(opened)
    prepare(opened, edition.id)
    before = letters(opened)

    assert run(["render", edition.id, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["approval"] == "requested"
    assert letters(opened) == before
