"""A member within a session: who acts, and the keys that are open while the request lasts."""

import uuid
from dataclasses import dataclass, field

from licorne.domain.identity.actor import Actor, ActorKind
from licorne.domain.identity.ids import MemberId
from licorne.domain.identity.organization import Organization
from licorne.domain.identity.role import Role
from licorne.domain.message.thread import Inbox, OwnerKind
from licorne.vault.reader_keys import OpenReaderKey

_MAY_WRITE = frozenset({Role.OWNER, Role.OFFICER, Role.MEMBER})
_MAY_SEE_AUDIT = frozenset({Role.OWNER, Role.OFFICER, Role.AUDITOR})
_MAY_MANAGE = frozenset({Role.OWNER})


@dataclass(frozen=True, slots=True)
class SignedInMember:
    """Made by `ResumeMemberSession` for one request; use cases of members take it first."""

    organization: Organization
    id: MemberId
    role: Role
    name: str
    email: str
    teams: tuple[Inbox, ...]
    cookie_hash: bytes = field(repr=False)
    key: OpenReaderKey = field(repr=False)  # the member's own; opens their threads

    @property
    def actor(self) -> Actor:
        return Actor(ActorKind.MEMBER, self.id)

    @property
    def inboxes(self) -> tuple[Inbox, ...]:
        """The member's own inbox and those of their teams: all that they may read."""
        return (Inbox(OwnerKind.MEMBER, uuid.UUID(int=self.id.int)), *self.teams)

    @property
    def may_write(self) -> bool:
        return self.role in _MAY_WRITE

    @property
    def may_see_audit(self) -> bool:
        return self.role in _MAY_SEE_AUDIT

    @property
    def may_manage_members(self) -> bool:
        return self.role in _MAY_MANAGE
