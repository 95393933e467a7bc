"""A member's session: how long it lasts, and what the store keeps of it."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from licorne.domain.identity.ids import KeyId, MemberId, OrganizationId

IDLE_LIMIT = timedelta(minutes=20)  # 45 CFR 164.312(a)(2)(iii): automatic logoff
ABSOLUTE_LIMIT = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class MemberSession:
    """One sign-in. The cookie itself is kept nowhere: only its hash, and a key locked by it."""

    cookie_hash: bytes
    organization: OrganizationId
    member: MemberId
    key: KeyId
    wrapped: bytes
    created_at: datetime
    seen_at: datetime
    ends_at: datetime

    @property
    def id(self) -> uuid.UUID:
        """Name the session without telling anything by which one could come in."""
        return session_id(self.cookie_hash)

    def is_live(self, now: datetime) -> bool:
        return now < self.ends_at and now - self.seen_at < IDLE_LIMIT


def session_id(cookie_hash: bytes) -> uuid.UUID:
    """Name a session by the hash of its cookie, from which nobody can come in."""
    return uuid.UUID(bytes=cookie_hash[:16])
