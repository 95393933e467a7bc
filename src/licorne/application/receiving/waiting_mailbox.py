"""Opens what waits for a first visit: a mailbox whose key lies under K_enrol and a shred slot."""

from licorne.domain.identity.ids import MailboxId, OrganizationId
from licorne.domain.sealing.faults import SealBroken
from licorne.domain.sealing.records import SlotReference, UnlockMethod
from licorne.ports.slot_store import SlotDestroyed, SlotStore
from licorne.store import reader_keys
from licorne.store.database import Connection
from licorne.vault.keyring import Keyring
from licorne.vault.private_key_wraps import unwrap_enrol
from licorne.vault.reader_keys import OpenReaderKey


class WaitingMailbox:
    def __init__(self, keyring: Keyring, slots: SlotStore) -> None:
        self._keyring = keyring
        self._slots = slots

    async def open(
        self, connection: Connection, organization: OrganizationId, mailbox: MailboxId
    ) -> tuple[OpenReaderKey, SlotReference]:
        """Open the provisional key; also give its slot, which a claim destroys.

        Raises `SealBroken` where a row or the slot is gone: the mailbox was claimed meanwhile, or
        its messages have ended.
        """
        pointer = await reader_keys.fetch_current(connection, organization, mailbox)
        if pointer is None:
            raise SealBroken("a waiting mailbox without a pointer to its key")
        key = await reader_keys.fetch_key(connection, organization, pointer.key)
        if key is None:
            raise SealBroken("a waiting mailbox without a key")
        wraps = await reader_keys.fetch_wraps(connection, organization, key.id, UnlockMethod.ENROL)
        if not wraps or wraps[0].slot is None:
            raise SealBroken("a waiting mailbox without its lock")
        try:
            secret = await self._slots.read(wraps[0].slot)
        except SlotDestroyed as gone:
            raise SealBroken("a waiting mailbox's slot is destroyed") from gone
        return unwrap_enrol(self._keyring, key, wraps[0], secret), wraps[0].slot
