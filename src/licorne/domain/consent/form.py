"""A form that one person answers once, on their own phone or on the practice's tablet."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from licorne.domain.consent.ledger import Purpose
from licorne.domain.identity.ids import ContactId, MemberId, OrganizationId

LIFETIME = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ConsentForm:
    """``token_hash`` is of the link's secret, which only whoever got the link knows."""

    organization: OrganizationId
    id: uuid.UUID
    contact: ContactId
    number_epoch: int
    purposes: tuple[Purpose, ...]
    token_hash: bytes
    made_by: MemberId
    made_at: datetime
    expires_at: datetime
    answered_at: datetime | None = None

    def is_open(self, now: datetime, number_epoch: int) -> bool:
        """Not after its time, its answer, or a change of the number's owner."""
        return (
            self.answered_at is None and now < self.expires_at and self.number_epoch == number_epoch
        )
