"""A member notes something for the practice: sealed to the thread's owner and the record key.

A note is sealed as a message is and has no delivery, the only way by which a contact comes to one;
no key of a contact's is asked for, so that none could open it either.
"""

import enum

from licorne.application.member_acts import MemberActs
from licorne.application.sending.seal_content import ContentSealer, SealedContent
from licorne.application.signed_in_member import SignedInMember
from licorne.application.trusted_keys import TrustedKeys
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.ids import MessageId, ThreadId
from licorne.domain.identity.permission import Permission
from licorne.domain.message.content import Content
from licorne.domain.message.draft import Source
from licorne.domain.sealing.records import CopyClass
from licorne.domain.translatable import translatable
from licorne.store import accepted_messages, events, thread_notes, threads
from licorne.store.accepted_messages import AcceptedMessage, FactsChanged
from licorne.store.database import Database
from licorne.store.thread_notes import NoteKeys
from licorne.vault.intake_keys import IntakeKeyPool

LONGEST_NOTE = 10_000  # characters
_TRIES = 3


class NotNoted(enum.Enum):
    EMPTY = translatable("Write something first.")
    TOO_LONG = translatable("This note is too long. Shorten it to 10,000 letters.")
    NO_SUCH_THREAD = translatable("There is no such conversation in your inboxes.")
    TRY_AGAIN = translatable("Somebody changed the team just now. Nothing was noted: try again.")


class WriteNote:
    def __init__(
        self,
        database: Database,
        keys: TrustedKeys,
        intake_keys: IntakeKeyPool,
        sealer: ContentSealer,
        acts: MemberActs,
    ) -> None:
        self._database = database
        self._keys = keys
        self._intake_keys = intake_keys
        self._sealer = sealer
        self._acts = acts

    async def __call__(
        self, member: SignedInMember, thread: ThreadId, text: str
    ) -> MessageId | NotNoted:
        """Keep a note, durably, before it returns."""
        await self._acts.permit(self._database, member, Permission.WRITE_MESSAGES)
        if not text.strip():
            return NotNoted.EMPTY
        if len(text) > LONGEST_NOTE:
            return NotNoted.TOO_LONG
        for _ in range(_TRIES):
            try:
                return await self._keep(member, thread, text.strip())
            except FactsChanged:
                continue
        return NotNoted.TRY_AGAIN

    async def _keep(
        self, member: SignedInMember, thread: ThreadId, text: str
    ) -> MessageId | NotNoted:
        organization = member.organization.id
        async with self._database.tenant(organization) as connection:
            found = await threads.fetch(connection, organization, thread, member.inboxes)
            if found is None:
                return NotNoted.NO_SUCH_THREAD
            keys = await thread_notes.keys(connection, organization, found.inbox.id)
        note, sealed = await self._seal(member, keys, text)
        try:
            async with self._database.tenant(organization) as connection:
                await accepted_messages.insert(connection, [note])
                await thread_notes.add(connection, organization, note.id, thread, note.created_at)
                await self._acts.record(connection, member, Tag.NOTE_ADDED, note.id)
                change = events.Change(organization, events.Changed.THREAD, thread)
                await events.announce_change(connection, change)
        except FactsChanged:
            await self._sealer.discard(sealed.blobs)
            raise
        return note.id

    async def _seal(
        self, member: SignedInMember, keys: NoteKeys, text: str
    ) -> tuple[AcceptedMessage, SealedContent]:
        organization, message = member.organization.id, MessageId(self._acts.new_id())
        sealed = await self._sealer(organization, message, member.id, Content(None, text))
        act = sealed.seal.begin_act(self._acts.new_id(), member.id)
        pointers = [keys.owner, keys.record]
        for reader in await self._keys.keys_for(pointers):
            sealed.seal.grant(
                act,
                grant_id=self._acts.new_id(),
                copy=CopyClass.PRACTICE,
                slot_secret=sealed.practice_slot.secret,
                reader=reader,
                intake=await self._intake_keys.key_for(reader),
            )
        header, now = sealed.seal.finish(), self._acts.now()
        accepted = AcceptedMessage(
            organization=organization,
            id=message,
            direction="note",
            author=member.actor,
            source=Source.OFFICE,
            created_at=now,
            expires_at=now + member.organization.retention,
            retain_until=now + member.organization.retention,
            size_class=sealed.size_class,
            contact_slot=sealed.contact_slot.reference,
            practice_slot=sealed.practice_slot.reference,
            header=header,
            parts=sealed.seal.parts,
            deliveries=(),
            readers=tuple(pointers),
            act=act.sign(header),
            grants=act.grants,
            audit=(),
        )
        return accepted, sealed
