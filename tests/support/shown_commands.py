"""The commands a page shows, and a rehearsed house in which they are carried out one after the other.

A fence's info string may say what its commands need that a rehearsed year has not (``needs="a letter in doubt"``): they
are carried out, too, and then refused with words. What keeps running, such as a server, is not started.
"""

import os
import re
import shlex
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet
from cyclopts import CycloptsError

from plancycle.cli import app

ROOT = Path(__file__).parents[2]
FENCE = re.compile(r"^ *```(?P<info>.*)\n(?P<body>(?s:.*?))^ *```", re.MULTILINE)
NEEDS = re.compile(r'needs="([^"]+)"')
SHOWN_BY = ["README.md", "docs/tutorial.md"]
FOLDERS = ("how-to", "explanation")
OUTSIDE = re.compile(r"/(?:media/usb|mnt/backup|var/log|srv)\b")
"""Places of the reader's machine; here each is a folder of the house."""
LONG = {"look-ahead", "official-documents", "keep-and-let-go", "describe-a-programme", "postgresql"}
TODAY = {"docs/how-to/duties.md": "2025-03-20T08:00+07:00"}
"""When a page's examples happen, where that is not after the year's report was due."""
KEEPS_RUNNING = re.compile(r"plancycle (?:up|watch)\b")
GROWS = {".db", ".jsonl", ".log", ".db-wal", ".db-shm"}


def pages() -> list[str]:
    """Every page for users in English; a test holds the Vietnamese twin to the same commands."""
    found = (page for folder in FOLDERS for page in sorted((ROOT / "docs" / folder).glob("*.md")))
    return SHOWN_BY + [page.relative_to(ROOT).as_posix() for page in found if not page.name.endswith(".vi.md")]


def shown(page: str) -> Iterator[tuple[str, str]]:
    """Each command of ours as it stands on the page, with what it needs ("": nothing)."""
    for fence in FENCE.finditer((ROOT / page).read_text("utf-8")):
        needs = NEEDS.search(fence["info"])
        for line in fence["body"].replace("\\\n", " ").splitlines():
            command = re.sub(r"\s+#.*$", "", line).strip().replace(".venv/bin/", "")
            if re.match(r"([A-Z_]+=\S+ )*plancycle ", command):
                yield command, needs[1] if needs else ""


def with_commands() -> list[ParameterSet]:
    """Pages that show commands; those whose commands take seconds are left to the long tests."""
    found = [page for page in pages() if any(True for _ in shown(page))]
    return [pytest.param(page, marks=[pytest.mark.slow] if Path(page).stem in LONG else []) for page in found]


def keeps_running(command: str) -> bool:
    """Whether a command goes on until it is stopped."""
    return KEEPS_RUNNING.search(command) is not None


def words_of(command: str, folder: Path) -> list[str]:
    """What the command line is given: without the program's name, with places inside of the house."""
    inside = OUTSIDE.sub(lambda match: str(folder / match[0].strip("/").replace("/", "-")), os.path.expandvars(command))
    words = shlex.split(inside)
    return words[words.index("plancycle") + 1 :]


@cache
def is_understood(command: str) -> bool:
    """Whether the command line takes a shown command; nothing is executed."""
    words = shlex.split(command.replace("…", ""))
    try:
        app.parse_args(words[words.index("plancycle") + 1 :], exit_on_error=False, print_error=False)
    except (CycloptsError, ValueError):
        return False
    return True


def furnish(world: Path, folder: Path) -> Path:
    """A house of its own with the rehearsed year in it, in which relative paths of the pages lead somewhere."""

    def bring(source: str, target: str) -> None:
        if Path(source).suffix in GROWS:
            shutil.copy2(source, target)
        else:
            os.link(source, target)

    data = folder / "plancycle-demo"
    shutil.copytree(world, data, copy_function=bring, ignore=shutil.ignore_patterns("prefect", "logs"))
    (folder / "programmes").symlink_to(ROOT / "programmes")
    for place in ("media-usb", "mnt-backup", "var-log", "srv"):
        (folder / place).mkdir()
    return data
