"""Counts what the log tells, in every process: so metrics can hold nothing that the log doesn't.

Labels are few and fixed: constants of the code, templates of routes, ids of kinds. What a caller
may choose (a method, a path) never becomes one.
"""

from collections.abc import MutableMapping
from typing import Any

from prometheus_client import Counter, Histogram

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "WEBSOCKET"})

REQUESTS = Counter("licorne_requests", "Requests answered.", ["method", "route", "status"])
SECONDS = Histogram(
    "licorne_request_seconds",
    "How long answers took.",
    ["route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
EVENTS = Counter("licorne_log_events", "Events that were logged.", ["event", "level"])


def count_event(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Count one event of the log; a processor of structlog's."""
    if event.get("event") == "request":
        method = event["method"] if event["method"] in _METHODS else "other"
        REQUESTS.labels(method, event["route"], event["status"]).inc()
        SECONDS.labels(event["route"]).observe(event["milliseconds"] / 1000)
    else:
        EVENTS.labels(event.get("event", ""), event.get("level", "")).inc()
    return event
