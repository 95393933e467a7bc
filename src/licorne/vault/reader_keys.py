"""Readers' key pairs: a public half that was checked, a private half that was opened."""

import uuid

from licorne.domain.identity.ids import KeyId, OrganizationId
from licorne.domain.sealing.faults import SealBroken
from licorne.domain.sealing.format import Suite, encode_current_key, encode_directory_key
from licorne.domain.sealing.records import CurrentKey, DirectoryKey, ReaderKind
from licorne.ports.randomness import Randomness
from licorne.vault import hybrid
from licorne.vault.keyring import Keyring


class ReaderKey:
    """A public key whose directory row was checked: the only thing the vault seals to.

    Made by `KeyDirectory` and by nothing else, so that the check can't be forgotten.
    """

    __slots__ = ("public", "row")

    def __init__(self, row: DirectoryKey, public: hybrid.HybridPublicKey) -> None:
        self.row = row
        self.public = public


class OpenReaderKey:
    """A private half in memory, with its directory row: within somebody's log-in only."""

    __slots__ = ("_parsed", "row", "secret")

    def __init__(self, row: DirectoryKey, secret: bytes) -> None:
        self.row = row
        self.secret = secret  # the seeds, as `hybrid` keeps them
        self._parsed: hybrid.HybridPrivateKey | None = None

    def unwrap(self, wrapped: bytes, info: bytes) -> bytes:
        """Open an HPKE wrap. Raises `SealBroken`."""
        if self._parsed is None:
            self._parsed = hybrid.parse_private_key(self.secret)
        return hybrid.unwrap(self._parsed, wrapped, info)


def make_reader_key(
    keyring: Keyring,
    randomness: Randomness,
    *,
    organization: OrganizationId,
    key: KeyId,
    kind: ReaderKind,
    owner: uuid.UUID,
    version: int,
) -> OpenReaderKey:
    """Make a key pair for a reader and sign its directory row (``.row``)."""
    secret = hybrid.make_private_key(randomness)
    unsigned = DirectoryKey(
        organization=organization,
        id=key,
        kind=kind,
        owner=owner,
        version=version,
        suite=Suite.HYBRID,
        public_key=hybrid.public_key_of(secret),
        signature=b"",
    )
    signature = keyring.sign(encode_directory_key(unsigned))
    row = DirectoryKey(
        organization=organization,
        id=key,
        kind=kind,
        owner=owner,
        version=version,
        suite=unsigned.suite,
        public_key=unsigned.public_key,
        signature=signature,
    )
    return OpenReaderKey(row, secret)


def point_to(keyring: Keyring, key: DirectoryKey, version: int) -> CurrentKey:
    """Sign the pointer that makes a key its reader's current one."""
    unsigned = CurrentKey(key.organization, key.kind, key.owner, key.id, version, b"")
    signature = keyring.sign(encode_current_key(unsigned))
    return CurrentKey(key.organization, key.kind, key.owner, key.id, version, signature)


def check_directory_key(keyring: Keyring, row: DirectoryKey) -> None:
    """Raise `SealBroken` unless this installation signed this row, and for a suite we have."""
    keyring.verify(encode_directory_key(row), row.signature)
    if row.suite != Suite.HYBRID:
        raise SealBroken("a key of a suite that this release doesn't have")
