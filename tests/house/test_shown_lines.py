"""Every fenced block of the documents is accounted for: carried out, judged by the program's own parser, or read.

Our own commands are also carried out on a rehearsed year (``test_whole_year``). There is no Docker daemon, no cluster
and no chart repository here: those lines are held against the files we ship, and what they do is not tried. Links to
elsewhere are not followed.
"""

import ast
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import shown_commands
import yaml
from _pytest.mark import ParameterSet
from shown_lines import PAGES, ROOT, Block, Machine, blocks, complaints, inline, shell_of
from shown_rules import RULES, programs_in

from plancycle.cli import app

WITH_SHELL = [page for page in PAGES if shell_of(page.read_text("utf-8")) or inline(page.read_text("utf-8"))]


def name_of(path: Path) -> str:
    """A test id."""
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", WITH_SHELL, ids=name_of)
def test_every_line_of_a_shell_block_is_carried_out_or_judged_by_a_rule(page, tmp_path):
    assert complaints(page.read_text("utf-8"), tmp_path) == []


NODE = r"(?:\[\*\]|[a-z_]+)"


def drawn(text: str) -> None:
    """A drawing of states: arrows between names."""
    head, *arrows = text.splitlines()
    assert head == "stateDiagram-v2"
    assert [line for line in arrows if not re.fullmatch(rf" +{NODE} --> {NODE}", line)] == []


def usage(text: str) -> None:
    """How a verb of ours is called; the page is made from the code."""
    for line in text.splitlines():
        program, *words = line.split()
        verb = [word for word in words if re.fullmatch(r"[a-z][a-z-]*", word)]
        node = app
        for word in verb:
            node = node[word]
        assert (program, bool(verb) or words == ["COMMAND"]) == ("plancycle", True)


def no_command(text: str) -> None:
    """A drawing or a listing: nothing in it is to be typed."""
    assert list(programs_in(text)) == []


READ: dict[str, Callable[[str], object]] = {
    "console": usage,
    "json": json.loads,
    "mermaid": drawn,
    "python": ast.parse,
    "text": no_command,
    "yaml": yaml.safe_load,
}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_other_block_is_of_a_known_kind_and_can_be_read(page):
    rest = [block for block in blocks(page.read_text("utf-8")) if block.language != "sh"]

    assert [block for block in rest if block.language not in READ] == []
    for block in rest:
        READ[block.language](block.text)


def test_our_own_commands_of_every_page_for_users_are_carried_out_on_a_rehearsed_year():
    shows = {
        name_of(page)
        for page in PAGES
        for block in blocks(page.read_text("utf-8"))
        if block.language == "sh" and re.search(r"^(\S+=\S+ )*(\S*/)?plancycle ", block.text, re.MULTILINE)
    }
    in_english = {name.replace(".vi.md", ".md") for name in shows}

    assert in_english - set(shown_commands.pages()) == {"deployments/README.md"}


PLANTED = [
    ("frobnicate --all", "frobnicate"),
    ("if true; then", "syntax error"),
    ("cp deployments/gone.env .", "gone.env"),
    ("mkdir deployments/gone/deeper", "gone/deeper"),
    ("plancycle status --colour red", "does not take it"),
    ("make invent", "no target invent"),
    ("make demo SPEED=2", "no variable SPEED"),
    ("pip install -r gone.lock", "gone.lock is not there"),
    ("pip install --quick -r requirements.lock", "no option --quick"),
    ("pip install leftpad", "asked for by nothing"),
    ("prefect worker start --pol plancycle", "Unknown option"),
    ("prefect worker start --pool other", "the pool is plancycle"),
    ("sudo systemctl start plancycle-gone", "no unit plancycle-gone"),
    ("journalctl -u 'gone-*'", "no unit fits"),
    ("docker compose -f deployments/gone.yaml up", "gone.yaml is not there"),
    ("docker compose -f deployments/compose.yaml --env-file deployments/compose.env ps", "compose.env is not there"),
    ("docker compose -f deployments/compose.yaml logs gone", "no service gone"),
    ("kubectl apply -f gone.yaml", "gone.yaml is not there"),
    ("kubectl create secret generic other --from-literal=a=b", "nothing asks for other"),
    ("helm install prefect prefect/prefect-server -f deployments/prefect.env", "nobody added"),
    ("sudo install -d -g nobody-made /etc/plancycle", "nobody made the group nobody-made"),
    ("sudo apt install nginx", "used for nothing"),
    ("sudo cp deployments/nginx/plancycle.conf /etc/nginx/conf.d/\nsudo nginx -t", "is not there yet"),
    ("docker compose -f deployments/compose.yaml up", "nginx/tls is not there yet"),
    ("python tests/bench/gone.py", "gone.py is not there"),
    ("sudoedit /etc/plancycle/plancycle.env", "→"),
    ("sudo useradd plancycle", "not of a known shape"),
]


@pytest.mark.parametrize(("line", "said"), PLANTED, ids=[line for line, _ in PLANTED])
def test_a_line_with_a_planted_fault_is_caught(line, said, tmp_path):
    found = complaints(f"```sh\n{line}\n```\n", tmp_path)

    assert said in "\n".join(found)


@pytest.mark.parametrize("block", [Block("", "ls"), Block("bash", "ls")], ids=["no language", "another name"])
def test_a_block_of_no_known_kind_is_caught(block):
    (found,) = blocks(f"   ```{block.language}\n   {block.text}\n   ```\n")

    assert found == Block(block.language, f"{block.text}\n")
    assert found.language not in {*READ, "sh"}


def test_a_command_may_not_hide_in_a_drawing():
    with pytest.raises(AssertionError):
        no_command("→ text\n  prefect server start\n")


ASKED = ("createdb", "createuser", "kubectl", "systemd-run")


def installed(program: str) -> ParameterSet:
    """The program, left out where it is not there."""
    is_absent = shutil.which(program) is None
    return pytest.param(program, marks=pytest.mark.skipif(is_absent, reason=f"{program} not installed"))


@pytest.fixture(scope="module")
def calls(tmp_path_factory):
    """What the pages together tell each of these programs, and the machine of each page."""
    found = {name: [] for name in RULES}
    sessions = [shell_of(page.read_text("utf-8")) for page in WITH_SHELL]
    for number, session in enumerate(one for one in sessions if re.search("|".join(ASKED), one)):
        machine = Machine(tmp_path_factory.mktemp(f"page-{number}"))
        machine.run(session)
        for call in machine.calls():
            found[call.program].append((call, machine))
    return found


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl not installed")
def test_kubectl_itself_makes_the_shown_secrets(calls):
    for call, machine in calls["kubectl"]:
        if call.words[0] == "create":
            command = ["kubectl", *call.words, "--dry-run=client", "--output=name"]
            made = subprocess.run(
                command, cwd=machine.checkout, env={"PATH": "/usr/bin"}, capture_output=True, text=True, check=False
            )
            assert (made.stdout.strip(), made.stderr) == (f"secret/{call.words[3]}", "")


@pytest.mark.parametrize("program", [installed(name) for name in ASKED if name != "kubectl"])
def test_shown_options_are_in_the_programs_own_help(calls, program):
    told = subprocess.run([program, "--help"], capture_output=True, text=True, check=True).stdout
    options = {word.partition("=")[0] for call, _ in calls[program] for word in call.words if word.startswith("--")}

    assert options != set()
    assert [one for one in sorted(options) if one not in told] == []
