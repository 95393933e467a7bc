"""Grants what a mailbox holds to a new key, and takes the earlier key's grants away."""

import structlog

from licorne.application.receiving.challenge_ticket import ProvedChallenge
from licorne.application.receiving.contact_acts import ContactActs
from licorne.application.receiving.open_sealed import (
    CopyEnded,
    NotGranted,
    SealedReader,
    reason_of_end,
)
from licorne.domain.identity.ids import DeliveryId
from licorne.domain.sealing.faults import SealBroken
from licorne.domain.sealing.records import CopyClass, DirectoryKey, Grant
from licorne.ports.randomness import Randomness
from licorne.ports.slot_store import SlotStore
from licorne.store import sealed_messages
from licorne.store.database import Connection
from licorne.store.sealed_messages import StoredMessage
from licorne.vault.granting import GrantingAct
from licorne.vault.key_directory import KeyDirectory
from licorne.vault.keyring import Keyring
from licorne.vault.opened_message import UnwrappedGrant
from licorne.vault.reader_keys import OpenReaderKey, ReaderKey

log = structlog.get_logger("licorne.receiving")


class RegrantWaiting:
    def __init__(
        self,
        keyring: Keyring,
        directory: KeyDirectory,
        slots: SlotStore,
        randomness: Randomness,
        reader: SealedReader,
        acts: ContactActs,
    ) -> None:
        self._keyring = keyring
        self._directory = directory
        self._slots = slots
        self._randomness = randomness
        self._reader = reader
        self._acts = acts

    async def __call__(
        self,
        connection: Connection,
        provisional: OpenReaderKey,
        new: DirectoryKey,
        proved: ProvedChallenge | None,
    ) -> tuple[DeliveryId, ...]:
        """Grant every message of the provisional key to the new one; give what was granted.

        A challenge that was met comes off; any other stays on its delivery. A damaged message is
        left as it is, for a member to grant again from the practice's copy, and keeps nobody from
        the others. Raises ``WrongPassphrase`` when the proof is of another passphrase by now.
        """
        organization = provisional.row.organization
        reader = self._directory.checked(new)
        grants = await sealed_messages.fetch_grants(
            connection, organization, reader_keys=[provisional.row.id]
        )
        granted = []
        for grant in grants:
            stored = await sealed_messages.fetch_message(connection, organization, grant.message)
            if stored is None or reason_of_end(stored, CopyClass.CONTACT) is not None:
                continue
            try:
                await self._regrant(connection, stored, grant, provisional, reader, proved)
                granted += [] if grant.delivery is None else [grant.delivery]
            except (CopyEnded, NotGranted):
                continue
            except SealBroken as fault:
                log.warning("damaged message left behind at a claim", cause=fault.cause)
        await sealed_messages.remove_grants(connection, organization, grants)
        return tuple(granted)

    async def _regrant(
        self,
        connection: Connection,
        stored: StoredMessage,
        grant: Grant,
        provisional: OpenReaderKey,
        reader: ReaderKey,
        proved: ProvedChallenge | None,
    ) -> None:
        unwrapped = await self._reader.unwrap(
            connection, stored, provisional, delivery=grant.delivery
        )
        act = GrantingAct(
            self._keyring,
            self._randomness,
            organization=stored.organization,
            message=stored.id,
            act_id=self._acts.new_id(),
            granter=reader.row.owner,
        )
        if proved is not None and proved.delivery == grant.delivery:
            await self._without_challenge(connection, stored, unwrapped, act, reader, proved)
        else:
            unwrapped.carry_over(act, grant_id=self._acts.new_id(), reader=reader)
        await sealed_messages.add_grants(connection, act.sign(stored.header), act.grants)

    async def _without_challenge(
        self,
        connection: Connection,
        stored: StoredMessage,
        unwrapped: UnwrappedGrant,
        act: GrantingAct,
        reader: ReaderKey,
        proved: ProvedChallenge,
    ) -> None:
        parts = await sealed_messages.fetch_parts(connection, stored.organization, stored.id)
        opened = await self._reader.unlock(stored, unwrapped, parts, proved.secret)
        opened.grant(
            act,
            grant_id=self._acts.new_id(),
            copy=CopyClass.CONTACT,
            slot_secret=await self._slots.read(stored.contact_slot),
            reader=reader,
            delivery=unwrapped.grant.delivery,
        )
