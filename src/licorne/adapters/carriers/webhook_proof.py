"""What each carrier's proof of a webhook is made of: size, freshness, and a key for repeats."""

import hashlib
import uuid
from datetime import UTC, datetime, timedelta

from licorne.ports.sms_carrier import Webhook, WebhookRefused

FRESHNESS = timedelta(minutes=5)
_LARGEST_BODY = 256 * 1024


def check_size(webhook: Webhook) -> None:
    if len(webhook.body) > _LARGEST_BODY:
        raise WebhookRefused("larger than a receipt")


def check_fresh(sent: datetime, now: datetime) -> None:
    if abs(now - sent) > FRESHNESS:
        raise WebhookRefused("older than five minutes")


def time_of(seconds: str) -> datetime:
    """Read seconds since 1970, the one form of time that carriers sign."""
    try:
        return datetime.fromtimestamp(float(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        raise WebhookRefused("no readable time of sending") from None


def dedupe_key(*said: str) -> str:
    """Name what a webhook says, so that the same said twice has one name."""
    return hashlib.sha256("\x1f".join(said).encode()).hexdigest()


def attempt_of(text: str | None) -> uuid.UUID | None:
    """Read our own id of a text, where a carrier repeats it."""
    try:
        return None if text is None else uuid.UUID(text)
    except ValueError:
        return None
