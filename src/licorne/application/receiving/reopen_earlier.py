"""Opens, after a forgotten password, what lay in the mailbox before: with a code or a passkey.

Holding the number gave a new, empty mailbox; what opens the earlier one's key is something that
only its owner has (threat 3). Its messages are granted to the mailbox in force, and the earlier key
is dead from then on: every way to it goes. A code is used up and another one given; the passkey
that was used opens the new mailbox instead.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from licorne.application.new_recovery import new_recovery
from licorne.application.receiving.check_passkey import CheckPasskey
from licorne.application.receiving.contact_acts import ContactActs
from licorne.application.receiving.contact_passkeys import ContactPasskeys
from licorne.application.receiving.regrant_waiting import RegrantWaiting
from licorne.application.signed_in_contact import SignedInContact
from licorne.application.throttle import Limit, Throttle
from licorne.domain.audit.event import Outcome
from licorne.domain.audit.tags import Tag
from licorne.domain.identity.ids import MailboxId
from licorne.domain.sealing.faults import SealBroken
from licorne.domain.sealing.records import UnlockMethod
from licorne.ports.randomness import Randomness
from licorne.store import contact_passkeys, contacts, earlier_mailboxes, reader_keys
from licorne.store.database import Connection, Database
from licorne.store.events import Change, Changed, announce_change
from licorne.vault.access_secrets import recovery_secret
from licorne.vault.keyring import Keyring
from licorne.vault.passkeys import PasskeyRefused
from licorne.vault.private_key_wraps import unwrap_secret
from licorne.vault.reader_keys import OpenReaderKey

PER_CONTACT = Limit("contact-recovery", 10, timedelta(minutes=15))
REOPENED = "reopened"


@dataclass(frozen=True, slots=True)
class Reopened:
    messages: int
    recovery_code: str = field(default="", repr=False)  # the next one, to be shown once


@dataclass(frozen=True, slots=True)
class NotReopened:
    """Recorded already. ``why`` is a code."""

    why: str


@dataclass(frozen=True, slots=True)
class TooManyTries:
    pass


class _NotGood(Exception):
    """Nothing was opened; rolls back what was begun. ``str()`` is a code."""


class ReopenEarlier:
    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        randomness: Randomness,
        throttle: Throttle,
        check: CheckPasskey,
        passkeys: ContactPasskeys,
        regrant: RegrantWaiting,
        acts: ContactActs,
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._randomness = randomness
        self._throttle = throttle
        self._check = check
        self._passkeys = passkeys
        self._regrant = regrant
        self._acts = acts

    async def by_code(
        self, contact: SignedInContact, typed: str
    ) -> Reopened | NotReopened | TooManyTries:
        """Open with a printed recovery code; the answer has the next one."""
        if not await self._throttle.allows((PER_CONTACT, contact.contact.id.bytes)):
            return TooManyTries()
        try:
            return await self._by_code(contact, recovery_secret(typed))
        except _NotGood as refused:
            return await self._refuse(contact, str(refused))

    async def by_passkey(
        self, contact: SignedInContact, answer: Mapping[str, Any], secret: bytes, *, origin: str
    ) -> Reopened | NotReopened | TooManyTries:
        """Open with a passkey of the earlier mailbox."""
        if not await self._throttle.allows((PER_CONTACT, contact.contact.id.bytes)):
            return TooManyTries()
        try:
            return await self._by_passkey(contact, answer, secret, origin)
        except (_NotGood, PasskeyRefused) as refused:
            return await self._refuse(contact, f"passkey_{refused}")
        except SealBroken:
            return await self._refuse(contact, "passkey_secret")

    async def _by_code(self, contact: SignedInContact, secret: bytes | None) -> Reopened:
        organization = contact.organization.id
        async with self._database.tenant(organization) as connection:
            await self._hold(connection, contact)
            earlier = secret and await self._opened_by(connection, contact, secret)
            if not earlier:
                raise _NotGood("recovery_code")
            given = await self._give_back(connection, contact, earlier, "recovery_code")
            made = new_recovery(self._keyring, self._randomness, self._acts.new_id, contact.key)
            await reader_keys.remove_wraps(
                connection, organization, made.wrap.key, UnlockMethod.RECOVERY
            )
            await reader_keys.add_wrap(connection, made.wrap, self._acts.now())
        return Reopened(given, made.code)

    async def _by_passkey(
        self, contact: SignedInContact, answer: Mapping[str, Any], secret: bytes, origin: str
    ) -> Reopened:
        organization, mailbox = contact.organization.id, contact.mailbox.id
        found = await self._check.find(answer)
        if found is None or found.organization != organization:
            raise _NotGood("unknown")
        counter = await self._check(found, answer, contact.cookie_hash, origin)
        async with self._database.tenant(organization) as connection:
            await self._hold(connection, contact)
            used = await self._check.open(connection, found, counter, secret)
            earlier = await earlier_mailboxes.keys_with(
                connection, contact.mailbox, UnlockMethod.PASSKEY
            )
            if used.passkey.wrap not in {wrap.id for _, wrap in earlier}:
                raise _NotGood("other_mailbox")
            wrap = self._passkeys.lock(contact.key, secret)
            await reader_keys.add_wrap(connection, wrap, self._acts.now())
            await contact_passkeys.move(connection, organization, found.id, mailbox, wrap.id)
            given = await self._give_back(connection, contact, used.key, "passkey")
        return Reopened(given)

    async def _hold(self, connection: Connection, contact: SignedInContact) -> None:
        """Lock the contact's row, so that no other reset changes the mailbox in force meanwhile."""
        row = await contacts.fetch(
            connection, contact.organization.id, contact.contact.id, lock=True
        )
        if row is None or row.mailbox != contact.mailbox.id:
            raise _NotGood("superseded")

    async def _opened_by(
        self, connection: Connection, contact: SignedInContact, secret: bytes
    ) -> OpenReaderKey | None:
        for key, wrap in await earlier_mailboxes.keys_with(
            connection, contact.mailbox, UnlockMethod.RECOVERY
        ):
            try:
                return unwrap_secret(self._keyring, key, wrap, secret)
            except SealBroken:
                continue
        return None

    async def _give_back(
        self, connection: Connection, contact: SignedInContact, earlier: OpenReaderKey, how: str
    ) -> int:
        """Grant what the earlier key opens to the mailbox in force, and end that key."""
        organization, mailbox = contact.organization.id, contact.mailbox.id
        before = MailboxId(earlier.row.owner)
        carried = await self._regrant(connection, earlier, contact.key.row, None)
        await earlier_mailboxes.move_deliveries(connection, organization, carried, mailbox)
        await earlier_mailboxes.inherit_proof(connection, organization, before, mailbox)
        await reader_keys.remove_all_wraps_of(connection, organization, before)
        for delivery in carried:
            await self._acts.tell(connection, organization, delivery, REOPENED, how)
        await self._acts.record(
            connection,
            organization,
            Tag.MAILBOX_REOPENED,
            before,
            actor=contact.actor,
            detail=how,
        )
        await announce_change(connection, Change(organization, Changed.MAILBOX, mailbox))
        return len(carried)

    async def _refuse(self, contact: SignedInContact, why: str) -> NotReopened:
        organization = contact.organization.id
        async with self._database.tenant(organization) as connection:
            await self._acts.record(
                connection,
                organization,
                Tag.MAILBOX_REOPENED,
                contact.mailbox.id,
                actor=contact.actor,
                outcome=Outcome.REFUSED,
                detail=why,
            )
        return NotReopened(why)
