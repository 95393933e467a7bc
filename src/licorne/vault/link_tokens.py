"""The text form of link tokens: 22 letters and digits for 128 bits.

Base 62 and not base64url: programs that find links in an SMS cut a trailing "-" or "_" off.
"""

import hashlib
import string

from licorne.domain.sealing.encoding import encode

TOKEN_LENGTH = 22
_ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
_TOKEN_BYTES = 16


def token_from_bytes(random: bytes) -> str:
    """Write the first 16 bytes as a token, always of `TOKEN_LENGTH`."""
    value = int.from_bytes(random[:_TOKEN_BYTES])
    letters = []
    for _ in range(TOKEN_LENGTH):
        value, digit = divmod(value, len(_ALPHABET))
        letters.append(_ALPHABET[digit])
    return "".join(reversed(letters))


def token_hash(token: str) -> bytes:
    """SHA-256: a token has 128 bits of its own, so its hash needs no key."""
    return hashlib.sha256(encode("link-token", (token.encode("utf-8", "replace"),))).digest()
