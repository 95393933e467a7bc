"""How a K0 that is at hand locks a subkey: shared by the key file and the passphrase.

A wrap is a byte of version (1), four bytes that say which K0, and an AES-256-GCM lock under
HKDF(K0, the subkey's name).
"""

from licorne.domain.sealing.encoding import encode
from licorne.domain.sealing.faults import SealBroken
from licorne.ports.key_custody import KeyUnavailable
from licorne.ports.randomness import Randomness
from licorne.vault.derivation import derive
from licorne.vault.locking import lock, unlock

_WRAP_VERSION = b"\x01"
_KEY_ID_BYTES = 4


def wrap(key: bytes, name: str, plaintext: bytes, randomness: Randomness) -> bytes:
    return _WRAP_VERSION + _key_id(key) + lock(_for(key, name), plaintext, randomness)


def is_wrapped_by(key: bytes, wrapped: bytes) -> bool:
    """Say whether it was this K0 that made a wrap."""
    return wrapped.startswith(_WRAP_VERSION + _key_id(key))


def unwrap(key: bytes, name: str, wrapped: bytes) -> bytes:
    """Open a wrap that this K0 made. Raises `KeyUnavailable` for a damaged one."""
    try:
        return unlock(_for(key, name), wrapped[1 + _KEY_ID_BYTES :])
    except SealBroken as error:
        raise KeyUnavailable(
            "A key of this installation is damaged. Restore the database from its backup.",
            f"subkey {name} doesn't open",
        ) from error


def _for(key: bytes, name: str) -> bytes:
    return derive(key, encode("custody", (name.encode(),)))


def _key_id(key: bytes) -> bytes:
    return derive(key, encode("unseal-key-id", ()))[:_KEY_ID_BYTES]
