"""What the API answers, as types. A test holds them to the OpenAPI document, field by field.

A field that a later server adds is passed over, so that an older client goes on working.
"""

import uuid
from datetime import datetime

import msgspec


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
