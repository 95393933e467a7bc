"""A member as the store keeps one: personal fields sealed, opened only where they are shown."""

from dataclasses import dataclass
from datetime import datetime

from licorne.domain.identity.ids import MemberId, OrganizationId
from licorne.domain.identity.language import Language
from licorne.domain.identity.role import Role


@dataclass(frozen=True, slots=True)
class Member:
    """A person who works in the organization, with a name for signing in and a key pair."""

    organization: OrganizationId
    id: MemberId
    role: Role
    email_lookup: bytes
    email_sealed: bytes
    name_sealed: bytes
    totp_sealed: bytes | None  # none: not set up yet, so nobody can sign in
    created_at: datetime
    totp_last_step: int = 0
    failed_sign_ins: int = 0
    suspended_at: datetime | None = None
    removed_at: datetime | None = None
    language: Language | None = None  # none: as the browser asks, and the practice's in mails

    @property
    def may_act(self) -> bool:
        return self.suspended_at is None and self.removed_at is None


@dataclass(frozen=True, slots=True)
class MemberAddress:
    """An address that a member may write From."""

    address_lookup: bytes
    address_sealed: bytes
