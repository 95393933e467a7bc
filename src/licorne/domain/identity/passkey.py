"""A member's passkey: a device that knows who holds it, beside the password."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from licorne.domain.identity.ids import MemberId, OrganizationId


@dataclass(frozen=True, slots=True)
class Passkey:
    organization: OrganizationId
    id: uuid.UUID
    member: MemberId
    wrap: uuid.UUID | None  # how it opens the member's key; none: the password has to
    credential: bytes
    public: bytes
    counter: int
    label: str
    created_at: datetime
    last_used_at: datetime | None = None
