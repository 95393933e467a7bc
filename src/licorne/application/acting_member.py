"""A member who acts: who it is and what their role lets them do, however they came in."""

import uuid
from dataclasses import dataclass

from licorne.domain.identity.actor import Actor, ActorKind
from licorne.domain.identity.ids import MemberId
from licorne.domain.identity.organization import Organization
from licorne.domain.identity.permission import Permission, is_allowed
from licorne.domain.identity.role import Role


@dataclass(frozen=True, slots=True)
class ActingMember:
    """Enough for acts that open nothing: by command, where nobody's key is at hand.

    A `SignedInMember` is one too, with the keys of their session.
    """

    organization: Organization
    id: MemberId
    role: Role
    name: str
    email: str

    @property
    def actor(self) -> Actor:
        return Actor(ActorKind.MEMBER, self.id)

    @property
    def via(self) -> uuid.UUID | None:
        """Through what they act, for the trail; a command is through nothing."""
        return None

    def may(self, permission: Permission) -> bool:
        """Look it up, to show or leave out a button. What acts asks ``MemberActs.permit``."""
        return is_allowed(self.role, permission)
