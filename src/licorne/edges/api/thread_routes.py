"""The routes for conversations: that there are some, and how they stand."""

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from licorne.domain.identity.api_token import Scope
from licorne.domain.identity.ids import ThreadId
from licorne.edges.api.bearer import caller_of, requires
from licorne.edges.api.json_answer import json_answer
from licorne.edges.api.page_query import link_to_next, page_asked_for, parse_uuid
from licorne.edges.api.thread_answers import (
    answer_for_thread,
    answer_for_threads,
    parse_thread_cursor,
)
from licorne.edges.api.use_cases import ApiUseCases
from licorne.edges.web.context import WebRequest
from licorne.edges.web.language import gettext as _
from licorne.edges.web.refusal import Refusal

THREADS = "/api/v1/threads"


def thread_routes(use_cases: ApiUseCases) -> list[HTTPRouteHandler]:
    see = requires(use_cases, Scope.SEE_THREADS)

    @get(THREADS, guards=[see])
    async def list_threads(request: WebRequest) -> Response[bytes]:
        cursor, limit = page_asked_for(request, parse_thread_cursor)
        page = answer_for_threads(await use_cases.threads.page(caller_of(request), cursor, limit))
        return json_answer(page, headers=link_to_next(THREADS, page.next_cursor, limit))

    @get(THREADS + "/{thread:str}", guards=[see])
    async def show_thread(request: WebRequest) -> Response[bytes]:
        identity = parse_uuid(request.path_params["thread"])
        if identity is None:
            raise _no_such_thread()
        found = await use_cases.threads.one(caller_of(request), ThreadId(identity))
        if found is None:
            await use_cases.refuse(caller_of(request), "thread_not_found", identity)
            raise _no_such_thread()
        return json_answer(answer_for_thread(found))

    return [list_threads, show_thread]


def _no_such_thread() -> Refusal:
    return Refusal(
        404,
        "thread-not-found",
        _(
            "There is no such conversation of yours. A token sees the conversations of whom it"
            " acts for."
        ),
        title=_("No such conversation"),
    )
