"""A member who acts: who it is and what their role lets them do, however they came in."""

from dataclasses import dataclass

from licorne.domain.identity.actor import Actor, ActorKind
from licorne.domain.identity.ids import MemberId
from licorne.domain.identity.organization import Organization
from licorne.domain.identity.role import Role

_MAY_WRITE = frozenset({Role.OWNER, Role.OFFICER, Role.MEMBER})
_MAY_SEE_AUDIT = frozenset({Role.OWNER, Role.OFFICER, Role.AUDITOR})
_MAY_MANAGE = frozenset({Role.OWNER})


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
    def may_write(self) -> bool:
        return self.role in _MAY_WRITE

    @property
    def may_see_audit(self) -> bool:
        return self.role in _MAY_SEE_AUDIT

    @property
    def may_manage_members(self) -> bool:
        return self.role in _MAY_MANAGE
