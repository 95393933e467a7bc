"""The route for events: what happened since a program last asked."""

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from licorne.domain.identity.api_token import Scope
from licorne.edges.api.bearer import caller_of, requires
from licorne.edges.api.event_answers import answer_for_events
from licorne.edges.api.json_answer import json_answer
from licorne.edges.api.page_query import page_asked_for
from licorne.edges.api.use_cases import ApiUseCases
from licorne.edges.web.context import WebRequest

EVENTS = "/api/v1/events"
_MOST_DIGITS = 18


def event_routes(use_cases: ApiUseCases) -> list[HTTPRouteHandler]:
    @get(EVENTS, guards=[requires(use_cases, Scope.SEE_EVENTS)])
    async def list_events(request: WebRequest) -> Response[bytes]:
        after, limit = page_asked_for(request, _parse_sequence, "after")
        return json_answer(
            answer_for_events(await use_cases.events(caller_of(request), after, limit))
        )

    return [list_events]


def _parse_sequence(text: str) -> int | None:
    if not (text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS):
        return None
    return int(text)
