"""The routes for messages: send one, see what became of it, take it back."""

import uuid
from urllib.parse import urlencode

import msgspec
from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler

from licorne.application.sending.message_states import MOST_IN_A_PAGE
from licorne.application.sending.recall_message import Recalled
from licorne.domain.identity.api_token import Scope
from licorne.domain.identity.ids import MessageId
from licorne.domain.message.content import MAX_CONTENT_BYTES
from licorne.edges.api import new_message
from licorne.edges.api.bearer import caller_of, requires
from licorne.edges.api.idempotency import repeatable_of
from licorne.edges.api.json_body import faulty, read_json
from licorne.edges.api.message_answers import answer_for_page, answer_for_sent, answer_for_shown
from licorne.edges.api.new_message import parse_message
from licorne.edges.api.send_parsed import send_parsed
from licorne.edges.api.use_cases import ApiUseCases
from licorne.edges.web.context import WebRequest
from licorne.edges.web.cross_site import ALLOW_CROSS_SITE
from licorne.edges.web.language import gettext as _
from licorne.edges.web.refusal import FieldFault, Refusal

MESSAGES = "/api/v1/messages"
LARGEST_BODY = MAX_CONTENT_BYTES * 4 // 3 + 4 * 1024 * 1024  # base64, and JSON's own escapes
USUAL_PAGE = 50
_JSON = "application/json"
_encode = msgspec.json.Encoder().encode
_FROM_ANYWHERE = {ALLOW_CROSS_SITE: True}  # a bearer token is never attached by a browser


def message_routes(use_cases: ApiUseCases) -> list[HTTPRouteHandler]:
    @post(
        MESSAGES,
        guards=[requires(use_cases, Scope.SEND)],
        request_max_body_size=LARGEST_BODY,
        opt=_FROM_ANYWHERE,
    )
    async def send_message(request: WebRequest) -> Response[bytes]:
        message = await read_json(request, new_message.decoder)
        parsed = parse_message(message, caller_of(request), repeatable_of(request, message))
        sent = await send_parsed(use_cases, parsed)
        headers = {"Location": f"{MESSAGES}/{sent.message}"}
        if sent.repeated:
            headers["Idempotent-Replayed"] = "true"
        return _answer(answer_for_sent(sent, parsed.draft), status=201, headers=headers)

    @get(MESSAGES, guards=[requires(use_cases, Scope.STATE)])
    async def list_messages(request: WebRequest) -> Response[bytes]:
        cursor, limit = _page_asked_for(request)
        caller = caller_of(request)
        page = answer_for_page(
            await use_cases.states.page(caller.organization, caller.actor, cursor, limit)
        )
        headers = {}
        if page.next_cursor is not None:  # RFC 8288
            query = urlencode({"cursor": page.next_cursor, "limit": limit})
            headers["Link"] = f'<{MESSAGES}?{query}>; rel="next"'
        return _answer(page, headers=headers)

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
        shown = await use_cases.states.one(caller.organization, caller.actor, message)
        if shown is not None and shown.recalled_at is None:
            raise Refusal(
                409,
                "message-expired",
                _("The recipient can’t read this message any more: its time is over."),
                title=_("There is nothing to take back"),
            )
        return await _state(use_cases, request, message)

    return [send_message, list_messages, message_state, recall_message]


def _page_asked_for(request: WebRequest) -> tuple[MessageId | None, int]:
    """Read ``cursor`` and ``limit``; anything else in the query is a slip and is told."""
    asked = request.query_params
    faults = [
        FieldFault(name, _("There is no such parameter."), "unknown")
        for name in dict.fromkeys(asked)
        if name not in {"cursor", "limit"}
    ]
    cursor = None
    if "cursor" in asked:
        cursor = _uuid(asked["cursor"])
        if cursor is None:
            words = _("This is no cursor that a page before gave.")
            faults.append(FieldFault("cursor", words, "wrong_value"))
    limit = asked.get("limit", str(USUAL_PAGE))
    if not (
        limit.isascii()
        and limit.isdecimal()
        and len(limit) < 4
        and 1 <= int(limit) <= MOST_IN_A_PAGE
    ):
        words = _("This must be a number from 1 to %(most)d.") % {"most": MOST_IN_A_PAGE}
        faults.append(FieldFault("limit", words, "wrong_value"))
    if faults:
        raise faulty(*faults)
    return None if cursor is None else MessageId(cursor), int(limit)


def _message_id(request: WebRequest) -> MessageId:
    identity = _uuid(request.path_params["message"])
    if identity is None:
        raise _no_such_message()
    return MessageId(identity)


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


async def _state(
    use_cases: ApiUseCases, request: WebRequest, message: MessageId
) -> Response[bytes]:
    caller = caller_of(request)
    shown = await use_cases.states.one(caller.organization, caller.actor, message)
    if shown is None:
        raise await _not_found(use_cases, request, message)
    return _answer(answer_for_shown(shown))


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


def _answer(
    answer: msgspec.Struct, *, status: int = 200, headers: dict[str, str] | None = None
) -> Response[bytes]:
    return Response(_encode(answer), status_code=status, headers=headers, media_type=_JSON)
