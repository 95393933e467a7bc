"""Contacts' sessions: one cookie, a row per mailbox that it opens, each key locked under it.

A new proof always makes a new cookie (threat 24). What the same person had open on this device
moves over to it; what another person had open ends, so that a phone in a family's hands never
shows one what belongs to the other (threat 39).
"""

from licorne.application.receiving.contact_acts import ContactActs
from licorne.application.session_cookie import (
    cookie_hash,
    cookie_text,
    new_cookie,
    read_cookie,
)
from licorne.application.signed_in_contact import SignedInContact
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.actor import Actor, ActorKind
from licorne.domain.identity.contact import Contact
from licorne.domain.identity.ids import MailboxId, OrganizationId
from licorne.domain.mailbox.mailbox import Mailbox
from licorne.domain.pickup.contact_session import ABSOLUTE_LIMIT, ContactSession
from licorne.domain.sealing.faults import SealBroken
from licorne.ports.randomness import Randomness
from licorne.store import contact_sessions, contacts, mailboxes, organizations, reader_keys
from licorne.store.database import Connection, Database
from licorne.vault.keyring import Keyring
from licorne.vault.reader_keys import OpenReaderKey
from licorne.vault.session_keys import lock_for_session, unlock_session


class ContactSessions:
    def __init__(
        self, database: Database, keyring: Keyring, randomness: Randomness, acts: ContactActs
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._randomness = randomness
        self._acts = acts

    async def resume(self, cookie: str | None, mailbox: MailboxId) -> SignedInContact | None:
        """Give the contact whose session this is, or nothing where none lives.

        Raises `SealBroken` where a row isn't what was stored.
        """
        secret = read_cookie(cookie) if cookie else None
        if secret is None:
            return None
        hashed = cookie_hash(secret)
        for organization, opened in await self._mailboxes_of(hashed):
            if opened == mailbox:
                async with self._database.tenant(organization) as connection:
                    return await self._resume(connection, organization, mailbox, secret)
        return None

    async def open_mailboxes(self, cookie: str | None) -> tuple[MailboxId, ...]:
        """List the mailboxes that a cookie may open; whether they still do shows in `resume`."""
        secret = read_cookie(cookie) if cookie else None
        if secret is None:
            return ()
        return tuple(mailbox for _, mailbox in await self._mailboxes_of(cookie_hash(secret)))

    def new_cookie(self) -> bytes:
        return new_cookie(self._randomness)

    async def begin(
        self, connection: Connection, secret: bytes, key: OpenReaderKey, mailbox: MailboxId
    ) -> None:
        """Start a session within the transaction of the proof that earned it."""
        now = self._acts.now()
        session = ContactSession(
            cookie_hash=cookie_hash(secret),
            organization=key.row.organization,
            mailbox=mailbox,
            key=key.row.id,
            wrapped=lock_for_session(self._keyring, self._randomness, key, secret),
            created_at=now,
            seen_at=now,
            ends_at=now + ABSOLUTE_LIMIT,
        )
        await contact_sessions.add(connection, session)

    async def carry_over(
        self, earlier_cookie: str | None, secret: bytes, begun: MailboxId, number_lookup: bytes
    ) -> str:
        """End the earlier cookie, keeping under the new one what the same person had open.

        Gives the new cookie's text. ``number_lookup`` tells who the person is: the same number
        has the same one in every organization.
        """
        earlier = read_cookie(earlier_cookie) if earlier_cookie else None
        if earlier is not None and earlier != secret:
            for organization, mailbox in await self._mailboxes_of(cookie_hash(earlier)):
                async with self._database.tenant(organization) as connection:
                    kept = None
                    if mailbox != begun:
                        kept = await self._resume(connection, organization, mailbox, earlier)
                    session = await contact_sessions.fetch(
                        connection, organization, cookie_hash(earlier), mailbox
                    )
                    await contact_sessions.end(
                        connection, organization, cookie_hash(earlier), mailbox
                    )
                    if kept and session and kept.contact.number_lookup == number_lookup:
                        await self._move(connection, session, kept, secret)
        return cookie_text(secret)

    async def end(self, cookie: str | None, mailbox: MailboxId | None) -> None:
        """End the session with one mailbox (signing out), or all of them (forget this phone)."""
        secret = read_cookie(cookie) if cookie else None
        if secret is None:
            return
        hashed = cookie_hash(secret)
        for organization, opened in await self._mailboxes_of(hashed):
            if mailbox is None or opened == mailbox:
                async with self._database.tenant(organization) as connection:
                    if await contact_sessions.end(connection, organization, hashed, opened):
                        await self._acts.record(
                            connection,
                            organization,
                            Tag.CONTACT_SIGNED_OUT,
                            opened,
                            actor=Actor(ActorKind.CONTACT, opened),
                            detail="signed_out" if mailbox else "forgotten",
                        )

    async def _mailboxes_of(self, hashed: bytes) -> tuple[tuple[OrganizationId, MailboxId], ...]:
        async with self._database.before_tenant() as connection:
            return await contact_sessions.find(connection, hashed)

    async def _resume(
        self,
        connection: Connection,
        organization: OrganizationId,
        mailbox_id: MailboxId,
        secret: bytes,
    ) -> SignedInContact | None:
        hashed, now = cookie_hash(secret), self._acts.now()
        session = await contact_sessions.fetch(connection, organization, hashed, mailbox_id)
        if session is None or not session.is_live(now):
            return None
        mailbox = await mailboxes.fetch(connection, organization, mailbox_id)
        if mailbox is None:
            return None
        contact = await contacts.fetch(connection, organization, mailbox.contact)
        practice = await organizations.fetch(connection, organization)
        if contact is None or practice is None:
            return None
        if not mailbox.is_claimed or not belongs_to(contact, mailbox):
            return None
        key = await reader_keys.fetch_key(connection, organization, session.key)
        if key is None:
            raise SealBroken("a session's key is not in the directory")
        await contact_sessions.touch(connection, organization, hashed, mailbox_id, now)
        return SignedInContact(
            organization=practice,
            contact=contact,
            mailbox=mailbox,
            cookie_hash=hashed,
            key=unlock_session(self._keyring, key, secret, session.wrapped),
        )

    async def _move(
        self, connection: Connection, session: ContactSession, kept: SignedInContact, secret: bytes
    ) -> None:
        moved = ContactSession(
            cookie_hash=cookie_hash(secret),
            organization=session.organization,
            mailbox=session.mailbox,
            key=session.key,
            wrapped=lock_for_session(self._keyring, self._randomness, kept.key, secret),
            created_at=session.created_at,
            seen_at=session.seen_at,
            ends_at=session.ends_at,
        )
        await contact_sessions.add(connection, moved)


def belongs_to(contact: Contact, mailbox: Mailbox) -> bool:
    """Say whether a mailbox is its contact's in force, and the number still theirs."""
    return contact.mailbox == mailbox.id and contact.number_epoch == mailbox.number_epoch
