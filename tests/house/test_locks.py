"""The locks: every package pinned and hashed, no address of any index, and the pins that matter kept."""

import re
import tomllib
from itertools import combinations
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-docs.lock")
ALL = (*LOCKS, "requirements-scale.lock")
PIN = re.compile(r"^([a-z0-9-]+)==(\S+)(?: ; ([^\\]+?))? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")
BUILD_TOOLS = {"hatchling", "editables"}

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def pins(text: str) -> list[tuple[str, Version]]:
    """Names and versions of a lock; a package may stand there once for each marker."""
    found = (PIN.match(line) for line in text.splitlines())
    return [(match[1], Version(match[2])) for match in found if match]


def strange_lines(text: str) -> list[str]:
    """Lines that are neither a pin nor a hash, and pins without a hash below them."""
    lines = text.splitlines()
    strange = [line for line in lines if not (PIN.match(line) or HASH.match(line))]
    following = zip(lines, [*lines[1:], ""], strict=True)
    return strange + [line for line, after in following if line.endswith("\\") and not HASH.match(after)]


def asked(file: str) -> dict[str, Requirement]:
    """What a ``.in`` file asks for, by canonical name."""
    lines = ((ROOT / file).read_text("utf-8")).splitlines()
    wanted = (Requirement(line) for line in lines if line and not line.startswith(("#", "-c")))
    return {canonicalize_name(requirement.name): requirement for requirement in wanted}


def requirements(texts: list[str]) -> dict[str, Requirement]:
    """The same, from a list in pyproject.toml."""
    return {canonicalize_name(Requirement(text).name): Requirement(text) for text in texts}


@pytest.mark.parametrize("lock", ALL)
def test_lock_holds_pins_and_hashes_and_nothing_else(lock):
    assert strange_lines((ROOT / lock).read_text("utf-8")) == []


@pytest.mark.parametrize("file", [*ALL, *(lock.replace(".lock", ".in") for lock in ALL)])
def test_requirements_name_no_address(file):
    text = (ROOT / file).read_text("utf-8")

    assert re.findall(r"https?://|file:|index-url|find-links|trusted-host| @ ", text) == []


@pytest.mark.parametrize("lock", ALL)
def test_lock_is_in_alphabetical_order(lock):
    names = [name for name, _ in pins((ROOT / lock).read_text("utf-8"))]

    assert names == sorted(names)


def test_runtime_list_is_the_products_own_list_and_the_build_tools():
    wanted = requirements(PYPROJECT["project"]["dependencies"]) | requirements(sorted(BUILD_TOOLS))

    assert asked("requirements.in") == wanted


@pytest.mark.parametrize("group", ["dev", "docs"])
def test_list_of_a_purpose_is_the_products_own_group(group):
    assert asked(f"requirements-{group}.in") == requirements(PYPROJECT["dependency-groups"][group])


@pytest.mark.parametrize(("lists", "lock"), [(lock.replace(".lock", ".in"), lock) for lock in ALL])
def test_every_pin_is_what_was_asked_for(lists, lock):
    locked = pins((ROOT / lock).read_text("utf-8"))
    wanted = asked(lists)

    assert {name for name, _ in locked} >= wanted.keys()
    assert [name for name, version in locked if name in wanted and version not in wanted[name].specifier] == []


@pytest.mark.parametrize(("first", "second"), list(combinations(ALL, 2)))
def test_any_two_locks_agree_where_they_meet(first, second):
    one, other = (set(pins((ROOT / lock).read_text("utf-8"))) for lock in (first, second))
    names = {name for name, _ in one}

    assert {pin for pin in other if pin[0] in names} <= one


@pytest.mark.parametrize(
    ("name", "below"),
    [
        ("prefect", "3.10"),
        ("fastapi", "0.151"),  # newer ones break Prefect's server at import
        ("sqlalchemy", "2.1"),  # with it Prefect's scheduler silently creates no runs
    ],
)
def test_pin_that_matters_is_kept(name, below):
    locked = dict(pins((ROOT / LOCKS[0]).read_text("utf-8")))

    assert locked[name] < Version(below)


HASHED = "    --hash=sha256:" + "0" * 64
FAULTS = [
    ("rich==15.0.0", ["rich==15.0.0"]),
    (f"rich==15.0.0 \\\n{HASHED}", []),
    (f"rich==15.0.0 \\\n{HASHED}\n    # via typer", ["    # via typer"]),
    ("rich==15.0.0 \\\nsix==1.17.0 \\", ["rich==15.0.0 \\", "six==1.17.0 \\"]),
    (f"rich>=15 \\\n{HASHED}", ["rich>=15 \\"]),
]


@pytest.mark.parametrize(("text", "caught"), FAULTS)
def test_reading_a_lock_catches_a_planted_fault(text, caught):
    assert strange_lines(text) == caught
