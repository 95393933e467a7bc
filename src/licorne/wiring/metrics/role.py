"""The role that gives metrics out: a port of its own on loopback, never the public one."""

import asyncio
from typing import Any, cast

import asyncpg
import uvicorn
import uvloop

from licorne.adapters.system import SystemClock
from licorne.store.database import open_database
from licorne.store.figures import Figures, fetch
from licorne.wiring.counting.folder import folder_of_counts
from licorne.wiring.installation_facts import Installation
from licorne.wiring.logging import configure_logging
from licorne.wiring.metrics.exposition import exposition
from licorne.wiring.supervisor import Ready

_PATIENCE = 5.0  # seconds
_TYPE = b"text/plain; version=1.0.0; charset=utf-8"


def run_metrics(installation: Installation, ready: Ready) -> None:
    configure_logging()
    uvloop.run(_serve(installation, ready))


async def _serve(installation: Installation, ready: Ready) -> None:
    config = uvicorn.Config(
        cast("Any", MetricsApp(installation)),
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        limit_concurrency=16,
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=list(installation.metrics)))
    while not server.started and not serving.done():  # noqa: ASYNC110 - nothing to wait for
        await asyncio.sleep(0.01)
    ready()
    await serving


class MetricsApp:
    """Answers ``GET /metrics`` and nothing else. Needs no key: it works while sealed, too."""

    def __init__(self, installation: Installation) -> None:
        self._url = installation.urls.worker
        self._alarm_after = installation.settings.backup.alarm_after_hours
        self._asking = asyncio.Lock()  # who asks often waits; the database is asked once at a time

    async def __call__(self, scope: Any, _receive: object, send: Any) -> None:
        if scope["type"] != "http":
            return
        status, body = 404, b"GET /metrics\n"
        if (scope["method"], scope["path"]) == ("GET", "/metrics"):
            async with self._asking:
                figures = await self._figures()
            status = 200
            body = exposition(folder_of_counts(), figures, SystemClock().now(), self._alarm_after)
        headers = [(b"content-type", _TYPE), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _figures(self) -> Figures | None:
        try:
            async with asyncio.timeout(_PATIENCE):
                database = await open_database(self._url, size=1)
                try:
                    return await fetch(database)
                finally:
                    await database.close()
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return None
