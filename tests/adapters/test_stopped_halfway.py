"""What was done before something failed is told along with the failure, by every verb that goes on to the next."""

import json
from contextlib import contextmanager
from pathlib import Path

import factories as f
import pytest
from small_programme import EVERYBODY, Q1, YEAR, at

from plancycle.cli import asking_verbs, cycle_verbs, run, transmittal_verbs
from plancycle.domain.errors import ActionNeeded, OutsideFailure

PROVINCE, MINISTRY = "ubnd-tinh", "bo-noi-vu"


@pytest.fixture
def opened(monkeypatch):
    """The small house in the place of the one the environment describes."""
    house = f.a_house()
    house.data_dir = Path("data")

    @contextmanager
    def ours(as_of="", programme=""):
        yield house

    for verbs in (cycle_verbs, asking_verbs, transmittal_verbs):
        monkeypatch.setattr(verbs, "house", ours)
    return house


def an_unreachable_folder(house):
    """One addressee's channel is not set up; the other one's works."""
    edition, reachable = f.an_approved_edition(house), house.gateway

    def gateway(channel):
        if channel == "folder":
            raise ActionNeeded("gateway.no_address")
        return reachable(channel)

    house.gateway = gateway
    return edition


def test_a_sweep_that_fails_at_one_addressee_tells_what_went_to_the_other(opened, capsys):
    an_unreachable_folder(opened)
    code = run(["sweep", "--year", str(YEAR), "--json"])
    said = capsys.readouterr()
    told = json.loads(said.out)

    assert (code, told["stopped_by"]) == (4, "gateway.no_address")
    assert [one["agency"] for one in told["actions"] if one["kind"] == "transmit"] == [MINISTRY]
    assert "deliver" in [one["kind"] for one in told["actions"]]
    assert f"{len(told['actions'])} việc" in said.err


def test_a_sweep_that_fails_tells_people_too(opened, capsys):
    an_unreachable_folder(opened)

    assert run(["sweep", "--year", str(YEAR)]) == 4
    assert MINISTRY in capsys.readouterr().out


def test_handing_over_shows_every_addressee_before_it_says_what_is_missing(opened, capsys):
    edition = an_unreachable_folder(opened)
    code = run(["transmit", edition.id, "--json"])
    told = json.loads(capsys.readouterr().out)["transmittals"]

    assert (code, {one["addressee"]: one["state"] for one in told}) == (4, {PROVINCE: "intent", MINISTRY: "sent"})


def test_asking_that_fails_at_a_later_agency_tells_which_letters_wait_and_asks_only_the_rest_later(opened, capsys):
    opened.clock.at = at(3, 3)  # Monday 03/03/2025, in the first quarter
    write, written = opened.workbooks.write, []

    def failing_at_the_third(form, context):
        written.append(form.agency)
        if len(written) == len(EVERYBODY) + 3:  # shown first, then done
            raise OutsideFailure("ledger.full", reason="No space left on device")
        return write(form, context)

    opened.workbooks.write = failing_at_the_third
    asked = ["ask", "--period", str(Q1), "--year", str(YEAR), "--json", "--confirm"]
    code = run([*asked, str(len(EVERYBODY))])
    said = capsys.readouterr()
    told = json.loads(said.out)
    again = run([*asked, "2"])
    rest = json.loads(capsys.readouterr().out)

    assert (code, told["stopped_by"], len(told["queued"]), told["sent"]) == (5, "ledger.full", 2, [])
    assert "2 trong 4 thư" in said.err
    assert (again, len(rest["queued"]), len(rest["sent"])) == (0, 2, 4)
