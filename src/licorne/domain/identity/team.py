"""Teams, whose inbox several members share, and service identities, which write for a team."""

from dataclasses import dataclass
from datetime import datetime

from licorne.domain.identity.actor import Actor, ActorKind
from licorne.domain.identity.ids import MemberId, OrganizationId, ServiceId, TeamId


@dataclass(frozen=True, slots=True)
class Team:
    organization: OrganizationId
    id: TeamId
    name: str
    members: tuple[MemberId, ...]  # who opens its inbox
    pending: tuple[MemberId, ...]  # who was added and waits for somebody of it to hand on the key
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ServiceIdentity:
    """A program that has a name of its own. Replies to it come to its team's inbox."""

    organization: OrganizationId
    id: ServiceId
    name: str
    team: TeamId
    created_at: datetime
    removed_at: datetime | None = None

    @property
    def actor(self) -> Actor:
        return Actor(ActorKind.SERVICE, self.id)
