"""Reserves room in today's quota for deliveries that are about to be sealed.

Reserved before it is known whether the message will be accepted, so that two messages at once
can't both take the last place; what comes to nothing is given back.

A process in which an email program sends much takes room for the next few messages along and keeps
it for a moment (a lease), so that not every message pays for counting. Places are handed out in
order, so each finds used exactly what was before it; what is left when the lease ends goes back.
For that moment another process may be refused the last places of a quota, and none gets more than
there are.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date

from licorne.domain.identity.ids import AppPasswordId, OrganizationId
from licorne.ports.clock import Clock
from licorne.store import reservations
from licorne.store.batcher import Batcher, Batchers
from licorne.store.database import Database
from licorne.store.reservations import AppPasswordUse, Taken, Wanted

# How long a revoked app password may still be believed; seconds (threat 19 allows sixty).
LEASE_LASTS = 1.0
_MOST_LEASED = 32
_FIRST_LEASED = 4  # askings in a row, each within a moment of the one before

_Holder = tuple[OrganizationId, AppPasswordId | None]


@dataclass(frozen=True, slots=True)
class Reservation:
    """Room for ``deliveries`` on ``day`` (UTC); ``used_before``: what the organization had sent."""

    organization: OrganizationId
    deliveries: int
    day: date
    used_before: int
    app_password: AppPasswordUse | None = None


@dataclass(slots=True)
class _Lease:
    """Room taken along: ``left`` deliveries, the next of which finds used what ``next`` says."""

    next: Reservation
    left: int
    turn: int  # how many of the holder's leases followed one another

    def serves(self, deliveries: int, day: date) -> bool:
        return self.left >= deliveries and self.next.day == day

    def hand_out(self, deliveries: int) -> Reservation:
        handed = replace(self.next, deliveries=deliveries)
        self.next, self.left = _after(self.next, deliveries), self.left - deliveries
        return handed


class Reservations:
    def __init__(self, database: Database, clock: Clock) -> None:
        """``database`` is the intake role's, whose counts needn't outlive a crash."""
        self._database = database
        self._connection = database.lasting()
        self._clock = clock
        self._counting: Batcher[Wanted, Taken] = Batcher(self._take)
        self._asking: Batchers[_Holder, int, Reservation] = Batchers(self._hand_out)
        self._leases: dict[_Holder, _Lease] = {}
        self._giving: set[asyncio.Task[None]] = set()

    async def reserve(
        self,
        organization: OrganizationId,
        deliveries: int,
        app_password: AppPasswordId | None = None,
    ) -> Reservation:
        holder = (organization, app_password)
        lease = self._leases.get(holder)
        if lease is not None and lease.serves(deliveries, self._clock.now().date()):
            return lease.hand_out(deliveries)
        return await self._asking.submit(holder, deliveries)

    async def _hand_out(self, holder: _Holder, asked: Sequence[int]) -> list[Reservation]:
        """Take room for all who ask at this moment, and some along where much is asked for."""
        organization, app_password = holder
        day = self._clock.now().date()
        earlier = self._leases.get(holder)
        # Twice as much as last time while it is used up within the moment; nothing for a few, nor
        # for programs and the office, which may stop and begin anew just below the quota.
        turn = 0 if earlier is None else earlier.turn + 1
        along = 0
        if turn >= _FIRST_LEASED and app_password is not None:
            along = min(2 ** (turn - _FIRST_LEASED), _MOST_LEASED)
        wanted = Wanted(organization, sum(asked) + along, app_password)
        taken = await self._counting.submit(wanted)
        first = Reservation(organization, 0, day, taken.organization_before, taken.app_password)
        lease = _Lease(first, wanted.deliveries, turn)
        handed = [lease.hand_out(deliveries) for deliveries in asked]
        self._keep(holder, lease)
        return handed

    async def give_back(self, unused: Reservation) -> None:
        """Return to the quota what wasn't sent. An app password's use stays counted."""
        if unused.deliveries:
            await self._return(Wanted(unused.organization, -unused.deliveries, None), unused.day)

    def _keep(self, holder: _Holder, lease: _Lease) -> None:
        earlier = self._leases.get(holder)
        self._leases[holder] = lease
        if earlier is not None:
            self._give_back_later(holder, earlier)
        asyncio.get_running_loop().call_later(LEASE_LASTS, self._end, holder, lease)

    def _end(self, holder: _Holder, lease: _Lease) -> None:
        if self._leases.get(holder) is lease:
            del self._leases[holder]
        self._give_back_later(holder, lease)

    def _give_back_later(self, holder: _Holder, lease: _Lease) -> None:
        left, lease.left = lease.left, 0
        if left:
            giving = asyncio.create_task(self._give_back_left(holder, left, lease.next.day))
            self._giving.add(giving)
            giving.add_done_callback(self._giving.discard)

    async def _give_back_left(self, holder: _Holder, left: int, day: date) -> None:
        organization, app_password = holder
        if day != self._clock.now().date():
            app_password = None  # its count began anew
        with suppress(Exception):  # the day's quota is a little smaller then, and nothing else
            await self._return(Wanted(organization, -left, app_password), day)

    async def _return(self, wanted: Wanted, day: date) -> None:
        async with self._database.before_tenant() as connection:
            await reservations.take(connection, [wanted], day)

    async def _take(self, wanted: Sequence[Wanted]) -> list[Taken]:
        day = self._clock.now().date()
        return await reservations.take(await self._connection(), wanted, day)


def _after(reserved: Reservation, deliveries: int) -> Reservation:
    """Give what the next delivery finds used."""
    use = reserved.app_password
    return replace(
        reserved,
        used_before=reserved.used_before + deliveries,
        app_password=None if use is None else replace(use, before=use.before + deliveries),
    )
