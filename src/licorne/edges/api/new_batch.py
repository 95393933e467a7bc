"""What a program posts to send many messages in one request."""

from typing import Annotated

import msgspec
from msgspec import Meta

from licorne.edges.api.idempotency import LONGEST_KEY
from licorne.edges.api.new_message import NewMessage

MOST_IN_A_BATCH = 1000


class BatchedMessage(NewMessage, frozen=True, forbid_unknown_fields=True):
    """A secure text, as it is sent alone, with a key of its own."""

    idempotency_key: Annotated[
        str | None,
        Meta(
            description="Your own name for this message, as the header `Idempotency-Key` is for"
            " one that is sent alone. The same key with the same message is the same message.",
            extra_json_schema={"minLength": 1, "maxLength": LONGEST_KEY},
        ),
    ] = None


class NewBatch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Messages to send. Each is taken or refused by itself."""

    messages: Annotated[
        list[BatchedMessage],
        Meta(
            description="Up to 1,000 messages, in one request of at most 70 MB.",
            extra_json_schema={"minItems": 1, "maxItems": MOST_IN_A_BATCH},
        ),
    ]


class UnreadBatch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A batch whose messages are read one by one, so that a bad one is refused alone."""

    messages: list[msgspec.Raw]


decoder = msgspec.json.Decoder(UnreadBatch)
message_decoder = msgspec.json.Decoder(BatchedMessage)
