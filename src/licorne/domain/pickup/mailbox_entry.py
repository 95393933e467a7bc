"""One line of a contact's inbox: that there is a message, never what it says."""

from dataclasses import dataclass
from datetime import datetime

from licorne.domain.identity.ids import DeliveryId, MessageId
from licorne.domain.message.delivery_state import DeliveryState
from licorne.domain.message.thread import Direction
from licorne.domain.pickup.challenge import ChallengeState


@dataclass(frozen=True, slots=True)
class MailboxEntry:
    delivery: DeliveryId
    message: MessageId
    direction: Direction
    created_at: datetime
    expires_at: datetime
    first_read_at: datetime | None
    state: DeliveryState
    challenge: ChallengeState
    recalled: bool
    ended: bool
