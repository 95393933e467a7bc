"""Webhooks as programs post them and are told of them."""

import uuid
from typing import Annotated

import msgspec
from msgspec import Meta

from licorne.application.governing.keep_webhooks import ShownWebhook, WithSecret
from licorne.domain.audit.followed_tags import EventType
from licorne.edges.api.message_answers import Time

_TYPES = Meta(description="Which events; none for all of them.")


class NewWebhook(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where events are to be told."""

    url: Annotated[
        str,
        Meta(
            description="An address that takes POST; it begins with `https://`.",
            examples=["https://scheduler.example/licorne"],
            extra_json_schema={"maxLength": 1000},
        ),
    ]
    types: Annotated[list[EventType], _TYPES] = []


class WebhookAnswer(msgspec.Struct, frozen=True):
    """Where events are told."""

    id: uuid.UUID
    url: str
    types: Annotated[list[str], _TYPES]
    created_at: Time
    failing_since: Time | None
    disabled_at: Time | None
    disabled_why: Annotated[
        str | None,
        Meta(
            description="`failing`, `gone` (it answered 410), `holder_gone`, or `token_revoked`:"
            " the token that set it up was revoked."
        ),
    ]


class AddedWebhookAnswer(msgspec.Struct, frozen=True):
    """A webhook with its secret, which is shown once."""

    webhook: WebhookAnswer
    secret: Annotated[str, Meta(description="Checks what is sent; begins with `whsec_`.")]


class WebhookListAnswer(msgspec.Struct, frozen=True):
    """The webhooks of whom the token acts for."""

    webhooks: list[WebhookAnswer]


def answer_for_webhook(one: ShownWebhook) -> WebhookAnswer:
    return WebhookAnswer(
        id=one.id,
        url=one.url,
        types=list(one.types),
        created_at=one.created_at,
        failing_since=one.failing_since,
        disabled_at=one.disabled_at,
        disabled_why=one.disabled_why,
    )


def answer_with_secret(one: WithSecret) -> AddedWebhookAnswer:
    return AddedWebhookAnswer(answer_for_webhook(one.webhook), one.secret)
