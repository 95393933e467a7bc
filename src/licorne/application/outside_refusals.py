"""Refusals of callers who belong to no organization, in the installation's own audit chain.

One event per source, kind and minute: whoever tries a million tokens can't fill the trail.
"""

from datetime import timedelta

from licorne.application.new_ids import NewIds
from licorne.application.throttle import Limit, Throttle
from licorne.domain.audit.event import AuditEvent, Outcome
from licorne.domain.audit.signed_head import INSTALLATION_CHAIN
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.actor import Actor
from licorne.domain.identity.ids import OrganizationId
from licorne.ports.clock import Clock
from licorne.ports.randomness import Randomness
from licorne.store import audit
from licorne.store.database import Database
from licorne.vault.keyring import Keyring

_ONE_A_MINUTE = timedelta(minutes=1)


class OutsideRefusals:
    def __init__(
        self, database: Database, keyring: Keyring, clock: Clock, randomness: Randomness
    ) -> None:
        self._database = database
        self._throttle = Throttle(database, keyring, clock)
        self._clock = clock
        self._new_id = NewIds(clock, randomness)

    async def record(self, tag: Tag, source: str, detail: str) -> None:
        """Record that a source (an address) was refused; the source itself is kept nowhere."""
        limit = Limit(f"refused:{tag.value}", 1, _ONE_A_MINUTE)
        if not await self._throttle.allows((limit, source)):
            return
        async with self._database.tenant(OrganizationId(INSTALLATION_CHAIN)) as connection:
            event = AuditEvent(
                id=self._new_id(),
                organization=None,
                at=self._clock.now(),
                tag=tag,
                actor=Actor.nobody(),
                outcome=Outcome.REFUSED,
                detail=detail,
            )
            await audit.record(connection, event)
