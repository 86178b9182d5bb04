"""What a monitoring program reads: counts, ages and times in Prometheus' text, nothing that names a person.

Each process tells of the requests it answered itself; the counts of the ledger are the same in every one.
"""

import time
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from plancycle.adapters.traces import span
from plancycle.services.tallies import Tallies

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Seconds; a page of the desk takes tens of milliseconds, an upload with its checks seconds."""
NOWHERE = "-"
"""The route of a request that fits none: what strangers type never becomes a label."""


class Requests:
    """How long requests took, by method, route and status."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._took = Histogram(
            "plancycle_request_seconds",
            "Seconds from a request's head to the last byte of its answer.",
            ("method", "route", "status"),
            buckets=BUCKETS,
            registry=self.registry,
        )
        self._parts = Histogram(
            "plancycle_upload_part_seconds",
            "Where the time of an upload goes: receive, prepare, writer, commit; once kept, line and check.",
            ("part",),
            buckets=BUCKETS,
            registry=self.registry,
        )

    def spent(self, part: str, seconds: float) -> None:
        """Count what one part of taking in an upload took."""
        self._parts.labels(part).observe(seconds)

    def took(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        self._took.labels(method, route, str(status)).observe(seconds)


class Timed:
    """ASGI middleware in front of everything else, so that refusals are counted, too."""

    METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"})

    def __init__(self, app: ASGIApp, requests: Requests) -> None:
        self._app = app
        self._requests = requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request and note how long it took."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            with span("portal.request"):
                await self._app(scope, receive, noted)
        finally:
            method = scope["method"] if scope["method"] in self.METHODS else NOWHERE
            route = getattr(scope.get("route"), "path", NOWHERE)  # written by the router
            self._requests.took(method, route, status, time.perf_counter() - began)


class LedgerCounts:
    """The counts of the ledger as metrics."""

    def __init__(self, counted: Tallies, swept_at: float | None) -> None:
        self._counted = counted
        self._swept_at = swept_at

    def collect(self) -> Iterator[Metric]:
        """Every metric, once."""
        of = self._counted
        deliveries = {(status,): count for status, count in of.transmittals.items()}
        pairs = (
            ("obligations", "Obligations of the newest year.", of.obligations, ["period", "status"]),
            ("submissions", "Versions of answers of the newest year.", of.submissions, ["period", "status"]),
            ("letters", "Letters ever queued.", of.letters, ["kind", "status"]),
            ("transmittals", "Deliveries of the newest year.", deliveries, ["status"]),
        )
        for name, about, counts, labels in pairs:
            family = GaugeMetricFamily(f"plancycle_{name}", about, labels=labels)
            for values, count in sorted(counts.items()):
                family.add_metric(list(values), count)
            yield family
        yield GaugeMetricFamily(
            "plancycle_oldest_waiting_letter_seconds", "Age of the oldest letter that waits.", of.oldest_waiting
        )
        yield GaugeMetricFamily("plancycle_unchecked_answers", "Answers that wait for their check.", of.unchecked)
        yield CounterMetricFamily("plancycle_audit_events", "Events in the audit log.", of.events)
        if of.newest_event is not None:
            moment = of.newest_event.timestamp()
            yield GaugeMetricFamily("plancycle_last_event_timestamp_seconds", "When the newest event was.", moment)
        if self._swept_at is not None:
            about_sweep = "When the newest sweep that ended well began; missing while Prefect does not answer."
            yield GaugeMetricFamily("plancycle_last_sweep_timestamp_seconds", about_sweep, self._swept_at)


def exposition(requests: Requests, counted: Tallies, swept_at: float | None) -> bytes:
    """Everything as Prometheus' text."""
    registry = CollectorRegistry()
    registry.register(LedgerCounts(counted, swept_at))
    return generate_latest(requests.registry) + generate_latest(registry)
