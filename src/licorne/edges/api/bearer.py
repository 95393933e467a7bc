"""Who calls: the bearer token of RFC 6750, looked at before anything of the body is read."""

from collections.abc import Awaitable, Callable
from typing import Any, cast

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from licorne.application.governing.authenticate_token import ApiCaller, TokenRefused
from licorne.domain.identity.api_token import Scope
from licorne.edges.api.rate_limit import count_request
from licorne.edges.api.use_cases import ApiUseCases
from licorne.edges.web.context import WebRequest, web_context
from licorne.edges.web.language import gettext as _
from licorne.edges.web.refusal import Refusal

_CALLER = "licorne.api.caller"
_REALM = 'Bearer realm="licorne"'
_WAIT_SECONDS = "600"

Guard = Callable[[ASGIConnection[Any, Any, Any, Any], BaseRouteHandler], Awaitable[None]]


def requires(use_cases: ApiUseCases, scope: Scope, *, cost: int = 1) -> Guard:
    """Guard a route: only a token that serves, is within its limit and has the scope, passes.

    ``cost`` is how many ordinary requests one of this route counts for.
    """

    async def guard(
        connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler
    ) -> None:
        token = _bearer_token(connection.headers.get("authorization"))
        caller = await use_cases.authenticate(token, web_context(connection).client_address)
        if isinstance(caller, TokenRefused):
            raise _not_known(throttled=caller.throttled)
        await count_request(use_cases, caller, web_context(connection), cost)
        if scope not in caller.scopes:
            await use_cases.refuse(caller, "scope_missing")
            raise _scope_missing(scope)
        cast("dict[str, Any]", connection.scope)[_CALLER] = caller

    return guard


def caller_of(request: WebRequest) -> ApiCaller:
    """Give the caller whom the route's guard let pass."""
    return cast("ApiCaller", cast("dict[str, Any]", request.scope)[_CALLER])


def _bearer_token(authorization: str | None) -> str:
    """Read the Authorization header (RFC 6750 §2.1). Tokens elsewhere, as in a URL, don't count."""
    scheme, _space, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Refusal(
            401,
            "token-missing",
            _("Send your API token in the header “Authorization: Bearer …”."),
            title=_("An API token is needed"),
            headers={"WWW-Authenticate": _REALM},
        )
    return token.strip()


def _not_known(*, throttled: bool) -> Refusal:
    if throttled:
        return Refusal(
            429,
            "too-many-wrong-tokens",
            _("Too many wrong tokens came from your address. Wait ten minutes and try again."),
            headers={"Retry-After": _WAIT_SECONDS},
        )
    return Refusal(
        401,
        "token-refused",
        _(
            "This token is unknown, has expired or was revoked. Ask the practice’s owner for a"
            " new one."
        ),
        title=_("This API token doesn’t serve"),
        headers={"WWW-Authenticate": f'{_REALM}, error="invalid_token"'},
    )


def _scope_missing(scope: Scope) -> Refusal:
    return Refusal(
        403,
        "scope-missing",
        _("This token isn’t allowed to %(what)s. It would need the scope %(scope)s.")
        % {"what": _(scope.sentence), "scope": scope.value},
        title=_("This token isn’t allowed to do that"),
        # RFC 6750 §3.1
        headers={
            "WWW-Authenticate": f'{_REALM}, error="insufficient_scope", scope="{scope.value}"'
        },
    )
