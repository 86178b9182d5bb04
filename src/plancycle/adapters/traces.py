"""Traces, for whoever runs a collector: off unless an address is configured, and then sent nowhere else.

A span is one transaction of a service (its name is the service's, ``services.sweep.due_actions``) or one request of the
portal. It carries no field but times and names of code: nothing an agency or a person wrote.
"""

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from plancycle.domain.errors import ActionNeeded

PATH = "/v1/traces"
SERVICES = "plancycle.services."
_open_span: list[Callable[[str], AbstractContextManager[Any]]] = []
"""How this process makes a span; empty: it makes none."""


_NOTHING: AbstractContextManager[Any] = nullcontext()


def set_up_traces(address: str, name: str) -> None:
    """Send this process's spans to ``address`` under ``name``; empty: make none.

    Raises ActionNeeded("traces.no_library") where OpenTelemetry's sender is not installed.
    """
    _open_span.clear()
    if not address:
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as missing:
        raise ActionNeeded("traces.no_library", name=str(missing.name)) from missing
    provider = TracerProvider(resource=Resource.create({"service.name": name}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=address.rstrip("/") + PATH)))
    _open_span.append(provider.get_tracer("plancycle").start_as_current_span)


def is_tracing() -> bool:
    """Whether this process makes spans."""
    return bool(_open_span)


def span(name: str) -> AbstractContextManager[Any]:
    """A span around a block; nothing at all while traces are off."""
    return _open_span[0](name) if _open_span else nullcontext()


def traced_service() -> AbstractContextManager[Any]:
    """A span named after the service whose transaction it is: the nearest caller in ``plancycle.services``."""
    return span(_service()) if _open_span else _NOTHING


def _service() -> str:
    frame = sys._getframe(1)
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if module.startswith(SERVICES):
            return f"{module.removeprefix('plancycle.')}.{frame.f_code.co_name}"
        if frame.f_back is None:
            break
        frame = frame.f_back
    return "ledger"
