"""Passwords and passphrases: Argon2id, then HKDF with the pepper.

Nothing that could be compared is stored: a password is right when the private key that it locks
opens. Text is normalised (NFKC) here, so that a phone's and a computer's keyboard agree; what
else a passphrase forgives (case, hyphens) is ``domain.pickup``'s and done before.
"""

import unicodedata
import uuid
from dataclasses import replace

from licorne.domain.sealing.contexts import private_key_context
from licorne.domain.sealing.encoding import encode
from licorne.domain.sealing.faults import SealBroken, WrongPassword
from licorne.domain.sealing.password_parameters import (
    SALT_BYTES,
    PasswordCosts,
    PasswordParameters,
)
from licorne.domain.sealing.records import (
    DirectoryKey,
    InstallationKeyName,
    PrivateKeyWrap,
    UnlockMethod,
)
from licorne.ports.randomness import Randomness
from licorne.vault.argon2_threads import Argon2Threads
from licorne.vault.challenges import ChallengeSecret
from licorne.vault.keyring import Keyring
from licorne.vault.locking import lock, unlock
from licorne.vault.private_key_wraps import check_wrap
from licorne.vault.reader_keys import OpenReaderKey


class PasswordVault:
    """All of it may raise `PasswordsBusy`."""

    def __init__(
        self,
        keyring: Keyring,
        randomness: Randomness,
        threads: Argon2Threads,
        costs: PasswordCosts | None = None,
    ) -> None:
        """``costs`` are for new passwords; an old one keeps its own until it is set again."""
        self._keyring = keyring
        self._randomness = randomness
        self._threads = threads
        self._costs = costs or PasswordCosts()

    async def wrap_private_key(
        self, key: OpenReaderKey, password: str, *, wrap_id: uuid.UUID
    ) -> PrivateKeyWrap:
        """Lock a mailbox's or member's key under its owner's password."""
        parameters = self._new_parameters()
        row = PrivateKeyWrap(
            organization=key.row.organization,
            id=wrap_id,
            key=key.row.id,
            method=UnlockMethod.PASSWORD,
            wrapper=None,
            slot=None,
            parameters=parameters.encode(),
            wrapped=b"",
        )
        locking_key = await self._derive(password, parameters, private_key_context(key.row, row))
        return replace(row, wrapped=lock(locking_key, key.secret, self._randomness))

    async def unwrap_private_key(
        self, key: DirectoryKey, row: PrivateKeyWrap, password: str
    ) -> OpenReaderKey:
        """Open a key. Raises `WrongPassword`, and `SealBroken` for rows that don't fit."""
        check_wrap(self._keyring, key, row, UnlockMethod.PASSWORD)
        parameters = _read_parameters(row.parameters)
        locking_key = await self._derive(password, parameters, private_key_context(key, row))
        try:
            return OpenReaderKey(key, unlock(locking_key, row.wrapped))
        except SealBroken as error:
            raise WrongPassword("a private key doesn't open with this password") from error

    async def spend_dummy(self, password: str) -> None:
        """Take as long as a real check does, for somebody whom we don't know."""
        await self._derive(password, self._new_parameters(), encode("dummy", ()))

    def is_outdated(self, row: PrivateKeyWrap) -> bool:
        """Say whether a password's wrap should be made again at the next log-in."""
        parameters = _read_parameters(row.parameters)
        pepper = self._keyring.current_version(InstallationKeyName.PEPPER)
        return parameters.costs != self._costs or parameters.pepper_version != pepper

    async def new_challenge(self, passphrase: str) -> ChallengeSecret:
        """Prepare a passphrase that will lock a delivery."""
        return await self._challenge(passphrase, self._new_parameters())

    async def answer_challenge(self, parameters: bytes, passphrase: str) -> ChallengeSecret:
        """Take what somebody typed for a grant whose ``challenge`` is ``parameters``.

        Whether it was right shows when the grant is opened. Count and commit the try before this.
        """
        return await self._challenge(passphrase, _read_parameters(parameters))

    async def _challenge(self, passphrase: str, parameters: PasswordParameters) -> ChallengeSecret:
        secret = await self._derive(passphrase, parameters, encode("passphrase", ()))
        return ChallengeSecret(parameters.encode(), secret)

    async def _derive(self, text: str, parameters: PasswordParameters, context: bytes) -> bytes:
        # A lone surrogate can be typed nowhere, but it may be posted; it must not be an error.
        typed = unicodedata.normalize("NFKC", text).encode("utf-8", "surrogatepass")
        slow = await self._threads.run(typed, parameters)
        return self._keyring.derive_peppered(slow, context, parameters.pepper_version)

    def _new_parameters(self) -> PasswordParameters:
        return PasswordParameters(
            self._costs,
            self._keyring.current_version(InstallationKeyName.PEPPER),
            self._randomness.bytes(SALT_BYTES),
        )


def _read_parameters(encoded: bytes) -> PasswordParameters:
    try:
        return PasswordParameters.decode(encoded)
    except ValueError as error:
        raise SealBroken("a password's parameters are damaged") from error
