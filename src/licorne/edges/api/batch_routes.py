"""The route for many messages at once: each is read, taken or refused by itself.

Memory is bounded: the body by its limit, and what is made of it by how many messages are under way
at a time. They run side by side, so that they share the statements and fsyncs of the batcher.
"""

import asyncio
from collections.abc import Sequence

import msgspec
from litestar import Response, post
from litestar.handlers import HTTPRouteHandler

from licorne.application.governing.authenticate_token import ApiCaller
from licorne.domain.identity.api_token import Scope
from licorne.edges.api import new_batch
from licorne.edges.api.batch_answers import (
    BatchAnswer,
    BatchResult,
    MessageNotTaken,
    MessageRepeated,
    MessageTaken,
)
from licorne.edges.api.bearer import caller_of, requires
from licorne.edges.api.idempotency import HEADER, repeatable_by
from licorne.edges.api.json_answer import json_answer
from licorne.edges.api.json_body import decoded, faulty, read_json
from licorne.edges.api.message_answers import answer_for_sent
from licorne.edges.api.message_routes import LARGEST_BODY, MESSAGES
from licorne.edges.api.new_batch import MOST_IN_A_BATCH, message_decoder
from licorne.edges.api.new_message import parse_message
from licorne.edges.api.send_parsed import send_parsed
from licorne.edges.api.use_cases import ApiUseCases
from licorne.edges.web.context import WebRequest
from licorne.edges.web.cross_site import ALLOW_CROSS_SITE
from licorne.edges.web.error_responses import problem_of
from licorne.edges.web.language import gettext as _
from licorne.edges.web.refusal import FieldFault, Refusal

AT_ONCE = 64
COST = 10  # requests, in the count of a token's limit
_KEY_FIELD = "/idempotency_key"


def batch_routes(use_cases: ApiUseCases) -> list[HTTPRouteHandler]:
    @post(
        f"{MESSAGES}/batch",
        guards=[requires(use_cases, Scope.SEND, cost=COST)],
        status_code=200,
        request_max_body_size=LARGEST_BODY,
        opt={ALLOW_CROSS_SITE: True},
    )
    async def send_batch(request: WebRequest) -> Response[bytes]:
        if HEADER.lower() in request.headers:
            words = _("In a batch each message has a key of its own: “idempotency_key”.")
            raise faulty(FieldFault(HEADER, words, "not_here"))
        batch = await read_json(request, new_batch.decoder)
        _check_count(batch.messages)
        results = await _send_all(use_cases, request, batch.messages)
        return json_answer(_summed(results))

    return [send_batch]


def _check_count(messages: Sequence[msgspec.Raw]) -> None:
    if not 1 <= len(messages) <= MOST_IN_A_BATCH:
        words = _("A batch has from 1 to 1,000 messages. Nothing was sent.")
        raise faulty(FieldFault("/messages", words, "wrong_count"))


async def _send_all(
    use_cases: ApiUseCases, request: WebRequest, messages: Sequence[msgspec.Raw]
) -> list[BatchResult]:
    caller = caller_of(request)
    results: list[BatchResult | None] = [None] * len(messages)
    waiting = iter(enumerate(messages))

    async def work() -> None:
        for place, message in waiting:  # shared: each message is taken by one of the workers
            results[place] = await _send_one(use_cases, request, caller, message)

    async with asyncio.TaskGroup() as workers:
        for _worker in range(min(AT_ONCE, len(messages))):
            workers.create_task(work())
    return [result for result in results if result is not None]


async def _send_one(
    use_cases: ApiUseCases, request: WebRequest, caller: ApiCaller, unread: msgspec.Raw
) -> BatchResult:
    try:
        message = decoded(unread, message_decoder)
        key = message.idempotency_key
        repeatable = None if key is None else repeatable_by(key, message, _KEY_FIELD)
        parsed = parse_message(message, caller, repeatable)
        sent = await send_parsed(use_cases, parsed, _KEY_FIELD)
    except Refusal as refusal:
        return MessageNotTaken(refusal.status, problem_of(request, refusal))
    answer = answer_for_sent(sent, parsed.draft)
    return MessageRepeated(201, answer) if sent.repeated else MessageTaken(201, answer)


def _summed(results: list[BatchResult]) -> BatchAnswer:
    return BatchAnswer(
        created=sum(isinstance(one, MessageTaken) for one in results),
        repeated=sum(isinstance(one, MessageRepeated) for one in results),
        refused=sum(isinstance(one, MessageNotTaken) for one in results),
        results=results,
    )
