"""A DAG of so many tasks for ``airflow dags test``: how many is in ``PEER_COUNT``."""

import os
from datetime import datetime

from airflow.sdk import dag, task


@dag(dag_id="peer", start_date=datetime(2025, 1, 1), schedule=None, catchup=False)
def peer() -> None:
    @task(retries=2)
    def piece(number: int) -> int:
        return number

    for number in range(int(os.environ.get("PEER_COUNT", "1"))):
        piece.override(task_id=f"piece_{number}")(number)


peer()
