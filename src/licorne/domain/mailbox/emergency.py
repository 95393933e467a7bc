"""Emergency access: for how long a conversation that isn't somebody's own stays open to them.

45 CFR 164.312(a)(2)(ii): a procedure for obtaining necessary health information in an emergency.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from licorne.domain.identity.ids import MemberId, OrganizationId, ThreadId

OPEN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class EmergencyAccess:
    organization: OrganizationId
    id: uuid.UUID
    member: MemberId
    thread: ThreadId
    reason_sealed: bytes
    opened_at: datetime
    ends_at: datetime
    ended_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        return self.ended_at is None and now < self.ends_at
