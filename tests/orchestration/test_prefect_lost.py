"""Prefect's database is deleted in the middle of the year: the year goes on from the ledger, to the same editions."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from plancycle.rehearsal.summary import finals
from plancycle.rehearsal.year import Plot, rehearse

ROOT = Path(__file__).parents[2]
AGENCIES, LOST_AFTER = 4, 20
YEAR = f"""
import json, os, shutil, sys
from pathlib import Path
from plancycle.adapters.prefect_server import PrefectServer
from plancycle.rehearsal.runners import FlowRunner
from plancycle.rehearsal.summary import finals
from plancycle.rehearsal.year import Plot, rehearse

def run(folder):
    home = folder / "prefect"
    server = PrefectServer(home, folder / "prefect.log")
    os.environ.update({{**server.env, "PREFECT_LOGGING_LEVEL": "CRITICAL", "PREFECT_LOGGING_TO_API_ENABLED": "false"}})
    servers = [server.__enter__()]
    servers[-1].wait_healthy(180)

    def lose(moment):
        if moment.number != {LOST_AFTER}:
            return
        servers[-1].__exit__(None, None, None)
        shutil.rmtree(home)
        servers.append(PrefectServer(home, folder / "prefect-2.log", port=server.port).__enter__())
        servers[-1].wait_healthy(180)

    try:
        summary = rehearse(Plot(folder / "year", agencies={AGENCIES}), FlowRunner, lose)
    finally:
        servers[-1].__exit__(None, None, None)
    print(json.dumps({{"servers": len(servers), "finals": [[one.period, one.sha256] for one in finals(summary)]}}))

if __name__ == "__main__":
    run(Path(sys.argv[1]))
"""


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_the_year_ends_with_the_same_final_editions_when_prefect_loses_everything(tmp_path):
    program = tmp_path / "year.py"
    program.write_text(YEAR, encoding="utf-8")
    alone = finals(rehearse(Plot(tmp_path / "alone", agencies=AGENCIES)))
    paths = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    played = subprocess.run(
        [sys.executable, str(program), str(tmp_path)], env={**os.environ, "PYTHONPATH": paths}, cwd=ROOT,
        capture_output=True, text=True, timeout=1400,
    )  # fmt: skip
    assert played.returncode == 0, played.stderr[-2000:]

    said = json.loads(played.stdout.splitlines()[-1])
    assert said == {"servers": 2, "finals": [[str(one.period), one.sha256] for one in alone]}
    assert len(alone) >= 5
