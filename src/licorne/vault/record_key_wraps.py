"""Ways to the record key: two officers together, or one in an emergency, under the server's eyes.

A pair's wrap is HPKE in HPKE (never a home-made splitting of a secret): the inner layer is for the
officer who asks, the outer for the one who approves. Approving *peels* the outer one; what is left
is of use to the one who asked and to nobody else, so the approver never holds the record key.

An emergency's wrap is HPKE to one member inside a lock under the pepper: of no use without a
running installation, which opens it only together with the alarm.
"""

import uuid
from dataclasses import replace

from licorne.domain.sealing.contexts import pair_context, private_key_context
from licorne.domain.sealing.faults import SealBroken
from licorne.domain.sealing.records import (
    DirectoryKey,
    InstallationKeyName,
    PrivateKeyWrap,
    UnlockMethod,
)
from licorne.ports.randomness import Randomness
from licorne.vault import hybrid
from licorne.vault.derivation import derive
from licorne.vault.keyring import Keyring
from licorne.vault.locking import lock, unlock
from licorne.vault.private_key_wraps import check_wrap
from licorne.vault.reader_keys import OpenReaderKey, ReaderKey, check_directory_key

_VERSION_BYTES = 2


def wrap_for_two(
    key: OpenReaderKey, first: ReaderKey, second: ReaderKey, *, wrap_id: uuid.UUID
) -> PrivateKeyWrap:
    """Lock a key so that it takes both: ``first`` asks, ``second`` approves."""
    if {first.row.organization, second.row.organization} != {key.row.organization}:
        raise ValueError("a reader of another organization")
    if first.row.id == second.row.id:
        raise ValueError("a pair takes two")
    row = PrivateKeyWrap(
        organization=key.row.organization,
        id=wrap_id,
        key=key.row.id,
        method=UnlockMethod.PAIR,
        wrapper=first.row.id,
        slot=None,
        parameters=b"",
        wrapped=b"",
        second=second.row.id,
    )
    inner = hybrid.wrap(first.public, key.secret, pair_context(key.row, row, "inner"))
    outer = hybrid.wrap(second.public, inner, pair_context(key.row, row, "outer"))
    return replace(row, wrapped=outer)


def peel(
    keyring: Keyring, key: DirectoryKey, row: PrivateKeyWrap, approver: OpenReaderKey
) -> bytes:
    """Open the outer layer of a pair's wrap. Raises `SealBroken`."""
    check_wrap(keyring, key, row, UnlockMethod.PAIR)
    if (row.organization, row.second) != (approver.row.organization, approver.row.id):
        raise SealBroken("a pair's wrap of another approver")
    return approver.unwrap(row.wrapped, pair_context(key, row, "outer"))


def open_peeled(
    keyring: Keyring, key: DirectoryKey, peeled: PrivateKeyWrap, asker: OpenReaderKey
) -> OpenReaderKey:
    """Open what `peel` left, as the ``wrapped`` of its row. Raises `SealBroken`."""
    check_wrap(keyring, key, peeled, UnlockMethod.PAIR)
    if (peeled.organization, peeled.wrapper) != (asker.row.organization, asker.row.id):
        raise SealBroken("a pair's wrap of somebody else")
    return _checked(key, asker.unwrap(peeled.wrapped, pair_context(key, peeled, "inner")))


def wrap_for_emergency(
    keyring: Keyring,
    randomness: Randomness,
    key: OpenReaderKey,
    reader: ReaderKey,
    *,
    wrap_id: uuid.UUID,
) -> PrivateKeyWrap:
    """Lock a key to one member, for use within the installation only."""
    if reader.row.organization != key.row.organization:
        raise ValueError("a reader of another organization")
    version = keyring.current_version(InstallationKeyName.PEPPER)
    row = PrivateKeyWrap(
        organization=key.row.organization,
        id=wrap_id,
        key=key.row.id,
        method=UnlockMethod.EMERGENCY,
        wrapper=reader.row.id,
        slot=None,
        parameters=version.to_bytes(_VERSION_BYTES),
        wrapped=b"",
    )
    context = private_key_context(key.row, row)
    inner = hybrid.wrap(reader.public, key.secret, context)
    return replace(row, wrapped=lock(_server_key(keyring, row, context), inner, randomness))


def unwrap_emergency(
    keyring: Keyring, key: DirectoryKey, row: PrivateKeyWrap, holder: OpenReaderKey
) -> OpenReaderKey:
    """Open it. Only together with an alarm in the same transaction. Raises `SealBroken`."""
    check_directory_key(keyring, key)
    check_wrap(keyring, key, row, UnlockMethod.EMERGENCY)
    if (row.organization, row.wrapper) != (holder.row.organization, holder.row.id):
        raise SealBroken("an emergency's wrap of somebody else")
    context = private_key_context(key, row)
    inner = unlock(_server_key(keyring, row, context), row.wrapped)
    return _checked(key, holder.unwrap(inner, context))


def _server_key(keyring: Keyring, row: PrivateKeyWrap, context: bytes) -> bytes:
    version = int.from_bytes(row.parameters)
    return derive(keyring.secret(InstallationKeyName.PEPPER, version), context)


def _checked(key: DirectoryKey, secret: bytes) -> OpenReaderKey:
    # HPKE's base mode says nothing of who wrapped: that it is this key, its public half says.
    if hybrid.public_key_of(secret) != key.public_key:
        raise SealBroken("a private key that isn't its public key's")
    return OpenReaderKey(key, secret)
