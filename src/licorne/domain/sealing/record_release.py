"""A release of the record key where it takes two: how long a request waits, how long it is open."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from licorne.domain.identity.ids import MemberId, OrganizationId

WAITS = timedelta(hours=24)
OPEN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class RecordRelease:
    organization: OrganizationId
    id: uuid.UUID
    asked_by: MemberId
    reason_sealed: bytes
    asked_at: datetime
    expires_at: datetime  # while nobody has approved
    approved_by: uuid.UUID | None = None  # a member, or the recovery kit's key owner
    approved_at: datetime | None = None
    open_until: datetime | None = None
    ended_at: datetime | None = None

    def waits(self, now: datetime) -> bool:
        return self.ended_at is None and self.approved_at is None and now < self.expires_at

    def is_open(self, now: datetime) -> bool:
        return self.ended_at is None and self.open_until is not None and now < self.open_until
