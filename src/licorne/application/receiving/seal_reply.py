"""Seals a contact's reply to the thread's owner, the record and the contact's own mailbox.

The rows are written in the caller's transaction, together with what else a reply changes.
"""

from dataclasses import dataclass

from licorne.application.new_ids import NewIds
from licorne.application.sending.seal_content import ContentSealer, SealedContent
from licorne.application.trusted_keys import TrustedKeys
from licorne.domain.audit.event import AuditEvent
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.actor import Actor, ActorKind
from licorne.domain.identity.ids import (
    ContactId,
    DeliveryId,
    MailboxId,
    MessageId,
    OrganizationId,
    ThreadId,
)
from licorne.domain.message.content import Content
from licorne.domain.message.delivery_state import DeliveryState
from licorne.domain.message.draft import Source
from licorne.domain.sealing.records import CopyClass
from licorne.ports.clock import Clock
from licorne.ports.randomness import Randomness
from licorne.store.accepted_messages import AcceptedMessage, NewDelivery
from licorne.store.events import Change, Changed
from licorne.store.reply_facts import ReplyFacts
from licorne.vault.intake_keys import IntakeKeyPool


@dataclass(frozen=True, slots=True)
class ReplyDraft:
    """What a contact wrote, and where it belongs."""

    organization: OrganizationId
    thread: ThreadId
    contact: ContactId
    mailbox: MailboxId
    content: Content
    source: Source = Source.PICKUP


class SealReply:
    def __init__(
        self,
        sealer: ContentSealer,
        keys: TrustedKeys,
        intake_keys: IntakeKeyPool,
        clock: Clock,
        randomness: Randomness,
    ) -> None:
        self._sealer = sealer
        self._keys = keys
        self._intake_keys = intake_keys
        self._clock = clock
        self._new_id = NewIds(clock, randomness)

    async def __call__(
        self, draft: ReplyDraft, facts: ReplyFacts
    ) -> tuple[AcceptedMessage, SealedContent]:
        """Give the reply with all its rows; ``accepted_messages.insert`` writes them."""
        message, delivery = MessageId(self._new_id()), DeliveryId(self._new_id())
        sealed = await self._sealer(draft.organization, message, draft.mailbox, draft.content)
        act = sealed.seal.begin_act(self._new_id(), draft.mailbox)
        pointers = [facts.owner_key, facts.record_key, facts.mailbox_key]
        owner, record, mailbox = await self._keys.keys_for(pointers)
        for reader in (owner, record):
            sealed.seal.grant(
                act,
                grant_id=self._new_id(),
                copy=CopyClass.PRACTICE,
                slot_secret=sealed.practice_slot.secret,
                reader=reader,
                intake=await self._intake_keys.key_for(reader),
            )
        sealed.seal.grant(
            act,
            grant_id=self._new_id(),
            copy=CopyClass.CONTACT,
            slot_secret=sealed.contact_slot.secret,
            reader=mailbox,
            delivery=delivery,
        )
        header = sealed.seal.finish()
        now = self._clock.now()
        author = Actor(ActorKind.CONTACT, draft.mailbox)
        accepted = AcceptedMessage(
            organization=draft.organization,
            id=message,
            direction="in",
            author=author,
            source=draft.source,
            created_at=now,
            expires_at=now + facts.default_expiry,
            retain_until=now + facts.retention,
            size_class=sealed.size_class,
            contact_slot=sealed.contact_slot.reference,
            practice_slot=sealed.practice_slot.reference,
            header=header,
            parts=sealed.seal.parts,
            deliveries=(
                NewDelivery(
                    id=delivery,
                    thread=draft.thread,
                    new_thread=None,
                    contact=draft.contact,
                    mailbox=draft.mailbox,
                    state=DeliveryState.RECEIVED,
                    flags=(),
                    challenged=False,
                    story=self._new_id(),
                    job=None,
                ),
            ),
            readers=tuple(pointers),
            act=act.sign(header),
            grants=act.grants,
            audit=(
                AuditEvent(
                    self._new_id(),
                    draft.organization,
                    now,
                    Tag.CONTACT_REPLIED,
                    author,
                    message,
                    detail=None if draft.source is Source.PICKUP else draft.source.value,
                ),
            ),
            changes=(Change(draft.organization, Changed.THREAD, draft.thread),),
        )
        return accepted, sealed
