"""One try to have a carrier send a notice, as it stands in the database."""

import enum
import uuid
from dataclasses import dataclass
from datetime import datetime

from licorne.domain.notice.carrier_reason import CarrierReason


class AttemptState(enum.StrEnum):
    SENDING = "sending"  # committed before the carrier is asked
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    UNKNOWN = "unknown"  # the carrier may or may not have taken it
    ON_HANDSET = "on_handset"
    UNDELIVERED = "undelivered"  # taken, and later given up by the carrier


# What a receipt may change: only ever towards what is known better.
_RANK = {
    AttemptState.SENDING: 0,
    AttemptState.UNKNOWN: 1,
    AttemptState.REJECTED: 2,
    AttemptState.ACCEPTED: 3,
    AttemptState.UNDELIVERED: 4,
    AttemptState.ON_HANDSET: 5,
}


def may_become(state: AttemptState, earlier: AttemptState) -> bool:
    """Say whether an attempt in ``earlier`` may go to ``state``; delivered stays delivered."""
    return _RANK[state] > _RANK[earlier]


@dataclass(frozen=True, slots=True)
class Attempt:
    """``id`` is our name for it towards the carrier; ``tries`` counts the asks under that name."""

    id: uuid.UUID
    carrier: str
    state: AttemptState
    reason: CarrierReason | None
    tries: int
    created_at: datetime
    updated_at: datetime
