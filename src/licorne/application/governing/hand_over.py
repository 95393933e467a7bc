"""Somebody who can open the practice's copies hands messages over to whose threads they are now.

After a member came back with a new key, or a colleague took over the threads of one who left. The
messages' keys are granted on; what the messages say is not opened (threat 11). Each is recorded.
"""

from dataclasses import dataclass

from licorne.application.current_reader_key import current_reader_key
from licorne.application.governing.record_holders import RecordHolders
from licorne.application.member_acts import MemberActs
from licorne.application.receiving.inbox_keys import InboxKeys
from licorne.application.receiving.open_sealed import CopyEnded, NotGranted, SealedReader
from licorne.application.signed_in_member import SignedInMember
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.ids import MessageId
from licorne.domain.identity.permission import Permission
from licorne.domain.message.thread import Inbox, OwnerKind
from licorne.domain.sealing.records import CopyClass
from licorne.ports.randomness import Randomness
from licorne.ports.slot_store import SlotDestroyed, SlotStore
from licorne.store import handovers, sealed_messages
from licorne.store.database import Connection, Database
from licorne.store.sealed_messages import StoredMessage
from licorne.vault.granting import GrantingAct
from licorne.vault.key_directory import KeyDirectory
from licorne.vault.keyring import Keyring
from licorne.vault.opened_message import OpenedMessage
from licorne.vault.reader_keys import OpenReaderKey, ReaderKey

AT_ONCE = 50  # messages in one transaction


@dataclass(frozen=True, slots=True)
class HandedOver:
    given: int
    left: int  # that this member's keys don't open


class HandOver:
    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        directory: KeyDirectory,
        reader: SealedReader,
        slots: SlotStore,
        randomness: Randomness,
        holders: RecordHolders,
        acts: MemberActs,
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._directory = directory
        self._reader = reader
        self._slots = slots
        self._randomness = randomness
        self._holders = holders
        self._acts = acts
        self._inbox_keys = InboxKeys(keyring)

    async def waiting(self, by: SignedInMember) -> tuple[Inbox, ...]:
        """Name the inboxes that wait for somebody to hand messages over to them."""
        await self._acts.permit(self._database, by, Permission.GOVERN_MEMBERS)
        async with self._database.tenant(by.organization.id) as connection:
            return await handovers.asked(connection, by.organization.id)

    async def opens_copies(self, by: SignedInMember) -> bool:
        """Say whether the practice's copies are open to this member now."""
        async with self._database.tenant(by.organization.id) as connection:
            return bool(await self._holders.open(connection, by))

    async def __call__(self, by: SignedInMember) -> HandedOver:
        """Hand over all that this member's keys open; what is left waits for somebody else."""
        given = left = 0
        for inbox in await self.waiting(by):
            done = await self._inbox(by, inbox)
            given, left = given + done.given, left + done.left
        return HandedOver(given, left)

    async def _inbox(self, by: SignedInMember, inbox: Inbox) -> HandedOver:
        organization = by.organization.id
        given = left = 0
        after: MessageId | None = None
        while True:
            async with self._database.tenant(organization) as connection:
                found = await handovers.waiting(
                    connection, organization, inbox, after=after, most=AT_ONCE
                )
                if not found:
                    if left == 0:
                        await handovers.close(connection, organization, inbox)
                    return HandedOver(given, left)
                keys = await self._keys(connection, by, inbox)
                reader = await current_reader_key(
                    connection, self._directory, organization, inbox.id
                )
                for message in found:
                    done = await self._grant(connection, by, message, keys, reader)
                    given, left = given + done, left + (not done)
                after = found[-1]

    async def _keys(
        self, connection: Connection, by: SignedInMember, inbox: Inbox
    ) -> tuple[OpenReaderKey, ...]:
        keys = await self._holders.open(connection, by)
        if inbox.kind is OwnerKind.TEAM:
            keys += await self._inbox_keys(connection, by, inbox)
        return (*keys, by.key)

    async def _grant(
        self,
        connection: Connection,
        by: SignedInMember,
        message: MessageId,
        keys: tuple[OpenReaderKey, ...],
        reader: ReaderKey,
    ) -> bool:
        organization = by.organization.id
        stored = await sealed_messages.fetch_message(connection, organization, message)
        opened = stored and await self._open(connection, stored, keys)
        if not stored or not opened:
            return False
        act = GrantingAct(
            self._keyring,
            self._randomness,
            organization=organization,
            message=message,
            act_id=self._acts.new_id(),
            granter=by.id,
        )
        try:
            slot_secret = await self._slots.read(stored.practice_slot)
        except SlotDestroyed:
            return False
        opened.grant(
            act,
            grant_id=self._acts.new_id(),
            copy=CopyClass.PRACTICE,
            slot_secret=slot_secret,
            reader=reader,
        )
        await sealed_messages.add_grants(connection, act.sign(stored.header), act.grants)
        await self._acts.record(connection, by, Tag.MESSAGE_HANDED_OVER, message)
        return True

    async def _open(
        self, connection: Connection, stored: StoredMessage, keys: tuple[OpenReaderKey, ...]
    ) -> OpenedMessage | None:
        """Open the message's key with whichever key it was granted to; its text stays shut."""
        parts = await sealed_messages.fetch_parts(connection, stored.organization, stored.id)
        for key in keys:
            try:
                unwrapped = await self._reader.unwrap(connection, stored, key)
                return await self._reader.unlock(stored, unwrapped, parts)
            except NotGranted:
                continue
            except CopyEnded:
                return None
        return None
