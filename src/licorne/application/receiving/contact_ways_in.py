"""A contact's ways into their mailbox beside the password: a printed code, and passkeys.

They make a code, see what there is, and end what they don't want any more. One code serves at a
time: a new one makes the old one worthless. It is shown once.
"""

import uuid
from dataclasses import dataclass

from licorne.application.new_recovery import new_recovery
from licorne.application.receiving.contact_acts import ContactActs
from licorne.application.receiving.prove_owner import ProveOwner
from licorne.application.signed_in_contact import SignedInContact
from licorne.domain.audit.tags import Tag
from licorne.domain.mailbox.passkey import MailboxPasskey
from licorne.domain.sealing.records import UnlockMethod
from licorne.ports.randomness import Randomness
from licorne.store import contact_passkeys, contact_sessions, earlier_mailboxes, reader_keys
from licorne.store.database import Connection, Database
from licorne.vault.keyring import Keyring


@dataclass(frozen=True, slots=True)
class WaysIn:
    has_code: bool
    passkeys: tuple[MailboxPasskey, ...]


class ContactWaysIn:
    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        randomness: Randomness,
        prove: ProveOwner,
        acts: ContactActs,
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._randomness = randomness
        self._prove = prove
        self._acts = acts

    async def __call__(self, contact: SignedInContact) -> WaysIn:
        organization = contact.organization.id
        async with self._database.tenant(organization) as connection:
            codes = await reader_keys.fetch_wraps(
                connection, organization, contact.key.row.id, UnlockMethod.RECOVERY
            )
            passkeys = await contact_passkeys.of_mailbox(
                connection, organization, contact.mailbox.id
            )
        return WaysIn(bool(codes), passkeys)

    async def can_reopen(self, contact: SignedInContact) -> bool:
        """Say whether an earlier mailbox of this person waits for a code or a passkey."""
        if contact.mailbox.generation == 1:
            return False
        async with self._database.tenant(contact.organization.id) as connection:
            for method in (UnlockMethod.RECOVERY, UnlockMethod.PASSKEY):
                if await earlier_mailboxes.keys_with(connection, contact.mailbox, method):
                    return True
        return False

    async def make_code(self, contact: SignedInContact, password: str) -> str:
        """Make a recovery code. Raises ``NotProved`` and ``PasswordsBusy``."""
        await self._prove(contact, password, Tag.CONTACT_RECOVERY_CODE_MADE)
        made = new_recovery(self._keyring, self._randomness, self._acts.new_id, contact.key)
        organization = contact.organization.id
        async with self._database.tenant(organization) as connection:
            await reader_keys.remove_wraps(
                connection, organization, made.wrap.key, UnlockMethod.RECOVERY
            )
            await reader_keys.add_wrap(connection, made.wrap, self._acts.now())
            await self._record(connection, contact, Tag.CONTACT_RECOVERY_CODE_MADE)
        return made.code

    async def end_code(self, contact: SignedInContact) -> None:
        organization = contact.organization.id
        async with self._database.tenant(organization) as connection:
            await reader_keys.remove_wraps(
                connection, organization, contact.key.row.id, UnlockMethod.RECOVERY
            )
            await self._record(connection, contact, Tag.CONTACT_RECOVERY_CODE_REMOVED)

    async def end_passkey(self, contact: SignedInContact, passkey: uuid.UUID) -> bool:
        """End one of this mailbox's passkeys; false where it has no such one."""
        organization, mailbox = contact.organization.id, contact.mailbox.id
        async with self._database.tenant(organization) as connection:
            if not await contact_passkeys.remove(connection, organization, mailbox, passkey):
                return False
            await self._record(connection, contact, Tag.CONTACT_PASSKEY_REMOVED)
        return True

    async def end_elsewhere(self, contact: SignedInContact) -> None:
        """End the sessions with this mailbox on every other device."""
        organization, mailbox = contact.organization.id, contact.mailbox.id
        async with self._database.tenant(organization) as connection:
            await contact_sessions.end_all_of(
                connection, organization, mailbox, but=contact.cookie_hash
            )
            await self._acts.record(
                connection,
                organization,
                Tag.CONTACT_SIGNED_OUT,
                mailbox,
                actor=contact.actor,
                detail="elsewhere",
            )

    async def _record(self, connection: Connection, contact: SignedInContact, tag: Tag) -> None:
        await self._acts.record(
            connection, contact.organization.id, tag, contact.mailbox.id, actor=contact.actor
        )
