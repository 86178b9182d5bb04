"""The two doors: ``make`` finds a Python or says in both languages what is missing; ``.ci/run`` calls ``make test``."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOOLS = ("sh", "make", "awk", "cat", "cksum", "cut", "rm", "touch", "mkdir")

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")

OLD = "exit 1"
BARE = """case "$*" in
  *version_info*) exit 0 ;;
  *ensurepip*|*pip*) exit 1 ;;
esac"""
WITH_PIP = """case "$*" in
  *version_info*) exit 0 ;;
  "-m venv"*) echo "asked: $*"; exit 9 ;;
  *ensurepip*) exit 1 ;;
esac"""


@pytest.fixture
def machine(tmp_path):
    """A PATH with nothing but the tools that every machine has."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found is not None, tool
        (folder / tool).symlink_to(found)
    return folder


def make(machine: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run make on that machine, for an environment that is not there yet."""
    command = [str(machine / "make"), "--no-print-directory", f"VENV={machine.parent / 'venv'}", *words]
    env = {"PATH": str(machine), "HOME": str(machine.parent), "LC_ALL": "C.UTF-8"}
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def add_python(machine: Path, script: str, name: str = "python3") -> None:
    """Put a stand-in for an interpreter on the PATH."""
    program = machine / name
    program.write_text(f"#!{machine / 'sh'}\n{script}\n", "utf-8")
    program.chmod(0o755)


def test_make_alone_lists_every_target(machine):
    listed = make(machine).stdout

    for target in ("help", "demo", "up", "test", "check", "fix", "docs", "lock", "clean"):
        assert f"  make {target} " in listed


def test_a_machine_without_python_is_told_so_in_both_languages(machine):
    answer = make(machine, "demo")

    assert answer.returncode == 2
    assert "Không tìm thấy Python 3.11 trở lên" in answer.stderr
    assert "No Python 3.11 or newer was found" in answer.stderr


def test_a_python_that_is_too_old_does_not_count(machine):
    add_python(machine, OLD)

    assert "No Python 3.11 or newer was found" in make(machine, "demo").stderr


def test_a_python_that_can_make_no_environment_says_what_to_install(machine):
    add_python(machine, BARE)

    answer = make(machine, "demo")

    assert answer.returncode == 2
    assert "python3 thiếu cả ensurepip lẫn pip" in answer.stderr
    assert "apt install python3-venv" in answer.stderr


def test_without_ensurepip_the_machines_own_pip_serves(machine):
    add_python(machine, WITH_PIP)

    assert "asked: -m venv --clear --without-pip" in make(machine, "demo").stdout


def test_a_newer_python_under_another_name_is_found_behind_an_old_one(machine):
    add_python(machine, OLD)
    add_python(machine, WITH_PIP, "python3.12")

    assert "asked: -m venv" in make(machine, "demo").stdout


def test_continuous_integration_ends_in_the_readmes_command():
    script = ROOT / ".ci/run"
    lines = script.read_text("utf-8").splitlines()

    assert os.access(script, os.X_OK)
    assert "set -euo pipefail" in lines
    assert lines[-1] == "make test"
    assert [line.partition("#")[0].strip() for line in lines if line.startswith("make ")] == [
        "make docs ARGS=--check",
        "make kills",
        "make test",
    ]
    assert subprocess.run(["bash", "-n", str(script)], check=False).returncode == 0
