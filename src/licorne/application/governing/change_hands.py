"""A member says that a number belongs to somebody else now: a new number epoch begins (threat 4).

Whoever has the number from then on finds nothing of what was before: no session lives, old links
lead to the page for strangers, what is announced no more is not announced. The practice's copies
stay in the old threads, under the name of who had the number.

There is no way back. What waited unvisited is destroyed, and a mailbox that was shut must not be
put within the number's reach again by a second press: whoever pressed would decide alone, from
afar, who reads a patient's mail. The person is met anew, and a message sent once more.
"""

import contextlib

from licorne.application.member_acts import MemberActs
from licorne.application.signed_in_member import SignedInMember
from licorne.application.waiting_key import make_waiting_key
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.contact import Contact
from licorne.domain.identity.ids import ContactId, MailboxId, OrganizationId
from licorne.domain.identity.permission import Permission
from licorne.domain.mailbox.number_change import NumberChange
from licorne.domain.sealing.records import SlotReference, UnlockMethod
from licorne.ports.randomness import Randomness
from licorne.ports.slot_store import SlotStore
from licorne.store import contacts, deliveries, events, former_owners, reader_keys, shredding
from licorne.store.database import Connection, Database
from licorne.store.jobs import Shred, enqueue
from licorne.vault.contact_binding import contact_binding
from licorne.vault.keyring import Keyring
from licorne.vault.personal_fields import number_lookup, open_contact_number

NUMBER_CHANGED = "number_changed_hands"


class ChangeHands:
    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        slots: SlotStore,
        randomness: Randomness,
        acts: MemberActs,
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._slots = slots
        self._randomness = randomness
        self._acts = acts

    async def __call__(
        self, member: SignedInMember, contact: ContactId, epoch: int, reason: NumberChange
    ) -> bool:
        """End the number epoch; false for an unknown contact, or where ``epoch`` has ended before.

        ``epoch`` is the one that the member saw: a form that is sent twice ends one.
        """
        await self._acts.permit(self._database, member, Permission.CHANGE_CONTACTS)
        organization, mailbox = member.organization.id, MailboxId(self._acts.new_id())
        now = self._acts.now()
        waiting = await make_waiting_key(
            self._keyring,
            self._randomness,
            self._slots,
            self._acts.new_id,
            organization,
            mailbox,
            now,
        )
        async with self._database.tenant(organization) as connection:
            row = await contacts.fetch(connection, organization, contact, lock=True)
            if row is None or row.number_epoch != epoch:
                return False
            unread = await former_owners.unread_of(connection, organization, row.mailbox)
            binding = self._binding(row, mailbox)
            end = former_owners.EpochEnd(row, member.id, reason, now, mailbox, binding)
            await former_owners.end_epoch(connection, end)
            await reader_keys.add_first_keys(connection, [waiting])
            slots = await self._end_unvisited(connection, organization, row.mailbox)
            for delivery in unread:
                await deliveries.note(
                    connection, organization, delivery, NUMBER_CHANGED, self._acts.new_id(), now
                )
            await self._acts.record(
                connection, member, Tag.CONTACT_NUMBER_CHANGED, contact, detail=reason.value
            )
            change = events.Change(organization, events.Changed.MAILBOX, mailbox)
            await events.announce_change(connection, change)
        for slot in slots:
            with contextlib.suppress(OSError):  # the shred order stands
                await self._slots.destroy(slot)
        return True

    def _binding(self, contact: Contact, mailbox: MailboxId) -> bytes:
        organization = contact.organization
        # The number is taken from where it is sealed to this contact, not from its look-up column.
        phone = open_contact_number(self._keyring, organization, contact.id, contact.number_sealed)
        lookup = number_lookup(self._keyring, phone)
        return contact_binding(
            self._keyring, organization, contact.id, lookup, contact.number_epoch + 1, mailbox
        )

    async def _end_unvisited(
        self, connection: Connection, organization: OrganizationId, mailbox: MailboxId
    ) -> list[SlotReference]:
        """Destroy the key of a mailbox that nobody visited: nobody can say whose it was."""
        key = await reader_keys.waiting_key_of(connection, organization, mailbox)
        if key is None:
            return []
        wraps = await reader_keys.fetch_wraps(connection, organization, key, UnlockMethod.ENROL)
        await reader_keys.remove_wraps(connection, organization, key, UnlockMethod.ENROL)
        slots = [wrap.slot for wrap in wraps if wrap.slot is not None]
        for slot in slots:
            order = self._acts.new_id()
            await shredding.order(connection, organization, order, self._acts.now(), slot=slot)
            await enqueue(connection, Shred(organization, order))
        return slots
