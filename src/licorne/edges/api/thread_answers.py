"""Conversations as programs are told of them: that there is one and how it stands."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from licorne.application.governing.threads_by_program import ThreadPage
from licorne.domain.identity.ids import ThreadId
from licorne.domain.message.delivery_state import DeliveryState
from licorne.domain.message.thread import ThreadCursor, ThreadSummary
from licorne.edges.api.message_answers import Time

_START = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_HEX_OF_TIME = 16
CURSOR_PATTERN = "^[0-9a-f]{48}$"


class InboxAnswer(msgspec.Struct, frozen=True):
    """Whose conversation it is."""

    kind: Literal["member", "team"]
    id: uuid.UUID


class LastMessage(msgspec.Struct, frozen=True):
    """The latest message, by its way and state."""

    direction: Annotated[
        Literal["out", "in"], Meta(description="`out` from the practice, `in` from the contact.")
    ]
    state: DeliveryState
    at: Time


class ThreadAnswer(msgspec.Struct, frozen=True):
    """A conversation between an inbox and a contact."""

    id: uuid.UUID
    contact_id: uuid.UUID
    inbox: InboxAnswer
    created_at: Time
    done_at: Time | None
    unread: Annotated[int, Meta(description="Replies that nobody has opened.")]
    last: LastMessage


class ThreadPageAnswer(msgspec.Struct, frozen=True):
    """Conversations, the latest first."""

    threads: list[ThreadAnswer]
    next_cursor: Annotated[
        str | None, Meta(description="Ask with it for the page after this one; null on the last.")
    ]


def answer_for_thread(one: ThreadSummary) -> ThreadAnswer:
    return ThreadAnswer(
        id=one.thread.id,
        contact_id=one.thread.contact,
        inbox=InboxAnswer(one.thread.inbox.kind.value, one.thread.inbox.id),
        created_at=one.thread.created_at,
        done_at=one.thread.done_at,
        unread=one.unread,
        last=LastMessage(one.last_direction.value, one.last_state, one.last_at),
    )


def answer_for_threads(page: ThreadPage) -> ThreadPageAnswer:
    return ThreadPageAnswer(
        threads=[answer_for_thread(one) for one in page.threads],
        next_cursor=None if page.next is None else _written(page.next),
    )


def _written(cursor: ThreadCursor) -> str:
    return f"{(cursor.last_at - _START) // _MICROSECOND:016x}{cursor.thread.hex}"


def parse_thread_cursor(text: str) -> ThreadCursor | None:
    """Read a cursor that a page gave; None for anything else."""
    time, thread = text[:_HEX_OF_TIME], text[_HEX_OF_TIME:]
    if len(text) != _HEX_OF_TIME + 32 or not set(text) <= set("0123456789abcdef"):
        return None
    try:
        at = _START + int(time, 16) * _MICROSECOND
    except OverflowError:
        return None
    return ThreadCursor(at, ThreadId(uuid.UUID(hex=thread)))
