"""What members do leaves a trace: one audit event per act, in the act's own transaction.

And whether they may do it at all is asked here, and nowhere else (`domain.identity.permission`).
"""

import uuid
from datetime import datetime

from licorne.application.acting_member import ActingMember
from licorne.application.new_ids import NewIds
from licorne.domain.audit.event import AuditEvent, Outcome
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.permission import Permission
from licorne.domain.translatable import translatable
from licorne.ports.clock import Clock
from licorne.ports.randomness import Randomness
from licorne.store import audit
from licorne.store.database import Connection, Database


class NotPermitted(Exception):
    """The member's role doesn't allow it; recorded already. ``sentence`` is for the person."""

    sentence = translatable("Your account may not do this. Ask an owner of the practice.")

    def __init__(self, permission: Permission) -> None:
        super().__init__(permission.value)
        self.permission = permission


class MemberActs:
    """Time, new ids and the audit trail, as every use case of a member needs them."""

    def __init__(self, clock: Clock, randomness: Randomness) -> None:
        self._clock = clock
        self.new_id = NewIds(clock, randomness)

    def now(self) -> datetime:
        return self._clock.now()

    async def permit(
        self, database: Database, member: ActingMember, permission: Permission
    ) -> None:
        """Let an act go on, or raise `NotPermitted` with the refusal recorded.

        Called before anything else is done, so the refusal is the whole of what happened.
        """
        if member.may(permission):
            return
        async with database.tenant(member.organization.id) as connection:
            await self.record(
                connection,
                member,
                Tag.MEMBER_REFUSED,
                outcome=Outcome.REFUSED,
                detail=permission.value,
            )
        raise NotPermitted(permission)

    async def record(
        self,
        connection: Connection,
        member: ActingMember,
        tag: Tag,
        subject: uuid.UUID | None = None,
        *,
        outcome: Outcome = Outcome.DONE,
        detail: str | None = None,
    ) -> None:
        """Record one act; ``detail`` is a code: never content, a name or a number."""
        event = AuditEvent(
            id=self.new_id(),
            organization=member.organization.id,
            at=self.now(),
            tag=tag,
            actor=member.actor,
            subject=subject,
            outcome=outcome,
            detail=detail,
            via=member.via,
        )
        await audit.record(connection, event)
