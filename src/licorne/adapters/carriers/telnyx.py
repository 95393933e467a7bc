"""Telnyx, without its library: a text under an idempotency key, and webhooks signed by Ed25519.

A repeated request under the same key is the same text for 24 hours; afterwards it isn't asked
again. Our id travels as the key and as a tag, and comes back with each receipt.

Sources: Telnyx's documentation of "Send a message", "Receiving webhooks" and its error codes.
"""

import base64
import binascii
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from licorne.adapters.carriers.http_asking import HttpAsking, Said, sure_no
from licorne.adapters.carriers.http_receipts import node_at, value_at
from licorne.adapters.carriers.settings_table import DEFAULT_TIMEOUT, Json, SettingsTable
from licorne.adapters.carriers.webhook_proof import (
    attempt_of,
    check_fresh,
    check_size,
    dedupe_key,
    time_of,
)
from licorne.domain.notice.carrier_reason import CarrierReason
from licorne.ports.clock import Clock
from licorne.ports.sms_carrier import (
    Accepted,
    Answer,
    Capabilities,
    Event,
    Inbound,
    Outbound,
    Receipt,
    ReceiptState,
    Rejected,
    Unknown,
    Webhook,
    WebhookRefused,
)

KIND = "telnyx"
API = "https://api.telnyx.com"
_KNOWN = frozenset(
    {"api_key_file", "public_key", "from", "messaging_profile_id", "api_url", "timeout"}
)
# Telnyx keeps a key for 24 hours; an hour less, for clocks that differ.
_KEY_LASTS = timedelta(hours=23)
_REASONS: Mapping[str, CarrierReason] = MappingProxyType(
    {
        "40001": CarrierReason.LANDLINE,
        "40002": CarrierReason.FILTERED,
        "40003": CarrierReason.FILTERED,
        "40006": CarrierReason.THROTTLED,
        "40008": CarrierReason.UNREACHABLE,
        "40009": CarrierReason.BAD_NUMBER,
        "40010": CarrierReason.UNREGISTERED,
        "40011": CarrierReason.THROTTLED,
        "40012": CarrierReason.BAD_NUMBER,
        "40014": CarrierReason.EXPIRED,
        "40300": CarrierReason.OPTED_OUT,
        "40310": CarrierReason.BAD_NUMBER,
        "40318": CarrierReason.THROTTLED,
        "40309": CarrierReason.GEO_BLOCKED,
        "10009": CarrierReason.CARRIER_SETTINGS,
        "20100": CarrierReason.CARRIER_SETTINGS,
    }
)
_STATES: Mapping[str, ReceiptState] = MappingProxyType(
    {
        "queued": ReceiptState.ACCEPTED,
        "sending": ReceiptState.ACCEPTED,
        "sent": ReceiptState.ACCEPTED,
        "delivery_unconfirmed": ReceiptState.ACCEPTED,
        "delivered": ReceiptState.ON_HANDSET,
        "sending_failed": ReceiptState.UNDELIVERED,
        "delivery_failed": ReceiptState.UNDELIVERED,
    }
)


@dataclass(frozen=True, slots=True)
class TelnyxSettings:
    name: str
    api_key: str = field(repr=False)
    public_key: Ed25519PublicKey
    sender: tuple[str, str]
    api_url: str
    timeout: float


def parse_telnyx(name: str, table: Mapping[str, Json]) -> TelnyxSettings:
    """Read an operator's table. Raises `CarrierSettingsWrong`."""
    read = SettingsTable(name, table, _KNOWN)
    number, profile = read.text("from"), read.text("messaging_profile_id")
    if not number and not profile:
        raise read.wrong("give from (a number such as +12025550100) or messaging_profile_id")
    return TelnyxSettings(
        name=name,
        api_key=read.secret("api_key_file", "the API key"),
        public_key=_public_key(read),
        sender=("from", number) if number else ("messaging_profile_id", profile or ""),
        api_url=read.safe_url("api_url", API),
        timeout=read.number("timeout", DEFAULT_TIMEOUT),
    )


def _public_key(read: SettingsTable) -> Ed25519PublicKey:
    text = read.needed("public_key", "44 letters that end in =, from the portal's API keys page")
    try:
        return Ed25519PublicKey.from_public_bytes(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError):
        raise read.wrong("public_key must be the portal's public key, in base64") from None


class Telnyx:
    """``events_url`` is the public address of this carrier's webhook; ``close`` it in the end."""

    capabilities = Capabilities(
        live=True, idempotent_send=True, idempotent_for=_KEY_LASTS, receipts=True, inbound=True
    )

    def __init__(self, settings: TelnyxSettings, events_url: str, clock: Clock) -> None:
        self._settings = settings
        self._events_url = events_url
        self._clock = clock
        self._http = HttpAsking(
            settings.name,
            timeout=settings.timeout,
            keep_connections=True,
            headers={"Authorization": f"Bearer {settings.api_key}"},
        )

    @property
    def name(self) -> str:
        return self._settings.name

    async def close(self) -> None:
        await self._http.close()

    async def send(self, message: Outbound) -> Answer:
        key, sender = self._settings.sender
        request = self._http.client.build_request(
            "POST",
            f"{self._settings.api_url}/v2/messages",
            headers={"Idempotency-Key": str(message.id)},
            json={
                key: sender,
                "to": message.to.e164,
                "text": message.text,
                "tags": [str(message.id)],
                "webhook_url": self._events_url,
            },
        )
        said = await self._http.ask(request)
        if not isinstance(said, Said):
            return said
        if 200 <= said.status < 300:
            return Accepted(value_at(said.document, ("data", "id")))
        code = value_at(said.document, ("errors", "0", "code"))
        if code is not None and code in _REASONS:
            return Rejected(_REASONS[code], code)
        reason = sure_no(said.status)
        if reason is None or said.status == 409:  # the same key at the same time
            return Unknown(f"http_{said.status}")
        return Rejected(reason, code or f"http_{said.status}")

    async def reconcile(self, attempt: uuid.UUID) -> Receipt | None:  # noqa: ARG002 - the port's
        """Nothing: Telnyx can't be asked by our id. Asking again under it is harmless instead."""
        return None

    async def check(self) -> None:
        """Ask for the account; raises `CarrierCheckFailed` where Telnyx doesn't know the key."""
        await self._http.check(f"{self._settings.api_url}/v2/messaging_profiles?page[size]=1")

    def verify_and_parse(self, webhook: Webhook) -> tuple[Event, ...]:
        self._verify(webhook)
        try:
            document: Json = msgspec.json.decode(webhook.body)
        except (msgspec.DecodeError, ValueError, RecursionError):
            raise WebhookRefused("the body can't be read") from None
        payload = node_at(document, ("data", "payload"))
        reference = value_at(payload, ("id",))
        kind = value_at(document, ("data", "event_type"))
        if reference is None:
            return ()
        if kind == "message.received":
            sender = value_at(payload, ("from", "phone_number")) or ""
            text = value_at(payload, ("text",)) or ""
            return (Inbound(dedupe_key(reference), sender, text),)
        status = value_at(payload, ("to", "0", "status")) or ""
        state = _STATES.get(status)
        if state is None or kind not in {"message.sent", "message.finalized"}:
            return ()
        code = value_at(payload, ("errors", "0", "code")) or ""
        reason = None
        if state is ReceiptState.UNDELIVERED:
            reason = _REASONS.get(code, CarrierReason.UNREACHABLE)
        return (
            Receipt(
                dedupe_key=dedupe_key(reference, status),
                state=state,
                attempt=attempt_of(value_at(payload, ("tags", "0"))),
                reference=reference,
                reason=reason,
            ),
        )

    def _verify(self, webhook: Webhook) -> None:
        """Check Ed25519 over ``time|body``."""
        check_size(webhook)
        sent = webhook.headers.get("telnyx-timestamp", "")
        check_fresh(time_of(sent), self._clock.now())
        try:
            given = base64.b64decode(webhook.headers.get("telnyx-signature-ed25519", ""))
            self._settings.public_key.verify(given, sent.encode() + b"|" + webhook.body)
        except (binascii.Error, ValueError, InvalidSignature):
            raise WebhookRefused("wrong signature") from None
