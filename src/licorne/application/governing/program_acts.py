"""What programs do leaves a trace, as what members do; and which inboxes a program stands for."""

import uuid

from licorne.application.governing.authenticate_token import ApiCaller
from licorne.application.new_ids import NewIds
from licorne.domain.audit.event import AuditEvent
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.actor import Actor, ActorKind
from licorne.domain.identity.ids import MemberId, OrganizationId, ServiceId
from licorne.domain.message.thread import Inbox, OwnerKind
from licorne.ports.clock import Clock
from licorne.ports.randomness import Randomness
from licorne.store import audit, members, services, threads
from licorne.store.database import Connection


class ProgramActs:
    def __init__(self, clock: Clock, randomness: Randomness) -> None:
        self.clock = clock
        self.new_id = NewIds(clock, randomness)

    async def record(
        self,
        connection: Connection,
        caller: ApiCaller,
        tag: Tag,
        subject: uuid.UUID | None = None,
        detail: str | None = None,
    ) -> None:
        """Record one act in its transaction; ``detail`` is a code."""
        event = AuditEvent(
            id=self.new_id(),
            organization=caller.organization,
            at=self.clock.now(),
            tag=tag,
            actor=caller.actor,
            subject=subject,
            detail=detail,
            via=caller.token,
        )
        await audit.record(connection, event)


async def inboxes_of(connection: Connection, caller: ApiCaller) -> tuple[Inbox, ...]:
    """Name the inboxes of whom the token acts for: a member's own and teams', a service's team."""
    return await inboxes_of_holder(connection, caller.organization, caller.actor)


async def inboxes_of_holder(
    connection: Connection, organization: OrganizationId, holder: Actor
) -> tuple[Inbox, ...]:
    """Name a holder's inboxes; none for one who is suspended or gone."""
    if holder.kind is ActorKind.MEMBER:
        member = await members.fetch(connection, organization, MemberId(holder.id))
        if member is None or not member.may_act:
            return ()
        own = Inbox(OwnerKind.MEMBER, holder.id)
        return (own, *await threads.teams_of(connection, organization, member.id))
    service = await services.fetch(connection, organization, ServiceId(holder.id))
    if service is None or service.removed_at is not None:
        return ()
    return (Inbox(OwnerKind.TEAM, service.team),)
