"""The law of imports: contracts in pyproject.toml, judged by import-linter."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("src/plancycle", "flows", "tasks")

FAULTS = [
    ("src/plancycle/domain/numbers.py", "import sqlalchemy", "domain and services import no framework"),
    ("src/plancycle/services/ports.py", "import plancycle.adapters.texts", "the house has one direction"),
    ("src/plancycle/adapters/texts.py", "import prefect", "the product does not know Prefect"),
    ("src/plancycle/bootstrap.py", "import flows", "flows tell, tasks do, plancycle knows neither"),
    ("flows/__init__.py", "import plancycle.bootstrap", "flows reach the outside through tasks only"),
    ("src/plancycle/helpers.py", "", "the house has one direction"),
]


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """Judge the packages of one folder; its own sources come first on the path."""
    program = Path(sys.executable).with_name("lint-imports")
    sources = os.pathsep.join([str(folder / "src"), str(folder)])
    return subprocess.run(
        [str(program), "--no-cache", "--no-logo"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": sources, "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_contract_is_kept():
    verdict = lint_imports(ROOT)

    assert verdict.returncode == 0, verdict.stdout + verdict.stderr


def test_every_contract_catches_its_planted_fault(tmp_path):
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    for path, line, _ in FAULTS:
        file = tmp_path / path
        file.write_text((file.read_text("utf-8") if file.exists() else "") + f"\n{line}\n", "utf-8")

    report = lint_imports(tmp_path).stdout

    kept = {name for _, _, name in FAULTS if f"{name} KEPT" in report}
    broken = {name for _, _, name in FAULTS if f"{name} BROKEN" in report}
    assert (kept, broken) == (set(), {name for _, _, name in FAULTS}), report


@pytest.mark.parametrize("program", ["--help", "--version"])
def test_asking_for_help_wakes_neither_prefect_nor_pandas(program):
    code = (
        "import sys\n"
        "from plancycle.cli import main\n"
        f"sys.argv = ['plancycle', {program!r}]\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print(*sorted({'prefect', 'pandas', 'fastapi', 'openpyxl', 'typst', 'docx'} & set(sys.modules)))\n"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)

    assert result.stdout.splitlines()[-1] == ""
