"""The refusal of requests that another site made a browser send (threat 25)."""

from typing import Any
from urllib.parse import urlsplit

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from licorne.edges.web.context import web_context
from licorne.edges.web.language import gettext as _
from licorne.edges.web.refusal import Refusal

ALLOW_CROSS_SITE = "allow_cross_site"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


async def refuse_cross_site(
    connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler
) -> None:
    """Guard every route that changes something or opens a socket, unless it opts out.

    A route whose callers prove themselves by something that browsers never attach on their own
    (a bearer token, a signature) says ``opt={ALLOW_CROSS_SITE: True}``. This check needs no
    session, so it holds before log-in too; with a session, ``read_form`` checks the token.
    A coroutine only because the framework would run a plain function in a thread.
    """
    if handler.opt.get(ALLOW_CROSS_SITE):
        return
    if getattr(connection, "method", "CONNECT") in SAFE_METHODS:  # a web socket has no method
        return
    if not is_same_origin(connection):
        raise Refusal(
            403,
            "cross-site",
            _("This form was sent from another website. Open the page here and try again."),
            title=_("We did not do that"),
            cause="Sec-Fetch-Site or Origin is not ours",
        )


def is_same_origin(connection: ASGIConnection[Any, Any, Any, Any]) -> bool:
    """Say whether our own page, or the person themself, sent this.

    Browsers since 2023 send Sec-Fetch-Site, which pages can't forge ("none" is the person's own
    act, such as a reload). Older ones send Origin with every POST; a request with neither is no
    browser's form and is refused.
    """
    headers = connection.headers
    fetch_site = headers.get("sec-fetch-site")
    if fetch_site is not None:
        return fetch_site in {"same-origin", "none"}
    origin = headers.get("origin", "").lower()
    if origin in web_context(connection).settings.origins:
        return True
    return bool(origin) and urlsplit(origin).netloc == headers.get("host", "").lower()
