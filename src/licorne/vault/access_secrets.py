"""Secrets that programs hold: app passwords for email programs, tokens for the API.

Random and long, so they are kept as HMACs (`Keyring.lookup`) and cost no Argon2 on the way in.
Each is shown once. Their letters leave out those that are taken for others (i, l, o, u).
"""

from licorne.ports.randomness import Randomness
from licorne.vault.keyring import Keyring

TOKEN_PREFIX = "lic_"  # noqa: S105 - so that secret scanners know one when they see it
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_BITS_PER_LETTER = 5
_APP_PASSWORD_GROUPS = 4
_APP_PASSWORD_GROUP_LETTERS = 7  # 4 × 7 × 5 = 140 bits
_TOKEN_LETTERS = 32  # 160 bits
_RECOVERY_LETTERS = 32  # 160 bits
_MISREAD = str.maketrans({"o": "0", "i": "1", "l": "1"})
_LONGEST = 256


def make_app_password(randomness: Randomness) -> str:
    """Make one, to be typed into an email program: ``abcdefg-hjkmnpq-rstvwxy-z012345``."""
    letters = _letters(randomness, _APP_PASSWORD_GROUPS * _APP_PASSWORD_GROUP_LETTERS)
    size = _APP_PASSWORD_GROUP_LETTERS
    return "-".join(letters[at : at + size] for at in range(0, len(letters), size))


def make_api_token(randomness: Randomness) -> str:
    return TOKEN_PREFIX + _letters(randomness, _TOKEN_LETTERS)


def make_invitation_token(randomness: Randomness) -> str:
    """Make the secret of an invitation's link."""
    return _letters(randomness, _TOKEN_LETTERS)


def invitation_lookup(keyring: Keyring, token: str) -> bytes:
    """What the database keeps of an invitation's link and finds it by."""
    return keyring.lookup("invitation", token[:_LONGEST].encode("utf-8", "replace"))


def make_consent_form_token(randomness: Randomness) -> str:
    """Make the secret of a consent form's link."""
    return _letters(randomness, _TOKEN_LETTERS)


def consent_form_lookup(keyring: Keyring, token: str) -> bytes:
    """What the database keeps of a consent form's link and finds it by."""
    return keyring.lookup("consent-form", token[:_LONGEST].encode("utf-8", "replace"))


def make_recovery_code(randomness: Randomness) -> str:
    """Make a member's recovery code, to be printed: eight groups of four letters."""
    letters = _letters(randomness, _RECOVERY_LETTERS)
    return " ".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def recovery_secret(typed: str) -> bytes | None:
    """Read a recovery code as typed; forgives spaces and case. ``None`` for what can't be one."""
    letters = "".join(c for c in typed[:_LONGEST].lower() if c.isalnum()).translate(_MISREAD)
    if len(letters) != _RECOVERY_LETTERS or not set(letters) <= set(_ALPHABET):
        return None
    return letters.encode("ascii")


def app_password_lookup(keyring: Keyring, typed: str) -> bytes:
    """What the database keeps of an app password and finds it by; forgives spaces and case."""
    letters = "".join(c for c in typed[:_LONGEST].lower() if c.isalnum())
    return keyring.lookup("app-password", letters.translate(_MISREAD))


def api_token_lookup(keyring: Keyring, token: str) -> bytes:
    """What the database keeps of an API token and finds it by."""
    return keyring.lookup("api-token", token[:_LONGEST].encode("utf-8", "replace"))


def _letters(randomness: Randomness, count: int) -> str:
    bits = count * _BITS_PER_LETTER
    value = int.from_bytes(randomness.bytes(-(-bits // 8)))
    return "".join(
        _ALPHABET[value >> at & (1 << _BITS_PER_LETTER) - 1]
        for at in range(0, bits, _BITS_PER_LETTER)
    )
