"""What a limited process does all its life: take a frame, answer it, until there are no more.

On standard input and output it speaks frames: eight bytes of length (big endian), then the content. It first says what
it is held to: ``{"limits": ["cpu", …]}``. Answers are JSON; one that starts with ``refused`` is no answer but a reason.
"""

import struct
import sys
from collections.abc import Callable
from datetime import datetime
from typing import BinaryIO

from plancycle.adapters.workbooks.confinement import allow_one_more_file, confine
from plancycle.adapters.workbooks.wire import as_json
from plancycle.domain.errors import UnreadableFile

HEADER = struct.Struct(">Q")


def serve(answer: Callable[[bytes], dict[str, object]]) -> None:
    """Give up every right, then answer until standard input ends."""
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    _send(sink, {"limits": confine()})
    while (data := _next(source)) is not None:
        allow_one_more_file()
        _send(sink, answer(data))


def refusal(reason: UnreadableFile) -> dict[str, object]:
    """Why a file is not taken."""
    return {"refused": reason.key, "params": dict(reason.params)}


def load_codecs() -> None:
    """What Python would look up on its first use: once confined, a process opens no file."""
    for codec in ("cp437", "utf-8", "utf-16-le", "utf-16-be", "ascii", "latin-1"):
        "".encode(codec)
    f"{datetime(2000, 1, 1):%d/%m/%Y %H:%M}"


def _next(source: BinaryIO) -> bytes | None:
    header = source.read(HEADER.size)
    if len(header) < HEADER.size:
        return None
    (size,) = HEADER.unpack(header)
    return source.read(size)


def _send(sink: BinaryIO, content: dict[str, object]) -> None:
    frame = as_json(content)
    sink.write(HEADER.pack(len(frame)) + frame)
    sink.flush()
