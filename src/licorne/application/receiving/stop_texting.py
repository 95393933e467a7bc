"""A contact wants no more texts from a practice, or wants them again.

From a link it takes no password: who gets texts that aren't theirs must be able to stop them.
"""

from datetime import timedelta

from licorne.application.receiving.contact_acts import ContactActs
from licorne.application.receiving.locate_link import LocateLink
from licorne.application.signed_in_contact import SignedInContact
from licorne.application.throttle import Limit, Throttle
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.actor import Actor
from licorne.domain.identity.contact import OptedOutBy
from licorne.domain.identity.ids import ContactId, OrganizationId
from licorne.domain.pickup.door import Door
from licorne.store import contacts
from licorne.store.database import Database

PER_ADDRESS = Limit("stop-texting-address", 30, timedelta(hours=1))


class StopTexting:
    def __init__(
        self, database: Database, throttle: Throttle, locate: LocateLink, acts: ContactActs
    ) -> None:
        self._database = database
        self._throttle = throttle
        self._locate = locate
        self._acts = acts

    async def by_link(self, token: str, *, address: str) -> bool:
        """Stop texts to the number that a link was sent to; false where there is none."""
        now = self._acts.now()
        located = await self._locate(token, now)
        if located is None or located.door(now) is Door.UNKNOWN:
            return False
        if not await self._throttle.allows((PER_ADDRESS, address)):
            return False
        await self._set(located.organization.id, located.contact.id, Actor.nobody(), stop=True)
        return True

    async def signed_in(self, contact: SignedInContact, *, stop: bool) -> None:
        """Stop texts, or let them start again."""
        await self._set(contact.organization.id, contact.contact.id, contact.actor, stop=stop)

    async def _set(
        self, organization: OrganizationId, contact: ContactId, by: Actor, *, stop: bool
    ) -> None:
        now = self._acts.now()
        async with self._database.tenant(organization) as connection:
            await contacts.set_opted_out(
                connection,
                organization,
                contact,
                now if stop else None,
                OptedOutBy.CONTACT if stop else None,
            )
            tag = Tag.CONTACT_OPTED_OUT if stop else Tag.CONTACT_OPTED_IN
            await self._acts.record(connection, organization, tag, contact, actor=by)
