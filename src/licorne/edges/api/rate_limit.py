"""Tells a caller where it stands with its limit, on every answer, and refuses what is above it.

The headers are those of draft-ietf-httpapi-ratelimit-headers: ``RateLimit-Policy`` and
``RateLimit``.
"""

from licorne.application.governing.authenticate_token import ApiCaller
from licorne.application.governing.limit_calls import Standing
from licorne.edges.api.use_cases import ApiUseCases
from licorne.edges.web.context import WebContext
from licorne.edges.web.language import gettext as _
from licorne.edges.web.refusal import Refusal


async def count_request(
    use_cases: ApiUseCases, caller: ApiCaller, context: WebContext, cost: int
) -> None:
    """Count it, say so in the answer's headers. Raises `Refusal` (429) above the limit."""
    standing = await use_cases.limit(caller.token, cost)
    context.also.update(_headers(standing))
    if standing.exceeded:
        if standing.newly:  # once a window: a flood must not flood the trail, too
            await use_cases.refuse(caller, "rate_limited")
        raise Refusal(
            429,
            "rate-limited",
            _("This token has made too many requests. Wait %(seconds)d seconds, then go on slower.")
            % {"seconds": standing.resets_in},
            title=_("Too many requests"),
            headers={"Retry-After": str(standing.resets_in)},
        )


def _headers(standing: Standing) -> dict[str, str]:
    return {
        "RateLimit-Policy": f'"requests";q={standing.most};w={standing.window_seconds}',
        "RateLimit": f'"requests";r={standing.left};t={standing.resets_in}',
    }
