"""What contacts do leaves a trace: one audit event per act, in the act's own transaction."""

import uuid
from datetime import datetime

from licorne.application.new_ids import NewIds
from licorne.domain.audit.event import AuditEvent, Outcome
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.actor import Actor
from licorne.domain.identity.ids import DeliveryId, OrganizationId
from licorne.domain.message.delivery_state import DeliveryState
from licorne.ports.clock import Clock
from licorne.ports.randomness import Randomness
from licorne.store import audit, deliveries
from licorne.store.database import Connection


class ContactActs:
    """Time, new ids, the audit trail and a delivery's story, as every use case here needs them."""

    def __init__(self, clock: Clock, randomness: Randomness) -> None:
        self._clock = clock
        self.new_id = NewIds(clock, randomness)

    def now(self) -> datetime:
        return self._clock.now()

    async def record(
        self,
        connection: Connection,
        organization: OrganizationId,
        tag: Tag,
        subject: uuid.UUID | None,
        *,
        actor: Actor | None = None,
        outcome: Outcome = Outcome.DONE,
        detail: str | None = None,
    ) -> None:
        """Record one act, by nobody where none is proved yet; ``detail`` is a code."""
        event = AuditEvent(
            id=self.new_id(),
            organization=organization,
            at=self.now(),
            tag=tag,
            actor=actor or Actor.nobody(),
            subject=subject,
            outcome=outcome,
            detail=detail,
        )
        await audit.record(connection, event)

    async def move(
        self,
        connection: Connection,
        organization: OrganizationId,
        delivery: DeliveryId,
        state: DeliveryState,
    ) -> bool:
        """Move a delivery forward; false where it had come further before."""
        return await deliveries.move(
            connection, organization, delivery, state, self.new_id(), self.now()
        )

    async def tell(
        self,
        connection: Connection,
        organization: OrganizationId,
        delivery: DeliveryId,
        what: str,
        detail: str | None = None,
    ) -> None:
        """Add to a delivery's story what its sender should know and no state says."""
        await deliveries.note(
            connection, organization, delivery, what, self.new_id(), self.now(), detail
        )
