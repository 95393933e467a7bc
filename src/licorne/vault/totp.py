"""Members' second factor: time-based one-time codes (RFC 6238, SHA-1, six digits, 30 seconds)."""

import base64
import binascii
import hmac
from urllib.parse import quote, urlencode

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from licorne.ports.randomness import Randomness

DIGITS = 6
STEP_SECONDS = 30
SECRET_BYTES = 20  # RFC 4226 §4: 160 bits recommended
_STEPS_OF_DRIFT = 1  # RFC 6238 §5.2: one step either way for clocks and slow typing


def make_totp_secret(randomness: Randomness) -> str:
    """Make a new secret in the base32 form that authenticator apps take."""
    return base64.b32encode(randomness.bytes(SECRET_BYTES)).decode()


def is_totp_secret(text: str) -> bool:
    """Say whether a text that came back from a form is a secret as `make_totp_secret` makes it."""
    try:
        return len(base64.b32decode(text)) == SECRET_BYTES
    except (binascii.Error, ValueError):
        return False


def matching_step(secret: str, code: str, unix_seconds: float) -> int | None:
    """Say which 30-second step a typed code belongs to; ``None`` when it is wrong.

    Spaces within the code are how apps show it and are skipped. The caller keeps the step and
    takes each one once. Raises ``ValueError`` for a secret that isn't base32.
    """
    digits = "".join(code.split())
    generator = _generator(secret)
    now = int(unix_seconds) // STEP_SECONDS
    found = None
    for step in range(max(0, now - _STEPS_OF_DRIFT), now + _STEPS_OF_DRIFT + 1):
        expected = generator.generate(step * STEP_SECONDS)
        if hmac.compare_digest(expected, digits.encode("utf-8", errors="replace")):
            found = step
    return found


def code_at(secret: str, unix_seconds: float) -> str:
    """Give the code that an app shows at this time: for tests and the demo's hints."""
    return _generator(secret).generate(int(unix_seconds)).decode()


def provisioning_uri(secret: str, account: str, issuer: str) -> str:
    """Give the ``otpauth:`` address for a QR code; show it once and log it never."""
    label = quote(f"{issuer}:{account}", safe="")
    about = {"secret": secret, "issuer": issuer, "digits": DIGITS, "period": STEP_SECONDS}
    return f"otpauth://totp/{label}?{urlencode(about, quote_via=quote)}"


def _generator(secret: str) -> TOTP:
    compact = "".join(secret.split()).upper()
    try:
        key = base64.b32decode(compact + "=" * (-len(compact) % 8))
    except binascii.Error as error:
        raise ValueError("a TOTP secret must be base32") from error
    return TOTP(key, DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303 - RFC 6238's default, an HMAC
