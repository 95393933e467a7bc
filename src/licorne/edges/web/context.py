"""What belongs to one request and nothing else: its nonce, its caller, its language."""

from dataclasses import dataclass, field
from typing import Any, TypeAlias, cast

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.types import Scope

from licorne.domain.identity.language import Language
from licorne.edges.web.bytes_in_flight import Taken
from licorne.edges.web.settings import WebSettings

WebRequest: TypeAlias = Request[Any, Any, State]

SCOPE_KEY = "licorne.web"
LANGUAGE_PARAMETER = "language"  # of a query


@dataclass(frozen=True, slots=True)
class WebContext:
    """What the outermost layer finds out about a request before anything else runs.

    ``nonce`` allows this response's own scripts and styles (CSP 3). ``reference`` names the
    request in the log and on an error page. ``head`` and ``prefetch`` tell a page that nobody
    is reading it: such a request must record nothing. ``taken`` counts what is kept of its body.
    ``chosen`` is the language that a person picked on a page before sign-in; it travels in its
    links and forms (``?language=es``); ``preferred`` what their browser asks for.
    ``also`` are headers that the answer carries, whatever becomes of the request.
    """

    settings: WebSettings
    nonce: str
    reference: str
    client_address: str
    chosen: Language | None
    preferred: Language | None
    head: bool
    prefetch: bool
    taken: Taken
    also: dict[str, str] = field(default_factory=dict)


def web_context(connection: ASGIConnection[Any, Any, Any, Any]) -> WebContext:
    return context_of(connection.scope)


def context_of(scope: Scope) -> WebContext:
    return cast("WebContext", cast("dict[str, Any]", scope)[SCOPE_KEY])
