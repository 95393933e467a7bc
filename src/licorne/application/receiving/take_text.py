"""Takes a text that somebody sent from a phone: obeys STOP, START and HELP, keeps all else.

Whoever passes it on is told that it was taken only after this: a text that couldn't be stored
comes again. The same text taken twice changes nothing. STOP counts in every practice that knows
the number; START where this carrier is the practice's; anything else goes to who texted it last.
"""

from dataclasses import dataclass
from datetime import datetime

from licorne.application.new_ids import NewIds
from licorne.application.receiving.seal_reply import ReplyDraft, SealReply
from licorne.application.sending.seal_content import ContentSealer, SealedContent
from licorne.domain.audit.event import AuditEvent, Outcome
from licorne.domain.audit.signed_head import INSTALLATION_CHAIN
from licorne.domain.audit.tags import Tag
from licorne.domain.consent.answer_words import Said, Understood, understand
from licorne.domain.identity.actor import Actor
from licorne.domain.identity.contact import Contact, OptedOutBy
from licorne.domain.identity.ids import OrganizationId, ThreadId
from licorne.domain.identity.number_refusal import NumberRefused
from licorne.domain.identity.phone_number import PhoneNumber
from licorne.domain.identity.phone_number_parsing import parse_phone_number
from licorne.domain.message.content import Content
from licorne.domain.message.draft import Source
from licorne.domain.message.reply_notice import GATHER
from licorne.ports.clock import Clock
from licorne.ports.randomness import Randomness
from licorne.ports.sms_carrier import Inbound
from licorne.store import accepted_messages, audit, contacts, inbound_texts, jobs, reply_facts
from licorne.store.accepted_messages import AcceptedMessage, FactsChanged
from licorne.store.database import Connection, Database
from licorne.store.inbound_texts import ONE_DAY, AnswerState, InboundText, TextedContact
from licorne.vault.keyring import Keyring
from licorne.vault.personal_fields import number_lookup

MOST_ANSWERS_A_DAY = 10  # to one number: two programs that answer each other must come to an end
_LONGEST_TEXT = 10_000  # characters; more than any phone joins
_TRIES = 3


@dataclass(frozen=True, slots=True)
class _Taking:
    """One text at one practice."""

    place: TextedContact
    carrier: str
    text: Inbound
    understood: Understood
    at: datetime
    may_answer: bool  # one practice alone answers


class TakeText:
    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        seal: SealReply,
        sealer: ContentSealer,
        clock: Clock,
        randomness: Randomness,
        *,
        default_region: str = "US",
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._seal = seal
        self._sealer = sealer
        self._clock = clock
        self._new_id = NewIds(clock, randomness)
        self._default_region = default_region

    async def __call__(self, carrier: str, text: Inbound) -> None:
        """Take a text, durably, before it returns."""
        number = self._number(text.sender)
        places: tuple[TextedContact, ...] = ()
        if number is not None:
            async with self._database.before_tenant() as connection:
                lookup = number_lookup(self._keyring, number)
                places = await inbound_texts.find(connection, lookup, carrier)
        ours = [one for one in places if not one.carriers or carrier in one.carriers]
        understood = understand(text.text)
        wanted: list[TextedContact] = ours[:1]
        if understood.said in {Said.STOP, Said.HOLD}:
            wanted = [*wanted, *(one for one in places if one not in wanted)]
        elif understood.said is Said.START:
            wanted = ours
        if not wanted:
            await self._leave(carrier, "stranger" if number is not None else "no_number")
            return
        now = self._clock.now()
        for place in wanted:
            is_first = place in ours[:1]
            await self._take(_Taking(place, carrier, text, understood, now, is_first))

    def _number(self, sender: str) -> PhoneNumber | None:
        try:
            return parse_phone_number(sender, self._default_region)
        except NumberRefused:
            return None  # a short code, or a word

    async def _take(self, taking: _Taking) -> None:
        has_words = taking.understood.said in {Said.OTHER, Said.HOLD} and taking.may_answer
        if has_words and taking.text.text.strip():
            for _ in range(_TRIES):
                if await self._keep_words(taking):
                    return
        async with self._database.tenant(taking.place.organization) as connection:
            contact = await self._contact(connection, taking)
            if contact is not None:
                await self._obey(connection, taking, contact, None, None)

    async def _keep_words(self, taking: _Taking) -> bool:
        """Seal what was written into the last conversation; False where that has to begin anew."""
        organization = taking.place.organization
        async with self._database.tenant(organization) as connection:
            contact = await contacts.fetch(connection, organization, taking.place.contact)
            thread = await inbound_texts.last_thread(connection, organization, taking.place.contact)
            if contact is None or thread is None:
                await self._record(connection, organization, Tag.TEXT_UNPLACED, taking.carrier)
                return False
            facts = await reply_facts.fetch(connection, organization, thread, contact.mailbox)
        if facts is None:
            return False
        draft = ReplyDraft(
            organization,
            thread,
            contact.id,
            contact.mailbox,
            Content(None, taking.text.text[:_LONGEST_TEXT], None, ()),
            Source.TEXT,
        )
        message, sealed = await self._seal(draft, facts)
        return await self._store_words(taking, thread, message, sealed)

    async def _store_words(
        self, taking: _Taking, thread: ThreadId, message: AcceptedMessage, sealed: SealedContent
    ) -> bool:
        organization = taking.place.organization
        try:
            async with self._database.tenant(organization) as connection:
                contact = await self._contact(connection, taking)
                if contact is not None and await self._obey(
                    connection, taking, contact, thread, message
                ):
                    await accepted_messages.insert(connection, [message])
                    tell = jobs.TellOfReply(organization, message.deliveries[0].id)
                    await jobs.enqueue(connection, tell, after=GATHER)
                    return True
        except FactsChanged:
            await self._sealer.discard(sealed.blobs)
            return False
        await self._sealer.discard(sealed.blobs)
        return True  # it was here before

    async def _contact(self, connection: Connection, taking: _Taking) -> Contact | None:
        place = taking.place
        return await contacts.fetch(connection, place.organization, place.contact, lock=True)

    async def _obey(
        self,
        connection: Connection,
        taking: _Taking,
        contact: Contact,
        thread: ThreadId | None,
        message: AcceptedMessage | None,
    ) -> bool:
        """Do what the text asks for, and queue the one answer; False where it was here before."""
        said, organization = taking.understood.said, taking.place.organization
        row = InboundText(
            organization=organization,
            id=self._new_id(),
            contact=contact.id,
            carrier=taking.carrier,
            dedupe_key=taking.text.dedupe_key,
            said=said,
            language=taking.understood.language,
            received_at=taking.at,
            answer=AnswerState.WAITING
            if await self._is_answered(connection, taking, contact)
            else AnswerState.NONE,
            thread=thread,
            message=None if message is None else message.id,
        )
        if not await inbound_texts.take(connection, row):
            return False
        await self._change_texting(connection, contact, said, taking.at)
        if row.answer is AnswerState.WAITING:
            await jobs.enqueue(connection, jobs.AnswerText(organization, row.id))
        return True

    async def _is_answered(self, connection: Connection, taking: _Taking, contact: Contact) -> bool:
        said, since = taking.understood.said, taking.at - ONE_DAY
        if not taking.may_answer or said is Said.HOLD:
            return False
        stopped = contact.opted_out_by is OptedOutBy.CONTACT
        if (stopped and said in {Said.STOP, Said.OTHER}) or (
            contact.opted_out_at is None and said is Said.START
        ):
            return False  # who wants no texts gets none; who is in force already, no other
        place = taking.place
        answers = await inbound_texts.answers_since(
            connection, place.organization, contact.id, since
        )
        if answers >= MOST_ANSWERS_A_DAY:
            return False
        if said is not Said.OTHER:
            return True
        told = await inbound_texts.answers_since(
            connection, place.organization, contact.id, since, Said.OTHER
        )
        return told == 0 and contact.opted_out_at is None

    async def _change_texting(
        self, connection: Connection, contact: Contact, said: Said, at: datetime
    ) -> None:
        organization = contact.organization
        match said:
            case Said.STOP if contact.opted_out_by is not OptedOutBy.CONTACT:
                await contacts.set_opted_out(
                    connection, organization, contact.id, at, OptedOutBy.CONTACT
                )
                await self._record(connection, organization, Tag.CONTACT_OPTED_OUT, "text", contact)
            case Said.START if contact.opted_out_at is not None:
                await contacts.set_opted_out(connection, organization, contact.id, None, None)
                await self._record(connection, organization, Tag.CONTACT_OPTED_IN, "text", contact)
            case Said.HOLD if contact.opted_out_at is None:
                await contacts.set_opted_out(
                    connection, organization, contact.id, at, OptedOutBy.REVIEW
                )
                await self._record(connection, organization, Tag.CONTACT_HELD, "text", contact)
            case Said.HELP:
                await self._record(
                    connection, organization, Tag.CONTACT_ASKED_HELP, "text", contact
                )

    async def _leave(self, carrier: str, why: str) -> None:
        """Record that a text belongs to nobody here: it has no reader to whom to seal it."""
        organization = OrganizationId(INSTALLATION_CHAIN)
        async with self._database.tenant(organization) as connection:
            await self._record(
                connection, organization, Tag.TEXT_UNPLACED, f"{carrier}:{why}", outside=True
            )

    async def _record(
        self,
        connection: Connection,
        organization: OrganizationId,
        tag: Tag,
        detail: str,
        contact: Contact | None = None,
        *,
        outside: bool = False,
    ) -> None:
        event = AuditEvent(
            id=self._new_id(),
            organization=None if outside else organization,
            at=self._clock.now(),
            tag=tag,
            actor=Actor.nobody(),  # whoever has the phone
            subject=None if contact is None else contact.id,
            outcome=Outcome.REFUSED if tag is Tag.TEXT_UNPLACED else Outcome.DONE,
            detail=detail,
        )
        await audit.record(connection, event)
