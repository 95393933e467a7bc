"""Counts what is sent with an app password, and notices when it was revoked meanwhile.

A stolen app password can send no more than its cap in a day (UTC), whatever it is refused for; and
a connection that stands for hours ends its sending with its app password (threat 19).
"""

import enum

from licorne.application.new_ids import NewIds
from licorne.application.sending.authenticate_submission import Submitter
from licorne.application.sending.reservations import Reservation, Reservations
from licorne.domain.audit.event import AuditEvent, Outcome
from licorne.domain.audit.tags import Tag
from licorne.ports.clock import Clock
from licorne.ports.randomness import Randomness
from licorne.store import audit
from licorne.store.database import Database


class UseRefused(enum.StrEnum):
    """Why nothing more can be sent with an app password; also the audit's detail."""

    REVOKED = "app_password_revoked"
    OVER_CAP = "app_password_cap"


class UseAppPassword:
    def __init__(
        self,
        reservations: Reservations,
        database: Database,
        clock: Clock,
        randomness: Randomness,
    ) -> None:
        self._reservations = reservations
        self._database = database
        self._clock = clock
        self._new_id = NewIds(clock, randomness)

    async def __call__(self, submitter: Submitter, deliveries: int) -> Reservation | UseRefused:
        """Reserve room for deliveries about to be asked for; or tell why they mustn't be."""
        reserved = await self._reservations.reserve(
            submitter.organization, deliveries, submitter.app_password
        )
        use = reserved.app_password
        if use is not None and use.serves and use.before + deliveries <= use.daily_cap:
            return reserved
        await self._reservations.give_back(reserved)
        serves = use is not None and use.serves
        refused = UseRefused.OVER_CAP if serves else UseRefused.REVOKED
        await self._record(submitter, refused)
        return refused

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
