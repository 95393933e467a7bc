"""App passwords: what an email program signs in with. They send and can read nothing."""

from dataclasses import dataclass
from datetime import datetime

from licorne.domain.identity.ids import AppPasswordId, MemberId, OrganizationId


@dataclass(frozen=True, slots=True)
class AppPassword:
    """One program's password; the secret itself is known to that program only."""

    organization: OrganizationId
    id: AppPasswordId
    member: MemberId
    label: str
    secret_hash: bytes
    daily_cap: int
    created_at: datetime
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None
