"""The stage of a rehearsal: a data folder of its own, with an invented address book and a secret made from the seed.

Nothing here touches a folder that is not an earlier rehearsal's.
"""

import hashlib
import re
import shutil
from pathlib import Path
from typing import Any

import yaml

from plancycle.adapters.communes import communes_of
from plancycle.adapters.programme_files.folders import ProgrammeFiles
from plancycle.adapters.programme_files.schema import EVERYBODY
from plancycle.domain.errors import ActionNeeded, NotFound
from plancycle.domain.programme import Programme
from plancycle.rehearsal.behaviours import SHORT_CAST
from plancycle.rehearsal.cast import sample
from plancycle.rehearsal.dice import Dice, phrases
from plancycle.rehearsal.nation import more_bodies
from plancycle.rehearsal.people import write_contacts, written
from plancycle.settings import CHECKOUT

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # PyYAML without libyaml reads the same, only slower
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]

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
    """Copy the programme, cut it to ``agencies`` reporters, write the address book and the secret.

    0 takes every body the plan names, and of the communes that follow the districts one a district: the programme has
    them all, the rehearsal has a sample. Numbers above those the plan names take more communes, then bodies of other
    provinces, up to a nation.

    Raises NotFound when no shipped folder describes that programme.
    """
    source = _folder_of(CHECKOUT / "programmes", programme_id)
    copy = out / "programmes" / source.name
    shutil.copytree(source, copy, ignore=shutil.ignore_patterns(CONTACTS_FILE))
    _mark(copy / PROGRAMME_FILE)
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
    chosen = sorted(everybody, key=lambda agency: agency not in SHORT_CAST)[: count or len(everybody)]
    named, local = ([one for one in reporters.get(part, []) if one in chosen] for part in ("named", "local"))
    agencies["reporters"] = {"named": named, "local": local}
    for units in agencies.get("units", []):
        home, more = int(units["province"]), max(0, count - len(everybody))
        units["only"] = sample(local, more, home)
        strangers = more_bodies(max(0, more - len(communes_of(home))), home)
        agencies["agencies"] += strangers
        local += [one["id"] for one in strangers]
    if not local:
        agencies.pop("units", None)
    _write(folder / AGENCIES_FILE, agencies)
    if len(chosen) < len(everybody):
        _cut_work(folder, {*named, *local}, set(everybody) - {*named, *local})


def _cut_work(folder: Path, kept: set[str], gone: set[str]) -> None:
    """Keep the work of those who play, and what is known about who follows them."""
    works = _read(folder / WORKS_FILE)
    for entry in works["entries"]:
        entry["agencies"] = [agency for agency in entry["agencies"] if agency in kept | {EVERYBODY}]
    works["entries"] = [entry for entry in works["entries"] if entry["agencies"]]
    _write(folder / WORKS_FILE, works)
    if not (folder / SUCCESSION_FILE).exists():
        return
    succession = _read(folder / SUCCESSION_FILE)
    for record in succession["successions"]:
        record["from"] = [agency for agency in record["from"] if agency not in gone]
    succession["successions"] = [record for record in succession["successions"] if record["from"]]
    _write(folder / SUCCESSION_FILE, succession)


def communes(out: Path, programme_id: str) -> tuple[int, int]:
    """How many communes and wards play, and how many there are."""
    units = _read(_folder_of(out / "programmes", programme_id) / AGENCIES_FILE).get("units", [])
    there = sum(len(communes_of(int(one["province"]))) for one in units)
    return sum(len(one["only"]) or len(communes_of(int(one["province"]))) for one in units), there


def _read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)
    return content


def _write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(written(content), encoding="utf-8")
