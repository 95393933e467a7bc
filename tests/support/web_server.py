"""A real HTTP server around an ASGI application, in the test's own event loop."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import uvicorn

from licorne.adapters.demo_authority import DemoCertificates
from licorne.edges.web.settings import WebSettings


def web_settings(url: str, **others: Any) -> WebSettings:
    return WebSettings(public_url=url, short_id="test", csrf_key=b"k" * 32, **others)


@asynccontextmanager
async def serving(
    make_app: Callable[[str], Any], tls: DemoCertificates | None = None
) -> AsyncIterator[str]:
    """Serve ``make_app(url)`` on a free port of localhost and give that URL."""
    listener = socket.create_server(("127.0.0.1", 0))
    scheme = "http" if tls is None else "https"
    url = f"{scheme}://localhost:{listener.getsockname()[1]}"
    app = make_app(url)
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        lifespan="auto",
        timeout_graceful_shutdown=1,
        ssl_certfile=None if tls is None else tls.certificate,
        ssl_keyfile=None if tls is None else tls.key,
    )
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        while not server.started:
            if task.done():
                await task
            await asyncio.sleep(0.005)
        yield url
    finally:
        server.should_exit = True
        await task
        listener.close()
