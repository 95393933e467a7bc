"""Events as programs are told of them: what happened to what, by ids; never content, never names.

The same shape is what webhooks carry.
"""

import uuid
from typing import Annotated

import msgspec
from msgspec import Meta

from licorne.application.governing.follow_events import EventPage, FollowedEvent
from licorne.domain.audit.followed_tags import EventType
from licorne.domain.message.delivery_state import DeliveryState
from licorne.edges.api.message_answers import Time


class EventDelivery(msgspec.Struct, frozen=True):
    """A message on its way to, or from, one contact."""

    id: uuid.UUID
    message_id: uuid.UUID
    thread_id: uuid.UUID
    contact_id: uuid.UUID
    state: Annotated[
        DeliveryState, Meta(description="As it is when this is told; it may have gone on since.")
    ]


class EventAnswer(msgspec.Struct, frozen=True):
    """Something that happened."""

    id: Annotated[uuid.UUID, Meta(description="The same whenever this event is told.")]
    sequence: Annotated[int, Meta(description="Its place in the order of events; only grows.")]
    type: EventType
    at: Time
    deliveries: Annotated[
        list[EventDelivery], Meta(description="What it happened to; empty for `contact.…`.")
    ]
    contact_id: Annotated[uuid.UUID | None, Meta(description="Whom it is about, for `contact.…`.")]


class EventPageAnswer(msgspec.Struct, frozen=True):
    """Events in the order in which they happened."""

    events: list[EventAnswer]
    after: Annotated[str, Meta(description="Ask with it for what comes after these.")]
    more: Annotated[bool, Meta(description="There is more already; ask again at once.")]


def answer_for_event(event: FollowedEvent) -> EventAnswer:
    return EventAnswer(
        id=event.id,
        sequence=event.sequence,
        type=event.type,
        at=event.at,
        deliveries=[
            EventDelivery(one.id, one.message, one.thread, one.contact, one.state)
            for one in event.deliveries
        ],
        contact_id=event.contact,
    )


def answer_for_events(page: EventPage) -> EventPageAnswer:
    return EventPageAnswer(
        [answer_for_event(one) for one in page.events], str(page.after), page.more
    )
