"""The web role: every edge that speaks HTTP, in one application."""

import asyncio
import contextlib
from typing import Any, cast

import uvicorn

from licorne.adapters.carriers.demo_phone import DemoPhone
from licorne.application.sending.carriers import Carriers
from licorne.edges.api.router import build_router as build_api_router
from licorne.edges.office.router import build_router as build_office_router
from licorne.edges.phone.routes import build_router as build_phone_router
from licorne.edges.pickup.router import build_router as build_pickup_router
from licorne.edges.web.application import WebApp, build_app
from licorne.edges.web.settings import WebSettings
from licorne.store.events import ChangeFeed
from licorne.wiring.api import compose_api
from licorne.wiring.bounded_http import BoundedHttp
from licorne.wiring.carriers import open_carriers
from licorne.wiring.core import Core, compose_sending
from licorne.wiring.installation_facts import Installation
from licorne.wiring.office import compose_office, office_surroundings
from licorne.wiring.pickup import compose_pickup
from licorne.wiring.sealed import SealedUntilOpened, open_core_when_unsealed
from licorne.wiring.supervisor import Ready

_SHORT_ID_LETTERS = 8


async def serve_web(installation: Installation, ready: Ready) -> None:
    """Serve the pages and the API on the sockets that were bound before, until SIGTERM."""
    app = SealedUntilOpened()
    config = uvicorn.Config(
        cast("Any", app),
        loop="uvloop",
        http=BoundedHttp,
        ws="websockets-sansio",
        lifespan="on",
        access_log=False,
        log_config=None,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=10,
    )
    server = uvicorn.Server(config)
    opening = asyncio.create_task(_open(installation, app, server, ready))
    try:
        await server.serve(sockets=list(installation.http))
    finally:
        opening.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await opening


async def _open(
    installation: Installation, app: SealedUntilOpened, server: uvicorn.Server, ready: Ready
) -> None:
    """Open the application once the key is there, and keep its core open until cancelled."""
    feed = ChangeFeed(installation.urls.app)
    async with (
        open_core_when_unsealed(installation) as core,
        open_carriers(core, installation.public_url) as carriers,
        feed,
    ):
        app.opened = compose_web(installation, core, feed, carriers)
        while not server.started:  # noqa: ASYNC110 - the server offers nothing to wait for
            await asyncio.sleep(0.01)
        ready()
        await asyncio.get_running_loop().create_future()


def compose_web(
    installation: Installation, core: Core, feed: ChangeFeed, carriers: Carriers
) -> WebApp:
    """Build the application with the edges' routers."""
    settings = WebSettings(
        public_url=installation.public_url,
        short_id=core.installation.hex[:_SHORT_ID_LETTERS],
        csrf_key=core.keyring.lookup("csrf", core.installation.bytes),
        trusted_proxies=core.settings.networks(),
    )
    sending = compose_sending(core)
    routers = [
        build_pickup_router(compose_pickup(core)),
        build_api_router(compose_api(core, sending, carriers)),
        build_office_router(
            compose_office(core, sending, feed), office_surroundings(installation, core)
        ),
    ]
    if core.settings.demo:
        routers.append(build_phone_router(DemoPhone(core.home.demo_phone, core.clock)))
    return build_app(routers, settings)
