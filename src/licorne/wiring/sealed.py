"""A sealed start: without the unseal key nothing is served, and the answer says so (503, 421).

The roles look for the key again every few seconds, so that an operator who brings it needs no
restart; until then no page, no mail and no job passes.
"""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, cast

import structlog
from litestar.types import ASGIApp, Receive, Scope, Send

from licorne.ports.key_custody import KeyUnavailable
from licorne.wiring.core import Core, open_core
from licorne.wiring.installation_facts import Installation

log = structlog.get_logger("licorne.sealed")

LOOK_AGAIN = 3.0  # seconds
_PAGE = (
    b"<!doctype html><html lang=en><meta charset=utf-8>"
    b"<meta name=viewport content='width=device-width'><title>Not open yet</title>"
    b"<h1>Not open yet</h1><p>This service is starting. Nothing was lost. "
    b"Please try again in a few minutes.</p></html>"
)
_MAIL = b"421 4.3.2 The server is not open yet. Try again in a few minutes\r\n"


@contextlib.asynccontextmanager
async def open_core_when_unsealed(
    installation: Installation,
    while_sealed: Callable[[], AbstractAsyncContextManager[None]] = contextlib.nullcontext,
) -> AsyncIterator[Core]:
    """Open the core, waiting for the key as long as it takes.

    ``while_sealed`` is entered when the key turns out to be away. A start with the key at hand
    takes a moment, in which connections wait rather than being sent away.
    """
    async with contextlib.AsyncExitStack() as stack, contextlib.AsyncExitStack() as sealed:
        told = False
        while True:
            try:
                core = await stack.enter_async_context(
                    open_core(installation.home, installation.settings, installation.urls)
                )
                break
            except KeyUnavailable as problem:
                log.warning("sealed", cause=problem.cause)
                if not told:
                    await sealed.enter_async_context(while_sealed())
                    told = True
                await asyncio.sleep(LOOK_AGAIN)
        await sealed.aclose()
        yield core


class SealedUntilOpened:
    """An ASGI application that answers 503 until it is given the real one."""

    def __init__(self) -> None:
        self.opened: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind = str(cast("Any", scope)["type"])
        if kind == "lifespan":
            await _live(receive, send)
        elif self.opened is not None:
            await self.opened(scope, receive, send)
        else:
            await _refuse(kind, send)


async def _live(receive: Any, send: Any) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def _refuse(kind: str, send: Any) -> None:
    if kind == "websocket":
        await send({"type": "websocket.close", "code": 1013, "reason": None})
        return
    headers = [
        (b"content-type", b"text/html; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"content-security-policy", b"default-src 'none'"),
        (b"x-content-type-options", b"nosniff"),
        (b"retry-after", b"60"),
        (b"content-length", str(len(_PAGE)).encode()),
    ]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": _PAGE, "more_body": False})


@contextlib.asynccontextmanager
async def mail_refused_while_sealed(sockets: Sequence[socket.socket]) -> AsyncIterator[None]:
    """Answer mail connections with "try again" for as long as the block lasts."""

    async def refuse(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(_MAIL)
        with contextlib.suppress(ConnectionError):
            await writer.drain()
        writer.close()

    servers = [await asyncio.start_server(refuse, sock=one.dup()) for one in sockets]
    try:
        yield
    finally:
        for server in servers:
            server.close()
