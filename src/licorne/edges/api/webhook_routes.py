"""The routes for webhooks: where a program wants to be told of events."""

import uuid

import msgspec
from litestar import Response, delete, get, post
from litestar.handlers import HTTPRouteHandler

from licorne.application.governing.keep_webhooks import WebhookRefusal
from licorne.domain.identity.api_token import Scope
from licorne.edges.api.bearer import caller_of, requires
from licorne.edges.api.json_answer import json_answer
from licorne.edges.api.json_body import faulty, read_json
from licorne.edges.api.page_query import parse_uuid
from licorne.edges.api.use_cases import ApiUseCases
from licorne.edges.api.webhook_answers import (
    NewWebhook,
    WebhookListAnswer,
    answer_for_webhook,
    answer_with_secret,
)
from licorne.edges.web.context import WebRequest
from licorne.edges.web.cross_site import ALLOW_CROSS_SITE
from licorne.edges.web.language import gettext as _
from licorne.edges.web.refusal import FieldFault, Refusal

WEBHOOKS = "/api/v1/webhooks"
_WEBHOOK = WEBHOOKS + "/{webhook:str}"
_FROM_ANYWHERE = {ALLOW_CROSS_SITE: True}
_new_webhook = msgspec.json.Decoder(NewWebhook)
_FIELDS = {WebhookRefusal.URL: "/url", WebhookRefusal.TOO_MANY: ""}


def webhook_routes(use_cases: ApiUseCases) -> list[HTTPRouteHandler]:
    keep = [requires(use_cases, Scope.KEEP_WEBHOOKS)]

    @get(WEBHOOKS, guards=keep)
    async def list_webhooks(request: WebRequest) -> Response[bytes]:
        found = await use_cases.webhooks.list(caller_of(request))
        return json_answer(WebhookListAnswer([answer_for_webhook(one) for one in found]))

    @post(WEBHOOKS, guards=keep, opt=_FROM_ANYWHERE)
    async def add_webhook(request: WebRequest) -> Response[bytes]:
        new = await read_json(request, _new_webhook)
        added = await use_cases.webhooks.add(caller_of(request), new.url, new.types)
        if isinstance(added, WebhookRefusal):
            await use_cases.refuse(caller_of(request), f"webhook_{added.name.lower()}")
            raise faulty(FieldFault(_FIELDS[added], _(added.value), added.name.lower()))
        where = {"Location": f"{WEBHOOKS}/{added.webhook.id}"}
        return json_answer(answer_with_secret(added), status=201, headers=where)

    @get(_WEBHOOK, guards=keep)
    async def show_webhook(request: WebRequest) -> Response[bytes]:
        webhook = _webhook_id(request)
        found = await use_cases.webhooks.one(caller_of(request), webhook)
        if found is None:
            raise await _not_found(use_cases, request, webhook)
        return json_answer(answer_for_webhook(found))

    @post(f"{_WEBHOOK}/rotate", guards=keep, status_code=200, opt=_FROM_ANYWHERE)
    async def rotate_webhook(request: WebRequest) -> Response[bytes]:
        webhook = _webhook_id(request)
        rotated = await use_cases.webhooks.rotate(caller_of(request), webhook)
        if rotated is None:
            raise await _not_found(use_cases, request, webhook)
        return json_answer(answer_with_secret(rotated))

    @post(f"{_WEBHOOK}/enable", guards=keep, status_code=200, opt=_FROM_ANYWHERE)
    async def enable_webhook(request: WebRequest) -> Response[bytes]:
        webhook = _webhook_id(request)
        enabled = await use_cases.webhooks.enable(caller_of(request), webhook)
        if enabled is None:
            raise await _not_found(use_cases, request, webhook)
        return json_answer(answer_for_webhook(enabled))

    @delete(_WEBHOOK, guards=keep, status_code=204, opt=_FROM_ANYWHERE)
    async def remove_webhook(request: WebRequest) -> None:
        webhook = _webhook_id(request)
        if not await use_cases.webhooks.remove(caller_of(request), webhook):
            raise await _not_found(use_cases, request, webhook)

    return [
        list_webhooks,
        add_webhook,
        show_webhook,
        rotate_webhook,
        enable_webhook,
        remove_webhook,
    ]


def _webhook_id(request: WebRequest) -> uuid.UUID:
    identity = parse_uuid(request.path_params["webhook"])
    if identity is None:
        raise _no_such_webhook()
    return identity


async def _not_found(use_cases: ApiUseCases, request: WebRequest, webhook: uuid.UUID) -> Refusal:
    await use_cases.refuse(caller_of(request), "webhook_not_found", webhook)
    return _no_such_webhook()


def _no_such_webhook() -> Refusal:
    return Refusal(
        404,
        "webhook-not-found",
        _("There is no such webhook of yours. It may have been removed."),
        title=_("No such webhook"),
    )
