"""Gives a contact who forgot their password old messages back, once a member knows who it is.

Only somebody who can open a message can grant it: the member opens each by the practice's copy and
grants its contact copy to the mailbox in force. Messages of inboxes that aren't theirs stay shut.
"""

from dataclasses import dataclass

from licorne.application.current_reader_key import current_reader_key
from licorne.application.member_acts import MemberActs
from licorne.application.receiving.inbox_keys import InboxKeys
from licorne.application.receiving.open_sealed import (
    CopyEnded,
    NotGranted,
    OpenedContent,
    SealedReader,
)
from licorne.application.signed_in_member import SignedInMember
from licorne.domain.audit.event import Outcome
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.ids import ContactId
from licorne.domain.identity.permission import Permission
from licorne.domain.mailbox.identity_proof import IdentityProof
from licorne.domain.mailbox.proof import MailboxState
from licorne.domain.message.thread import Inbox
from licorne.domain.sealing.records import CopyClass
from licorne.domain.translatable import translatable
from licorne.ports.randomness import Randomness
from licorne.ports.slot_store import SlotDestroyed, SlotStore
from licorne.store import contact_cards, contacts, deliveries, events, sealed_messages
from licorne.store.contact_cards import LeftBehind
from licorne.store.database import Connection, Database
from licorne.vault.granting import GrantingAct
from licorne.vault.key_directory import KeyDirectory
from licorne.vault.keyring import Keyring
from licorne.vault.reader_keys import OpenReaderKey, ReaderKey

STORY_STEP = "regranted"


@dataclass(frozen=True, slots=True)
class Regranted:
    given: int
    not_given: int  # ended meanwhile, or not this member's to open


class NotClaimed(Exception):
    """Nobody has set a password for the new mailbox yet: there is nobody to give anything to."""

    sentence = translatable(
        "This person hasn’t set a new password yet. Ask them to open the newest link first."
    )


class RegrantMailbox:
    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        directory: KeyDirectory,
        reader: SealedReader,
        slots: SlotStore,
        randomness: Randomness,
        acts: MemberActs,
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._directory = directory
        self._reader = reader
        self._slots = slots
        self._randomness = randomness
        self._acts = acts
        self._inbox_keys = InboxKeys(keyring)

    async def __call__(
        self, member: SignedInMember, contact: ContactId, proof: IdentityProof
    ) -> Regranted | None:
        """Re-grant what this member can; nothing for an unknown contact. Raises `NotClaimed`."""
        await self._acts.permit(self._database, member, Permission.CHANGE_CONTACTS)
        organization = member.organization.id
        async with self._database.tenant(organization) as connection:
            # Locked, so that no other reset changes the mailbox in force meanwhile.
            if await contacts.fetch(connection, organization, contact, lock=True) is None:
                return None
            card = await contact_cards.fetch(connection, organization, contact)
            if card is None or card.state is not MailboxState.CLAIMED:
                raise NotClaimed
            mailbox = card.contact.mailbox
            reader = await current_reader_key(connection, self._directory, organization, mailbox)
            left = await contact_cards.left_behind(
                connection, organization, contact, mailbox, member.inboxes
            )
            keys = {
                inbox.id: await self._inbox_keys(connection, member, inbox)
                for inbox in _inboxes_of(member, left)
            }
            given = 0
            for one in left:
                if await self._regrant(connection, member, one, keys[one.owner], reader):
                    await contact_cards.move_delivery(
                        connection, organization, one.delivery, mailbox
                    )
                    await self._tell(connection, member, one, proof)
                    given += 1
            change = events.Change(organization, events.Changed.MAILBOX, mailbox)
            await events.announce_change(connection, change)
        return Regranted(given, len(left) - given)

    async def _regrant(
        self,
        connection: Connection,
        member: SignedInMember,
        left: LeftBehind,
        keys: tuple[OpenReaderKey, ...],
        reader: ReaderKey,
    ) -> bool:
        content = await self._open(connection, member, left, keys)
        if content is None:
            return False
        try:
            slot_secret = await self._slots.read(content.stored.contact_slot)
        except SlotDestroyed:
            return False
        act = GrantingAct(
            self._keyring,
            self._randomness,
            organization=member.organization.id,
            message=left.message,
            act_id=self._acts.new_id(),
            granter=member.id,
        )
        content.opened.grant(
            act,
            grant_id=self._acts.new_id(),
            copy=CopyClass.CONTACT,
            slot_secret=slot_secret,
            reader=reader,
            delivery=left.delivery,
        )
        signed = act.sign(content.stored.header)
        await sealed_messages.add_grants(connection, signed, act.grants)
        return True

    async def _open(
        self,
        connection: Connection,
        member: SignedInMember,
        left: LeftBehind,
        keys: tuple[OpenReaderKey, ...],
    ) -> OpenedContent | None:
        for key in keys:
            try:
                return await self._reader.open(
                    connection, member.organization.id, left.message, key
                )
            except NotGranted:
                continue
            except CopyEnded:
                return None
        return None

    async def _tell(
        self,
        connection: Connection,
        member: SignedInMember,
        left: LeftBehind,
        proof: IdentityProof,
    ) -> None:
        await self._acts.record(
            connection,
            member,
            Tag.MEMBER_REGRANTED,
            left.message,
            outcome=Outcome.DONE,
            detail=proof.value,
        )
        await deliveries.note(
            connection,
            member.organization.id,
            left.delivery,
            STORY_STEP,
            self._acts.new_id(),
            self._acts.now(),
            proof.value,
        )


def _inboxes_of(member: SignedInMember, left: tuple[LeftBehind, ...]) -> tuple[Inbox, ...]:
    owners = {one.owner for one in left}
    return tuple(inbox for inbox in member.inboxes if inbox.id in owners)
