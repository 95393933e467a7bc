"""Passkeys of contacts: adding one within a session, and signing in with one.

A passkey signs in and opens the mailbox at once, since its device gives the secret that opens the
key (WebAuthn's PRF); one that gives none is of no use here. It holds for this origin only, so a
copy of the pages elsewhere gets nothing by it (threat 6). The password stays beside it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from licorne.application.outside_refusals import OutsideRefusals
from licorne.application.receiving.check_passkey import CheckPasskey, FoundPasskey, UsedPasskey
from licorne.application.receiving.contact_acts import ContactActs
from licorne.application.receiving.contact_sessions import ContactSessions, belongs_to
from licorne.application.receiving.locate_link import Located, LocateLink
from licorne.application.receiving.prove_owner import ProveOwner
from licorne.application.receiving.sign_in import (
    PER_ADDRESS,
    NothingToSignInTo,
    SignedIn,
    TooManyTries,
)
from licorne.application.signed_in_contact import SignedInContact
from licorne.application.throttle import Throttle
from licorne.domain.audit.event import Outcome
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.actor import Actor, ActorKind
from licorne.domain.identity.contact import Contact
from licorne.domain.identity.ids import OrganizationId
from licorne.domain.mailbox.passkey import MailboxPasskey
from licorne.domain.message.delivery_state import DeliveryState
from licorne.domain.pickup.door import Door
from licorne.domain.sealing.faults import SealBroken
from licorne.domain.sealing.records import PrivateKeyWrap, UnlockMethod
from licorne.ports.randomness import Randomness
from licorne.store import contact_passkeys, contacts, mailboxes, reader_keys
from licorne.store.database import Connection, Database
from licorne.vault.keyring import Keyring
from licorne.vault.passkeys import PRF_BYTES, PasskeyChecks, PasskeyRefused, new_challenge
from licorne.vault.private_key_wraps import wrap_for_secret
from licorne.vault.reader_keys import OpenReaderKey

_SIGN_IN = b"contact-sign-in"


@dataclass(frozen=True, slots=True)
class PasskeyNotTaken:
    """Recorded already. ``why`` is a code."""

    why: str


class ContactPasskeys:
    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        randomness: Randomness,
        checks: PasskeyChecks,
        check: CheckPasskey,
        throttle: Throttle,
        locate: LocateLink,
        sessions: ContactSessions,
        prove: ProveOwner,
        outside: OutsideRefusals,
        acts: ContactActs,
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._randomness = randomness
        self._checks = checks
        self._check = check
        self._throttle = throttle
        self._locate = locate
        self._sessions = sessions
        self._prove = prove
        self._outside = outside
        self._acts = acts

    def challenge(self, contact: SignedInContact | None) -> bytes:
        """Make a challenge: within a session (to add one, or open earlier mail), or to sign in."""
        purpose = _SIGN_IN if contact is None else contact.cookie_hash
        now = self._acts.now().timestamp()
        return new_challenge(self._keyring, self._randomness, purpose, now)

    async def add(
        self,
        contact: SignedInContact,
        password: str,
        answer: Mapping[str, Any],
        secret: bytes,
        *,
        origin: str,
    ) -> MailboxPasskey | PasskeyNotTaken:
        """Add one. Raises ``NotProved`` and ``PasswordsBusy``."""
        await self._prove(contact, password, Tag.CONTACT_PASSKEY_ADDED)
        organization, now = contact.organization.id, self._acts.now()
        try:
            checked = self._checks.registered(answer, origin, contact.cookie_hash, now.timestamp())
        except PasskeyRefused as refused:
            return await self._not_added(contact, str(refused))
        if len(secret) != PRF_BYTES:
            return await self._not_added(contact, "no_secret")
        wrap = self.lock(contact.key, secret)
        passkey = MailboxPasskey(
            organization=organization,
            id=self._acts.new_id(),
            mailbox=contact.mailbox.id,
            wrap=wrap.id,
            credential=checked.credential,
            public=checked.public,
            counter=checked.counter,
            created_at=now,
        )
        try:
            async with self._database.tenant(organization) as connection:
                await reader_keys.add_wrap(connection, wrap, now)
                await contact_passkeys.add(connection, passkey)
                await self._acts.record(
                    connection,
                    organization,
                    Tag.CONTACT_PASSKEY_ADDED,
                    contact.mailbox.id,
                    actor=contact.actor,
                )
        except contact_passkeys.PasskeyKnown:
            return await self._not_added(contact, "known")
        return passkey

    async def _not_added(self, contact: SignedInContact, why: str) -> PasskeyNotTaken:
        await self._refuse(contact.organization.id, contact.actor, Tag.CONTACT_PASSKEY_ADDED, why)
        return PasskeyNotTaken(why)

    def lock(self, key: OpenReaderKey, secret: bytes) -> PrivateKeyWrap:
        """Lock a mailbox's key under the secret that a passkey gives."""
        return wrap_for_secret(
            self._keyring,
            self._randomness,
            key,
            wrap_id=self._acts.new_id(),
            method=UnlockMethod.PASSKEY,
            secret=secret,
        )

    async def sign_in(
        self,
        token: str | None,
        answer: Mapping[str, Any],
        secret: bytes,
        *,
        origin: str,
        address: str,
        earlier_cookie: str | None,
    ) -> SignedIn | TooManyTries | PasskeyNotTaken | NothingToSignInTo:
        """Sign in to the mailbox that a passkey opens: the one that a link leads to, if any."""
        now = self._acts.now()
        located = None if token is None else await self._locate(token, now)
        if token is not None and (located is None or located.door(now) is Door.UNKNOWN):
            return NothingToSignInTo()
        if not await self._throttle.allows((PER_ADDRESS, address)):
            return TooManyTries()
        found = await self._check.find(answer)
        if found is None:
            await self._outside.record(Tag.CONTACT_SIGN_IN_FAILED, address, "unknown_passkey")
            return PasskeyNotTaken("unknown")
        cookie = self._sessions.new_cookie()
        try:
            counter = await self._check(found, answer, _SIGN_IN, origin)
            async with self._database.tenant(found.organization) as connection:
                used = await self._check.open(connection, found, counter, secret)
                contact = await self._begin(connection, found, used, located, cookie)
        except (PasskeyRefused, SealBroken) as refused:
            why = str(refused) if isinstance(refused, PasskeyRefused) else "secret"
            await self._refuse(
                found.organization, Actor.nobody(), Tag.CONTACT_SIGN_IN_FAILED, f"passkey_{why}"
            )
            return PasskeyNotTaken(why)
        mailbox = used.passkey.mailbox
        text = await self._sessions.carry_over(
            earlier_cookie, cookie, mailbox, contact.number_lookup
        )
        if located is None or located.mailbox.id != mailbox:
            return SignedIn(text, mailbox, None)
        return SignedIn(text, mailbox, located.delivery.id)

    async def _begin(
        self,
        connection: Connection,
        found: FoundPasskey,
        used: UsedPasskey,
        located: Located | None,
        cookie: bytes,
    ) -> Contact:
        """Begin the session; raise `PasskeyRefused` where this mailbox isn't the one in force."""
        organization, mailbox = found.organization, used.passkey.mailbox
        if located is not None and located.current.id != mailbox:
            raise PasskeyRefused("other_mailbox")
        row = await mailboxes.fetch(connection, organization, mailbox, lock=True)
        contact = row and await contacts.fetch(connection, organization, row.contact)
        if not row or not contact or not row.is_claimed or not belongs_to(contact, row):
            raise PasskeyRefused("superseded")
        await mailboxes.clear_failed_passwords(connection, organization, mailbox)
        await self._sessions.begin(connection, cookie, used.key, mailbox)
        await self._acts.record(
            connection,
            organization,
            Tag.CONTACT_SIGNED_IN,
            mailbox,
            actor=Actor(ActorKind.CONTACT, mailbox),
            detail="passkey",
        )
        if (
            located is not None
            and located.mailbox.id == mailbox
            and located.delivery.challenge != "waiting"
        ):
            await self._acts.move(
                connection, organization, located.delivery.id, DeliveryState.PROVED
            )
        return contact

    async def _refuse(self, organization: OrganizationId, by: Actor, tag: Tag, why: str) -> None:
        async with self._database.tenant(organization) as connection:
            await self._acts.record(
                connection, organization, tag, by.id, actor=by, outcome=Outcome.REFUSED, detail=why
            )
