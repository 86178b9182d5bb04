"""What each program that a page shows may be told: one rule a program, from call to complaints.

A rule looks at what the repository ships (units, compose services, charts' values, locks, make's targets) and at the
program's own parser where that is a library here (ours, Prefect's, pip's).
"""

import re
import shlex
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from shown_commands import is_understood

ROOT = Path(__file__).parents[2]
DEPLOYMENTS = ROOT / "deployments"


@dataclass(frozen=True)
class Call:
    """A program with its words, where it was called, and which of its words named something that was there."""

    program: str
    words: tuple[str, ...]
    place: str
    there: frozenset[str]

    def __str__(self) -> str:
        return shlex.join((self.program, *self.words))

    def after(self, *options: str) -> list[str]:
        """The words that follow any of these options."""
        return [word for option, word in zip(self.words, self.words[1:], strict=False) if option in options]


Rule = Callable[[Call, Sequence[Call]], list[str]]


def fits(*patterns: str) -> Rule:
    """The words are one of these shapes."""

    def rule(call: Call, calls: Sequence[Call]) -> list[str]:
        said = " ".join(call.words)
        return [] if any(re.fullmatch(pattern, said) for pattern in patterns) else ["not of a known shape"]

    return rule


def absent(call: Call, names: Sequence[str]) -> list[str]:
    """Files that were not there when the program was called."""
    return [f"{name} is not there" for name in names if name not in call.there]


def units() -> set[str]:
    """The services we ship."""
    return {path.stem for path in (DEPLOYMENTS / "systemd").glob("*.service")}


def ours(call: Call, calls: Sequence[Call]) -> list[str]:
    """Our own command line takes it."""
    return [] if is_understood(shlex.join(("plancycle", *call.words))) else ["our command line does not take it"]


def prefect(call: Call, calls: Sequence[Call]) -> list[str]:
    """Prefect's own command line takes it, and a pool is ours."""
    from cyclopts import CycloptsError
    from prefect.cli._app import _app as app

    from plancycle.adapters.prefect_server import POOL

    try:
        app.parse_args(list(call.words), exit_on_error=False, print_error=False)
    except CycloptsError as refused:
        return [str(refused)]
    return [f"the pool is {POOL}" for pool in call.after("--pool", "-p") if pool != POOL]


def make(call: Call, calls: Sequence[Call]) -> list[str]:
    """Targets that explain themselves, variables that may be given."""
    makefile = (ROOT / "Makefile").read_text("utf-8")
    given = [word.partition("=")[0] for word in call.words if "=" in word]
    targets = [word for word in call.words if "=" not in word]
    wrong = [f"no target {one}" for one in targets if not re.search(rf"^{one}:.*## ", makefile, re.MULTILINE)]
    return wrong + [f"no variable {one}" for one in given if not re.search(rf"^{one} \?=", makefile, re.MULTILINE)]


TOOLS = {"uv"}
"""What people install by hand: the Makefile asks for it by name."""


def pip(call: Call, calls: Sequence[Call]) -> list[str]:
    """Files and folders that are there, options of pip's own, and the tools that make asks for."""
    verb, *words = call.words
    options = [word for word in words if word.startswith("-")]
    files, folders = call.after("-r", "--requirement"), call.after("-e", "--editable")
    names = [word for word in words if word not in (*options, *files, *folders)]
    wrong = absent(call, [*files, *folders]) + [f"no option {one}" for one in options if one not in pip_options(verb)]
    wrong += [f"{one} is asked for by nothing" for one in names if one not in TOOLS]
    makefile = (ROOT / "Makefile").read_text("utf-8")
    return wrong + [f"make does not name {one}" for one in TOOLS if f"pip install {one}" not in makefile]


@cache
def pip_options(verb: str) -> frozenset[str]:
    """What pip itself says it takes; without pip here, what the Makefile gives it, which every set-up carries out."""
    try:
        from pip._internal.commands import create_command
    except ImportError:
        return frozenset(re.findall(r"(?<= )--?[a-z-]+", (ROOT / "Makefile").read_text("utf-8")))
    parser: Any = create_command(verb).parser
    return frozenset(text for option in parser.option_list_all for text in option._short_opts + option._long_opts)


def python(call: Call, calls: Sequence[Call]) -> list[str]:
    """A program file of the checkout."""
    return absent(call, call.words[:1]) if call.words[0].endswith(".py") else ["not of a known shape"]


def pip_compile(call: Call, calls: Sequence[Call]) -> list[str]:
    """pip-tools is not installed here: the list and the lock it names are there, and the rest is an option."""
    lock, source = call.words[-2:]
    return absent(call, [lock, source]) + [word for word in call.words[:-2] if not word.startswith("--")]


def git(call: Call, calls: Sequence[Call]) -> list[str]:
    """A clone, or the word for a commit."""
    return fits(r"clone https://\S+ /opt/plancycle", "commit")(call, calls)


def useradd(call: Call, calls: Sequence[Call]) -> list[str]:
    """The user whose services we ship, at home where they keep their state."""
    shape = r"--system --home-dir (\S+) --shell /usr/sbin/nologin (\S+)"
    found = re.fullmatch(shape, " ".join(call.words))
    if not found:
        return ["not of a known shape"]
    wrong = []
    for path in (DEPLOYMENTS / "systemd").glob("*.service"):
        text = path.read_text("utf-8")
        state = re.search(r"^StateDirectory=(.+)$", text, re.MULTILINE)
        wrong += [] if f"\nUser={found[2]}\n" in text else [f"{path.name} runs as somebody else"]
        wrong += [] if state and found[1] == f"/var/lib/{state[1]}" else [f"{path.name} keeps its state elsewhere"]
    return wrong


def install(call: Call, calls: Sequence[Call]) -> list[str]:
    """It was carried out but for the group, which must be a user's that was made before."""
    made = {one.words[-1] for one in calls if one.program == "useradd"}
    return [f"nobody made the group {group}" for group in call.after("-g") if group not in made]


PROVIDES = {"nginx": "nginx", "apache2-utils": "htpasswd"}
"""Debian's package: the program for which it is installed."""


def apt(call: Call, calls: Sequence[Call]) -> list[str]:
    """Packages whose program the page then uses."""
    verb, *packages = call.words
    used = {one.program for one in calls}
    wrong = [] if verb == "install" else [f"no rule for apt {verb}"]
    return wrong + [f"{one} is used for nothing" for one in packages if PROVIDES.get(one) not in used]


def systemctl(call: Call, calls: Sequence[Call]) -> list[str]:
    """Units of ours, copied into place by the time they are started; the proxy."""
    verb, *words = call.words
    named = [word for word in words if not word.startswith("-")]
    if verb not in ("daemon-reload", "enable", "reload", "start", "stop"):
        return [f"no rule for systemctl {verb}"]
    return [f"no unit {one}" for one in named if one not in units() | {"nginx"}]


def systemd_run(call: Call, calls: Sequence[Call]) -> list[str]:
    """One of our commands, as the services' user, with the services' settings."""
    program = next(number for number, word in enumerate(call.words) if word.startswith("/opt/plancycle/.venv/bin/"))
    options, words = call.words[:program], call.words[program + 1 :]
    text = (DEPLOYMENTS / "systemd/plancycle-worker.service").read_text("utf-8")
    files = ("EnvironmentFile=", "--working-directory=")
    named = [word.partition("=")[2] for word in options if word.startswith(files)]
    user = [word.partition("=")[2] for word in options if word.startswith("--uid=")]
    wrong = absent(call, named) + [f"no service runs as {one}" for one in user if f"\nUser={one}\n" not in text]
    wrong += [f"the services do not have {one}" for one in call.after("-E") if f"\nEnvironment={one}\n" not in text]
    return wrong + ours(Call("plancycle", words, call.place, call.there), calls)


def journalctl(call: Call, calls: Sequence[Call]) -> list[str]:
    """A pattern that some unit of ours fits."""
    return [f"no unit fits {one}" for one in call.after("-u") if not any(fnmatchcase(unit, one) for unit in units())]


def docker(call: Call, calls: Sequence[Call]) -> list[str]:
    """Compose with files that are there and services it has; an image that it names. No daemon is asked."""
    content = yaml.safe_load((DEPLOYMENTS / "compose.yaml").read_text("utf-8"))
    if call.words[:3] == ("buildx", "imagetools", "inspect"):
        images = {one["image"] for one in content["services"].values()}
        return [f"compose.yaml has no image {one}" for one in call.words[3:] if one not in images]
    if call.words[0] != "compose":
        return [f"no rule for docker {call.words[0]}"]
    files = call.after("-f", "--file", "--env-file")
    rest = [word for word in call.words[1:] if word not in ("-f", "--file", "--env-file", *files)]
    verb, *words = rest
    known = {"up": {"--build", "--detach"}, "ps": set(), "logs": {"--follow"}, "down": set()}
    wrong = absent(call, files) + ([] if verb in known else [f"no rule for docker compose {verb}"])
    return wrong + [f"no service {one}" for one in words if one not in known.get(verb, ()) | content["services"].keys()]


def kubectl(call: Call, calls: Sequence[Call]) -> list[str]:
    """Secrets under the names and keys by which our manifests ask for them; files that are there and have kinds."""
    match call.words:
        case ("apply", "-f", name):
            documents = [one for one in yaml.safe_load_all(manifest(name)) if one] if name in call.there else []
            return absent(call, [name]) + [f"a part of {name} has no kind" for one in documents if "kind" not in one]
        case ("create", "secret", "generic", name, *values):
            asked = "".join(path.read_text("utf-8") for path in (DEPLOYMENTS / "kubernetes").glob("*.yaml"))
            given = [one.partition("=")[2] for one in values if one.startswith("--from-literal=")]
            files = [one.partition("=")[2] for one in values if one.startswith("--from-env-file=")]
            keys = [one.partition("=")[0] for one in given]
            wrong = [f"nothing asks for {one}" for one in (name, *keys) if not re.search(rf"\b{one}\b", asked)]
            odd = len(values) - len(given) - len(files)
            return wrong + absent(call, files) + ["not of a known shape"] * odd
        case _:
            return ["not of a known shape"]


def manifest(name: str) -> str:
    """A file of the checkout."""
    return (ROOT / name).read_text("utf-8")


def helm(call: Call, calls: Sequence[Call]) -> list[str]:
    """A repository of charts, then charts of it with values we ship. No repository is asked."""
    added = {one.words[2] for one in calls if one.program == "helm" and one.words[:2] == ("repo", "add")}
    match call.words:
        case ("repo", "add", _, address):
            return [] if address.startswith("https://") else ["not an address"]
        case ("install", _, chart, "-f", values):
            wrong = [] if chart.partition("/")[0] in added else [f"nobody added the repository of {chart}"]
            named = f"{chart.partition('/')[2]}-values.yaml"
            return wrong + absent(call, [values]) + ([] if values.endswith(named) else [f"{values} is not for {chart}"])
        case _:
            return ["not of a known shape"]


RULES: dict[str, Rule] = {
    "apt": apt,
    "createdb": fits(r"--owner plancycle --encoding UTF8 plancycle"),
    "createuser": fits(r"--pwprompt plancycle"),
    "docker": docker,
    "git": git,
    "helm": helm,
    "htpasswd": fits(r"-B -c \S+/users [\w-]+"),
    "install": install,
    "journalctl": journalctl,
    "kubectl": kubectl,
    "make": make,
    "nginx": fits("-t"),
    "pip": pip,
    "pip-compile": pip_compile,
    "plancycle": ours,
    "prefect": prefect,
    "python": python,
    "python3": fits(r"-m venv \.venv"),
    "sudoedit": fits(r"/etc/plancycle/plancycle.env", r"/etc/nginx/conf.d/plancycle.conf"),
    "systemctl": systemctl,
    "systemd-run": systemd_run,
    "useradd": useradd,
}


def programs_in(text: str) -> Iterator[str]:
    """First words of lines that are programs with a rule."""
    for line in text.splitlines():
        first = (line.split() or [""])[0]
        if first in RULES:
            yield first
