"""The web application: what wraps every edge that speaks HTTP."""

import secrets
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import parse_qs

from litestar import Litestar, Router
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.types import Message, Receive, Scope, Send

from licorne.domain.identity.language import Language, parse_language
from licorne.edges.web.bytes_in_flight import BytesInFlight, Taken
from licorne.edges.web.client_address import client_address
from licorne.edges.web.context import LANGUAGE_PARAMETER, SCOPE_KEY, WebContext
from licorne.edges.web.cross_site import refuse_cross_site
from licorne.edges.web.error_responses import exception_handlers
from licorne.edges.web.headers import with_security_headers
from licorne.edges.web.language import language_asked_for, speak, words_of
from licorne.edges.web.request_log import RequestLog
from licorne.edges.web.settings import WebSettings
from licorne.edges.web.static_files import static_route

ORDINARY_BODY_LIMIT = 64 * 1024  # bytes; routes that take more say so with request_max_body_size

Lifespan = Callable[[Litestar], AbstractAsyncContextManager[None]]


def build_app(
    routers: Sequence[Router | HTTPRouteHandler],
    settings: WebSettings,
    *,
    openapi: OpenAPIConfig | None = None,
    lifespan: Sequence[Lifespan] = (),
) -> "WebApp":
    """Join the edges' routers into one ASGI application with everything that all of them need.

    Routers come from the edges' ``build_router(use_cases)``; none uses the framework's
    dependency injection. The server in front must not interpret X-Forwarded-For itself
    (uvicorn: ``proxy_headers=False``), and should not log paths (``access_log=False``).
    """
    litestar = Litestar(
        route_handlers=[*routers, static_route()],
        exception_handlers=exception_handlers(),
        guards=[refuse_cross_site],
        openapi_config=openapi,
        request_max_body_size=ORDINARY_BODY_LIMIT,
        lifespan=list(lifespan),
        logging_config=None,
        debug=False,
        pdb_on_exception=False,
    )
    for language in Language:
        words_of(language)  # now, so that nobody's first page waits for it
    return WebApp(litestar, settings)


@dataclass(frozen=True, slots=True)
class WebApp:
    """The outermost layer: gives a request its context, its headers and its line in the log.

    It stands outside the framework so that no answer, not even to a path that doesn't exist,
    leaves without the security headers.
    """

    litestar: Litestar
    settings: WebSettings
    in_flight: BytesInFlight = field(default_factory=BytesInFlight)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self.litestar(scope, receive, send)
            return
        with self.in_flight.taking() as taken:
            await self._answer(_context(scope, self.settings, taken), scope, receive, send)

    async def _answer(
        self, context: WebContext, scope: Scope, receive: Receive, send: Send
    ) -> None:
        # A copy: the server has to go on knowing that a HEAD is one, and expect no body.
        about = dict(cast("dict[str, Any]", scope))
        about[SCOPE_KEY] = context
        about.setdefault("state", {})
        if context.head:
            about["method"] = "GET"  # routes answer GET; the body is dropped below
        scope = cast("Scope", about)
        speak(context.chosen, context.preferred)
        line = RequestLog.begin(context)

        async def send_hardened(message: Message) -> None:
            if message["type"] == "http.response.start":
                line.status = message["status"]
            hardened = with_security_headers(message, context, scope)
            if context.head and hardened["type"] == "http.response.body":
                hardened = {**hardened, "body": b""}
            await send(hardened)

        try:
            await self.litestar(scope, receive, send_hardened)
        finally:
            line.write(scope)


def _context(scope: Scope, settings: WebSettings, taken: Taken) -> WebContext:
    headers: dict[bytes, str] = {}
    for name, value in scope["headers"]:
        text = value.decode("latin-1")
        headers[name] = f"{headers[name]}, {text}" if name in headers else text  # RFC 9110 §5.3
    peer = scope.get("client")
    return WebContext(
        settings=settings,
        nonce=secrets.token_urlsafe(18),
        reference=secrets.token_hex(6),
        client_address=client_address(
            peer[0] if peer else None, headers.get(b"x-forwarded-for"), settings.trusted_proxies
        ),
        chosen=_chosen_language(cast("dict[str, Any]", scope)["query_string"]),
        preferred=language_asked_for(headers.get(b"accept-language", "")),
        head=cast("dict[str, Any]", scope).get("method") == "HEAD",
        prefetch="prefetch" in headers.get(b"sec-purpose", headers.get(b"purpose", "")),
        taken=taken,
    )


def _chosen_language(query: bytes) -> Language | None:
    asked = parse_qs(query[:200].decode("latin-1")).get(LANGUAGE_PARAMETER, [""])
    return parse_language(asked[0])
