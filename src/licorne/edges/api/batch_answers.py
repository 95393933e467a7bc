"""What the API answers to a batch: for each message, in order, what one request would have got."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from licorne.edges.api.message_answers import MessageAnswer
from licorne.edges.web.error_responses import Problem


class MessageTaken(msgspec.Struct, frozen=True, tag_field="result", tag="created"):
    """The message is durable."""

    status: Literal[201]
    message: MessageAnswer


class MessageRepeated(msgspec.Struct, frozen=True, tag_field="result", tag="repeated"):
    """The message had come before under its idempotency key; this is the first answer again."""

    status: Literal[201]
    message: MessageAnswer


class MessageNotTaken(msgspec.Struct, frozen=True, tag_field="result", tag="refused"):
    """The message was sent to nobody."""

    status: Annotated[int, Meta(description="What the message alone would have been answered.")]
    problem: Problem


BatchResult = MessageTaken | MessageRepeated | MessageNotTaken


class BatchAnswer(msgspec.Struct, frozen=True):
    """What became of a batch."""

    created: Annotated[int, Meta(description="How many messages were taken.")]
    repeated: Annotated[int, Meta(description="How many had come before.")]
    refused: Annotated[int, Meta(description="How many were refused.")]
    results: Annotated[
        list[BatchResult], Meta(description="One for each message, in the order of the request.")
    ]
