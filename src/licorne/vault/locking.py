"""AES-256-GCM for short secrets: twelve random bytes of nonce, then ciphertext and tag.

Keys are derived per use, so a nonce would rarely matter; it is random all the same, because one
retry with the same slot or passphrase must not give two plaintexts one key stream.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from licorne.domain.sealing.faults import SealBroken
from licorne.ports.randomness import Randomness

NONCE_BYTES = 12


def lock(key: bytes, plaintext: bytes, randomness: Randomness) -> bytes:
    """Encrypt under a key that was derived for this one use; its context is in the derivation."""
    nonce = randomness.bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plaintext, None)


def unlock(key: bytes, locked: bytes) -> bytes:
    """Decrypt. Raises `SealBroken` for another key or other bytes."""
    try:
        return AESGCM(key).decrypt(locked[:NONCE_BYTES], locked[NONCE_BYTES:], None)
    except (InvalidTag, ValueError) as error:
        raise SealBroken("a lock doesn't open with this key") from error
