"""The random value of a session's cookie, and the hash by which the database knows it."""

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode

from licorne.ports.randomness import Randomness

COOKIE_BYTES = 32


def new_cookie(randomness: Randomness) -> bytes:
    return randomness.bytes(COOKIE_BYTES)


def cookie_text(cookie: bytes) -> str:
    """Write a cookie's value as browsers keep it."""
    return urlsafe_b64encode(cookie).rstrip(b"=").decode()


def read_cookie(text: str) -> bytes | None:
    """Read a value back; ``None`` for anything that was never given out."""
    try:
        cookie = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except ValueError:
        return None
    return cookie if len(cookie) == COOKIE_BYTES else None


def cookie_hash(cookie: bytes) -> bytes:
    return hashlib.sha256(cookie).digest()
