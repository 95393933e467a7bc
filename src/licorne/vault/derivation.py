"""HKDF-SHA256 (RFC 5869): one key out of one secret, bound to what it is for."""

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
_SHA256 = hashes.SHA256()


def derive(secret: bytes, context: bytes, salt: bytes | None = None) -> bytes:
    """Derive 32 bytes; ``context`` comes from ``domain.sealing.contexts`` or `encode`."""
    return HKDF(_SHA256, KEY_BYTES, salt, context).derive(secret)
