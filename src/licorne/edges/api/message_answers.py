"""What the API tells of a message: who got it and how far it came. Never what it says."""

import uuid
from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from licorne.application.sending.message_states import ShownDelivery, ShownMessage, ShownPage
from licorne.application.sending.outcome import Sent
from licorne.domain.message.delivery_state import DeliveryState
from licorne.domain.message.draft import Draft
from licorne.domain.pickup.challenge import ChallengeState

Time = Annotated[datetime, Meta(tz=True)]  # RFC 3339, in UTC


class Step(msgspec.Struct, frozen=True):
    """One step of a delivery's way."""

    state: str
    at: Time
    detail: Annotated[str | None, Meta(description="A code or a carrier's name.")]


class DeliveryAnswer(msgspec.Struct, frozen=True):
    """The message on its way to one recipient."""

    id: uuid.UUID
    thread_id: uuid.UUID
    to: Annotated[str, Meta(description="The phone number (E.164).", examples=["+12114367789"])]
    channel: Literal["secure_text"]
    state: DeliveryState
    reason: Annotated[str | None, Meta(description="Why it failed, where it did.")]
    challenge: Annotated[
        ChallengeState,
        Meta(description="How it stands with the passphrase, where there is one."),
    ]
    flags: Annotated[
        list[str],
        Meta(description="`not_assignable`: nobody can have this number, so nobody is texted."),
    ]
    history: list[Step]


class MessageAnswer(msgspec.Struct, frozen=True):
    """A message that was sent."""

    id: uuid.UUID
    created_at: Time
    expires_at: Annotated[
        datetime, Meta(tz=True, description="Until when the recipient can read it.")
    ]
    recalled_at: Time | None
    deliveries: list[DeliveryAnswer]


class MessagePage(msgspec.Struct, frozen=True):
    """Messages, newest first."""

    messages: list[MessageAnswer]
    next_cursor: Annotated[
        str | None, Meta(description="Ask with it for the page after this one; null on the last.")
    ]


def answer_for_sent(sent: Sent, draft: Draft) -> MessageAnswer:
    """Tell of a message as it was when it was taken, in the order of its recipients.

    A repeated request gets the first answer again, so that a caller who missed it notices nothing.
    """
    order = {number: place for place, number in enumerate(draft.recipients)}
    challenge = ChallengeState.NONE if draft.passphrase is None else ChallengeState.WAITING
    return MessageAnswer(
        id=sent.message,
        created_at=sent.created_at,
        expires_at=sent.expires_at,
        recalled_at=None,
        deliveries=[
            DeliveryAnswer(
                id=one.id,
                thread_id=one.thread,
                to=one.number.e164,
                channel="secure_text",
                state=DeliveryState.ACCEPTED,
                reason=None,
                challenge=challenge,
                flags=list(one.flags),
                history=[Step(DeliveryState.ACCEPTED, sent.created_at, draft.source.value)],
            )
            for one in sorted(sent.deliveries, key=lambda one: order.get(one.number, 0))
        ],
    )


def answer_for_shown(shown: ShownMessage) -> MessageAnswer:
    return MessageAnswer(
        id=shown.id,
        created_at=shown.created_at,
        expires_at=shown.expires_at,
        recalled_at=shown.recalled_at,
        deliveries=[_delivery(one) for one in shown.deliveries],
    )


def answer_for_page(page: ShownPage) -> MessagePage:
    return MessagePage(
        messages=[answer_for_shown(one) for one in page.messages],
        next_cursor=None if page.next is None else page.next.hex,
    )


def _delivery(one: ShownDelivery) -> DeliveryAnswer:
    return DeliveryAnswer(
        id=one.id,
        thread_id=one.thread,
        to=one.number.e164,
        channel="secure_text",
        state=one.state,
        reason=one.reason,
        challenge=ChallengeState(one.challenge),
        flags=list(one.flags),
        history=[Step(step.state, step.at, step.detail) for step in one.history],
    )
