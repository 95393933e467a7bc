"""What the API answers, as types. A test holds them to the OpenAPI document, field by field.

A field that a later server adds is passed over, so that an older client goes on working.
"""

import uuid
from datetime import datetime

import msgspec

from licorne.client.problem import Problem


class Step(msgspec.Struct, frozen=True):
    state: str
    at: datetime
    detail: str | None


class Delivery(msgspec.Struct, frozen=True):
    id: uuid.UUID
    thread_id: uuid.UUID
    to: str
    channel: str
    state: str
    reason: str | None
    challenge: str
    flags: list[str]
    history: list[Step]


class Message(msgspec.Struct, frozen=True):
    id: uuid.UUID
    created_at: datetime
    expires_at: datetime
    recalled_at: datetime | None
    deliveries: list[Delivery]


class MessagePage(msgspec.Struct, frozen=True):
    messages: list[Message]
    next_cursor: str | None


class BatchResult(msgspec.Struct, frozen=True):
    """``result`` is created or repeated, with the message, or refused, with the problem."""

    result: str
    status: int
    message: Message | None = None
    problem: Problem | None = None


class Batch(msgspec.Struct, frozen=True):
    created: int
    repeated: int
    refused: int
    results: list[BatchResult]


class Contact(msgspec.Struct, frozen=True):
    id: uuid.UUID
    number: str
    name: str | None
    language: str | None
    texting: bool
    texting_stopped_at: datetime | None
    texting_stopped_by: str | None
    created_at: datetime


class ContactPage(msgspec.Struct, frozen=True):
    contacts: list[Contact]
    next_cursor: str | None


class Inbox(msgspec.Struct, frozen=True):
    kind: str
    id: uuid.UUID


class LastMessage(msgspec.Struct, frozen=True):
    direction: str
    state: str
    at: datetime


class Thread(msgspec.Struct, frozen=True):
    id: uuid.UUID
    contact_id: uuid.UUID
    inbox: Inbox
    created_at: datetime
    done_at: datetime | None
    unread: int
    last: LastMessage


class ThreadPage(msgspec.Struct, frozen=True):
    threads: list[Thread]
    next_cursor: str | None


class Member(msgspec.Struct, frozen=True):
    id: uuid.UUID
    name: str
    email: str
    role: str
    suspended: bool


class MemberPage(msgspec.Struct, frozen=True):
    members: list[Member]
    next_cursor: str | None


class EventDelivery(msgspec.Struct, frozen=True):
    id: uuid.UUID
    message_id: uuid.UUID
    thread_id: uuid.UUID
    contact_id: uuid.UUID
    state: str


class Event(msgspec.Struct, frozen=True):
    id: uuid.UUID
    sequence: int
    type: str
    at: datetime
    deliveries: list[EventDelivery]
    contact_id: uuid.UUID | None


class EventPage(msgspec.Struct, frozen=True):
    events: list[Event]
    after: str
    more: bool


class Webhook(msgspec.Struct, frozen=True):
    id: uuid.UUID
    url: str
    types: list[str]
    created_at: datetime
    failing_since: datetime | None
    disabled_at: datetime | None
    disabled_why: str | None


class AddedWebhook(msgspec.Struct, frozen=True):
    """``secret`` is shown once: `check_webhook` takes it."""

    webhook: Webhook
    secret: str


class WebhookList(msgspec.Struct, frozen=True):
    webhooks: list[Webhook]
