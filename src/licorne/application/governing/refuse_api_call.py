"""Writes down that a known caller was refused: a missing scope, somebody else's message."""

import uuid

from licorne.application.governing.authenticate_token import ApiCaller
from licorne.application.new_ids import NewIds
from licorne.domain.audit.event import AuditEvent, Outcome
from licorne.domain.audit.tags import Tag
from licorne.ports.clock import Clock
from licorne.ports.randomness import Randomness
from licorne.store import audit
from licorne.store.database import Database


class RefuseApiCall:
    def __init__(self, database: Database, clock: Clock, randomness: Randomness) -> None:
        self._database = database
        self._clock = clock
        self._new_id = NewIds(clock, randomness)

    async def __call__(
        self, caller: ApiCaller, code: str, subject: uuid.UUID | None = None
    ) -> None:
        """Record it; ``code`` is a word, ``subject`` what the caller asked for."""
        async with self._database.tenant(caller.organization) as connection:
            event = AuditEvent(
                id=self._new_id(),
                organization=caller.organization,
                at=self._clock.now(),
                tag=Tag.API_REFUSED,
                actor=caller.actor,
                subject=subject or caller.token,
                outcome=Outcome.REFUSED,
                detail=code,
            )
            await audit.record(connection, event)
