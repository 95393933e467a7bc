"""Suite 1: HPKE (RFC 9180) with MLKEM768_X25519 (X-Wing), HKDF-SHA256 and AES-256-GCM.

Safe while either ML-KEM-768 (FIPS 203) or X25519 (RFC 7748) is. A private key is kept as its
seeds, 64 bytes of ML-KEM and 32 of X25519; a public one is 1,184 and 32 bytes. A wrap is 1,136
bytes longer than what is wrapped. The API has no associated data: all context goes in ``info``.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from licorne.domain.sealing.faults import SealBroken
from licorne.ports.randomness import Randomness

_MLKEM_SEED_BYTES = 64
_MLKEM_PUBLIC_BYTES = 1184
_X25519_BYTES = 32
PRIVATE_KEY_BYTES = _MLKEM_SEED_BYTES + _X25519_BYTES
PUBLIC_KEY_BYTES = _MLKEM_PUBLIC_BYTES + _X25519_BYTES

_SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)

HybridPublicKey = MLKEM768X25519PublicKey
HybridPrivateKey = MLKEM768X25519PrivateKey


def make_private_key(randomness: Randomness) -> bytes:
    return randomness.bytes(PRIVATE_KEY_BYTES)


def public_key_of(private_key: bytes) -> bytes:
    mlkem, x25519 = _private_halves(private_key)
    return mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()


def parse_private_key(private_key: bytes) -> HybridPrivateKey:
    return MLKEM768X25519PrivateKey(*_private_halves(private_key))


def parse_public_key(public_key: bytes) -> HybridPublicKey:
    """Parse and check. Raises `SealBroken` for bytes that are no key."""
    if len(public_key) != PUBLIC_KEY_BYTES:
        raise SealBroken("a public key has another size")
    try:
        return MLKEM768X25519PublicKey(
            MLKEM768PublicKey.from_public_bytes(public_key[:_MLKEM_PUBLIC_BYTES]),
            X25519PublicKey.from_public_bytes(public_key[_MLKEM_PUBLIC_BYTES:]),
        )
    except ValueError as error:
        raise SealBroken("a public key can't be parsed") from error


def wrap(public_key: HybridPublicKey, plaintext: bytes, info: bytes) -> bytes:
    return _SUITE.encrypt(plaintext, public_key, info)


def unwrap(private_key: HybridPrivateKey, wrapped: bytes, info: bytes) -> bytes:
    """Open a wrap. Raises `SealBroken` for another key, other bytes or another ``info``."""
    try:
        return _SUITE.decrypt(wrapped, private_key, info)
    except (InvalidTag, ValueError) as error:
        raise SealBroken("a wrap doesn't open with this key and context") from error


def _private_halves(private_key: bytes) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
    if len(private_key) != PRIVATE_KEY_BYTES:
        raise SealBroken("a private key has another size")
    return (
        MLKEM768PrivateKey.from_seed_bytes(private_key[:_MLKEM_SEED_BYTES]),
        X25519PrivateKey.from_private_bytes(private_key[_MLKEM_SEED_BYTES:]),
    )
