"""An invitation: a link by which one person sets up how they sign in, once."""

import enum
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from licorne.domain.identity.ids import MemberId, OrganizationId
from licorne.domain.identity.role import Role

LIFETIME = timedelta(days=7)


class InvitationKind(enum.StrEnum):
    JOIN = "join"  # somebody new
    RETURN = "return"  # a member who lost password and recovery code, or the authenticator


@dataclass(frozen=True, slots=True)
class Invitation:
    """The link's secret is known to whoever holds the link only."""

    organization: OrganizationId
    id: uuid.UUID
    kind: InvitationKind
    member: MemberId | None  # who comes back
    role: Role
    email_lookup: bytes
    email_sealed: bytes
    token_hash: bytes
    invited_by: MemberId
    created_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        return self.ended_at is None and now < self.expires_at
