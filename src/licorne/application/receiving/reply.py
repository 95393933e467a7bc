"""A contact answers a message: sealed to the thread's owner, the record and their own mailbox."""

from dataclasses import dataclass
from datetime import timedelta

from licorne.application.receiving.contact_acts import ContactActs
from licorne.application.receiving.seal_reply import ReplyDraft, SealReply
from licorne.application.sending.check_files import CheckFiles
from licorne.application.sending.seal_content import ContentSealer
from licorne.application.signed_in_contact import SignedInContact
from licorne.application.throttle import Limit, Throttle
from licorne.domain.audit.event import Outcome
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.ids import DeliveryId, MessageId
from licorne.domain.message.content import Content
from licorne.domain.message.delivery_state import DeliveryState
from licorne.domain.message.reply_notice import GATHER
from licorne.domain.policy.facts import REFUSED_FILE_TYPES
from licorne.domain.policy.verdict import Reason
from licorne.store import accepted_messages, deliveries, jobs, reply_facts
from licorne.store.accepted_messages import AcceptedMessage, FactsChanged
from licorne.store.database import Database
from licorne.store.deliveries import DeliveryRow

_TRIES = 3
PER_MAILBOX = Limit("contact-reply-mailbox", 60, timedelta(hours=1))


@dataclass(frozen=True, slots=True)
class Replied:
    """The reply is durable."""

    message: MessageId


@dataclass(frozen=True, slots=True)
class EmptyReply:
    pass


@dataclass(frozen=True, slots=True)
class RefusedFile:
    """A file that the practice doesn't take, and why."""

    filename: str
    reason: Reason = Reason.ATTACHMENT_TYPE


@dataclass(frozen=True, slots=True)
class TooManyReplies:
    pass


@dataclass(frozen=True, slots=True)
class NothingToReplyTo:
    pass


class Reply:
    def __init__(
        self,
        database: Database,
        throttle: Throttle,
        seal: SealReply,
        sealer: ContentSealer,
        check_files: CheckFiles,
        acts: ContactActs,
    ) -> None:
        self._database = database
        self._throttle = throttle
        self._seal = seal
        self._sealer = sealer
        self._check_files = check_files
        self._acts = acts

    async def __call__(
        self, contact: SignedInContact, delivery: DeliveryId, content: Content
    ) -> Replied | EmptyReply | RefusedFile | TooManyReplies | NothingToReplyTo:
        """Store a reply to the thread that ``delivery`` is in, durably, before it returns."""
        organization = contact.organization.id
        async with self._database.tenant(organization) as connection:
            row = await deliveries.fetch(connection, organization, delivery)
            if row is None or row.mailbox != contact.mailbox.id:
                await self._acts.record(
                    connection,
                    organization,
                    Tag.CONTACT_REFUSED,
                    delivery,
                    actor=contact.actor,
                    outcome=Outcome.REFUSED,
                )
                return NothingToReplyTo()
        if not content.text.strip() and not content.attachments:
            return EmptyReply()
        refused = _refused_file(contact, content)
        if refused is not None:
            return refused
        if not await self._throttle.allows((PER_MAILBOX, contact.mailbox.id.bytes)):
            return TooManyReplies()
        refused = await self._refused_content(content)
        if refused is not None:
            return refused
        for _ in range(_TRIES):
            stored = await self._seal_and_store(contact, row, content)
            if stored is not None:
                return Replied(stored.id)
        return NothingToReplyTo()

    async def _refused_content(self, content: Content) -> RefusedFile | None:
        for attachment in content.attachments:
            finding = await self._check_files([attachment])
            if finding is not None:
                reason = finding if isinstance(finding, Reason) else Reason.SCANNER_DOWN
                return RefusedFile(attachment.filename, reason)
        return None

    async def _seal_and_store(
        self, contact: SignedInContact, row: DeliveryRow, content: Content
    ) -> AcceptedMessage | None:
        """Seal to the keys of now; nothing where one of them was replaced meanwhile."""
        organization = contact.organization.id
        async with self._database.tenant(organization) as connection:
            facts = await reply_facts.fetch(
                connection, organization, row.thread, contact.mailbox.id
            )
        if facts is None:
            return None
        draft = ReplyDraft(
            organization, row.thread, contact.contact.id, contact.mailbox.id, content
        )
        reply, sealed = await self._seal(draft, facts)
        try:
            async with self._database.tenant(organization) as connection:
                await accepted_messages.insert(connection, [reply])
                await self._acts.move(connection, organization, row.id, DeliveryState.ANSWERED)
                tell = jobs.TellOfReply(organization, reply.deliveries[0].id)
                await jobs.enqueue(connection, tell, after=GATHER)
        except FactsChanged:
            await self._sealer.discard(sealed.blobs)
            return None
        return reply


def _refused_file(contact: SignedInContact, content: Content) -> RefusedFile | None:
    refused = contact.organization.refused_file_types or REFUSED_FILE_TYPES
    for attachment in content.attachments:
        _stem, dot, extension = attachment.filename.rpartition(".")
        if dot and extension.lower() in refused:
            return RefusedFile(attachment.filename)
    return None
