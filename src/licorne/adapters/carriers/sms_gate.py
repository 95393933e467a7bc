"""SMS Gateway for Android (sms-gate.app): one's own phone as a carrier, without its library.

A text is asked for under our id; what became of it can be asked by that id, and the app tells by
webhook, signed over body and time. The app's name for a text that came in is made of its content
and isn't unique, so a repeat is known by sender, time, SIM card and words together.

Sources: the project's documentation of "Sending messages", "Status tracking" and "Webhooks".
"""

import hashlib
import hmac
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import httpx
import msgspec

from licorne.adapters.carriers.http_asking import HttpAsking, Said, sure_no
from licorne.adapters.carriers.http_receipts import value_at
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

KIND = "sms_gate"
CLOUD = "https://api.sms-gate.app/3rdparty/v1"
_KNOWN = frozenset(
    {"user", "password_file", "signing_key_file", "api_url", "device", "sim", "timeout"}
)
_STATES: Mapping[str, ReceiptState] = MappingProxyType(
    {
        "Pending": ReceiptState.ACCEPTED,
        "Processed": ReceiptState.ACCEPTED,
        "Sent": ReceiptState.ACCEPTED,
        "Delivered": ReceiptState.ON_HANDSET,
        "Failed": ReceiptState.UNDELIVERED,
    }
)
_EVENTS: Mapping[str, ReceiptState] = MappingProxyType(
    {
        "sms:sent": ReceiptState.ACCEPTED,
        "sms:delivered": ReceiptState.ON_HANDSET,
        "sms:failed": ReceiptState.UNDELIVERED,
    }
)
# Parts of Android's names for failures (SmsManager.RESULT_…).
_REASONS = (
    ("LIMIT_EXCEEDED", CarrierReason.THROTTLED),
    ("NO_SERVICE", CarrierReason.CARRIER_DOWN),
    ("RADIO_OFF", CarrierReason.CARRIER_DOWN),
    ("FDN_CHECK", CarrierReason.CARRIER_SETTINGS),
    ("SHORT_CODE", CarrierReason.CARRIER_SETTINGS),
    ("INVALID_SMSC", CarrierReason.CARRIER_SETTINGS),
    ("TTL", CarrierReason.EXPIRED),
)


@dataclass(frozen=True, slots=True)
class SmsGateSettings:
    name: str
    user: str
    password: str = field(repr=False)
    signing_key: str = field(repr=False)
    api_url: str
    device: str | None
    sim: int | None
    timeout: float


def parse_sms_gate(name: str, table: Mapping[str, Json]) -> SmsGateSettings:
    """Read an operator's table. Raises `CarrierSettingsWrong`."""
    read = SettingsTable(name, table, _KNOWN)
    sim = table.get("sim")
    if sim is not None and (not isinstance(sim, int) or isinstance(sim, bool) or sim < 1):
        raise read.wrong("sim must be the number of a SIM card: 1, 2 or 3")
    return SmsGateSettings(
        name=name,
        user=read.needed("user", "the user name on the app's first page"),
        password=read.secret("password_file", "the password on the app's first page"),
        signing_key=read.secret("signing_key_file", "the app's signing key for webhooks"),
        api_url=read.safe_url("api_url", CLOUD),
        device=read.text("device"),
        sim=sim if isinstance(sim, int) else None,
        timeout=read.number("timeout", DEFAULT_TIMEOUT),
    )


class SmsGate:
    """Made by wiring, one per configured carrier; ``close`` it in the end."""

    capabilities = Capabilities(live=True, reconciles=True, receipts=True, inbound=True)

    def __init__(self, settings: SmsGateSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._http = HttpAsking(
            settings.name,
            timeout=settings.timeout,
            keep_connections=False,
            auth=httpx.BasicAuth(settings.user, settings.password),
        )

    @property
    def name(self) -> str:
        return self._settings.name

    async def close(self) -> None:
        await self._http.close()

    async def send(self, message: Outbound) -> Answer:
        seconds = (message.expires_at - self._clock.now()).total_seconds()
        document: dict[str, Json] = {
            "id": str(message.id),
            "textMessage": {"text": message.text},
            "phoneNumbers": [message.to.e164],
            "ttl": max(5, int(seconds)),
            "withDeliveryReport": True,
        }
        if self._settings.device:
            document["deviceId"] = self._settings.device
        if self._settings.sim:
            document["simNumber"] = self._settings.sim
        request = self._http.client.build_request("POST", self._messages, json=document)
        said = await self._http.ask(request)
        if not isinstance(said, Said):
            return said
        if 200 <= said.status < 300 or said.status == 409:  # 409: it has this id already
            return Accepted(str(message.id))
        reason = sure_no(said.status)
        if reason is None:
            return Unknown(f"http_{said.status}")
        return Rejected(reason, f"http_{said.status}")

    async def reconcile(self, attempt: uuid.UUID) -> Receipt | None:
        request = self._http.client.build_request("GET", f"{self._messages}/{attempt}")
        said = await self._http.ask(request)
        if not isinstance(said, Said) or said.status != 200:
            return None
        state = _STATES.get(value_at(said.document, ("state",)) or "")
        if state is None:
            return None
        error = value_at(said.document, ("recipients", "0", "error"))
        return _receipt(attempt, state, error)

    async def check(self) -> None:
        """Ask for what was sent last; raises `CarrierCheckFailed` where we aren't known."""
        await self._http.check(f"{self._messages}?limit=1")

    def verify_and_parse(self, webhook: Webhook) -> tuple[Event, ...]:
        self._verify(webhook)
        try:
            document: Json = msgspec.json.decode(webhook.body)
        except (msgspec.DecodeError, ValueError, RecursionError):
            raise WebhookRefused("the body can't be read") from None
        event = value_at(document, ("event",)) or ""
        said = {
            name: value_at(document, ("payload", name)) or ""
            for name in ("messageId", "phoneNumber", "message", "receivedAt", "simNumber", "reason")
        }
        if event == "sms:received":
            key = dedupe_key(
                said["phoneNumber"], said["receivedAt"], said["simNumber"], said["message"]
            )
            return (Inbound(key, said["phoneNumber"], said["message"]),)
        state, attempt = _EVENTS.get(event), attempt_of(said["messageId"])
        if state is None or attempt is None:
            return ()  # of another program that uses the phone
        return (_receipt(attempt, state, said["reason"]),)

    @property
    def _messages(self) -> str:
        return f"{self._settings.api_url}/messages"

    def _verify(self, webhook: Webhook) -> None:
        """Check HMAC-SHA256 over body and time, in this order."""
        check_size(webhook)
        sent = webhook.headers.get("x-timestamp", "")
        check_fresh(time_of(sent), self._clock.now())
        signed = webhook.body + sent.encode()
        expected = hmac.new(self._settings.signing_key.encode(), signed, hashlib.sha256).hexdigest()
        given = webhook.headers.get("x-signature", "").lower()
        if not hmac.compare_digest(expected.encode(), given.encode()):
            raise WebhookRefused("wrong signature")


def _receipt(attempt: uuid.UUID, state: ReceiptState, error: str | None) -> Receipt:
    reason = None
    if state is ReceiptState.UNDELIVERED:
        known = (one for part, one in _REASONS if part in (error or "").upper())
        reason = next(known, CarrierReason.UNREACHABLE)
    return Receipt(
        dedupe_key=dedupe_key(str(attempt), state.value),
        state=state,
        attempt=attempt,
        reference=str(attempt),
        reason=reason,
    )
