"""The verbs that read editions back: figures, trace (with --cell), reconcile, contradictions, narrative."""

import json
import shlex
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal

import factories as f
import pytest
from small_programme import ANNUAL, CYCLE, FINANCE, HEALTH, HOME, YEAR

from plancycle.adapters.likeness import folding
from plancycle.adapters.texts import Catalogue
from plancycle.cli import edition_verbs, figure_verbs, narrative_verbs, run
from plancycle.cli.output import figure
from plancycle.services.consolidate_period import consolidate
from plancycle.services.receive_submission import receive
from plancycle.services.return_submission import return_submission

EDITION = f"{CYCLE}/annual/e1"
SAID = "Kinh phí cấp chậm so với tiến độ thực hiện nhiệm vụ được giao"


@pytest.fixture
def house(monkeypatch):
    """Three agencies have answered, two of them with the same words; one claims less than before."""
    house = f.a_house(f.DURING_Q2)
    house.texts, house.folding = Catalogue(), folding
    receive(house, f.a_workbook(house, HOME, f.Period.Q2, inspections__value="9"), "a.xlsx", "folder")
    house.clock.at = f.DURING_ANNUAL
    for agency, value in ((HOME, "4"), (HEALTH, "5"), (FINANCE, "6")):
        data = f.a_workbook(house, agency, inspections__value=value, N1__text=SAID)
        receive(house, data, f"{agency}.xlsx", "folder")
    consolidate(house, YEAR, ANNUAL)

    @contextmanager
    def ours(as_of="", programme=""):
        yield house

    for verbs in (edition_verbs, figure_verbs, narrative_verbs):
        monkeypatch.setattr(verbs, "house", ours)
    return house


@pytest.fixture
def call(capsys):
    """Run a command line; returns exit code, what ``--json`` printed (else the text), and talk."""

    def verb(line):
        words = shlex.split(line)
        code = run(words)
        said = capsys.readouterr()
        return code, json.loads(said.out) if "--json" in words and said.out else said.out, said.err

    return verb


def cell_of(call):
    """A cell of the health department's answer that a figure is made of."""
    sources = call(f"trace {CYCLE}/annual/inspections.value --json")[1]["sources"]
    return next(one["cell"] for one in sources if one["agency"] == HEALTH)


def test_a_figure_leads_back_to_its_cells(house, call):
    code, found, _ = call(f"trace {CYCLE}/annual/inspections.value --json")

    assert (code, found["value"], found["rule"]) == (0, "15", "sum")
    assert [(one["agency"], one["raw"]) for one in found["sources"]] == [(HOME, "4"), (HEALTH, "5"), (FINANCE, "6")]


def test_a_cell_leads_to_its_figures(house, call):
    code, found, _ = call(f"trace {CYCLE}/annual/{HEALTH}/v1 --cell {cell_of(call).lower()} --json")

    fed = [one["figure"] for cell in found["cells"] for one in cell["figures"]]
    assert (code, f"{CYCLE}/annual/inspections.value" in fed) == (0, True)


@pytest.mark.parametrize(
    ("by", "parts"),
    [("agency", {HOME: "4", HEALTH: "5", FINANCE: "6"}), ("agency_kind", {"department": "15"}), ("whole", {"": "15"})],
)
def test_figures_are_told_part_by_part(house, call, by, parts):
    code, found, _ = call(f"figures {EDITION} --by {by} --json")

    told = {one["key"]: one["value"] for one in found["figures"] if one["figure"] == "inspections.value"}
    assert (code, told) == (0, parts)


@pytest.mark.parametrize("by", ["assignment", "group"])
def test_by_assignment_and_group_only_work_is_told(house, call, by):
    code, found, _ = call(f"figures {EDITION} --by {by} --json")

    assert (code, {one["figure"].partition(".")[0] for one in found["figures"]}) == (0, {"works"})


def test_an_edition_that_is_current_says_so_and_a_stale_one_asks_for_action(house, call):
    before = call(f"reconcile {EDITION} --json")
    return_submission(house, f.owed(HEALTH), f.REASON, "nguyen-thi-lap")
    code, found, _ = call(f"reconcile {EDITION} --json")
    inspections = next(one for one in found["figures"] if one["id"].endswith("/inspections.value"))

    assert (before[0], before[1]["is_stale"]) == (0, False)
    assert (code, found["is_stale"]) == (4, True)
    assert (inspections["before"], inspections["after"]) == ("15", "10")
    assert [one["agency"] for one in found["members"]] == [HEALTH]


def test_two_editions_are_held_against_each_other_without_asking_for_action(house, call):
    return_submission(house, f.owed(HEALTH), f.REASON, "nguyen-thi-lap")
    consolidate(house, YEAR, ANNUAL)
    code, found, _ = call(f"reconcile {EDITION} {CYCLE}/annual/e2 --json")

    assert (code, [one["agency"] for one in found["members"]]) == (0, [HEALTH])


def test_contradictions_show_both_sides(house, call):
    code, found, _ = call(f"contradictions --period annual --year {YEAR} --json")

    told = [(one["agency"], one["id"], one["before"], one["now"]) for one in found["contradictions"]]
    assert (code, told) == (0, [(HOME, "inspections", "9", "4")])


def test_the_narrative_is_shown_once_and_edited_under_a_name(house, call):
    code, found, _ = call(f"narrative show --period annual --year {YEAR} --json")
    (passage,) = [one for one in found["passages"] if one["text"] == SAID]
    where = f"--period annual --year {YEAR} --by nguyen-thi-lap --base 0"
    edited = call(f"narrative edit {passage['id']} 'Kinh phí cấp chậm.' {where} --json")
    again = call(f"narrative edit {passage['id']} 'Chậm.' {where} --json")

    assert (code, len(passage["sources"])) == (0, 3)
    assert edited[:2] == (0, {"changed": [{"passage": passage["id"], "version": 1}]})
    assert again[0] == 4


SHOWN = {
    f"trace {CYCLE}/annual/inspections.value": ("Cơ quan", "inspections.value = 15"),
    f"figures {EDITION} --by whole": ("Số inspections", "15"),
    f"reconcile {EDITION}": (EDITION,),
    f"contradictions --period annual --year {YEAR}": ("inspections", "9", "4"),
    f"narrative show --period annual --year {YEAR}": ("Kinh phí cấp",),
}


@pytest.mark.parametrize(("line", "parts"), SHOWN.items())
def test_without_json_people_read_vietnamese(house, call, monkeypatch, line, parts):
    monkeypatch.setenv("COLUMNS", "240")
    code, text, talk = call(line)

    assert (code, [part for part in parts if part not in text + talk]) == (0, [])


@pytest.mark.parametrize(
    "line",
    [
        f"trace {CYCLE}/annual/nothing.value",
        f"trace {CYCLE}/annual/{HEALTH}/v1 --cell ZZ99",
        f"trace {CYCLE}/annual/{HEALTH}/v9 --cell D7",
        f"figures {CYCLE}/annual/e9",
        f"reconcile {CYCLE}/annual/e9",
        f"narrative edit N1-00000000 x --period annual --year {YEAR} --by nguyen-thi-lap --base 0",
    ],
)
def test_what_nobody_knows_is_said_in_both_languages(house, call, line):
    code, out, talk = call(line)

    assert (code, out) == (4, "")
    vietnamese, english = talk.strip().splitlines()
    assert (vietnamese.isascii(), english.translate({0x201C: "", 0x201D: ""}).isascii()) == (False, True)


@pytest.mark.parametrize(
    ("value", "read"),
    [("1502.3", "1.502,3"), (Decimal("-100.0"), "-100"), ("10", "10"), ("", ""), (None, ""), ("NaN", "NaN")],
)
def test_a_table_writes_a_figure_with_a_decimal_comma(value, read):
    assert figure(value) == read


def test_the_table_of_a_comparison_is_written_for_people(house, call):
    house.clock.at += timedelta(minutes=1)
    receive(house, f.a_workbook(house, HEALTH, inspections__value="12345", N1__text=SAID), "b.xlsx", "folder")
    table = call(f"reconcile {EDITION}")[1]

    assert "12.355" in table
    assert "12355" not in table


def test_the_figures_of_a_new_edition_are_written_the_vietnamese_way(house, capsys):
    receive(house, f.a_workbook(house, HEALTH, inspections__value="1231", budget__value="12,5"), "b.xlsx", "folder")

    assert run(["consolidate", "--period", "annual", "--year", str(YEAR)]) == 0

    told = capsys.readouterr().out
    assert "1.241" in told
    assert "1241" not in told
