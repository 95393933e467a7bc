"""What a contact is told who writes to somebody who is away.

Asked with every message that is shown, so a practice's absences of the day are kept for a moment;
most practices have none, and then nothing else is asked.
"""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from licorne.application.signed_in_contact import SignedInContact
from licorne.domain.identity.ids import DeliveryId, OrganizationId
from licorne.domain.message.absence import Absence, day_there
from licorne.ports.clock import Clock
from licorne.store import absences
from licorne.store.database import Database

_KEPT = timedelta(seconds=20)
_MOST_PRACTICES = 1000


@dataclass(frozen=True, slots=True)
class _Known:
    absences: dict[uuid.UUID, Absence]
    until: float  # of the monotonic clock


class OutOfOffice:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._known: dict[OrganizationId, _Known] = {}

    async def __call__(self, contact: SignedInContact, delivery: DeliveryId) -> Absence | None:
        """Give the absence of whoever would read an answer to this delivery."""
        away = await self._today(contact)
        if not away:
            return None
        organization = contact.organization.id
        async with self._database.tenant(organization) as connection:
            owner = await absences.inbox_of_delivery(
                connection, organization, contact.mailbox.id, delivery
            )
        return None if owner is None else away.get(owner)

    async def _today(self, contact: SignedInContact) -> dict[uuid.UUID, Absence]:
        organization, now = contact.organization, self._clock.monotonic()
        known = self._known.get(organization.id)
        if known is not None and now < known.until:
            return known.absences
        day = day_there(self._clock.now(), organization.time_zone)
        async with self._database.tenant(organization.id) as connection:
            found = await absences.on(connection, organization.id, day)
        if len(self._known) >= _MOST_PRACTICES:
            self._known.clear()
        self._known[organization.id] = _Known(found, now + _KEPT.total_seconds())
        return found
