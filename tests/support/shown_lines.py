"""Every fenced block a page shows, and a machine like the reader's in a folder, where its shell lines are carried out.

Bash carries them out as they stand, in order, from an empty ``/etc`` and a fresh checkout. ``cp``, ``mkdir``,
``install`` and the like are the real ones. What changes a whole machine, needs a network or a daemon (``useradd``,
``systemctl``, ``apt``, ``docker``, ``helm`` …) is a stand-in that notes what it was told and what was there at that
moment; ``shown_rules`` judges the notes. Any other program is not found, and that is a complaint.
"""

import atexit
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import shown_rules
from shown_rules import Call

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "deployments/README.md"])
FENCE = re.compile(r"^(?P<margin> *)```(?P<info>[^\n`]*)\n(?P<body>(?s:.*?))^ *```", re.MULTILINE)
INLINE = re.compile(r"(?<!`)`([a-z][\w-]*\s[^`]+)`(?!`)")
PLACES = re.compile(r"(?<![\w.:/}~])/(?=(?:etc|opt|srv|mnt|media|var)/)")
"""Where a path of the whole machine begins; here each leads into the folder."""
TO_REPLACE = re.compile(r"<[^<>\n]+>")
"""Words the reader replaces."""
REAL = ("bash", "cp", "mkdir", "grep", "sed", "ln", "rm", "touch", "dirname", "test", "true")
SEPARATORS = "\x1f", "\x1e"

NOTE = """#!{bash}
there=; for word in "$@"; do for one in "$word" "${{word#*=}}"; do [ -e "$one" ] && there+="$one"$'\\x1d'; done; done
printf -v line '%s\\x1f' {name} "$PWD" "$there" "$@"
printf '%s\\x1e' "$line" >>"$NOTES"
{effect}
"""
"""A stand-in: it notes its words and which of them name something that is there, then does what others rely on."""
ENVIRONMENT = 'mkdir -p .venv/bin; for one in plancycle pip python; do ln -sf "$STAND_INS/$one" .venv/bin/; done'
EFFECTS = {
    "docker": '[[ " $* " != *" up "* || "$2" != -f ]] || sed -n "s/^ *- \\(\\.[^:]*\\):.*/\\1/p" "$3" | '
    'while read -r one; do [ -e "$(dirname "$3")/$one" ] || { echo "docker: $one is not there yet" >&2; exit 1; }; '
    "done",
    "git": '[ "$1" = clone ] && { mkdir -p "$(dirname "$3")"; cp -a "$CHECKOUT" "$3"; } || [ "$1" != clone ]',
    "htpasswd": ': >"$3"',
    "install": 'for word; do shift; [ "$word" = -g ] && skip=1 || { [ -n "$skip" ] || set -- "$@" "$word"; skip=; }; '
    'done; exec "$REAL_INSTALL" "$@"',
    "make": ENVIRONMENT,
    "nginx": 'grep -ohE "/etc/nginx/plancycle/[^; ]+" "$WHOLE"/etc/nginx/conf.d/*.conf | while read -r one; do '
    '[ -e "$WHOLE$one" ] || { echo "nginx: $one is not there yet" >&2; exit 1; }; done',
    "python3": ENVIRONMENT,
    "sudoedit": 'test -w "$1"',
}
AS_ROOT = '#!{bash}\nexec "$@"\n'


@dataclass(frozen=True)
class Block:
    """One fence: its language, and its text without the margin of the list it stands in."""

    language: str
    text: str


@cache
def programs() -> Path:
    """The only folder of programs: the harmless ones, and stand-ins for those that have a rule."""
    folder = Path(mkdtemp(prefix="shown-lines-"))
    atexit.register(shutil.rmtree, folder)
    bash = shutil.which("bash")
    assert bash is not None
    for name in REAL:
        (folder / name).symlink_to(shutil.which(name) or bash)
    stand_ins = {name: NOTE.format(bash=bash, name=name, effect=EFFECTS.get(name, "")) for name in shown_rules.RULES}
    for name, text in {**stand_ins, "sudo": AS_ROOT.format(bash=bash)}.items():
        (folder / name).write_text(text, "utf-8")
        (folder / name).chmod(0o755)
    return folder


def blocks(text: str) -> Iterator[Block]:
    """Every fence of a page, in order."""
    for fence in FENCE.finditer(text):
        body = re.sub(rf"^{fence['margin']}", "", fence["body"], flags=re.MULTILINE)
        yield Block((fence["info"].split() or [""])[0], body)


def inline(text: str) -> list[str]:
    """Commands in running text that begin with a program for which there is a rule, but ours (``test_docs`` has it)."""
    spans = (" ".join(span.split()) for span in INLINE.findall(FENCE.sub("", text)))
    known = {*shown_rules.RULES, "sudo"} - {"plancycle"}
    return sorted({span for span in spans if span.split()[0] in known})


class Machine:
    """A folder that stands for a machine."""

    def __init__(self, folder: Path) -> None:
        self.whole = folder / "machine"
        self.notes = folder / "notes"
        self.checkout = self.whole / "home/checkout"
        for place in ("etc/nginx/conf.d", "etc/systemd/system", "opt", "srv", "var/lib", "var/log", "mnt/backup"):
            (self.whole / place).mkdir(parents=True)
        (self.whole / "media/usb").mkdir(parents=True)
        self._check_out()
        for name in ("certificate.pem", "key.pem"):
            (self.whole / "home" / name).touch()

    def _check_out(self) -> None:
        self.checkout.mkdir(parents=True)
        for one in ROOT.iterdir():
            if one.name == "deployments":
                shutil.copytree(one, self.checkout / one.name, copy_function=os.symlink)
            elif not one.name.startswith((".", "plancycle-demo", "site")):
                (self.checkout / one.name).symlink_to(one)

    def run(self, script: str) -> list[str]:
        """Carry a shell's text out; what went wrong."""
        here = TO_REPLACE.sub("x", PLACES.sub(f"{self.whole}/", script))
        env = {
            "PATH": str(programs()),
            "HOME": str(self.whole / "home"),
            "LC_ALL": "C.UTF-8",
            "NOTES": str(self.notes),
            "WHOLE": str(self.whole),
            "CHECKOUT": str(self.checkout),
            "STAND_INS": str(programs()),
            "REAL_INSTALL": str(shutil.which("install")),
            "PLANCYCLE_DATA": str(self.whole / "srv/plancycle"),
        }
        command = ["bash", "-eu", "-o", "pipefail", "-c", f"{here}\nwait"]
        done = subprocess.run(
            command, cwd=self.checkout, env=env, capture_output=True, text=True, timeout=60, check=False
        )
        said = done.stderr.replace(str(self.whole), "").strip()
        return [f"{script.strip()}\n→ {said or done.returncode}"] if done.returncode or said else []

    def calls(self) -> list[Call]:
        """What the stand-ins noted, with the machine's own paths."""
        fields, records = SEPARATORS
        noted = self.notes.read_text("utf-8") if self.notes.exists() else ""
        found = []
        for record in noted.replace(str(self.whole), "").split(records)[:-1]:
            name, place, there, *words = record.split(fields)[:-1]
            found.append(Call(name, tuple(words), place, frozenset(there.split("\x1d")[:-1])))
        return found

    def file(self, call: Call, name: str) -> Path:
        """Where a file that a call names lies."""
        return Path(os.path.normpath(self.whole / call.place.lstrip("/") / name.lstrip("/")))


def shell_of(page: str) -> str:
    """All shell blocks of a page, as one session."""
    return "\n".join(block.text for block in blocks(page) if block.language == "sh")


def complaints(page: str, folder: Path) -> list[str]:
    """What is wrong with the commands a page shows, in its fences and in running text."""
    machine = Machine(folder)
    session = shell_of(page)
    wrong = machine.run(session) if session else []
    for one in inline(page):
        wrong += machine.run(one)
    calls = machine.calls()
    return wrong + [f"{call}: {said}" for call in calls for said in shown_rules.RULES[call.program](call, calls)]
