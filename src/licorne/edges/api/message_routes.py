"""The routes for messages: send one, see what became of it, take it back."""

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler

from licorne.application.sending.recall_message import Recalled
from licorne.domain.identity.api_token import Scope
from licorne.domain.identity.ids import MessageId
from licorne.domain.message.content import MAX_CONTENT_BYTES
from licorne.edges.api import new_message
from licorne.edges.api.bearer import caller_of, requires
from licorne.edges.api.idempotency import repeatable_of
from licorne.edges.api.json_answer import json_answer
from licorne.edges.api.json_body import read_json
from licorne.edges.api.message_answers import answer_for_page, answer_for_sent, answer_for_shown
from licorne.edges.api.new_message import parse_message
from licorne.edges.api.page_query import link_to_next, page_asked_for, parse_uuid
from licorne.edges.api.send_parsed import send_parsed
from licorne.edges.api.uploaded_message import has_parts, send_with_files
from licorne.edges.api.use_cases import ApiUseCases
from licorne.edges.web.context import WebRequest
from licorne.edges.web.cross_site import ALLOW_CROSS_SITE
from licorne.edges.web.language import gettext as _
from licorne.edges.web.refusal import Refusal

MESSAGES = "/api/v1/messages"
LARGEST_BODY = MAX_CONTENT_BYTES * 4 // 3 + 4 * 1024 * 1024  # base64, and JSON's own escapes
_FROM_ANYWHERE = {ALLOW_CROSS_SITE: True}  # a bearer token is never attached by a browser


def message_routes(use_cases: ApiUseCases) -> list[HTTPRouteHandler]:
    @post(
        MESSAGES,
        guards=[requires(use_cases, Scope.SEND)],
        request_max_body_size=LARGEST_BODY,
        opt=_FROM_ANYWHERE,
    )
    async def send_message(request: WebRequest) -> Response[bytes]:
        if has_parts(request):
            sent, parsed = await send_with_files(use_cases, request, caller_of(request))
        else:
            message = await read_json(request, new_message.decoder)
            parsed = parse_message(message, caller_of(request), repeatable_of(request, message))
            sent = await send_parsed(use_cases, parsed)
        headers = {"Location": f"{MESSAGES}/{sent.message}"}
        if sent.repeated:
            headers["Idempotent-Replayed"] = "true"
        return json_answer(answer_for_sent(sent, parsed.draft), status=201, headers=headers)

    @get(MESSAGES, guards=[requires(use_cases, Scope.STATE)])
    async def list_messages(request: WebRequest) -> Response[bytes]:
        cursor, limit = page_asked_for(request, parse_uuid)
        caller, before = caller_of(request), None if cursor is None else MessageId(cursor)
        page = answer_for_page(
            await use_cases.states.page(
                caller.organization, caller.actor, before, limit, via=caller.token
            )
        )
        return json_answer(page, headers=link_to_next(MESSAGES, page.next_cursor, limit))

    @get(MESSAGES + "/{message:str}", guards=[requires(use_cases, Scope.STATE)])
    async def message_state(request: WebRequest) -> Response[bytes]:
        return await _state(use_cases, request, _message_id(request))

    @post(
        MESSAGES + "/{message:str}/recall",
        guards=[requires(use_cases, Scope.RECALL)],
        status_code=200,
        opt=_FROM_ANYWHERE,
    )
    async def recall_message(request: WebRequest) -> Response[bytes]:
        caller, message = caller_of(request), _message_id(request)
        recalled = await use_cases.recall(caller.organization, message, caller.actor)
        if recalled is Recalled.NOT_FOUND:
            raise await _not_found(use_cases, request, message)
        shown = await use_cases.states.one(
            caller.organization, caller.actor, message, via=caller.token
        )
        if shown is not None and shown.recalled_at is None:
            raise Refusal(
                409,
                "message-expired",
                _("The recipient can’t read this message any more: its time is over."),
                title=_("There is nothing to take back"),
            )
        return await _state(use_cases, request, message)

    return [send_message, list_messages, message_state, recall_message]


def _message_id(request: WebRequest) -> MessageId:
    identity = parse_uuid(request.path_params["message"])
    if identity is None:
        raise _no_such_message()
    return MessageId(identity)


async def _state(
    use_cases: ApiUseCases, request: WebRequest, message: MessageId
) -> Response[bytes]:
    caller = caller_of(request)
    shown = await use_cases.states.one(caller.organization, caller.actor, message, via=caller.token)
    if shown is None:
        raise await _not_found(use_cases, request, message)
    return json_answer(answer_for_shown(shown))


async def _not_found(use_cases: ApiUseCases, request: WebRequest, message: MessageId) -> Refusal:
    """Another's message is as if it weren't there; that somebody asked is written down."""
    await use_cases.refuse(caller_of(request), "message_not_found", message)
    return _no_such_message()


def _no_such_message() -> Refusal:
    return Refusal(
        404,
        "message-not-found",
        _("There is no such message of yours. A token sees the messages of whom it acts for."),
        title=_("No such message"),
    )
