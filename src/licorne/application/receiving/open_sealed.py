"""Opens a message for one reader whose private key is at hand: a contact's or a member's session.

What every read shares: the rows, the slot, the signatures, the grant. What differs (who asks,
which audit row, which state) is the caller's, in the same transaction.
"""

from dataclasses import dataclass

from licorne.domain.identity.ids import DeliveryId, MessageId, OrganizationId
from licorne.domain.sealing.body_document import BodyDocument
from licorne.domain.sealing.records import CopyClass, Grant, ReaderKind, SealedPart, WrapMethod
from licorne.ports.blob_store import BlobStore
from licorne.ports.slot_store import SlotDestroyed, SlotStore
from licorne.store import reader_keys, sealed_messages
from licorne.store.database import Connection
from licorne.store.sealed_messages import StoredMessage
from licorne.vault.challenges import ChallengeSecret
from licorne.vault.keyring import Keyring
from licorne.vault.opened_message import OpenedMessage, UnwrappedGrant, unwrap_grant
from licorne.vault.reader_keys import OpenReaderKey


class CopyEnded(Exception):
    """The copy is no more. ``why``: recalled, expired or retention."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class NotGranted(Exception):
    """No grant of this message is for this reader."""


class NoSuchMessage(Exception):
    """The organization has no such message."""


@dataclass(frozen=True, slots=True)
class OpenedContent:
    """A message that its reader can read: the body document, and the key to its attachments."""

    stored: StoredMessage
    body: BodyDocument
    opened: OpenedMessage


class SealedReader:
    """Opens messages; within the caller's transaction, so that the audit row stands beside it."""

    def __init__(self, keyring: Keyring, slots: SlotStore, blobs: BlobStore) -> None:
        self._keyring = keyring
        self._slots = slots
        self._blobs = blobs

    async def open(
        self,
        connection: Connection,
        organization: OrganizationId,
        message: MessageId,
        reader: OpenReaderKey,
        *,
        delivery: DeliveryId | None = None,
        challenge: ChallengeSecret | None = None,
    ) -> OpenedContent:
        """Open a message.

        Raises `CopyEnded`, `NotGranted`, `NoSuchMessage`; ``WrongPassphrase`` for a challenge
        that isn't met and ``SealBroken`` when a row isn't what was signed.
        """
        stored = await sealed_messages.fetch_message(connection, organization, message)
        if stored is None:
            raise NoSuchMessage
        ended_by = reason_of_end(stored, copy_of(reader.row.kind))
        if ended_by is not None:
            raise CopyEnded(ended_by)
        parts = await sealed_messages.fetch_parts(connection, organization, message)
        unwrapped = await self.unwrap(connection, stored, reader, delivery=delivery)
        opened = await self.unlock(stored, unwrapped, parts, challenge)
        body = BodyDocument.decode(await self._body(opened, parts[0]))
        return OpenedContent(stored, body, opened)

    async def unwrap(
        self,
        connection: Connection,
        stored: StoredMessage,
        reader: OpenReaderKey,
        *,
        delivery: DeliveryId | None = None,
    ) -> UnwrappedGrant:
        """Open this reader's grant, leaving the slot's and a challenge's lock in place."""
        grant = await self._grant(connection, stored, reader, delivery)
        act = await sealed_messages.fetch_act(connection, stored.organization, grant.act)
        if act is None:
            raise NotGranted
        intake = None
        if grant.method is WrapMethod.INTAKE and grant.intake_key is not None:
            intake = await reader_keys.fetch_intake_key(
                connection, stored.organization, grant.intake_key
            )
        return unwrap_grant(self._keyring, stored.header, grant, act, reader, intake)

    async def unlock(
        self,
        stored: StoredMessage,
        unwrapped: UnwrappedGrant,
        parts: list[SealedPart],
        challenge: ChallengeSecret | None = None,
    ) -> OpenedMessage:
        """Open an unwrapped grant with its copy's slot. Raises `CopyEnded`."""
        copy = unwrapped.grant.copy
        try:
            slot_secret = await self._slots.read(stored.slot(copy))
        except SlotDestroyed as gone:
            raise CopyEnded(reason_of_end(stored, copy) or "expired") from gone
        return unwrapped.open(parts, slot_secret, challenge)

    async def _grant(
        self,
        connection: Connection,
        stored: StoredMessage,
        reader: OpenReaderKey,
        delivery: DeliveryId | None,
    ) -> Grant:
        grants = await sealed_messages.fetch_grants(
            connection,
            stored.organization,
            message=stored.id,
            reader_keys=[reader.row.id],
            delivery=delivery,
        )
        if not grants:
            raise NotGranted
        # Where a delivery was granted anew without its challenge, that grant is the one to use.
        return min(grants, key=lambda grant: grant.challenge is not None)

    async def _body(self, opened: OpenedMessage, part: SealedPart) -> bytes:
        if part.blob is None:
            return opened.open_part(0)
        pieces = [piece async for piece in opened.open_stream(0, self._blobs.read(part.blob))]
        return b"".join(pieces)


def copy_of(kind: ReaderKind) -> CopyClass:
    """Say whose copy a kind of reader reads."""
    if kind in (ReaderKind.MAILBOX, ReaderKind.WAITING):
        return CopyClass.CONTACT
    return CopyClass.PRACTICE


def reason_of_end(stored: StoredMessage, copy: CopyClass) -> str | None:
    """Say why a copy has ended, or None while it lives."""
    if copy is CopyClass.PRACTICE:
        return "retention" if stored.practice_copy_ended_at is not None else None
    if stored.recalled_at is not None:
        return "recalled"
    return "expired" if stored.contact_copy_ended_at is not None else None
