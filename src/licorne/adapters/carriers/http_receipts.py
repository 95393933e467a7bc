"""Reads a carrier's webhook: first whether it is the carrier's, then what it says.

The signature is over the raw body, and over the time of sending where the carrier gives it; older
than five minutes is refused. A receipt sent twice is recognised by the digest of what it says, so
a replay within these minutes changes nothing either.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import parse_qsl

import msgspec

from licorne.adapters.carriers.http_settings import ReceiptSettings, SignatureKind
from licorne.adapters.carriers.settings_table import Json, JsonPath
from licorne.adapters.carriers.webhook_proof import (
    attempt_of,
    check_fresh,
    check_size,
    dedupe_key,
    time_of,
)
from licorne.domain.notice.carrier_reason import CarrierReason
from licorne.ports.sms_carrier import Receipt, ReceiptState, Webhook, WebhookRefused

_MOST_RECEIPTS = 1000
_LONGEST_VALUE = 200


def read_receipts(
    settings: ReceiptSettings,
    reasons: Mapping[str, CarrierReason],
    webhook: Webhook,
    now: datetime,
) -> tuple[Receipt, ...]:
    """Give the receipts of a webhook; those of states in between tell nothing and are left out.

    Raises `WebhookRefused`.
    """
    _verify(settings, webhook, now)
    document = _document(settings, webhook.body)
    entries = [document]
    if settings.list_path is not None:
        listed = node_at(document, settings.list_path)
        entries = listed if isinstance(listed, list) else []
    if len(entries) > _MOST_RECEIPTS:
        raise WebhookRefused("too many receipts in one request")
    receipts = (_receipt(settings, reasons, entry) for entry in entries)
    return tuple(receipt for receipt in receipts if receipt is not None)


def value_at(document: Json, path: JsonPath | None) -> str | None:
    """Give a text or number of a document, as text; nothing where there is none."""
    found = None if path is None else node_at(document, path)
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        return None
    return str(found)


def _verify(settings: ReceiptSettings, webhook: Webhook, now: datetime) -> None:
    check_size(webhook)
    given = webhook.headers.get(settings.signature_header, "")
    signed = webhook.body
    if settings.timestamp_header is not None:
        sent = webhook.headers.get(settings.timestamp_header, "")
        check_fresh(time_of(sent), now)
        signed = sent.encode() + b"." + webhook.body
    expected = settings.secret
    if settings.signature is SignatureKind.HMAC_SHA256:
        expected = hmac.new(settings.secret.encode(), signed, hashlib.sha256).hexdigest()
        given = given.removeprefix("sha256=").lower()
    if not hmac.compare_digest(expected.encode(), given.encode()):
        raise WebhookRefused("wrong signature")


def _document(settings: ReceiptSettings, body: bytes) -> Json:
    try:
        if settings.is_form:
            return dict(parse_qsl(body.decode(), max_num_fields=200))
        document: Json = msgspec.json.decode(body)
    except (msgspec.DecodeError, ValueError, RecursionError):
        raise WebhookRefused("the body can't be read") from None
    return document


def _receipt(
    settings: ReceiptSettings, reasons: Mapping[str, CarrierReason], entry: Json
) -> Receipt | None:
    status = value_at(entry, settings.status)
    state = _state(settings, status)
    attempt = attempt_of(value_at(entry, settings.attempt))
    reference = value_at(entry, settings.reference)
    if state is None or (attempt is None and reference is None):
        return None
    code = value_at(entry, settings.error_code)
    reason = None
    if state is ReceiptState.UNDELIVERED:
        reason = reasons.get(code or "", CarrierReason.UNREACHABLE)
    return Receipt(
        dedupe_key=dedupe_key(str(attempt or ""), reference or "", status or "", code or ""),
        state=state,
        attempt=attempt,
        reference=None if reference is None else reference[:_LONGEST_VALUE],
        reason=reason,
    )


def _state(settings: ReceiptSettings, status: str | None) -> ReceiptState | None:
    if status in settings.delivered:
        return ReceiptState.ON_HANDSET
    if status in settings.failed:
        return ReceiptState.UNDELIVERED
    return None


def node_at(document: Json, path: JsonPath) -> Json:
    node = document
    for step in path:
        if isinstance(node, dict):
            node = node.get(step)
        elif isinstance(node, list) and step.isdecimal() and int(step) < len(node):
            node = node[int(step)]
        else:
            return None
    return node
