"""The identities of things: UUIDs, each kind its own type, so that one can't pass for another."""

import uuid
from typing import NewType

OrganizationId = NewType("OrganizationId", uuid.UUID)
MemberId = NewType("MemberId", uuid.UUID)
TeamId = NewType("TeamId", uuid.UUID)
ServiceId = NewType("ServiceId", uuid.UUID)
ContactId = NewType("ContactId", uuid.UUID)
MailboxId = NewType("MailboxId", uuid.UUID)
ThreadId = NewType("ThreadId", uuid.UUID)
MessageId = NewType("MessageId", uuid.UUID)
DeliveryId = NewType("DeliveryId", uuid.UUID)
KeyId = NewType("KeyId", uuid.UUID)
TokenId = NewType("TokenId", uuid.UUID)
AppPasswordId = NewType("AppPasswordId", uuid.UUID)

RANDOM_BYTES = 10


def time_ordered_uuid(unix_milliseconds: int, random_bytes: bytes) -> uuid.UUID:
    """Make a version 7 UUID (RFC 9562 §5.7): ids made together lie together in an index.

    ``random_bytes`` are ten; the version and variant bits replace six of their eighty.
    """
    if len(random_bytes) != RANDOM_BYTES:
        raise ValueError(f"a version 7 UUID takes {RANDOM_BYTES} random bytes")
    value = (unix_milliseconds & (1 << 48) - 1) << 80 | int.from_bytes(random_bytes)
    value = value & ~(0xF << 76) | 7 << 76
    value = value & ~(0x3 << 62) | 2 << 62
    return uuid.UUID(int=value)
