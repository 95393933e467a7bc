"""Counts what is sent with an app password, and notices when it was revoked meanwhile.

A stolen app password can send no more than its cap in a day (UTC), whatever it is refused for; and
a connection that stands for hours ends its sending with its app password (threat 19).
"""

import enum
from collections.abc import Sequence

from licorne.application.new_ids import NewIds
from licorne.application.sending.authenticate_submission import Submitter
from licorne.domain.audit.event import AuditEvent, Outcome
from licorne.domain.audit.tags import Tag
from licorne.ports.clock import Clock
from licorne.ports.randomness import Randomness
from licorne.store import app_passwords, audit
from licorne.store.app_passwords import Use, Used
from licorne.store.batcher import Batcher
from licorne.store.database import Database


class UseRefused(enum.StrEnum):
    """Why nothing more can be sent with an app password; also the audit's detail."""

    REVOKED = "app_password_revoked"
    OVER_CAP = "app_password_cap"


class UseAppPassword:
    def __init__(
        self, facts: Database, database: Database, clock: Clock, randomness: Randomness
    ) -> None:
        """``facts`` is the intake role's, whose counts needn't outlive a crash."""
        self._facts = facts
        self._database = database
        self._clock = clock
        self._new_id = NewIds(clock, randomness)
        self._batcher: Batcher[Use, Used | None] = Batcher(self._count)

    async def __call__(self, submitter: Submitter, deliveries: int) -> UseRefused | None:
        """Count deliveries about to be asked for; gives why they mustn't be, if so."""
        used = await self._batcher.submit(
            Use(submitter.organization, submitter.app_password, deliveries)
        )
        if used is None or not used.serves:
            refused = UseRefused.REVOKED
        elif used.before + deliveries > used.daily_cap:
            refused = UseRefused.OVER_CAP
        else:
            return None
        await self._record(submitter, refused)
        return refused

    async def _count(self, asked: Sequence[Use]) -> list[Used | None]:
        day = self._clock.now().date()
        async with self._facts.before_tenant() as connection:
            return await app_passwords.use(connection, asked, day)

    async def _record(self, submitter: Submitter, refused: UseRefused) -> None:
        async with self._database.tenant(submitter.organization) as connection:
            await audit.record(
                connection,
                AuditEvent(
                    self._new_id(),
                    submitter.organization,
                    self._clock.now(),
                    Tag.MESSAGE_REFUSED,
                    submitter.actor,
                    submitter.app_password,
                    Outcome.REFUSED,
                    refused.value,
                ),
            )
