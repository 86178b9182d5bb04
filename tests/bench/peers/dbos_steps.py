"""One durable workflow of so many steps with DBOS on SQLite: ``COUNT FOLDER``; seconds and recorded steps as JSON.

With the settings it comes with: a rollback journal and full sync.
"""

import json
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path

from dbos import DBOS

COUNT, FOLDER = int(sys.argv[1]), Path(sys.argv[2])
DBOS(config={"name": "peer", "system_database_url": f"sqlite:///{FOLDER}/dbos.db", "log_level": "ERROR"})


@DBOS.step(retries_allowed=True, max_attempts=3)
def piece(number: int) -> int:
    return number


@DBOS.workflow()
def all_pieces(count: int) -> float:
    began = time.perf_counter()
    for number in range(count):
        piece(number)
    return time.perf_counter() - began


DBOS.launch()
seconds = all_pieces(COUNT)
DBOS.destroy()
with closing(sqlite3.connect(FOLDER / "dbos.db")) as ledger:
    (recorded,) = ledger.execute("SELECT count(*) FROM operation_outputs").fetchone()
sys.stdout.write(json.dumps({"seconds": seconds, "recorded": recorded}) + "\n")
