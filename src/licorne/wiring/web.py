"""The web role: every edge that speaks HTTP, in one application."""

import asyncio
import contextlib

import uvicorn

from licorne.adapters.carriers.demo_phone import DemoPhone
from licorne.edges.phone.routes import build_router as build_phone_router
from licorne.edges.pickup.router import build_router as build_pickup_router
from licorne.edges.web.application import WebApp, build_app
from licorne.edges.web.settings import WebSettings
from licorne.wiring.core import Core, open_core
from licorne.wiring.installation_facts import Installation
from licorne.wiring.pickup import compose_pickup
from licorne.wiring.supervisor import Ready

_SHORT_ID_LETTERS = 8


async def serve_web(installation: Installation, ready: Ready) -> None:
    """Serve the pages and the API on the sockets that were bound before, until SIGTERM."""
    async with open_core(installation.home, installation.settings, installation.urls) as core:
        app = compose_web(installation, core)
        config = uvicorn.Config(
            app,
            loop="uvloop",
            http="httptools",
            ws="websockets-sansio",
            lifespan="on",
            access_log=False,
            log_config=None,
            proxy_headers=False,
            server_header=False,
            date_header=True,
            timeout_graceful_shutdown=10,
            h11_max_incomplete_event_size=64 * 1024,
        )
        server = uvicorn.Server(config)
        watching = asyncio.create_task(_tell_when_started(server, ready))
        try:
            await server.serve(sockets=list(installation.http))
        finally:
            watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watching


def compose_web(installation: Installation, core: Core) -> WebApp:
    """Build the application with the edges' routers."""
    settings = WebSettings(
        public_url=installation.public_url,
        short_id=core.installation.hex[:_SHORT_ID_LETTERS],
        csrf_key=core.keyring.lookup("csrf", core.installation.bytes),
        trusted_proxies=core.settings.networks(),
    )
    routers = [build_pickup_router(compose_pickup(core))]
    if core.settings.demo:
        routers.append(build_phone_router(DemoPhone(core.home.demo_phone, core.clock)))
    return build_app(routers, settings)


async def _tell_when_started(server: uvicorn.Server, ready: Ready) -> None:
    while not server.started:  # noqa: ASYNC110 - the server offers nothing to wait for
        await asyncio.sleep(0.01)
    ready()
