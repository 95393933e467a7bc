"""A live session's copy of a private key: locked under the cookie, which the database never has.

The bytes are whole in themselves: pepper version (two bytes), then the lock.
"""

from licorne.domain.sealing.encoding import encode
from licorne.domain.sealing.faults import SealBroken
from licorne.domain.sealing.records import DirectoryKey, InstallationKeyName
from licorne.ports.randomness import Randomness
from licorne.vault.keyring import Keyring
from licorne.vault.locking import lock, unlock
from licorne.vault.reader_keys import OpenReaderKey, check_directory_key

MINIMUM_COOKIE_BYTES = 16
_VERSION_BYTES = 2


def lock_for_session(
    keyring: Keyring, randomness: Randomness, key: OpenReaderKey, cookie: bytes
) -> bytes:
    """Lock a mailbox's or member's key for a session. ``cookie`` is its random value."""
    version = keyring.current_version(InstallationKeyName.PEPPER)
    locked = lock(_session_key(keyring, key.row, cookie, version), key.secret, randomness)
    return version.to_bytes(_VERSION_BYTES) + locked


def unlock_session(
    keyring: Keyring, key: DirectoryKey, cookie: bytes, wrapped: bytes
) -> OpenReaderKey:
    """Open a session's key. Raises `SealBroken` for another cookie, owner or key."""
    check_directory_key(keyring, key)
    version = int.from_bytes(wrapped[:_VERSION_BYTES])
    session_key = _session_key(keyring, key, cookie, version)
    return OpenReaderKey(key, unlock(session_key, wrapped[_VERSION_BYTES:]))


def _session_key(keyring: Keyring, key: DirectoryKey, cookie: bytes, version: int) -> bytes:
    if len(cookie) < MINIMUM_COOKIE_BYTES:
        raise SealBroken("a session cookie of that size was never given out")
    context = encode(
        "session-key",
        (key.organization.bytes, key.kind.encode(), key.owner.bytes, key.id.bytes),
    )
    return keyring.derive_peppered(cookie, context, version)
