"""What a limited process and its parent say to each other, as bytes."""

import json
from collections.abc import Mapping
from typing import Any

import orjson


def as_json(content: Mapping[str, object]) -> bytes:
    """A frame's content; halves of letters, which the quick library refuses, go through as they came."""
    try:
        return orjson.dumps(content)
    except TypeError:
        return json.dumps(content, ensure_ascii=False).encode("utf-8", "surrogatepass")


def from_json(frame: bytes) -> Any:
    """What :func:`as_json` wrote. Raises ValueError."""
    try:
        return orjson.loads(frame)
    except ValueError:
        return json.loads(frame.decode("utf-8", "surrogatepass"))
