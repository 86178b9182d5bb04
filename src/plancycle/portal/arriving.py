"""When a request had arrived whole: by the machine's own account, not by when a thread of ours came round to it.

Minutes before midnight everybody comes at once. The system's network layer takes their bytes in while this process is
busy with others, and knows how long ago it took the last ones (``TCP_INFO``; Linux). Elsewhere, and behind a socket
that is no network, it is the moment at which the server has handed the last piece over.
"""

import socket
import struct
import time
from collections.abc import AsyncIterator, Callable
from typing import Annotated

from fastapi import Depends, Request
from starlette.types import Receive, Scope

AT, TOOK = "plancycle.arrived", "plancycle.receiving"
"""Where the doorkeeper writes into the scope: ``time.monotonic()`` of the last byte, and seconds since the head."""
_LAST_DATA = 52
"""Offset of ``tcpi_last_data_recv`` in ``struct tcp_info`` of Linux: milliseconds since data came, 32 bits."""
_INFO_SIZE = 104


def note_arrival(scope: Scope, receive: Receive, began: float) -> None:
    """The last piece of a body, whose first was asked for at ``began`` (``time.monotonic()``), has been handed over."""
    scope[AT] = time.monotonic() - seconds_since_data(receive)
    scope[TOOK] = max(0.0, scope[AT] - began)


def seconds_since_data(receive: Receive) -> float:
    """How long ago the connection took its last bytes in; 0 where nobody can tell."""
    transport = getattr(getattr(receive, "__self__", None), "transport", None)  # as uvicorn's protocols have it
    connection = transport.get_extra_info("socket") if transport is not None else None
    option = getattr(socket, "TCP_INFO", None)
    if connection is None or option is None:
        return 0.0
    try:
        told = connection.getsockopt(socket.IPPROTO_TCP, option, _INFO_SIZE)
        return float(struct.unpack_from("=I", told, _LAST_DATA)[0]) / 1000
    except (OSError, struct.error):  # no network connection, or a system with another structure
        return 0.0


def seconds_ago(request: Request) -> float:
    """Seconds since the request had arrived whole."""
    return max(0.0, time.monotonic() - float(request.scope.get(AT, time.monotonic())))


def note_parts(request: Request, spent: Callable[[str, float], None]) -> None:
    """What an upload has taken so far: until its last byte was here, and from then on until it is to be kept."""
    spent("receive", float(request.scope.get(TOOK, 0.0)))
    spent("prepare", seconds_ago(request))


async def at_the_door(request: Request) -> AsyncIterator[None]:
    """An upload is on its way to being kept: checks of others wait for it. The last dependency of such a route: whoever
    is still sending, or may not, holds nobody up.
    """
    with request.app.state.line.door.entered():
        yield


Door = Annotated[None, Depends(at_the_door)]
