"""So many tasks of a pydocket worker: ``COUNT FOLDER URL``; seconds and recorded tasks as JSON.

From the first task's scheduling until the worker has acknowledged the last; every outcome is kept in Redis.
"""

import asyncio
import json
import logging
import sys
import time
from datetime import timedelta

from docket import Docket, Worker
from docket.execution import ExecutionState

COUNT, URL, AT_ONCE = int(sys.argv[1]), sys.argv[3], 50


async def piece(number: int) -> int:
    return number


async def main() -> None:
    async with Docket(name="peer", url=URL, execution_ttl=timedelta(hours=1)) as docket:
        docket.register(piece)
        async with Worker(docket, concurrency=10, minimum_check_interval=timedelta(milliseconds=5)) as worker:
            began = time.perf_counter()
            for first in range(0, COUNT, AT_ONCE):  # more would need more connections than its pool has
                numbers = range(first, min(COUNT, first + AT_ONCE))
                await asyncio.gather(*(docket.add(piece, key=str(number))(number) for number in numbers))
            await worker.run_until_finished()
            seconds = time.perf_counter() - began
        recorded = 0
        for number in range(COUNT):
            found = await docket.get_execution(str(number))
            recorded += found is not None and found.state is ExecutionState.COMPLETED
    sys.stdout.write(json.dumps({"seconds": seconds, "recorded": recorded}) + "\n")


logging.disable(logging.CRITICAL)
asyncio.run(main())
