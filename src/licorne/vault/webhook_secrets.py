"""Secrets of webhooks and what they sign, after the Standard Webhooks specification.

``webhook-signature: v1,BASE64(HMAC-SHA256(secret, id "." timestamp "." body))``; after a rotation
there are two for a while, with a space between them.
"""

import base64
import hmac
import uuid
from collections.abc import Sequence

from licorne.domain.identity.ids import OrganizationId
from licorne.ports.randomness import Randomness
from licorne.vault.keyring import Keyring

PREFIX = "whsec_"
_SECRET_BYTES = 32


def make_webhook_secret(randomness: Randomness) -> str:
    return PREFIX + base64.b64encode(randomness.bytes(_SECRET_BYTES)).decode()


def sign_webhook(secrets: Sequence[str], message: str, timestamp: int, body: bytes) -> str:
    """Give the header's value: one signature a secret."""
    signed = f"{message}.{timestamp}.".encode() + body
    return " ".join(f"v1,{_signature(secret, signed)}" for secret in secrets)


def _signature(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return base64.b64encode(hmac.digest(key, signed, "sha256")).decode()


def seal_webhook_field(
    keyring: Keyring, column: str, organization: OrganizationId, endpoint: uuid.UUID, text: str
) -> bytes:
    """Seal an endpoint's address or secret; ``column`` is "url" or "secret"."""
    return keyring.seal_field(_context(column, organization, endpoint), text)


def open_webhook_field(
    keyring: Keyring, column: str, organization: OrganizationId, endpoint: uuid.UUID, sealed: bytes
) -> str:
    return keyring.open_field(_context(column, organization, endpoint), sealed)


def _context(column: str, organization: OrganizationId, endpoint: uuid.UUID) -> str:
    return f"webhook.{column}:{organization}:{endpoint}"
