"""Two processes of a Prefect server, with the settings that are shipped, tell each other through Redis.

The long test with two API processes, two workers and a kill is ``tests/faults/test_two_workers.py``.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from several_machines import MISSING, a_redis, settings_of

from plancycle.adapters.processes import LOOPBACK

SHIPPED = Path(__file__).parents[2] / "deployments" / "prefect-scale.env"
WITH_REDIS = pytest.mark.skipif(
    bool({*MISSING} - {"PostgreSQL"}), reason=f"not installed: {', '.join({*MISSING} - {'PostgreSQL'})}"
)
SAYS = """
import asyncio, datetime, uuid
from prefect.server.concurrency.lease_storage import get_concurrency_lease_storage
from prefect.server.utilities.messaging import create_publisher

async def main():
    async with create_publisher("plancycle") as publisher:
        await publisher.publish_data(b"s\\xe1\\xba\\xbd", {"n": "1"})
    lease = await get_concurrency_lease_storage().create_lease([uuid.uuid4()], datetime.timedelta(minutes=5))
    print(lease.id)

asyncio.run(main())
"""
HEARS = """
import asyncio, json
from prefect.server.concurrency.lease_storage import get_concurrency_lease_storage
from prefect.server.utilities.messaging import create_consumer
from prefect.server.utilities.messaging import StopConsumer

heard = []

async def keep(message):
    heard.append(message.data if isinstance(message.data, str) else message.data.decode())
    raise StopConsumer(ack=True)

async def main():
    await asyncio.wait_for(create_consumer("plancycle", group="hearers", starting_message_id="0").run(keep), 30)
    held = await get_concurrency_lease_storage().read_active_lease_ids()
    print(json.dumps({"heard": heard, "held": [str(one) for one in held]}))

asyncio.run(main())
"""


@WITH_REDIS
def test_what_one_process_says_another_hears_and_who_holds_a_place_is_known_to_both(tmp_path):
    with a_redis(tmp_path) as port:
        place = {"PREFECT_REDIS_MESSAGING_HOST": LOOPBACK, "PREFECT_REDIS_MESSAGING_PORT": str(port)}
        env = {**os.environ, **settings_of(SHIPPED), **place, "PREFECT_HOME": str(tmp_path / "home")}

        def told(program):
            command = [sys.executable, "-W", "ignore", "-c", program]
            done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=90, check=False)
            assert done.returncode == 0, done.stderr
            return done.stdout.strip().splitlines()[-1]

        lease = told(SAYS)
        answer = json.loads(told(HEARS))

    assert answer == {"heard": ["sẽ"], "held": [lease]}
