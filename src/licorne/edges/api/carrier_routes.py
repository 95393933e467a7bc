"""The carriers' webhooks: what they say is believed only with their signature (threat 31)."""

from litestar import Response, post
from litestar.handlers import HTTPRouteHandler

from licorne.application.sending.take_receipt import NoSuchCarrier
from licorne.domain.audit.tags import Tag
from licorne.edges.api.use_cases import ApiUseCases
from licorne.edges.web.context import WebRequest, web_context
from licorne.edges.web.cross_site import ALLOW_CROSS_SITE
from licorne.edges.web.language import gettext as _
from licorne.edges.web.refusal import Refusal
from licorne.ports.sms_carrier import Webhook, WebhookRefused

EVENTS = "/api/v1/carriers/{carrier:str}/events"
LARGEST_BODY = 256 * 1024


def carrier_routes(use_cases: ApiUseCases) -> list[HTTPRouteHandler]:
    @post(
        EVENTS,
        status_code=204,
        request_max_body_size=LARGEST_BODY,
        opt={ALLOW_CROSS_SITE: True},  # the signature proves the caller
    )
    async def carrier_event(request: WebRequest) -> Response[None]:
        """Acknowledge what is committed and nothing else: a carrier sends the rest again."""
        try:
            await use_cases.take_receipt(request.path_params["carrier"], await _webhook(request))
        except WebhookRefused as refused:
            await _write_down(use_cases, request, "signature")
            raise Refusal(
                401,
                "signature-refused",
                _(refused.sentence),
                title=_("This isn’t the carrier"),
                cause=refused.cause,
                headers={"WWW-Authenticate": 'Signature realm="licorne"'},
            ) from refused
        except NoSuchCarrier as refused:
            await _write_down(use_cases, request, "no_such_carrier")
            raise Refusal(404, "no-such-carrier", _(refused.sentence)) from refused
        return Response(None, status_code=204)

    return [carrier_event]


async def _webhook(request: WebRequest) -> Webhook:
    """Give the request as it was signed: raw body, and the configured public address."""
    query = request.scope["query_string"].decode("latin-1")
    address = web_context(request).settings.public_url.rstrip("/") + request.scope["path"]
    return Webhook(
        method=request.method,
        url=f"{address}?{query}" if query else address,
        headers={name.lower(): value for name, value in request.headers.items()},
        body=await request.body(),
    )


async def _write_down(use_cases: ApiUseCases, request: WebRequest, why: str) -> None:
    source = web_context(request).client_address
    await use_cases.refuse_outsider.record(Tag.CARRIER_REFUSED, source, why)
