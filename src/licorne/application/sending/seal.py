"""Seals a screened draft: one data key, granted to each contact, the thread's owner, the record.

Who can read an outgoing message: the contact's mailbox, the thread's owner (its author, or the
team of a service identity) and the organization's record key. Nobody else, and no recipient learns
of another.
"""

from licorne.application.new_ids import NewIds
from licorne.application.sending.screen import Screened, ScreenedRecipient
from licorne.application.sending.seal_content import ContentSealer, SealedContent
from licorne.application.sending.upload import Upload
from licorne.application.trusted_keys import TrustedKeys
from licorne.domain.audit.event import AuditEvent
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.ids import DeliveryId, MessageId, ThreadId
from licorne.domain.message.delivery_state import DeliveryState
from licorne.domain.sealing.records import CopyClass, CurrentKey
from licorne.ports.clock import Clock
from licorne.ports.randomness import Randomness
from licorne.store.accepted_messages import AcceptedMessage, NewDelivery, NewThread
from licorne.store.intake_facts import ContactFacts
from licorne.store.jobs import Announce
from licorne.vault.challenges import ChallengeSecret
from licorne.vault.granting import GrantingAct
from licorne.vault.intake_keys import IntakeKeyPool
from licorne.vault.passwords import PasswordVault


class NotMet(Exception):
    """A recipient has no contact yet: meet them, and screen again."""


class NoKeys(Exception):
    """The organization has no record key or its author no key: it isn't set up."""


class SealMessage:
    def __init__(
        self,
        sealer: ContentSealer,
        keys: TrustedKeys,
        intake_keys: IntakeKeyPool,
        passwords: PasswordVault,
        clock: Clock,
        randomness: Randomness,
    ) -> None:
        self._sealer = sealer
        self._keys = keys
        self._intake_keys = intake_keys
        self._passwords = passwords
        self._clock = clock
        self._new_id = NewIds(clock, randomness)

    async def __call__(
        self, screened: Screened, upload: Upload | None = None
    ) -> tuple[AcceptedMessage, SealedContent]:
        """Give the message with all its rows, sealed. Raises `NotMet` and `NoKeys`.

        ``upload`` has the draft's files, which were sealed as they came in.
        """
        draft, sender = screened.draft, screened.sender
        contacts = [_met(recipient) for recipient in screened.recipients]
        if sender.owner_key is None or sender.record_key is None:
            raise NoKeys
        challenge = None
        if draft.passphrase is not None:
            challenge = await self._passwords.new_challenge(draft.passphrase)
        message = MessageId(self._new_id()) if upload is None else upload.message
        if upload is None:
            sealed = await self._sealer(draft.organization, message, draft.author.id, draft.content)
        else:
            sealed = await upload.sealed(draft.content)
        deliveries = tuple(
            self._delivery(screened, recipient, contact, sender.owner_key)
            for recipient, contact in zip(screened.recipients, contacts, strict=True)
        )
        act = sealed.seal.begin_act(self._new_id(), draft.author.id)
        practice = [sender.owner_key, sender.record_key]
        await self._grant_to_practice(act, sealed, practice)
        await self._grant_to_contacts(act, sealed, deliveries, contacts, challenge)
        header = sealed.seal.finish()
        now = self._clock.now()
        accepted = AcceptedMessage(
            organization=draft.organization,
            id=message,
            direction="out",
            author=draft.author,
            source=draft.source,
            created_at=now,
            expires_at=now + (draft.expires_in or sender.default_expiry),
            retain_until=now + sender.retention,
            size_class=sealed.size_class,
            contact_slot=sealed.contact_slot.reference,
            practice_slot=sealed.practice_slot.reference,
            header=header,
            parts=sealed.seal.parts,
            deliveries=deliveries,
            readers=(*practice, *(contact.key for contact in contacts)),
            act=act.sign(header),
            grants=act.grants,
            audit=(
                AuditEvent(
                    self._new_id(),
                    draft.organization,
                    now,
                    Tag.MESSAGE_ACCEPTED,
                    draft.author,
                    message,
                    detail=draft.source.value,
                    via=draft.via,
                ),
            ),
            repeatable=draft.repeatable,
        )
        return accepted, sealed

    async def _grant_to_practice(
        self, act: GrantingAct, sealed: SealedContent, pointers: list[CurrentKey]
    ) -> None:
        for reader in await self._keys.keys_for(pointers):
            sealed.seal.grant(
                act,
                grant_id=self._new_id(),
                copy=CopyClass.PRACTICE,
                slot_secret=sealed.practice_slot.secret,
                reader=reader,
                intake=await self._intake_keys.key_for(reader),
            )

    async def _grant_to_contacts(
        self,
        act: GrantingAct,
        sealed: SealedContent,
        deliveries: tuple[NewDelivery, ...],
        contacts: list[ContactFacts],
        challenge: ChallengeSecret | None,
    ) -> None:
        readers = await self._keys.keys_for([contact.key for contact in contacts])
        for delivery, reader in zip(deliveries, readers, strict=True):
            sealed.seal.grant(
                act,
                grant_id=self._new_id(),
                copy=CopyClass.CONTACT,
                slot_secret=sealed.contact_slot.secret,
                reader=reader,
                delivery=delivery.id,
                challenge=challenge,
            )

    def _delivery(
        self,
        screened: Screened,
        recipient: ScreenedRecipient,
        contact: ContactFacts,
        owner: CurrentKey,
    ) -> NewDelivery:
        draft = screened.draft
        delivery = DeliveryId(self._new_id())
        thread = contact.thread
        new_thread = None
        if thread is None:
            thread = ThreadId(self._new_id())
            new_thread = NewThread(
                thread, contact.id, contact.number_epoch, owner.kind.value, owner.owner
            )
        return NewDelivery(
            id=delivery,
            thread=thread,
            new_thread=new_thread,
            contact=contact.id,
            mailbox=contact.mailbox,
            state=DeliveryState.ACCEPTED,
            flags=recipient.flags,
            challenged=draft.passphrase is not None,
            story=self._new_id(),
            job=Announce(draft.organization, delivery),
        )


def _met(recipient: ScreenedRecipient) -> ContactFacts:
    if recipient.facts.contact is None:
        raise NotMet
    return recipient.facts.contact
