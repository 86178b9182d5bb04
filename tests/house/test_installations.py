"""``deployments/``: every command, setting, port and file it names is there, and its parts agree with each other."""

import json
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from certificates import root
from cryptography.hazmat.primitives import serialization

from plancycle.adapters.prefect_server import POOL, USUAL_PORT, shipped_settings
from plancycle.adapters.processes import free_port
from plancycle.cli import app
from plancycle.cli.up import PORTAL_PORT
from plancycle.settings import Settings

ROOT = Path(__file__).parents[2]
PLACE = ROOT / "deployments"
COMPOSE: dict[str, Any] = yaml.safe_load((PLACE / "compose.yaml").read_text("utf-8"))
UNITS = sorted((PLACE / "systemd").glob("*.service"))
MANIFESTS = sorted((PLACE / "kubernetes").glob("*.yaml"))
TEXTS = [path for path in sorted(PLACE.rglob("*")) if path.is_file()]
PORTAL = "plancycle.portal.app:app_from_settings"


def programs() -> set[str]:
    """Console scripts of the environment."""
    return {one.name for one in entry_points(group="console_scripts")}


def compose_commands() -> dict[str, list[str]]:
    """The command of each of our own services, unfolded where it is a shell's."""
    ours = {name: one for name, one in COMPOSE["services"].items() if one["image"].startswith("plancycle:")}
    unfolded = {}
    for name, one in ours.items():
        command = one["command"]
        for part, text in enumerate(command[2].split("&&") if command[0] == "sh" else [shlex.join(command)]):
            unfolded[f"{name}/{part}"] = shlex.split(text)
    return unfolded


def unit_commands() -> dict[str, list[str]]:
    """The command of each unit, without its folder."""
    found = {}
    for path in UNITS:
        (line,) = re.findall(r"^ExecStart=(.+)$", path.read_text("utf-8"), re.MULTILINE)
        program, *rest = shlex.split(line)
        assert program.startswith("/opt/plancycle/.venv/bin/")
        found[path.stem] = [Path(program).name, *rest]
    return found


COMMANDS = compose_commands() | unit_commands()


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_every_command_is_one_that_the_locked_libraries_and_we_have(command):
    assert command[0] in programs()
    if command[0] == "uvicorn":
        assert command[1] == PORTAL
    if command[0] == "plancycle":
        app.parse_args(command[1:], exit_on_error=False, print_error=False)
    if command[0] == "prefect" and "worker" in command:
        assert command[command.index("--pool") + 1] == POOL


def test_ports_are_those_of_the_product_everywhere():
    by_program = {"uvicorn": str(PORTAL_PORT), "prefect": str(USUAL_PORT)}
    given = {name: one[one.index("--port") + 1] for name, one in COMMANDS.items() if "--port" in one}
    upstreams = {
        port
        for path in (PLACE / "nginx").glob("*.conf")
        for port in re.findall(r"server [\w.-]+:(\d+);", path.read_text())
    }

    assert given == {name: by_program[COMMANDS[name][0]] for name in given}
    assert len(given) >= 6
    assert upstreams == set(by_program.values())


def named(pattern: str) -> dict[str, set[str]]:
    """Names that fit a pattern, with the files that have them."""
    found: dict[str, set[str]] = {}
    for path in TEXTS:
        for name in re.findall(pattern, path.read_text("utf-8")):
            found.setdefault(name, set()).add(path.name)
    return found


def test_every_setting_of_ours_is_one():
    known = {f"PLANCYCLE_{name.upper()}" for name in Settings.model_fields}
    unknown = {name: files for name, files in named(r"\bPLANCYCLE_[A-Z_]+\b").items() if name not in known}

    assert unknown == {}


def test_every_setting_of_prefect_is_known_to_prefect():
    from prefect.settings.models.root import Settings as PrefectSettings

    known: set[str] = set()

    def walk(model: Any, prefix: str) -> None:
        for name, field in model.model_fields.items():
            if hasattr(field.annotation, "model_fields"):
                walk(field.annotation, f"{prefix}_{name}")
            aliases = getattr(field.validation_alias, "choices", [])
            known.update([f"{prefix}_{name}".upper(), *(one.upper() for one in aliases if isinstance(one, str))])

    walk(PrefectSettings, "prefect")
    redis = {f"PREFECT_REDIS_MESSAGING_{name}" for name in ("HOST", "PORT", "DB", "USERNAME", "PASSWORD")}
    unknown = {name: files for name, files in named(r"\bPREFECT_[A-Z_]+[A-Z]\b").items() if name not in known | redis}

    assert unknown == {}


def test_compose_is_whole():
    services = COMPOSE["services"]
    waits = {name: set(one.get("depends_on") or {}) for name, one in services.items()}
    healthy = {
        other
        for one in services.values()
        for other, how in (one.get("depends_on") or {}).items()
        if how["condition"] == "service_healthy"
    }
    kinds = {"prefect-api": 2, "worker": 2, "portal": 2}

    assert {name: others - services.keys() for name, others in waits.items() if others - services.keys()} == {}
    assert [name for name in healthy if "healthcheck" not in services[name]] == []
    assert {kind: sum(name.startswith(f"{kind}-") for name in services) for kind in kinds} == kinds
    assert {"postgres", "redis", "prefect-services", "proxy", "mailpit"} <= services.keys()
    files = {file for one in services.values() for file in one.get("env_file", [])}
    assert {file for file in files if not (PLACE / file).exists()} == {"plancycle.env"}
    assert (PLACE / "plancycle.env.example").exists()
    mounted = [volume.split(":")[0] for one in services.values() for volume in one.get("volumes", [])]
    made_by_hand = {"./nginx/tls", "./nginx/users"}
    assert {one for one in mounted if one.startswith("./") and not (PLACE / one).exists()} == made_by_hand


@pytest.mark.parametrize("name", COMPOSE["services"])
def test_images_have_a_version(name):
    image = COMPOSE["services"][name]["image"]

    assert re.fullmatch(r"[\w./-]+:v?\d[\w.-]*(@sha256:[0-9a-f]{64})?", image)


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.stem)
def test_manifests_are_yaml_and_run_as_nobody_special(path):
    documents = [one for one in yaml.safe_load_all(path.read_text("utf-8")) if one]
    pods = [one["spec"]["template"]["spec"] for one in documents if one.get("kind") in ("Deployment", "Job")]

    assert documents != []
    for pod in pods:
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert [one["securityContext"]["allowPrivilegeEscalation"] for one in pod["containers"]] == [False]


def test_the_charts_values_carry_the_shipped_settings():
    values = yaml.safe_load((PLACE / "kubernetes/prefect-server-values.yaml").read_text("utf-8"))
    given = {one["name"]: str(one.get("value", "")) for one in values["server"]["env"]}
    shipped = dict(
        line.replace("'", "").split("=", 1)
        for file in ("prefect.env", "prefect-scale.env")
        for line in (PLACE / file).read_text("utf-8").splitlines()
        if re.match(r"PREFECT_(SERVER_SERVICES_|MESSAGING|SERVER_(EVENTS|CONC))", line)
    )

    assert {name: given.get(name) for name in shipped} == shipped


def test_a_shell_reads_the_shipped_settings_as_we_do():
    """One of them is JSON in single quotes; systemd and compose take these off, too."""
    script = f"set -a; . {PLACE / 'prefect.env'}; env -0"
    said = subprocess.run(["sh", "-c", script], env={}, capture_output=True, text=True, check=True).stdout
    read = dict(line.split("=", 1) for line in said.split("\0") if line)
    ours = shipped_settings(ROOT)

    assert {name: read.get(name) for name in ours} == ours
    assert set(json.loads(ours["PREFECT_SERVER_SERVICES_DB_VACUUM_EVENT_RETENTION_OVERRIDES"]).values()) == {86400}


def test_a_worker_of_the_chart_takes_a_number_of_runs_at_a_time():
    """The chart's own schema refuses a text."""
    values = yaml.safe_load((PLACE / "kubernetes/prefect-worker-values.yaml").read_text("utf-8"))

    assert type(values["worker"]["config"]["limit"]) is int


def test_the_image_is_built_from_the_locks_by_nobody_special():
    lines = (PLACE / "Dockerfile").read_text("utf-8")

    assert "pip install --no-deps --require-hashes -r /build/requirements.lock" in lines
    assert re.findall(r"^USER (.+)$", lines, re.MULTILINE) == ["plancycle"]
    copied = [one.split()[0] for one in re.findall(r"^COPY (?!--from)(.+) \S+$", lines, re.MULTILINE)]
    assert [name for name in copied if not (ROOT / name).exists()] == []


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze not installed")
def test_units_are_understood_by_systemd(tmp_path):
    here = shutil.which("true")
    for path in UNITS:
        text = re.sub(r"^ExecStart=\S+", f"ExecStart={here}", path.read_text("utf-8"), flags=re.MULTILINE)
        (tmp_path / path.name).write_text(text, "utf-8")
    units = [str(tmp_path / path.name) for path in UNITS]
    done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)

    assert [line for line in done.stderr.splitlines() if "plancycle" in line] == []
    assert done.returncode == 0


@pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx not installed")
@pytest.mark.parametrize("name", ["plancycle.conf", "compose.conf"])
def test_proxies_are_understood_by_nginx(tmp_path, name):
    command = furnished_proxy(tmp_path, name)
    done = subprocess.run(
        [*command, "-t"], capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C"}
    )

    assert "syntax is ok" in done.stderr, done.stderr


TOKEN = "khong-ai-duoc-thay-4b1d"
WITH_TOKENS = (f"/n/{TOKEN}", f"/phe-duyet/{TOKEN}", f"/lich/so-y-te/{TOKEN}.ics", f"/api/x?token={TOKEN}")


@pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx not installed")
@pytest.mark.parametrize("name", ["plancycle.conf", "compose.conf"])
def test_no_token_of_a_mailed_link_stands_in_a_log_of_the_proxy(tmp_path, name):
    """The portal is away, somebody comes without TLS, somebody asks too often: all that goes into a proxy's logs."""
    ports = {port: free_port() for port in ("80", "8080", "443", "8443", "4200")}
    plain, sealed = (ports["80"], ports["443"]) if name == "plancycle.conf" else (ports["8080"], ports["8443"])
    command = [*furnished_proxy(tmp_path, name, ports), "-g", "daemon off;"]
    transport = httpx.HTTPTransport(verify=False, retries=6)
    with (
        subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as proxy,
        httpx.Client(transport=transport, headers={"Host": "baocao.tinh.example"}, timeout=10) as client,
    ):
        try:
            redirected = {client.get(f"http://127.0.0.1:{plain}{path}").status_code for path in WITH_TOKENS}
            answered = {client.get(f"https://127.0.0.1:{sealed}{path}").status_code for path in WITH_TOKENS * 40}
        finally:
            proxy.terminate()
        said = proxy.communicate(timeout=20)[1]
    logs = {path.name: path.read_text("utf-8") for path in tmp_path.glob("*.log")}

    assert (redirected, answered) == ({301}, {502, 503})
    assert set(logs) == {"access.log", "error.log"}
    assert [file for file, text in {**logs, "stderr": said}.items() if TOKEN in text] == []


def furnished_proxy(folder: Path, name: str, ports: Mapping[str, int] | None = None) -> list[str]:
    """A proxy of ours with all it needs in a folder, inside a main file like Debian's; returns its command."""
    text = (PLACE / "nginx" / name).read_text("utf-8")
    text = re.sub(r"server (?:portal|prefect-api)-\d:\d+", "server 127.0.0.1:9", text)
    text = re.sub(r"/etc/nginx/(?:plancycle/)?|/var/log/nginx/", f"{folder}/", text)
    if ports is not None:
        text = re.sub(r"listen (\d+)", lambda found: f"listen 127.0.0.1:{ports[found[1]]}", text)
        text = re.sub(r"server 127.0.0.1:\d+", "server 127.0.0.1:9", text)
    certificate(folder / "tls")
    (folder / "users").touch()
    shutil.copy(PLACE / "nginx/prefect-headers.conf", folder)
    (folder / "site.conf").write_text(text, "utf-8")
    logs = f"access_log {folder}/access.log; error_log {folder}/error.log;"
    whole = f"pid {folder}/pid; error_log stderr; events {{}} http {{ {logs} include {folder}/site.conf; }}"
    (folder / "nginx.conf").write_text(whole, "utf-8")
    return ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")]


def certificate(folder: Path) -> None:
    """A certificate of our own for the proxy."""
    made = root("baocao.tinh.example")
    folder.mkdir()
    (folder / "certificate.pem").write_bytes(made.certificate.public_bytes(serialization.Encoding.PEM))
    secret = serialization.NoEncryption()
    kind = serialization.PrivateFormat.TraditionalOpenSSL
    (folder / "key.pem").write_bytes(made.key.private_bytes(serialization.Encoding.PEM, kind, secret))
