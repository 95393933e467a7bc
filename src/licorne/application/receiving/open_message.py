"""A contact reads one message: opened within their session, with its audit row beside it."""

from dataclasses import dataclass, field

from licorne.application.receiving.contact_acts import ContactActs
from licorne.application.receiving.open_sealed import (
    CopyEnded,
    NotGranted,
    OpenedContent,
    SealedReader,
    reason_of_end,
)
from licorne.application.signed_in_contact import SignedInContact
from licorne.domain.audit.event import Outcome
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.actor import ActorKind
from licorne.domain.identity.ids import DeliveryId, MemberId
from licorne.domain.message.delivery_state import DeliveryState
from licorne.domain.pickup.challenge import ChallengeState, tries_left
from licorne.domain.sealing.records import CopyClass
from licorne.store import deliveries, mailboxes, members, sealed_messages
from licorne.store.database import Connection, Database
from licorne.store.deliveries import DeliveryRow
from licorne.store.sealed_messages import StoredMessage
from licorne.vault.keyring import Keyring
from licorne.vault.personal_fields import open_member_name


@dataclass(frozen=True, slots=True)
class ReadMessage:
    delivery: DeliveryRow
    stored: StoredMessage
    author_name: str | None  # of the member who wrote; none for a service and for the contact
    by_contact: bool
    content: OpenedContent = field(repr=False)


@dataclass(frozen=True, slots=True)
class Ended:
    """``why``: recalled or expired."""

    why: str


@dataclass(frozen=True, slots=True)
class PassphraseNeeded:
    tries_left: int


@dataclass(frozen=True, slots=True)
class PassphraseLocked:
    pass


@dataclass(frozen=True, slots=True)
class NotInMailbox:
    """No such message in this mailbox, whoever else may have it."""


Reading = ReadMessage | Ended | PassphraseNeeded | PassphraseLocked | NotInMailbox


class OpenMessage:
    def __init__(
        self, database: Database, keyring: Keyring, reader: SealedReader, acts: ContactActs
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._reader = reader
        self._acts = acts

    async def __call__(
        self,
        contact: SignedInContact,
        delivery: DeliveryId,
        *,
        tag: Tag = Tag.CONTACT_OPENED,
        detail: str | None = None,
    ) -> Reading:
        """Open a message and record that it was read, in one transaction.

        ``tag`` and ``detail`` say what it is opened for (a download, its formatted version).
        Raises ``SealBroken`` when a row isn't what was signed.
        """
        organization = contact.organization.id
        async with self._database.tenant(organization) as connection:
            row = await deliveries.fetch(connection, organization, delivery)
            if row is None or row.mailbox != contact.mailbox.id:
                await self._refuse(connection, contact, delivery)
                return NotInMailbox()
            stored = await sealed_messages.fetch_message(connection, organization, row.message)
            if stored is None:
                return NotInMailbox()
            shut = self._why_shut(stored, row)
            if shut is not None:
                return shut
            try:
                content = await self._reader.open(
                    connection, organization, stored.id, contact.key, delivery=row.id
                )
            except CopyEnded as ended:
                return Ended(ended.why)
            except NotGranted:
                await self._refuse(connection, contact, delivery)
                return NotInMailbox()
            await self._acts.record(
                connection, organization, tag, stored.id, actor=contact.actor, detail=detail
            )
            await self._note_read(connection, row, stored)
            return ReadMessage(
                delivery=row,
                stored=stored,
                author_name=await self._author(connection, stored),
                by_contact=stored.author_kind == ActorKind.CONTACT.value,
                content=content,
            )

    def _why_shut(
        self, stored: StoredMessage, row: DeliveryRow
    ) -> Ended | PassphraseNeeded | PassphraseLocked | None:
        ended = reason_of_end(stored, CopyClass.CONTACT)
        if ended is not None:
            return Ended(ended)
        if stored.expires_at <= self._acts.now():
            return Ended("expired")
        match ChallengeState(row.challenge):
            case ChallengeState.LOCKED:
                return PassphraseLocked()
            case ChallengeState.WAITING:
                return PassphraseNeeded(tries_left(row.challenge_tries))
            case _:
                return None

    async def _note_read(
        self, connection: Connection, row: DeliveryRow, stored: StoredMessage
    ) -> None:
        """Tell the sender once that it was read; every opening has its audit row anyway."""
        if stored.direction != "out":
            return
        if await self._acts.move(connection, stored.organization, row.id, DeliveryState.READ):
            await mailboxes.set_first_read(
                connection, stored.organization, row.id, self._acts.now()
            )

    async def _author(self, connection: Connection, stored: StoredMessage) -> str | None:
        if stored.author_kind != ActorKind.MEMBER.value:
            return None
        member = await members.fetch(connection, stored.organization, MemberId(stored.author_id))
        if member is None:
            return None
        return open_member_name(self._keyring, stored.organization, member.id, member.name_sealed)

    async def _refuse(
        self, connection: Connection, contact: SignedInContact, delivery: DeliveryId
    ) -> None:
        await self._acts.record(
            connection,
            contact.organization.id,
            Tag.CONTACT_REFUSED,
            delivery,
            actor=contact.actor,
            outcome=Outcome.REFUSED,
        )
