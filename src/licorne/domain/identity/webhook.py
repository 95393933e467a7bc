"""A place to which a program is told of events (a webhook's endpoint), and how long it is tried."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from licorne.domain.identity.actor import Actor
from licorne.domain.identity.ids import OrganizationId, TokenId

LONGEST_URL = 1000
EARLIER_SECRET_SERVES = timedelta(hours=24)

# The waits between tries. After the last one, nobody is at home and the endpoint is disabled.
WAITS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
)


@dataclass(frozen=True, slots=True)
class WebhookEndpoint:
    """``url`` and secrets are sealed. ``after`` is how far in the events it has come.

    ``token`` set it up, or rotated or enabled it last: it is told nothing once that is revoked.
    """

    organization: OrganizationId
    id: uuid.UUID
    holder: Actor
    token: TokenId | None
    url_sealed: bytes
    types: tuple[str, ...]
    secret_sealed: bytes
    earlier_secret_sealed: bytes | None
    earlier_until: datetime | None
    after: int
    failing_since: datetime | None
    disabled_at: datetime | None
    disabled_why: str | None
    created_at: datetime


def wait_after(tries: int) -> timedelta | None:
    """Say how long to wait after so many tries in vain; None: no longer."""
    return WAITS[tries - 1] if 1 <= tries <= len(WAITS) else None


def is_webhook_url(text: str) -> bool:
    """Say whether this can be an endpoint's address; where it leads is checked when it is used."""
    if len(text) > LONGEST_URL or not text.isascii() or not text.isprintable() or " " in text:
        return False
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    return (
        parts.scheme in {"https", "http"}
        and bool(parts.hostname)
        and parts.username is None
        and parts.password is None
        and not parts.fragment
        and port != 0
    )
