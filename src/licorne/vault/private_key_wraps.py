"""Ways to a private key half without Argon2: K_enrol and a slot, another reader, a secret.

Passwords stand in `passwords`, sessions in `session_keys`. Every wrap is bound to the key, its
owner and its method (`contexts.private_key_context`); who opens one gets an `OpenReaderKey`.
"""

import uuid
from dataclasses import replace

from licorne.domain.sealing.contexts import private_key_context
from licorne.domain.sealing.faults import SealBroken
from licorne.domain.sealing.records import (
    DirectoryKey,
    InstallationKeyName,
    PrivateKeyWrap,
    SlotReference,
    UnlockMethod,
)
from licorne.ports.randomness import Randomness
from licorne.ports.slot_store import SLOT_BYTES
from licorne.vault import hybrid
from licorne.vault.derivation import derive
from licorne.vault.keyring import Keyring
from licorne.vault.locking import lock, unlock
from licorne.vault.reader_keys import OpenReaderKey, ReaderKey, check_directory_key

# Printed codes and a passkey's PRF output: 128 random bits at least, so a slow hash adds nothing.
_SECRET_METHODS = frozenset({UnlockMethod.RECOVERY, UnlockMethod.PASSKEY})
MINIMUM_SECRET_BYTES = 16
_VERSION_BYTES = 2


def wrap_for_enrol(
    keyring: Keyring,
    randomness: Randomness,
    key: OpenReaderKey,
    *,
    wrap_id: uuid.UUID,
    slot: SlotReference,
    slot_secret: bytes,
) -> PrivateKeyWrap:
    """Lock a waiting mailbox's key under K_enrol and a shred slot: no slot, no key, ever."""
    version = keyring.current_version(InstallationKeyName.ENROL)
    row = PrivateKeyWrap(
        organization=key.row.organization,
        id=wrap_id,
        key=key.row.id,
        method=UnlockMethod.ENROL,
        wrapper=None,
        slot=slot,
        parameters=version.to_bytes(_VERSION_BYTES),
        wrapped=b"",
    )
    locking_key = _enrol_key(keyring, key.row, row, slot_secret)
    return replace(row, wrapped=lock(locking_key, key.secret, randomness))


def unwrap_enrol(
    keyring: Keyring, key: DirectoryKey, row: PrivateKeyWrap, slot_secret: bytes
) -> OpenReaderKey:
    """Open a waiting mailbox's key. Raises `SealBroken`."""
    check_wrap(keyring, key, row, UnlockMethod.ENROL)
    return OpenReaderKey(key, unlock(_enrol_key(keyring, key, row, slot_secret), row.wrapped))


def wrap_for_reader(key: OpenReaderKey, reader: ReaderKey, *, wrap_id: uuid.UUID) -> PrivateKeyWrap:
    """Lock a key to another reader: a team's to its member, the record's to its officer."""
    if reader.row.organization != key.row.organization:
        raise ValueError("a reader of another organization")
    row = PrivateKeyWrap(
        organization=key.row.organization,
        id=wrap_id,
        key=key.row.id,
        method=UnlockMethod.READER,
        wrapper=reader.row.id,
        slot=None,
        parameters=b"",
        wrapped=b"",
    )
    context = private_key_context(key.row, row)
    return replace(row, wrapped=hybrid.wrap(reader.public, key.secret, context))


def unwrap_with_reader(
    keyring: Keyring, key: DirectoryKey, row: PrivateKeyWrap, holder: OpenReaderKey
) -> OpenReaderKey:
    """Open a key that was locked to ``holder``. Raises `SealBroken`."""
    check_wrap(keyring, key, row, UnlockMethod.READER)
    if (row.organization, row.wrapper) != (holder.row.organization, holder.row.id):
        raise SealBroken("a private key locked to another reader")
    return OpenReaderKey(key, holder.unwrap(row.wrapped, private_key_context(key, row)))


def wrap_for_secret(
    keyring: Keyring,
    randomness: Randomness,
    key: OpenReaderKey,
    *,
    wrap_id: uuid.UUID,
    method: UnlockMethod,
    secret: bytes,
) -> PrivateKeyWrap:
    """Lock a key under a printed recovery code or a passkey's PRF output, with the pepper."""
    version = keyring.current_version(InstallationKeyName.PEPPER)
    row = PrivateKeyWrap(
        organization=key.row.organization,
        id=wrap_id,
        key=key.row.id,
        method=method,
        wrapper=None,
        slot=None,
        parameters=version.to_bytes(_VERSION_BYTES),
        wrapped=b"",
    )
    locking_key = _secret_key(keyring, key.row, row, secret)
    return replace(row, wrapped=lock(locking_key, key.secret, randomness))


def unwrap_secret(
    keyring: Keyring, key: DirectoryKey, row: PrivateKeyWrap, secret: bytes
) -> OpenReaderKey:
    """Open a key with a recovery code or a passkey's PRF output. Raises `SealBroken`."""
    check_wrap(keyring, key, row, row.method)
    return OpenReaderKey(key, unlock(_secret_key(keyring, key, row, secret), row.wrapped))


def check_wrap(
    keyring: Keyring, key: DirectoryKey, row: PrivateKeyWrap, method: UnlockMethod
) -> None:
    """Raise `SealBroken` unless the directory row is ours and the wrap is of that key and kind."""
    check_directory_key(keyring, key)
    if (row.organization, row.key, row.method) != (key.organization, key.id, method):
        raise SealBroken("a private key's wrap stands beside another key")
    if (row.second is not None) != (method is UnlockMethod.PAIR):
        raise SealBroken("a second reader where none belongs, or none where it takes two")


def _enrol_key(
    keyring: Keyring, key: DirectoryKey, row: PrivateKeyWrap, slot_secret: bytes
) -> bytes:
    if len(slot_secret) != SLOT_BYTES:
        raise ValueError(f"a shred slot has {SLOT_BYTES} bytes")
    enrol = keyring.secret(InstallationKeyName.ENROL, int.from_bytes(row.parameters))
    # Both of fixed size, so that the joint secret can't be cut in two ways.
    return derive(enrol + slot_secret, private_key_context(key, row))


def _secret_key(keyring: Keyring, key: DirectoryKey, row: PrivateKeyWrap, secret: bytes) -> bytes:
    if row.method not in _SECRET_METHODS or len(secret) < MINIMUM_SECRET_BYTES:
        raise ValueError("this method needs a password or another key")
    version = int.from_bytes(row.parameters)
    return keyring.derive_peppered(secret, private_key_context(key, row), version)
