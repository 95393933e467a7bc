"""Checks that a webhook came from the installation whose secret this is, and just now."""

import base64
import binascii
import hmac
import time
from collections.abc import Mapping

_PREFIX = "whsec_"
TOLERANCE = 300  # seconds


class WebhookNotGenuine(Exception):
    """Answer 401 and believe nothing of it."""


def check_webhook(
    secret: str, headers: Mapping[str, str], body: bytes, *, now: float | None = None
) -> str:
    """Give the event's id, or raise `WebhookNotGenuine`. ``body`` is the raw body.

    Header names may be in any case. Keep the ids of the last days: an event can come twice.
    """
    said = {name.lower(): value for name, value in headers.items()}
    message, timestamp = said.get("webhook-id", ""), said.get("webhook-timestamp", "")
    if not timestamp.isascii() or not timestamp.isdecimal() or len(timestamp) > 12:
        raise WebhookNotGenuine("no timestamp")
    if abs((time.time() if now is None else now) - int(timestamp)) > TOLERANCE:
        raise WebhookNotGenuine("too old or from the future")
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error as problem:
        raise ValueError("A secret begins with whsec_ and goes on in base64.") from problem
    signed = f"{message}.{timestamp}.".encode() + body
    wanted = b"v1," + base64.b64encode(hmac.digest(key, signed, "sha256"))
    given = said.get("webhook-signature", "").split(" ")
    matches = [hmac.compare_digest(wanted, one.encode()) for one in given]
    if not any(matches):
        raise WebhookNotGenuine("wrong signature")
    return message
