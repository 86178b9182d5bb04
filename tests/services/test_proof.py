"""A decision takes a proof of who decides and how; only the identity service makes one, good for one matter."""

import ast
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import factories as f
import pytest
from proving import proof_of

from plancycle.domain.approvals import ApprovalStatus
from plancycle.domain.errors import NotAllowed
from plancycle.domain.people import Account, Role
from plancycle.services.decide_approval import decide, decide_as
from plancycle.services.step_up import CONFIRMED_FOR, Proof, Way, is_fresh, read_proof, rehearsed

CHAIR, DIRECTOR = "pho-chu-tich", "giam-doc"
ROOT = Path(__file__).parents[2]
IDENTITY = "plancycle.services.step_up"
SOURCES = sorted(path for room in ("src/plancycle", "flows", "tasks") for path in (ROOT / room).rglob("*.py"))

SPOILT = {
    "written by hand": lambda one: replace(one, seal=""),
    "another person's": lambda one: replace(one, person=DIRECTOR),
    "with the seal of another kind of link": lambda one: replace(one, seal="abc"),
    "made to look newer": lambda one: replace(one, at=one.at + timedelta(seconds=1)),
    "made to look like another way": lambda one: replace(one, way=Way.OUTSIDE),
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_a_proof_that_the_identity_service_did_not_make_decides_nothing(spoil):
    house = f.a_house()
    approval = f.an_approval(house, ApprovalStatus.REQUESTED)
    spoilt = spoil(proof_of(house, CHAIR, approval.bundle_sha256))
    before = house.database.tables
    with pytest.raises(NotAllowed) as refused:
        decide_as(house, approval.id, spoilt, True, "")

    assert (refused.value.key, house.database.tables) == ("approval.not_proved", before)


@pytest.mark.parametrize("matter", ["", "0" * 64])
def test_a_proof_about_other_files_decides_nothing(matter):
    house = f.a_house()
    approval = f.an_approval(house, ApprovalStatus.REQUESTED)
    with pytest.raises(NotAllowed) as refused:
        decide_as(house, approval.id, proof_of(house, CHAIR, matter), True, "")

    assert refused.value.key == "approval.not_proved"


@pytest.mark.parametrize(
    ("passed", "fresh"),
    [
        (timedelta(), True),
        (CONFIRMED_FOR - timedelta(seconds=1), True),
        (CONFIRMED_FOR, False),
        (-CONFIRMED_FOR, False),
    ],
)
def test_a_proof_stands_for_five_minutes(passed, fresh):
    house = f.a_house()
    approval = f.an_approval(house, ApprovalStatus.REQUESTED)
    proof = proof_of(house, CHAIR, approval.bundle_sha256)
    house.clock.at += passed

    assert is_fresh(house, proof) == fresh
    if fresh:
        assert decide_as(house, approval.id, proof, True, "").status is ApprovalStatus.APPROVED
        return
    with pytest.raises(NotAllowed):
        decide_as(house, approval.id, proof, True, "")


def test_the_proof_of_one_person_does_not_decide_by_the_link_of_another():
    house = f.a_house()
    approval = f.an_approval(house, ApprovalStatus.REQUESTED)
    proof = proof_of(house, DIRECTOR, approval.bundle_sha256)
    with pytest.raises(NotAllowed) as refused:
        decide(house, f.link_to(house, approval), proof, True, "")

    assert refused.value.key == "approval.other_person"


def test_a_simulated_person_decides_only_where_nobody_has_an_account():
    house = f.a_house()
    approval = f.an_approval(house, ApprovalStatus.REQUESTED)
    proof = rehearsed(house, CHAIR, approval.bundle_sha256)
    with house.work() as work:
        work.people.add(Account("van-thu", "Văn thư", (Role.OPERATOR,), "", house.clock.now(), "may-chu"))
    with pytest.raises(NotAllowed) as refused:
        decide_as(house, approval.id, proof, True, "")

    assert refused.value.key == "approval.not_proved"


def test_a_browser_keeps_a_proof_as_its_seal():
    house = f.a_house()
    proof = proof_of(house, CHAIR, "1" * 64, Way.OUTSIDE)

    assert read_proof(house, proof.seal) == proof
    assert [read_proof(house, one) for one in ("x", house.seals.sign_link({"approver": CHAIR}))] == [None, None]


def makes_proofs(source: str) -> list[str]:
    """What a module does to make a proof by itself, past the identity service's own ways."""
    tree = ast.parse(source)
    froms = [one for one in ast.walk(tree) if isinstance(one, ast.ImportFrom) and one.module == IDENTITY]
    names = {alias.asname or alias.name: alias.name for one in froms for alias in one.names}
    called = {one.func.id for one in ast.walk(tree) if isinstance(one, ast.Call) and isinstance(one.func, ast.Name)}
    return sorted(name for known, name in names.items() if name[0] == "_" or (name == "Proof" and known in called))


def test_no_other_module_makes_a_proof():
    found = {str(path.relative_to(ROOT)): makes_proofs(path.read_text("utf-8")) for path in SOURCES}
    plays = [path for path in SOURCES if "rehearsed(" in path.read_text("utf-8") and path.stem != "step_up"]

    assert {path: made for path, made in found.items() if made} == {}
    assert [path.relative_to(ROOT / "src/plancycle").parts[0] for path in plays] == ["rehearsal"]


@pytest.mark.parametrize("line", ["from {} import Proof as P\nP()", "from {} import _proof"])
def test_a_module_that_would_is_found_out(line):
    assert makes_proofs(line.format(IDENTITY)) != []


def test_a_decision_cannot_be_asked_for_without_one():
    house = f.a_house()
    approval = f.an_approval(house, ApprovalStatus.REQUESTED)
    with pytest.raises(TypeError, match="proof"):
        decide_as(house, approval.id, approve=True, reason="")

    assert decide_as.__annotations__["proof"] is Proof
    assert decide.__annotations__["proof"] is Proof
