"""What became of a draft: sent, or refused with a reason for each recipient at fault."""

from dataclasses import dataclass
from datetime import datetime

from licorne.domain.identity.ids import DeliveryId, MessageId, ThreadId
from licorne.domain.identity.phone_number import PhoneNumber
from licorne.domain.message.delivery_state import DeliveryState
from licorne.domain.policy.verdict import Refuse


@dataclass(frozen=True, slots=True)
class SentDelivery:
    id: DeliveryId
    thread: ThreadId
    number: PhoneNumber
    state: DeliveryState
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sent:
    """The message is durable: it will not be lost before its stated end."""

    message: MessageId
    created_at: datetime
    expires_at: datetime
    deliveries: tuple[SentDelivery, ...]
    repeated: bool = False  # the same request had been accepted before


@dataclass(frozen=True, slots=True)
class Refusal:
    number: PhoneNumber | None  # none where it concerns the whole message
    verdict: Refuse


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was stored and nobody was told: a message goes to all its recipients or to none."""

    refusals: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class KeyUsedOtherwise:
    """The idempotency key came before with another request."""

    message: MessageId
