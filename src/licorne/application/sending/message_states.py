"""Tells a sender what became of messages: states and times, never content."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from licorne.application.new_ids import NewIds
from licorne.domain.audit.event import AuditEvent
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.actor import Actor
from licorne.domain.identity.ids import DeliveryId, MessageId, OrganizationId, ThreadId
from licorne.domain.identity.phone_number import PhoneNumber
from licorne.domain.message.delivery_state import DeliveryState
from licorne.ports.clock import Clock
from licorne.ports.randomness import Randomness
from licorne.store import audit, message_states
from licorne.store.database import Database
from licorne.store.deliveries import DeliveryEvent
from licorne.vault.keyring import Keyring
from licorne.vault.personal_fields import open_contact_number

MOST_IN_A_PAGE = 100


@dataclass(frozen=True, slots=True)
class ShownDelivery:
    id: DeliveryId
    thread: ThreadId
    number: PhoneNumber
    state: DeliveryState
    reason: str | None
    flags: tuple[str, ...]
    challenge: str
    history: tuple[DeliveryEvent, ...]


@dataclass(frozen=True, slots=True)
class ShownMessage:
    id: MessageId
    created_at: datetime
    expires_at: datetime
    recalled_at: datetime | None
    deliveries: tuple[ShownDelivery, ...]


@dataclass(frozen=True, slots=True)
class ShownPage:
    """A page of messages, newest first; ``next`` is the cursor of the page after it."""

    messages: tuple[ShownMessage, ...]
    next: MessageId | None


class MessageStates:
    """Looks only at the actor's own messages; another's is as if it weren't there."""

    def __init__(
        self, database: Database, keyring: Keyring, clock: Clock, randomness: Randomness
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._clock = clock
        self._new_id = NewIds(clock, randomness)

    async def one(
        self,
        organization: OrganizationId,
        actor: Actor,
        message: MessageId,
        *,
        via: uuid.UUID | None = None,
    ) -> ShownMessage | None:
        async with self._database.tenant(organization) as connection:
            found = await message_states.fetch(connection, organization, message)
            if found is None or found.author_id != actor.id:
                return None
            await audit.record(connection, self._read(organization, actor, message, via))
        return self._show(organization, found)

    async def page(
        self,
        organization: OrganizationId,
        actor: Actor,
        before: MessageId | None = None,
        limit: int = MOST_IN_A_PAGE,
        *,
        via: uuid.UUID | None = None,
    ) -> ShownPage:
        limit = max(1, min(limit, MOST_IN_A_PAGE))
        async with self._database.tenant(organization) as connection:
            found = await message_states.fetch_page(
                connection, organization, actor.id, before, limit + 1
            )
            await audit.record(connection, self._read(organization, actor, None, via))
        shown = tuple(self._show(organization, one) for one in found[:limit])
        return ShownPage(shown, shown[-1].id if len(found) > limit else None)

    def _read(
        self,
        organization: OrganizationId,
        actor: Actor,
        message: MessageId | None,
        via: uuid.UUID | None,
    ) -> AuditEvent:
        now = self._clock.now()
        return AuditEvent(
            self._new_id(), organization, now, Tag.API_READ_STATE, actor, message, via=via
        )

    def _show(
        self, organization: OrganizationId, found: message_states.StateOfMessage
    ) -> ShownMessage:
        return ShownMessage(
            id=found.id,
            created_at=found.created_at,
            expires_at=found.expires_at,
            recalled_at=found.recalled_at,
            deliveries=tuple(
                ShownDelivery(
                    id=one.id,
                    thread=one.thread,
                    number=open_contact_number(
                        self._keyring, organization, one.contact, one.number_sealed
                    ),
                    state=one.state,
                    reason=one.reason,
                    flags=one.flags,
                    challenge=one.challenge,
                    history=one.history,
                )
                for one in found.deliveries
            ),
        )
