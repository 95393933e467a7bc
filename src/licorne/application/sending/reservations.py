"""Reserves room in today's quota for deliveries that are about to be sealed.

Reserved before it is known whether the message will be accepted, so that two messages at once
can't both take the last place; what comes to nothing is given back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from licorne.domain.identity.ids import AppPasswordId, OrganizationId
from licorne.ports.clock import Clock
from licorne.store import reservations
from licorne.store.batcher import Batcher
from licorne.store.database import Database
from licorne.store.reservations import AppPasswordUse, Taken, Wanted


@dataclass(frozen=True, slots=True)
class Reservation:
    """Room for ``deliveries`` on ``day`` (UTC); ``used_before``: what the organization had sent."""

    organization: OrganizationId
    deliveries: int
    day: date
    used_before: int
    app_password: AppPasswordUse | None = None


class Reservations:
    def __init__(self, database: Database, clock: Clock) -> None:
        """``database`` is the intake role's, whose counts needn't outlive a crash."""
        self._database = database
        self._connection = database.lasting()
        self._clock = clock
        self._batcher: Batcher[Wanted, Taken] = Batcher(self._take)

    async def reserve(
        self,
        organization: OrganizationId,
        deliveries: int,
        app_password: AppPasswordId | None = None,
    ) -> Reservation:
        day = self._clock.now().date()
        taken = await self._batcher.submit(Wanted(organization, deliveries, app_password))
        return Reservation(
            organization, deliveries, day, taken.organization_before, taken.app_password
        )

    async def give_back(self, unused: Reservation) -> None:
        """Return to the quota what wasn't sent. An app password's use stays counted."""
        if unused.deliveries:
            async with self._database.before_tenant() as connection:
                wanted = Wanted(unused.organization, -unused.deliveries, None)
                await reservations.take(connection, [wanted], unused.day)

    async def _take(self, wanted: Sequence[Wanted]) -> list[Taken]:
        day = self._clock.now().date()
        return await reservations.take(await self._connection(), wanted, day)
