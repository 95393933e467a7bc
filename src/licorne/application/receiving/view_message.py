"""A contact looks at a message page: the way that is taken most often, made short.

One round trip fetches all the facts, one commits the audit row (shared with other views at that
moment). It serves a message that was read before, in a session that was used just now. Everything
else (a first reading, a refusal, a challenge, a session to be extended or ended) goes the long way
through `ContactSessions` and `OpenMessage`, which this never differs from in what it shows.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from licorne.application.receiving.contact_acts import ContactActs
from licorne.application.receiving.contact_sessions import ContactSessions, belongs_to
from licorne.application.receiving.open_message import OpenMessage, Reading, ReadMessage
from licorne.application.receiving.open_sealed import OpenedContent, reason_of_end
from licorne.application.session_cookie import cookie_hash, read_cookie
from licorne.application.signed_in_contact import SignedInContact
from licorne.domain.audit.event import AuditEvent
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.actor import ActorKind
from licorne.domain.identity.ids import DeliveryId, MailboxId, MemberId
from licorne.domain.message.delivery_state import DeliveryState, may_follow
from licorne.domain.pickup.challenge import ChallengeState
from licorne.domain.sealing.body_document import BodyDocument
from licorne.domain.sealing.records import CopyClass, WrapMethod
from licorne.ports.slot_store import SlotStore
from licorne.store import audit, contact_views
from licorne.store.batcher import Batcher
from licorne.store.contact_views import ContactView
from licorne.store.database import Database
from licorne.vault.keyring import Keyring
from licorne.vault.opened_message import unwrap_grant
from licorne.vault.personal_fields import open_member_name
from licorne.vault.session_keys import unlock_session

# Within this time a session's row would not be written anew anyway.
_JUST_USED = timedelta(seconds=30)
_OPEN_CHALLENGES = {ChallengeState.NONE.value, ChallengeState.PROVED.value}


class ViewMessage:
    def __init__(
        self,
        database: Database,
        writer: Database,
        keyring: Keyring,
        slots: SlotStore,
        sessions: ContactSessions,
        open_message: OpenMessage,
        acts: ContactActs,
    ) -> None:
        """``writer`` is the intake role's database: it may insert audit rows for any tenant."""
        self._database = database
        self._writer = writer
        self._keyring = keyring
        self._slots = slots
        self._sessions = sessions
        self._open_message = open_message
        self._acts = acts
        self._audit = Batcher(self._write)

    async def __call__(
        self, cookie: str | None, mailbox: MailboxId, delivery: DeliveryId
    ) -> tuple[SignedInContact, Reading] | None:
        """Show a message to whose session the cookie is; nothing where no session lives.

        Raises ``SealBroken`` when a row isn't what was signed.
        """
        secret = read_cookie(cookie) if cookie else None
        if secret is None:
            return None
        async with self._database.before_tenant() as connection:
            view = await contact_views.fetch(connection, cookie_hash(secret), mailbox, delivery)
        if view is not None and _is_plain(view, self._acts.now()):
            return await self._show(view, secret)
        contact = await self._sessions.resume(cookie, mailbox)
        if contact is None:
            return None
        return contact, await self._open_message(contact, delivery)

    async def _show(self, view: ContactView, secret: bytes) -> tuple[SignedInContact, ReadMessage]:
        contact = SignedInContact(
            organization=view.organization,
            contact=view.contact,
            mailbox=view.mailbox,
            cookie_hash=view.session.cookie_hash,
            key=unlock_session(self._keyring, view.key, secret, view.session.wrapped),
        )
        content = await self._open(view, contact)
        await self._audit.submit(
            AuditEvent(
                id=self._acts.new_id(),
                organization=view.organization.id,
                at=self._acts.now(),
                tag=Tag.CONTACT_OPENED,
                actor=contact.actor,
                subject=view.message.id,
            )
        )
        return contact, ReadMessage(
            delivery=view.delivery,
            stored=view.message,
            author_name=self._author(view),
            by_contact=view.message.author_kind == ActorKind.CONTACT.value,
            content=content,
        )

    async def _open(self, view: ContactView, contact: SignedInContact) -> OpenedContent:
        (grant,) = view.grants
        unwrapped = unwrap_grant(
            self._keyring, view.message.header, grant, view.acts[grant.act], contact.key
        )
        slot_secret = await self._slots.read(view.message.contact_slot)
        opened = unwrapped.open(view.parts, slot_secret)
        return OpenedContent(view.message, BodyDocument.decode(opened.open_part(0)), opened)

    def _author(self, view: ContactView) -> str | None:
        if view.author_name_sealed is None:
            return None
        author = MemberId(view.message.author_id)
        return open_member_name(
            self._keyring, view.organization.id, author, view.author_name_sealed
        )

    async def _write(self, events: Sequence[AuditEvent]) -> list[None]:
        async with self._writer.before_tenant() as connection:
            await audit.record_many(connection, events)
        return [None] * len(events)


def _is_plain(view: ContactView, now: datetime) -> bool:
    """Say whether there is nothing to decide and nothing to write but the audit row."""
    return (
        view.session.is_live(now)
        and now - view.session.seen_at < _JUST_USED
        and view.mailbox.is_claimed
        and belongs_to(view.contact, view.mailbox)
        and reason_of_end(view.message, CopyClass.CONTACT) is None
        and view.message.expires_at > now
        and view.delivery.challenge in _OPEN_CHALLENGES
        and not may_follow(DeliveryState.READ, view.delivery.state)
        and len(view.grants) == 1
        and view.grants[0].method is WrapMethod.HPKE
        and view.grants[0].challenge is None
        and bool(view.parts)
        and view.parts[0].sealed is not None
    )
