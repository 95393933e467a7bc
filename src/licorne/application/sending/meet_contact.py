"""Meets a number for the first time: a contact, and a mailbox that waits for the first visit.

The waiting mailbox's private key lies under K_enrol and a shred slot, so that claiming it, which
destroys the slot, ends it in every backup too. Numbers of one organization that are met at the
same moment are met in one transaction: a batch to a thousand new people waits for few fsyncs.
"""

from collections.abc import Sequence

from licorne.application.new_ids import NewIds
from licorne.application.waiting_key import make_waiting_key
from licorne.domain.audit.event import AuditEvent
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.actor import Actor
from licorne.domain.identity.ids import ContactId, MailboxId, OrganizationId
from licorne.domain.identity.phone_number import PhoneNumber
from licorne.ports.clock import Clock
from licorne.ports.randomness import Randomness
from licorne.ports.slot_store import SlotStore
from licorne.store import audit, contacts_met, reader_keys
from licorne.store.batcher import Batchers
from licorne.store.contacts_met import MetContact, NewContact
from licorne.store.database import Database
from licorne.vault.contact_binding import FIRST_EPOCH, contact_binding
from licorne.vault.keyring import Keyring
from licorne.vault.personal_fields import number_lookup, seal_contact_name, seal_contact_number


class MeetContact:
    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        slots: SlotStore,
        clock: Clock,
        randomness: Randomness,
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._slots = slots
        self._clock = clock
        self._randomness = randomness
        self._new_id = NewIds(clock, randomness)
        self._meetings: Batchers[OrganizationId, MetContact, None] = Batchers(self._write)

    async def __call__(
        self, organization: OrganizationId, number: PhoneNumber, by: Actor, name: str | None = None
    ) -> None:
        """Make sure that the number has a contact; a race to be first is nobody's loss."""
        await self._meetings.submit(organization, await self._make(organization, number, by, name))

    async def _make(
        self, organization: OrganizationId, number: PhoneNumber, by: Actor, name: str | None
    ) -> MetContact:
        contact, mailbox = ContactId(self._new_id()), MailboxId(self._new_id())
        now, lookup = self._clock.now(), number_lookup(self._keyring, number)
        key = await make_waiting_key(
            self._keyring, self._randomness, self._slots, self._new_id, organization, mailbox, now
        )
        new = NewContact(
            organization=organization,
            id=contact,
            mailbox=mailbox,
            number_lookup=lookup,
            number_sealed=seal_contact_number(self._keyring, organization, contact, number),
            name_sealed=None
            if name is None
            else seal_contact_name(self._keyring, organization, contact, name),
            binding=contact_binding(
                self._keyring, organization, contact, lookup, FIRST_EPOCH, mailbox
            ),
            at=now,
        )
        return MetContact(
            new,
            key,
            AuditEvent(self._new_id(), organization, now, Tag.CONTACT_ADDED, by, contact),
        )

    async def _write(
        self, organization: OrganizationId, meetings: Sequence[MetContact]
    ) -> list[None]:
        """Write those whose number nobody has met meanwhile, and of one number one alone."""
        async with self._database.tenant(organization) as connection:
            added = await contacts_met.add(connection, [one.contact for one in meetings])
            met = [one for one in meetings if one.contact.id in added]
            await reader_keys.add_first_keys(connection, [one.key for one in met])
            await audit.record_many(connection, [one.event for one in met])
        return [None] * len(meetings)
