"""For whoever watches the machines: is the process alive, and can it take requests?"""

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from licorne.edges.api.use_cases import ApiUseCases

_TEXT = "text/plain"  # the framework adds the charset


def health_routes(use_cases: ApiUseCases) -> list[HTTPRouteHandler]:
    @get("/healthz")
    async def alive() -> Response[bytes]:
        return Response(b"alive\n", media_type=_TEXT)

    @get("/readyz")
    async def ready() -> Response[bytes]:
        if await use_cases.is_ready():
            return Response(b"ready\n", media_type=_TEXT)
        return Response(
            b"the database doesn't answer\n",
            status_code=503,
            media_type=_TEXT,
            headers={"Retry-After": "5"},
        )

    return [alive, ready]
