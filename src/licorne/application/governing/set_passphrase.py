"""Sets a delivery's passphrase anew: after the tries ran out, or because it was forgotten.

The member opens the message by the practice's copy and grants the contact's copy again, with the
new passphrase's layer around it. What was granted with the old one is removed.
"""

import enum

from licorne.application.current_reader_key import current_reader_key
from licorne.application.governing.ask_nudge import belongs_to_another
from licorne.application.member_acts import MemberActs
from licorne.application.receiving.inbox_keys import InboxKeys
from licorne.application.receiving.open_sealed import CopyEnded, SealedReader
from licorne.application.receiving.read_thread import open_with_any
from licorne.application.signed_in_member import SignedInMember
from licorne.domain.audit.event import Outcome
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.ids import DeliveryId
from licorne.domain.identity.permission import Permission
from licorne.domain.message.thread import ThreadMessage
from licorne.domain.pickup.passphrase import normalised_passphrase
from licorne.domain.sealing.records import CopyClass
from licorne.ports.randomness import Randomness
from licorne.ports.slot_store import SlotDestroyed, SlotStore
from licorne.store import contacts, deliveries, delivery_challenges, sealed_messages, threads
from licorne.store.database import Connection, Database
from licorne.vault.challenges import ChallengeSecret
from licorne.vault.granting import GrantingAct
from licorne.vault.key_directory import KeyDirectory
from licorne.vault.keyring import Keyring
from licorne.vault.passwords import PasswordVault
from licorne.vault.reader_keys import OpenReaderKey

STORY_STEP = "challenge_set"


class PassphraseSet(enum.Enum):
    DONE = "done"
    NOT_FOUND = "not_found"
    NOT_WAITING = "not_waiting"  # read, recalled or expired: nothing is left to lock


class SetPassphrase:
    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        directory: KeyDirectory,
        passwords: PasswordVault,
        reader: SealedReader,
        slots: SlotStore,
        randomness: Randomness,
        acts: MemberActs,
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._directory = directory
        self._passwords = passwords
        self._reader = reader
        self._slots = slots
        self._randomness = randomness
        self._acts = acts
        self._inbox_keys = InboxKeys(keyring)

    async def __call__(
        self, member: SignedInMember, delivery: DeliveryId, passphrase: str
    ) -> PassphraseSet:
        """Set it. Raises `PasswordsBusy` and `SealBroken`."""
        await self._acts.permit(self._database, member, Permission.WRITE_MESSAGES)
        # Argon2 runs before the transaction: no row is locked while it does.
        challenge = await self._passwords.new_challenge(normalised_passphrase(passphrase))
        organization = member.organization.id
        async with self._database.tenant(organization) as connection:
            thread_id = await threads.thread_of_delivery(connection, organization, delivery)
            thread = thread_id and await threads.fetch(
                connection, organization, thread_id, member.inboxes
            )
            if not thread:
                await self._acts.record(
                    connection, member, Tag.MEMBER_REFUSED, delivery, outcome=Outcome.REFUSED
                )
                return PassphraseSet.NOT_FOUND
            facts = (await threads.messages(connection, organization, thread.id, only=delivery))[0]
            await delivery_challenges.lock_mailbox(connection, organization, facts.mailbox)
            facts = (await threads.messages(connection, organization, thread.id, only=delivery))[0]
            contact = await contacts.fetch(connection, organization, facts.contact)
            if not facts.waits_to_be_read or belongs_to_another(thread, contact):
                return PassphraseSet.NOT_WAITING
            keys = await self._inbox_keys(connection, member, thread.inbox)
            try:
                await self._grant_anew(connection, member, facts, keys, challenge)
            except (CopyEnded, SlotDestroyed):
                return PassphraseSet.NOT_WAITING
            await delivery_challenges.set_anew(connection, organization, delivery)
            await self._acts.record(connection, member, Tag.CHALLENGE_SET, delivery)
            await deliveries.note(
                connection,
                organization,
                delivery,
                STORY_STEP,
                self._acts.new_id(),
                self._acts.now(),
            )
        return PassphraseSet.DONE

    async def _grant_anew(
        self,
        connection: Connection,
        member: SignedInMember,
        facts: ThreadMessage,
        keys: tuple[OpenReaderKey, ...],
        challenge: ChallengeSecret,
    ) -> None:
        organization = member.organization.id
        content = await open_with_any(self._reader, connection, organization, facts.message, keys)
        before = await sealed_messages.fetch_grants(
            connection, organization, message=facts.message, delivery=facts.delivery
        )
        act = GrantingAct(
            self._keyring,
            self._randomness,
            organization=organization,
            message=facts.message,
            act_id=self._acts.new_id(),
            granter=member.id,
        )
        content.opened.grant(
            act,
            grant_id=self._acts.new_id(),
            copy=CopyClass.CONTACT,
            slot_secret=await self._slots.read(content.stored.contact_slot),
            reader=await current_reader_key(
                connection, self._directory, organization, facts.mailbox
            ),
            delivery=facts.delivery,
            challenge=challenge,
        )
        signed = act.sign(content.stored.header)
        await sealed_messages.remove_grants(
            connection,
            organization,
            [grant for grant in before if grant.copy is CopyClass.CONTACT],
        )
        await sealed_messages.add_grants(connection, signed, act.grants)
