"""One line per request for the operator, with nothing in it about anybody."""

from dataclasses import dataclass
from time import perf_counter
from typing import Any, cast

import structlog
from litestar.types import Scope

from licorne.edges.web.context import WebContext

log = structlog.get_logger("licorne.web")


@dataclass(slots=True)
class RequestLog:
    """Measures one request and writes its line.

    The route's *template* is logged, never the path (links hold tokens), the query, the address
    of the caller or anything that was sent (threat 38).
    """

    context: WebContext
    started: float
    status: int = 0

    @classmethod
    def begin(cls, context: WebContext) -> "RequestLog":
        return cls(context, perf_counter())

    def write(self, scope: Scope) -> None:
        about = cast("dict[str, Any]", scope)
        log.info(
            "request",
            method=about.get("method", "WEBSOCKET"),
            route=about.get("path_template") or "(no such page)",
            status=self.status,
            milliseconds=round((perf_counter() - self.started) * 1000, 1),
            reference=self.context.reference,
        )
