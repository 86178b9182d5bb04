"""The stage of a rehearsal: a data folder of its own, with an invented address book and a secret made from the seed.

Nothing here touches a folder that is not an earlier rehearsal's.
"""

import hashlib
import re
import shutil
from pathlib import Path
from typing import Any

import yaml

from plancycle.adapters.programme_files.folders import ProgrammeFiles
from plancycle.adapters.programme_files.schema import EVERYBODY
from plancycle.domain.errors import ActionNeeded, NotFound
from plancycle.domain.programme import Programme
from plancycle.rehearsal.behaviours import SHORT_CAST
from plancycle.rehearsal.dice import Dice, phrases
from plancycle.rehearsal.people import write_contacts
from plancycle.settings import CHECKOUT

ISSUING_BODY = re.compile(r'^(\s*issuing_body: *"[^"]+)"', re.MULTILINE)
MARKER = ".plancycle-demo"
"""Only a folder that holds this file is ever emptied."""
PROGRAMME_FILE, AGENCIES_FILE, WORKS_FILE = "programme.yaml", "agencies.yaml", "assignments.yaml"
CONTACTS_FILE, SUCCESSION_FILE = "contacts.yaml", "succession.yaml"


def clear(out: Path) -> None:
    """Make the folder empty and mark it as a rehearsal's. Raises ActionNeeded when it holds anything else."""
    if out.exists() and (not out.is_dir() or (any(out.iterdir()) and not (out / MARKER).exists())):
        raise ActionNeeded("demo.not_a_demo", folder=str(out))
    if out.exists():
        shutil.rmtree(out)
    out.mkdir(parents=True)
    (out / MARKER).write_text("", encoding="utf-8")


def furnish(out: Path, programme_id: str, agencies: int, seed: int) -> Programme:
    """Copy the programme, cut it to ``agencies`` reporters (0: all), write the address book and the secret.

    Raises NotFound when no shipped folder describes that programme.
    """
    source = _folder_of(CHECKOUT / "programmes", programme_id)
    copy = out / "programmes" / source.name
    shutil.copytree(source, copy, ignore=shutil.ignore_patterns(CONTACTS_FILE))
    _mark(copy / PROGRAMME_FILE)
    if agencies > 0:
        _cut(copy, agencies)
    programme = ProgrammeFiles(copy.parent).load(programme_id)
    write_contacts(copy, programme, Dice(seed, "people"))
    secret = hashlib.sha256(f"plancycle-rehearsal|{seed}".encode()).hexdigest()
    (out / "secret.key").touch(mode=0o600)
    (out / "secret.key").write_text(f"{secret}\n", encoding="ascii")
    return programme


def _folder_of(programmes: Path, programme_id: str) -> Path:
    for path in sorted(programmes.glob(f"*/{PROGRAMME_FILE}")):
        if _read(path).get("id") == programme_id:
            return path.parent
    raise NotFound("not_found.programme", programme=programme_id)


def _mark(path: Path) -> None:
    """Have every report headed as a rehearsal's: its figures are invented, and paper travels."""
    text = path.read_text(encoding="utf-8")
    marked = ISSUING_BODY.sub(lambda found: f'{found[1]} {phrases()["issuing_mark"]}"', text)
    path.write_text(marked, encoding="utf-8")


def _cut(folder: Path, count: int) -> None:
    """Keep ``count`` reporters, the short cast before the others, and their work; other bodies stay and owe nothing."""
    agencies = _read(folder / AGENCIES_FILE)
    reporters = agencies["reporters"]
    everybody = [*reporters["named"], *reporters.get("local", [])]
    chosen = sorted(everybody, key=lambda agency: agency not in SHORT_CAST)[:count]
    named, local = ([one for one in reporters.get(part, []) if one in chosen] for part in ("named", "local"))
    agencies["reporters"] = {"named": named, "local": local}
    _write(folder / AGENCIES_FILE, agencies)
    works = _read(folder / WORKS_FILE)
    kept = {*named, *local, EVERYBODY}
    for entry in works["entries"]:
        entry["agencies"] = [agency for agency in entry["agencies"] if agency in kept]
    works["entries"] = [entry for entry in works["entries"] if entry["agencies"]]
    _write(folder / WORKS_FILE, works)
    (folder / SUCCESSION_FILE).unlink(missing_ok=True)  # it speaks of work that is no longer there


def _read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content


def _write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=1000), encoding="utf-8")
