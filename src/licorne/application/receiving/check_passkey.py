"""Checks what a browser answered for a contact's passkey, and opens the mailbox's key with it."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from licorne.application.receiving.contact_acts import ContactActs
from licorne.application.throttle import Limit, Throttle
from licorne.domain.identity.ids import OrganizationId
from licorne.domain.mailbox.passkey import MailboxPasskey
from licorne.domain.sealing.records import UnlockMethod
from licorne.store import contact_passkeys, reader_keys
from licorne.store.database import Connection, Database
from licorne.vault.keyring import Keyring
from licorne.vault.passkeys import (
    PRF_BYTES,
    PasskeyChecks,
    PasskeyRefused,
    challenge_of,
    credential_id_of,
)
from licorne.vault.private_key_wraps import unwrap_secret
from licorne.vault.reader_keys import OpenReaderKey

_ONCE = Limit("passkey-challenge", 1, timedelta(minutes=10))


@dataclass(frozen=True, slots=True)
class FoundPasskey:
    organization: OrganizationId
    id: uuid.UUID


@dataclass(frozen=True, slots=True)
class UsedPasskey:
    """A passkey whose answer was good, and the key that it opened."""

    passkey: MailboxPasskey
    key: OpenReaderKey


class CheckPasskey:
    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        checks: PasskeyChecks,
        throttle: Throttle,
        acts: ContactActs,
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._checks = checks
        self._throttle = throttle
        self._acts = acts

    async def find(self, answer: Mapping[str, Any]) -> FoundPasskey | None:
        """Say which passkey an answer claims to be of; nothing is checked yet."""
        credential = credential_id_of(answer)
        if credential is None:
            return None
        async with self._database.before_tenant() as connection:
            found = await contact_passkeys.find(connection, credential)
        return None if found is None else FoundPasskey(*found)

    async def __call__(
        self, found: FoundPasskey, answer: Mapping[str, Any], purpose: bytes, origin: str
    ) -> int:
        """Check an answer and take its challenge, for good; give the device's counter.

        Raises ``PasskeyRefused``.
        """
        async with self._database.tenant(found.organization) as connection:
            passkey = await contact_passkeys.fetch(connection, found.organization, found.id)
        if passkey is None:
            raise PasskeyRefused("removed")
        now = self._acts.now().timestamp()
        checked = self._checks.asserted(answer, passkey.public, origin, purpose, now)
        if not await self._throttle.allows((_ONCE, challenge_of(answer))):
            raise PasskeyRefused("challenge_used")
        return checked.counter

    async def open(
        self, connection: Connection, found: FoundPasskey, counter: int, secret: bytes
    ) -> UsedPasskey:
        """Open the mailbox's key with the secret of a passkey whose answer was good.

        Raises ``PasskeyRefused`` and ``SealBroken``.
        """
        organization = found.organization
        passkey = await contact_passkeys.fetch(connection, organization, found.id)
        if passkey is None:
            raise PasskeyRefused("removed")
        if passkey.counter and counter <= passkey.counter:
            raise PasskeyRefused("copied")  # WebAuthn §6.1.1: two devices count apart
        wrap = await reader_keys.fetch_wrap(connection, organization, passkey.wrap)
        if wrap is None or wrap.method is not UnlockMethod.PASSKEY:
            raise PasskeyRefused("no_key")
        key = await reader_keys.fetch_key(connection, organization, wrap.key)
        if key is None or key.owner != passkey.mailbox:
            raise PasskeyRefused("no_key")
        if len(secret) != PRF_BYTES:
            raise PasskeyRefused("no_secret")
        opened = unwrap_secret(self._keyring, key, wrap, secret)
        await contact_passkeys.note_use(
            connection, organization, passkey.id, counter, self._acts.now()
        )
        return UsedPasskey(passkey, opened)
